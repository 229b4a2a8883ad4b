"""To which school and board each made-up site belongs, and what the codes are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oab_funding.errors import InputError, Place
from oab_funding.synthetic import shape
from oab_funding.synthetic.draw import Bools, Floats, Ints
from oab_funding.synthetic.sites import ORDINARY, Sites
from oab_funding.synthetic.streams import stream

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # no digits: a spreadsheet would read 99E5 as a number
_PER_PREFIX = len(_ALPHABET) ** 2
_PREFIXES = 60  # 99 down to 40: no school in use has so high a number


@dataclass(frozen=True, slots=True)
class Schools:
    """One entry per site.

    Parameters
    ----------
    school
        Shape (S,): number of the school.
    place
        Shape (S,): 0 for the school's first site, 1 for its second.
    board
        Shape (S,): number of the board.
    """

    school: Ints
    place: Ints
    board: Ints


def school_code(number: int) -> str:
    """Give the code of a made-up school.

    Raises
    ------
    InputError
        There are more schools than codes.

    Examples
    --------
    >>> school_code(0), school_code(27), school_code(676)
    ('99AA', '99BB', '98AA')
    """
    prefix, rest = divmod(number, _PER_PREFIX)
    if prefix >= _PREFIXES:
        raise InputError(
            "more schools than made-up codes", Place("pupils"), "ask for fewer than 9 million pupils"
        )
    return f"{99 - prefix}{_ALPHABET[rest // len(_ALPHABET)]}{_ALPHABET[rest % len(_ALPHABET)]}"


def draw_schools(sites: Sites, seed: int) -> Schools:
    """Join some sites into schools of two sites, and schools into boards."""
    rng = stream(seed, "schools")
    first = _first_sites(rng, sites)
    school = np.empty(sites.count, dtype=np.int64)
    alone = np.flatnonzero(first < 0)
    school[alone] = rng.permutation(alone.size)
    second = np.flatnonzero(first >= 0)
    school[second] = school[first[second]]
    board = _boards(rng, sites.municipality)
    board[second] = board[first[second]]
    _, board = np.unique(board, return_inverse=True)
    return Schools(school=school, place=(first >= 0).astype(np.int64), board=board)


def _first_sites(rng: np.random.Generator, sites: Sites) -> Ints:
    """For each second site the first site of its school; -1 for all others."""
    first = np.full(sites.count, -1, dtype=np.int64)
    if sites.count < 6:
        return first
    wished = max(1, round(shape.SECOND_SITES * sites.count))
    elsewhere = max(1, round(shape.SECOND_SITES_ELSEWHERE * wished))
    free: Bools = sites.kind == ORDINARY
    for candidate in rng.permutation(np.flatnonzero(free)):
        if wished == 0:
            break
        near = sites.municipality == sites.municipality[candidate]
        partners = np.flatnonzero(free & (~near if elsewhere > 0 else near))
        partners = partners[partners != candidate]
        if not free[candidate] or partners.size == 0:
            continue
        partner = partners[rng.integers(partners.size)]
        first[partner] = candidate
        free[[candidate, partner]] = False
        wished, elsewhere = wished - 1, max(0, elsewhere - 1)
    return first


def _boards(rng: np.random.Generator, municipality: Ints) -> Ints:
    """Cut the map into boards: some of one site, the others runs of neighbouring sites of unequal length."""
    count = municipality.size
    boards = max(1, round(shape.BOARDS_PER_SITE * count))
    single = min(round(shape.BOARDS_OF_ONE_SITE * boards), count - 1)
    order = np.argsort(municipality + rng.uniform(0.0, 1.8, count), kind="stable")
    alone = np.zeros(count, dtype=np.bool_)
    alone[rng.permutation(count)[:single]] = True
    runs = order[~alone[order]]
    cuts: Floats = np.sort(rng.random(max(boards - single - 1, 0)))
    board = np.empty(count, dtype=np.int64)
    board[runs] = np.searchsorted(cuts, (np.arange(runs.size) + 0.5) / runs.size)
    board[alone] = boards + np.arange(int(alone.sum()))
    return board
