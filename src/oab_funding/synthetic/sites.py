"""The made-up sites: size, disadvantage, migration and address density, before schools get their names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oab_funding.synthetic import shape
from oab_funding.synthetic.draw import Bools, Floats, Ints, apportion, by_rank, standard
from oab_funding.synthetic.municipalities import Municipalities
from oab_funding.synthetic.streams import stream

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
