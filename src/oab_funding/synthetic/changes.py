"""What changes between the two dates: sites that open, close or pass on, and children who move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oab_funding.synthetic import shape
from oab_funding.synthetic.draw import Bools, Floats, Ints, stream
from oab_funding.synthetic.places import ORDINARY, Schools, Sites
from oab_funding.synthetic.roll import Roll


@dataclass(frozen=True, slots=True)
class Changes:
    """Differences of the earlier date from the later one; sites are numbered as on the later date.

    Parameters
    ----------
    parent
        Shape (S,): for a site that opened, the site most of its pupils came from; -1 for all others.
    target
        Shape (K,): for each site that closed, the site its pupils went to. Closed sites have the numbers
        S, ..., S + K - 1.
    absorbed
        Shape (S,): second sites that were the first site of a school of their own on the earlier date.
    """

    parent: Ints
    target: Ints
    absorbed: Bools

    @property
    def opened(self) -> Bools:
        """Shape (S,): sites that did not exist on the earlier date."""
        return self.parent >= 0


def draw_changes(sites: Sites, schools: Schools, seed: int) -> Changes:
    """Draw which sites open, close and pass to another school between the dates.

    A country of ten sites has a merger at least, a new site, and an absorbed school if it has a second site.
    """
    rng = stream(seed, "changes")
    parent = np.full(sites.count, -1, dtype=np.int64)
    if sites.count < 10:
        return Changes(parent, np.empty(0, dtype=np.int64), np.zeros(sites.count, dtype=np.bool_))
    alone = (
        (np.bincount(schools.school)[schools.school] == 1) & (sites.kind == ORDINARY) & (sites.asylum < 0.01)
    )
    candidates = rng.permutation(np.flatnonzero(alone))
    opening = max(1, round(shape.OPENED_SITES * sites.count))
    closing = max(1, round(shape.CLOSED_SITES * sites.count))
    used = np.zeros(sites.count, dtype=np.bool_)
    for site in candidates:
        neighbours = np.flatnonzero(alone & ~used & (sites.municipality == sites.municipality[site]))
        neighbours = neighbours[neighbours != site]
        if opening == 0:
            break
        if used[site] or neighbours.size == 0:
            continue
        parent[site] = neighbours[np.argmax(sites.size[neighbours])]
        used[[site, parent[site]]] = True
        opening -= 1
    target = np.sort(candidates[~used[candidates]][:closing])
    second = np.flatnonzero(schools.place > 0)
    absorbed = np.zeros(sites.count, dtype=np.bool_)
    if second.size:
        absorbed[rng.permutation(second)[: max(1, round(shape.ABSORBED_SCHOOLS * second.size))]] = True
    return Changes(parent, target, absorbed)


ALIKE = 8
"""Number of groups of sites alike in disadvantage."""


def sites_before(roll: Roll, sites: Sites, changes: Changes, seed: int) -> Ints:
    """Give the site of each child on the earlier date, had it been a pupil then.

    Children who moved change places with children of sites alike in disadvantage, so that moves change
    neither how large nor how mixed sites are. A site that opened took its pupils from its parent; part of the
    pupils of a merged site were at the site that closed.

    Returns
    -------
    numpy.ndarray
        Shape (n,): number of the site, closed sites after the others as in `Changes`.
    """
    rng = stream(seed, "moves")
    before = roll.site.copy()
    draw = rng.random(roll.count)
    within = np.flatnonzero(draw < shape.SITE_MOVERS)
    alike = _alike(sites.index)
    _change_places(rng, before, within, (sites.municipality * ALIKE + alike)[before[within]])
    between = np.flatnonzero(draw > 1 - shape.TOWN_MOVERS)
    _change_places(rng, before, between, alike[before[between]])
    opened = changes.opened[before]
    before[opened] = changes.parent[before[opened]]
    came = rng.random(roll.count) < shape.CLOSED_SHARE
    closed_into = np.full(sites.count, -1, dtype=np.int64)
    closed_into[changes.target] = sites.count + np.arange(changes.target.size)
    merged = came & (closed_into[before] >= 0)
    before[merged] = closed_into[before[merged]]
    return before


def _alike(index: Floats) -> Ints:
    """Put sites into groups of equal number by disadvantage."""
    rank = np.argsort(np.argsort(index, kind="stable"), kind="stable")
    group: Ints = rank * ALIKE // index.size
    return group


def _change_places(rng: np.random.Generator, before: Ints, movers: Ints, group: Ints) -> None:
    """Permute the sites of the movers of each group among themselves."""
    kept = np.argsort(group, kind="stable")
    mixed = np.lexsort((rng.random(movers.size), group))
    before[movers[kept]] = before[movers[mixed]]
