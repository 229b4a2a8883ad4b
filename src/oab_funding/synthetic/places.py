"""The made-up municipalities, the sites in them, and the school and board to which each site belongs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.synthetic import shape
from oab_funding.synthetic.draw import Bools, Floats, Ints, apportion, by_rank, standard, stream


@dataclass(frozen=True, slots=True)
class Municipalities:
    """One entry per municipality; neighbours in the order are neighbours on the map.

    Parameters
    ----------
    sites
        Shape (M,): number of sites.
    city
        Shape (M,): logarithm of that number, standardised; how much of a city it is.
    own
        Shape (M,): what a municipality has of its own in the index of disadvantage; over the sites it has
        mean 0 and nothing to do with `city`.
    province
        Shape (M,): number of the province.
    """

    sites: Ints
    city: Floats
    own: Floats
    province: Ints

    @property
    def codes(self) -> list[str]:
        """Codes, above those in real use."""
        return [f"GM{3001 + number}" for number in range(self.sites.size)]

    @property
    def names(self) -> list[str]:
        """Names that nobody takes for real."""
        return [f"Voorbeeldstad {number + 1}" for number in range(self.sites.size)]


def draw_municipalities(sites: int, pupils: int, seed: int) -> Municipalities:
    """Draw the municipalities of a country with so many sites and pupils.

    Examples
    --------
    >>> towns = draw_municipalities(90, 20_000, seed=1)
    >>> towns.sites.size, int(towns.sites.sum())
    (10, 90)
    """
    rng = stream(seed, "municipalities")
    wished = shape.MUNICIPALITIES_NATIONAL * (pupils / shape.PUPILS_NATIONAL) ** shape.MUNICIPALITY_POWER
    count = min(sites, max(2, round(wished)))
    number = apportion(by_rank(rng.random(count), shape.MUNICIPALITY_SITES), sites, minimum=1)
    provinces = min(shape.PROVINCES, count)
    city = standard(np.log(number))
    return Municipalities(
        sites=number,
        city=city,
        own=_apart_from(city, rng.standard_normal(count), number),
        province=np.arange(count, dtype=np.int64) * provinces // count,
    )


def _apart_from(city: Floats, own: Floats, sites: Ints) -> Floats:
    """Take out what chance makes `own` share with `city`: a few cities would else tilt the whole country."""
    if own.size < 4:
        return own
    x, y = city - np.average(city, weights=sites), own - np.average(own, weights=sites)
    slope = (sites * x * y).sum() / max((sites * x * x).sum(), 1e-9)
    rest = y - slope * x
    apart: Floats = rest / np.sqrt(np.average(rest**2, weights=sites))
    return apart


ORDINARY, SPECIAL, TRAVELLER = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Sites:
    """One entry per site on the later date, ordered by municipality.

    Parameters
    ----------
    municipality
        Shape (S,): number of the municipality.
    size
        Shape (S,): pupils on the later date.
    index
        Shape (S,): disadvantage; higher means parents with less education.
    migration
        Shape (S,): standardised; higher means more families of foreign origin.
    density
        Shape (S,): logarithm of the address density around it.
    kind
        Shape (S,): `ORDINARY`, `SPECIAL` (special primary school) or `TRAVELLER`.
    asylum, unregistered
        Shape (S,): share of the pupils who seek asylum, and who are not in the population register.
    """

    municipality: Ints
    size: Ints
    index: Floats
    migration: Floats
    density: Floats
    kind: NDArray[np.int8]
    asylum: Floats
    unregistered: Floats

    @property
    def count(self) -> int:
        """Number of sites."""
        return int(self.size.size)


def number_of_sites(pupils: int) -> int:
    """Give the number of sites of a country with so many pupils.

    Examples
    --------
    >>> number_of_sites(20_000)
    90
    """
    return max(2, round(pupils / shape.PUPILS_PER_SITE))


def draw_sites(towns: Municipalities, pupils: int, seed: int) -> Sites:
    """Draw the sites of all municipalities; their sizes add up to `pupils`."""
    rng = stream(seed, "sites")
    municipality = np.repeat(np.arange(towns.sites.size, dtype=np.int64), towns.sites)
    count, city, town = municipality.size, towns.city[municipality], towns.own[municipality]
    own = rng.standard_normal((5, count))
    size = site_sizes(shape.CITY_SIZE_PULL * city + own[0], pupils)
    from_town = shape.INDEX_FROM_MUNICIPALITY
    raw = from_town * town + shape.INDEX_FROM_CITY_SIZE * city + np.sqrt(1 - from_town**2) * own[1]
    log_size = np.clip(standard(np.log(size)), -shape.UNUSUAL_SIZE, shape.UNUSUAL_SIZE)
    raw = raw + shape.INDEX_FROM_SITE_SIZE * log_size + shape.INDEX_FROM_UNUSUAL_SIZE * log_size**2
    migration = standard(
        shape.MIGRATION_FROM_INDEX * standard(raw)
        + shape.MIGRATION_FROM_CITY * city
        + shape.MIGRATION_OWN * own[2]
    )
    density = (
        shape.DENSITY_FROM_CITY * city + shape.DENSITY_FROM_INDEX * standard(raw) + shape.DENSITY_OWN * own[3]
    )
    kind = _kinds(rng, count)
    asylum = np.where(kind == ORDINARY, _asylum(rng, size), 0.0)
    return Sites(
        municipality=municipality,
        size=size,
        index=shape.SITE_INDEX_STRETCH * by_rank(raw, shape.SITE_INDEX),
        migration=migration,
        density=shape.DENSITY_LEVEL + density,
        kind=kind,
        asylum=asylum,
        unregistered=_unregistered(rng, count),
    )


def site_sizes(raw: Floats, pupils: int) -> Ints:
    """Give sizes by rank of `raw`, with the published shape, that add up to `pupils`.

    Examples
    --------
    >>> int(site_sizes(np.arange(6295.0), 1_400_000).max())
    1815
    """
    count = raw.size
    wished = by_rank(raw, shape.SITE_SIZE)
    if count < shape.EXTREMES_FROM_SITES:
        return apportion(wished, pupils, minimum=1)
    size = np.empty(count, dtype=np.int64)
    order = np.argsort(raw, kind="stable")
    size[order[0]], size[order[-1]] = shape.SMALLEST_SITE, shape.LARGEST_SITE
    rest = order[1:-1]
    size[rest] = apportion(wished[rest], pupils - shape.SMALLEST_SITE - shape.LARGEST_SITE, minimum=1)
    return size


def _kinds(rng: np.random.Generator, count: int) -> NDArray[np.int8]:
    """Make some sites special; a country of twenty sites has one of each kind, a smaller one none."""
    kind = np.full(count, ORDINARY, dtype=np.int8)
    order = rng.permutation(count)
    if count >= 20:
        special, traveller = (
            max(1, round(share * count)) for share in (shape.SPECIAL_SITES, shape.TRAVELLER_SITES)
        )
        kind[order[:special]] = SPECIAL
        kind[order[special : special + traveller]] = TRAVELLER
    return kind


def _asylum(rng: np.random.Generator, size: Ints) -> Floats:
    """Place reception centres near sites that are not among the largest."""
    share = np.full(size.size, shape.ASYLUM_ELSEWHERE)
    small = rng.permutation(np.flatnonzero(size <= np.median(size) * 1.2))
    chosen = small[: max(1, round(shape.ASYLUM_SITES * size.size))]
    share[chosen] = rng.uniform(*shape.ASYLUM_THERE, chosen.size)
    return share


def _unregistered(rng: np.random.Generator, count: int) -> Floats:
    share = np.full(count, shape.UNREGISTERED)
    chosen: Bools = rng.random(count) < shape.UNREGISTERED_SITES
    share[chosen] = rng.uniform(*shape.UNREGISTERED_THERE, int(chosen.sum()))
    return share


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
