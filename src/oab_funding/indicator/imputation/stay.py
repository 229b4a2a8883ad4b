"""Imputing how long a mother born abroad has been here, where her date of arrival is unknown.

A random donor among the mothers born abroad with a known stay, in the narrowest class with enough of them:
the caller's groups (such as origin and age) with the mother's education of that round, then the groups alone,
one by one from narrow to wide, then everyone. The shares of the stay classes are thus those among the donors.
It comes after education, in whose model "stay unknown" is a level of its own, and is drawn anew each round.
That CBS does so is not known: the whole of it is a gap. The shares themselves are not drawn, so the spread
between rounds is slightly too small where donors are few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError
from oab_funding.indicator.category_codes import Codes
from oab_funding.indicator.imputation.counts import CLASSES
from oab_funding.indicator.imputation.donors import UNKNOWN, Classes, DonorPool, class_codes
from oab_funding.indicator.imputation.draws import Keys, Purpose

MINIMUM = 20
"""Donors that a class must have by default before it serves (a gap)."""


@dataclass(frozen=True, slots=True)
class StayInput:
    """Children whose mother's stay is known or to be imputed, as plain arrays of n rows.

    Parameters
    ----------
    child_key
        From `child_keys`.
    stay
        Class of stay from 0, or `UNKNOWN`.
    born_abroad
        Whether the mother was born abroad: only those give and take.
    eligible
        Whether the child takes part, as in `EducationInput`.
    groups
        Class codes from narrow to wide, below 0 where unknown.
    """

    child_key: Keys
    stay: NDArray[np.integer]
    born_abroad: NDArray[np.bool_]
    eligible: NDArray[np.bool_]
    groups: Classes


@dataclass(frozen=True, slots=True)
class ImputedStay:
    """Stay class in every round, observed or imputed.

    Parameters
    ----------
    rounds
        Number of rounds m.
    stay
        ``int8`` of shape (m, n): class from 0, or `UNKNOWN` where not to be imputed.
    imputed
        Boolean of shape (n,).
    rung
        Shape (m, imputed children): rung of the ladder that served, for the imputed children in their order.
    seed
        Seed of the draws.
    """

    rounds: int
    stay: Codes
    imputed: NDArray[np.bool_]
    rung: NDArray[np.int64]
    seed: int


def impute_stay(children: StayInput, mother: Codes, seed: int, minimum: int = MINIMUM) -> ImputedStay:
    """Impute the unknown stay classes in every round.

    Parameters
    ----------
    children
        All children.
    mother
        Mother's education of every round, shape (m, n), from `ImputedEducation`; known of all who take part.
    seed
        Seed of the calculation.
    minimum
        Donors that a class must have before it serves.

    Raises
    ------
    InputError
        No mother born abroad has a known stay while one is to be imputed.

    Examples
    --------
    >>> keys = np.arange(4, dtype=np.uint64)
    >>> abroad = np.array([True, True, True, False])
    >>> everyone, all_alike = np.ones(4, dtype=bool), [np.zeros(4, dtype=int)]
    >>> children = StayInput(keys, np.array([1, 1, -1, 2]), abroad, everyone, all_alike)
    >>> impute_stay(children, np.full((2, 4), 4, dtype=np.int8), seed=1).stay.tolist()
    [[1, 1, 1, 2], [1, 1, 1, 2]]
    """
    taking_part = children.eligible & children.born_abroad
    lacks = taking_part & (children.stay == UNKNOWN)
    donors, takers = np.flatnonzero(taking_part & ~lacks), np.flatnonzero(lacks)
    rounds = len(mother)
    stay = np.tile(children.stay.astype(np.int8), (rounds, 1))
    rung = np.zeros((rounds, len(takers)), dtype=np.int64)
    if len(takers) and not len(donors):
        raise InputError(
            "no mother born abroad has a known stay", "stay", "give one date of arrival at least"
        )
    if not len(takers):
        return ImputedStay(rounds, stay, lacks, rung, seed)
    fixed = [codes[donors] for codes in children.groups]
    wider = [codes[takers] for codes in children.groups]
    pool = DonorPool(children.child_key[donors], [fixed[0], *fixed], minimum)
    for index in range(rounds):
        # Only the first rung depends on the round.
        pool = pool.with_first(_with_education(fixed[0], mother[index, donors]))
        wanted = [_with_education(wider[0], mother[index, takers]), *wider]
        choice = pool.choose(children.child_key[takers], wanted, seed, index + 1, Purpose.STAY)
        stay[index, takers], rung[index] = children.stay[donors][choice.donor], choice.rung
    return ImputedStay(rounds, stay, lacks, rung, seed)


def _with_education(group: NDArray[np.integer], mother: Codes) -> NDArray[np.int64]:
    return class_codes([group, mother], (int(group.max(initial=0)) + 1, CLASSES))
