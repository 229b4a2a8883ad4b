"""The roll of children: where each is and when each was born, before anything of the family is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from oab_funding.synthetic import shape
from oab_funding.synthetic.draw import Ints, apportion, stream
from oab_funding.synthetic.places import Sites

Days = NDArray[np.datetime64]

PUPIL, LEAVER, TODDLER = 0, 1, 2
YOUNGEST = 4
TODDLER_FROM_MONTHS = 30


@dataclass(frozen=True, slots=True)
class Roll:
    """One entry per child of either date.

    Parameters
    ----------
    role
        Shape (n,): pupil on the later date, pupil on the earlier date only, or toddler on the later date.
    site
        Shape (n,): site of a pupil; of a toddler, the site it grows up near.
    birth
        Shape (n,): date of birth.
    """

    role: NDArray[np.int8]
    site: Ints
    birth: Days

    @property
    def count(self) -> int:
        """Number of children."""
        return int(self.site.size)

    def age(self, day: date) -> Ints:
        """Whole years on a day that has the month and day of the reference dates."""
        month = self.birth.astype("datetime64[M]")
        day_of_month = (self.birth - month.astype("datetime64[D]")).astype(np.int64) + 1
        months = month.astype(np.int64) + 1970 * 12
        still_to_come = months % 12 * 100 + day_of_month > (day.month - 1) * 100 + day.day
        age: Ints = day.year - months // 12 - still_to_come
        return age

    def years(self, day: date) -> NDArray[np.float64]:
        """Age on a day in years and parts of a year."""
        return (np.datetime64(day) - self.birth).astype(np.float64) / 365.25


def draw_roll(sites: Sites, seed: int) -> Roll:
    """Draw the children of both dates: the pupils of the later date fill the sites exactly."""
    rng = stream(seed, "roll")
    here = np.repeat(np.arange(sites.count), sites.size)
    ages = YOUNGEST + _categories(rng, shape.AGE_SHARES, here.size)
    before = round(here.size / shape.GROWTH)
    leaving = max(0, before - int((ages > YOUNGEST).sum()))
    gone = _near(rng, sites, leaving)
    small = _near(rng, sites, round(shape.TODDLERS_PER_PUPIL * here.size))
    gone_ages = YOUNGEST + 1 + _categories(rng, shape.LEAVER_SHARES, leaving)
    return Roll(
        role=np.repeat(np.array([PUPIL, LEAVER, TODDLER], dtype=np.int8), [here.size, gone.size, small.size]),
        site=np.concatenate([here, gone, small]),
        birth=np.concatenate([_births(rng, ages), _births(rng, gone_ages), _toddler_births(rng, small.size)]),
    )


def toddler_births(day: date) -> tuple[np.datetime64, np.datetime64]:
    """First and last date of birth of those aged 2.5 up to 4 on a day.

    Examples
    --------
    >>> [str(limit) for limit in toddler_births(date(2019, 10, 1))]
    ['2015-10-02', '2017-04-01']
    """
    months = np.datetime64(day, "M") - TODDLER_FROM_MONTHS
    last = months.astype("datetime64[D]") + (day.day - 1)
    first = np.datetime64(date(day.year - YOUNGEST, day.month, day.day)) + 1
    return first, last


def _categories(rng: np.random.Generator, shares: tuple[float, ...], count: int) -> Ints:
    edges = np.cumsum(shares) / sum(shares)
    return np.searchsorted(edges[:-1], rng.random(count), side="right").astype(np.int64)


def _near(rng: np.random.Generator, sites: Sites, count: int) -> Ints:
    """Spread children over the sites by size, with the differences that chance makes."""
    weights = sites.size * rng.gamma(20.0, 0.05, sites.count)
    return np.repeat(np.arange(sites.count), apportion(weights, count))


def _births(rng: np.random.Generator, ages: Ints) -> Days:
    """Draw dates of birth of those who are so old on the later date."""
    day = shape.REFERENCE_DATE
    oldest = np.array([np.datetime64(date(day.year - age - 1, day.month, day.day)) + 1 for age in range(25)])
    span = np.array(
        [
            (np.datetime64(date(day.year - age, day.month, day.day)) - oldest[age]).astype(int) + 1
            for age in range(25)
        ]
    )
    births: Days = oldest[ages] + np.floor(rng.random(ages.size) * span[ages]).astype(np.int64)
    return births


def _toddler_births(rng: np.random.Generator, count: int) -> Days:
    first, last = toddler_births(shape.REFERENCE_DATE)
    return first + rng.integers(0, (last - first).astype(np.int64) + 1, count)
