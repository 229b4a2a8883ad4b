"""The families: origin, the mother's arrival, asylum, parents' education, debt, socio-economic category."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oab_funding.synthetic import shape
from oab_funding.synthetic.draw import Bools, Floats, chance, pick, stream
from oab_funding.synthetic.places import Sites
from oab_funding.synthetic.roll import LEAVER, Days, Roll

Codes = NDArray[np.int8]

ASYLUM_ORIGINS = tuple(shape.ORIGINS.index(name) for name in shape.ASYLUM_ORIGINS)
RECENT_YEARS = 10


@dataclass(frozen=True, slots=True)
class Families:
    """One entry per child: what is true of its family, known to anyone or not.

    Parameters
    ----------
    origin_mother, origin_father
        Shape (n,): place in `shape.ORIGINS`.
    asylum
        Shape (n,): seeks asylum.
    born_here
        Shape (n,): the mother was born in the Netherlands.
    arrival
        Shape (n,): day the mother arrived; without meaning where she was born here.
    newcomer
        Shape (n,): came with the mother between the two dates.
    level
        Shape (n,): latent education of the family, about standard normal.
    education_mother, education_father
        Shape (n,): class 1 to 8.
    debt
        Shape (n,): debt restructuring.
    socioeconomic
        Shape (n,): place in `shape.SOCIOECONOMIC`.
    """

    origin_mother: Codes
    origin_father: Codes
    asylum: Bools
    born_here: Bools
    arrival: Days
    newcomer: Bools
    level: Floats
    education_mother: Codes
    education_father: Codes
    debt: Bools
    socioeconomic: Codes

    @property
    def origin(self) -> Codes:
        """Origin of the parents together: the mother's unless it is Dutch, then the father's."""
        return np.where(self.origin_mother > 0, self.origin_mother, self.origin_father)


def draw_families(roll: Roll, sites: Sites, seed: int) -> Families:
    """Draw the families of all children, each by the site it belongs to."""
    rng = stream(seed, "families")
    asylum = rng.random(roll.count) < sites.asylum[roll.site]
    shares = origin_shares(sites.migration)
    mother, father = _origins(rng, shares, roll, asylum)
    born_here, years, newcomer = _arrivals(roll, mother, asylum, seed)
    recent = ~born_here & (years < RECENT_YEARS)
    shift = np.array(shape.EDUCATION_ORIGIN)
    # The index is what the families of a site lack on average, whatever their origins: those only divide it.
    site_level = -sites.index - shares @ shift
    level = site_level[roll.site] + shape.FAMILY_SPREAD * rng.standard_normal(roll.count)
    level -= shape.EDUCATION_RISE * (roll.years(shape.REFERENCE_DATE) - shape.MIDDLE_AGE)
    class_mother = _classes(rng, level + shift[mother] + shape.EDUCATION_RECENT * recent)
    class_father = _classes(rng, level + shift[father])
    general = level + (shift[mother] + shift[father]) / 2
    return Families(
        origin_mother=mother,
        origin_father=father,
        asylum=asylum,
        born_here=born_here,
        arrival=np.datetime64(shape.REFERENCE_DATE) - np.floor(years * 365.25).astype(np.int64),
        newcomer=newcomer,
        level=general,
        education_mother=class_mother,
        education_father=class_father,
        debt=chance(rng, shape.DEBT_LEVEL + shape.DEBT_FROM_EDUCATION * general),
        socioeconomic=_socioeconomic(rng, general, asylum),
    )


def origin_shares(migration: Floats) -> Floats:
    """Give the share of each origin among the mothers of each site: shape (sites, origins)."""
    odds = np.array(shape.ORIGIN_SHARES) * np.exp(np.array(shape.ORIGIN_SLOPES) * migration[:, None])
    shares: Floats = odds / odds.sum(axis=1, keepdims=True)
    return shares


def _origins(rng: np.random.Generator, shares: Floats, roll: Roll, asylum: Bools) -> tuple[Codes, Codes]:
    mother, father = pick(rng, shares, roll.site), pick(rng, shares, roll.site)
    same = rng.random(roll.count) < np.array(shape.SAME_ORIGIN)[mother]
    mother[asylum] = father[asylum] = np.array(ASYLUM_ORIGINS, dtype=np.int8)[
        rng.integers(len(ASYLUM_ORIGINS), size=int(asylum.sum()))
    ]
    return mother, np.where(same, mother, father)


def _arrivals(roll: Roll, mother: Codes, asylum: Bools, seed: int) -> tuple[Bools, Floats, Bools]:
    """Whether the mother was born here, how many years she has been here, and whether the child is new."""
    rng = stream(seed, "stay")
    born_here = (rng.random(roll.count) < np.array(shape.BORN_HERE)[mother]) & ~asylum
    with_child = ~born_here & (rng.random(roll.count) < np.array(shape.CHILD_BORN_ABROAD)[mother])
    age = roll.years(shape.REFERENCE_DATE)
    before_birth = np.array(shape.STAY_YEARS)[mother] * rng.gamma(2.0, 0.5, roll.count)
    since = rng.random(roll.count)
    years = np.where(with_child, since * age, age + before_birth)
    low, high = shape.ASYLUM_YEARS
    years = np.where(asylum, low + (high - low) * since, np.minimum(years, 30 + 10 * since))
    child_came = with_child | asylum
    # Who was a pupil a year ago was here a year ago.
    years = np.where((roll.role == LEAVER) & child_came, np.maximum(years, 1.0 + since), years)
    return born_here, years, child_came & (years < 1.01)


def _classes(rng: np.random.Generator, level: Floats) -> Codes:
    latent = level + shape.PARENT_SPREAD * rng.standard_normal(level.size)
    return (1 + np.searchsorted(np.array(shape.EDUCATION_CUTS), latent, side="right")).astype(np.int8)


def _socioeconomic(rng: np.random.Generator, level: Floats, asylum: Bools) -> Codes:
    """Draw the category from log-odds in the family's education, in steps so that shares are looked up."""
    step = np.clip(np.round(level * 8) + 20, 0, 40).astype(np.int64)
    middle = (np.arange(41) - 20) / 8
    logit = (
        np.array(shape.SOCIOECONOMIC_LEVEL) + np.array(shape.SOCIOECONOMIC_FROM_EDUCATION) * middle[:, None]
    )
    odds = np.exp(logit)
    chosen = pick(rng, odds / odds.sum(axis=1, keepdims=True), step)
    chosen[asylum] = len(shape.SOCIOECONOMIC) - 1
    return chosen
