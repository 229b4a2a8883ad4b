"""Attainment by a known linear model, in whole units so that the truth is exact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from oab_funding.synthetic import shape
from oab_funding.synthetic.draw import Ints, standard, stream
from oab_funding.synthetic.families import Families
from oab_funding.synthetic.roll import PUPIL, Roll

UNITS = 10**8
"""Units in a point: coefficients have two decimals, the school mean has six."""

MEAN_UNITS = 10**6
STAY_CATEGORIES = ("under_5", "5_to_10", "10_or_more")
STAY_EDGES = (10, 5)
LOWEST, HIGHEST = 501, 550


@dataclass(frozen=True, slots=True)
class Attainment:
    """One entry per child; toddlers have a school mean and an education score, but no attainment of use.

    Parameters
    ----------
    stay
        Shape (n,): place in `STAY_CATEGORIES` on the later date.
    school_mean
        Shape (n,): mean class of the mothers at the school, in millionths, half up.
    education_score
        Shape (n,): start value and effects of background, without ability, in hundred-millionths.
    ability
        Shape (n,): whole number.
    latent
        Shape (n,): attainment before rounding and clipping, in hundred-millionths.
    """

    stay: Ints
    school_mean: Ints
    education_score: Ints
    ability: Ints
    latent: Ints

    @property
    def observed(self) -> Ints:
        """Shape (n,): attainment as the test reports it, rounded half up, from 501 to 550."""
        return np.clip((self.latent + UNITS // 2) // UNITS, LOWEST, HIGHEST)


def draw_attainment(
    roll: Roll, families: Families, school: Ints, municipality: Ints, seed: int
) -> Attainment:
    """Draw ability and noise, and add up attainment.

    Parameters
    ----------
    roll, families
        The children and their families.
    school, municipality
        Shape (n,): numbers of the school and municipality of each child's site.
    seed
        Seed of the country.
    """
    rng = stream(seed, "attainment")
    _, group = np.unique(school * (int(municipality.max()) + 1) + municipality, return_inverse=True)
    mean = school_means(group, families.education_mother, roll)
    stay = stay_category(families, shape.REFERENCE_DATE)
    score = education_scores(families, stay, mean)
    family = shape.ABILITY_FROM_FAMILY * standard(families.level)
    own = np.sqrt(shape.ABILITY_SPREAD**2 - shape.ABILITY_FROM_FAMILY**2) * rng.standard_normal(roll.count)
    ability = np.rint(shape.ABILITY_MEAN + family + own).astype(np.int64)
    noise = np.rint(shape.NOISE_SPREAD * rng.standard_normal(roll.count) * 1000).astype(np.int64) * (
        UNITS // 1000
    )
    lift = shape.TRUE_ABILITY * (ability - shape.ABILITY_MEAN) * (UNITS // 100)
    return Attainment(stay, mean, score, ability, score + lift + noise)


def school_means(group: Ints, education: NDArray[np.int8], roll: Roll) -> Ints:
    """Mean class of the mothers of each child's school, in millionths, rounded half up.

    It runs over the pupils of the later date; leavers and toddlers are given that of their school.
    """
    there = roll.role == PUPIL
    count = np.bincount(group[there], minlength=int(group.max()) + 1)
    total = np.bincount(group[there], weights=education[there], minlength=count.size).astype(np.int64)
    count = np.maximum(count, 1)
    return ((2 * total * MEAN_UNITS + count) // (2 * count))[group]


def stay_category(families: Families, day: date) -> Ints:
    """Length of the mother's stay on a day, in exact calendar years; born here counts as ten or more."""
    since = [np.datetime64(day.replace(year=day.year - years)) for years in STAY_EDGES]
    category = (families.arrival <= since[0]).astype(np.int64) + (families.arrival <= since[1])
    return np.where(families.born_here, len(STAY_CATEGORIES) - 1, category)


def education_scores(families: Families, stay: Ints, school_mean: Ints) -> Ints:
    """Add up the start value and the effects, in hundred-millionths of a point."""
    hundredths = (
        shape.START_VALUE
        + np.array(shape.TRUE_EDUCATION_MOTHER)[families.education_mother - 1]
        + np.array(shape.TRUE_EDUCATION_FATHER)[families.education_father - 1]
        + np.array(shape.TRUE_ORIGIN)[families.origin]
        + np.array(shape.TRUE_STAY)[stay]
        + shape.TRUE_DEBT * families.debt
    )
    score: Ints = (
        hundredths * (UNITS // 100) + shape.TRUE_SCHOOL_MEAN * (UNITS // (100 * MEAN_UNITS)) * school_mean
    )
    return score
