"""Where each child was a year earlier."""

from __future__ import annotations

import numpy as np

from oab_funding.synthetic import shape
from oab_funding.synthetic.changes import Changes
from oab_funding.synthetic.draw import Floats, Ints
from oab_funding.synthetic.roll import Roll
from oab_funding.synthetic.sites import Sites
from oab_funding.synthetic.streams import stream

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
