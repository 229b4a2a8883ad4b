"""What changes between the two dates: sites that open, close by merger, or pass to another school."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oab_funding.synthetic import shape
from oab_funding.synthetic.draw import Bools, Ints
from oab_funding.synthetic.schools import Schools
from oab_funding.synthetic.sites import ORDINARY, Sites
from oab_funding.synthetic.streams import stream


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
