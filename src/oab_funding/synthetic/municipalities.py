"""The made-up municipalities: how many, how large, in which province."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oab_funding.synthetic import shape
from oab_funding.synthetic.draw import Floats, Ints, apportion, by_rank, standard
from oab_funding.synthetic.streams import stream


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
