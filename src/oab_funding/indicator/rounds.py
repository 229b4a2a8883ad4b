"""Scoring the rounds of an imputation: school means of the round, scores, averages, donors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.exact import round_ratio_array
from oab_funding.exact.integers import Int64Array
from oab_funding.indicator.category_codes import UNKNOWN
from oab_funding.indicator.coding import CodedChildren, Flags
from oab_funding.indicator.imputed import NO_DONOR, Imputed, check_imputed, codes_of_round
from oab_funding.indicator.model_file import Model
from oab_funding.indicator.school_mean import mother_counts, municipality_counts
from oab_funding.indicator.scoring import (
    LookUp,
    check_coded,
    known_scores,
    look_ups,
    place_units,
    score_units,
)

Average = Literal["child", "institution"]
"""Average the rounds per child, or only after aggregation to institutions: then every round is a row."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Children of one kind on their way to a score.

    Parameters
    ----------
    coded
        n children.
    counted
        bool, shape (n,): who counts.
    imputed
        What imputation adds for them.
    ages
        int64, shape (n,): complete years on the reference date.
    """

    coded: CodedChildren
    counted: Flags
    imputed: Imputed
    ages: Int64Array


def score_groups(groups: Sequence[Group], model: Model, average: Average) -> list[list[Int64Array]]:
    """Score pupils, and toddlers if there are any.

    Parameters
    ----------
    groups
        Pupils first: the school means are theirs.
    model
        Coefficients and features.
    average
        When to average over the rounds.

    Returns
    -------
    list of list of ndarray
        One list per round, or a single one after averaging per child; in it one array per group, int64 of
        shape (n,), in units of a score; negative where an asylum seeker, or a child that does not count, has
        none.

    Raises
    ------
    InputError
        Something imputed does not fit, or a child who counts and does not seek asylum has no score.
    """
    tables, rounds = look_ups(model), count_rounds(groups)
    for group in groups:
        check_coded(group.coded, model)
        check_imputed(group.coded, group.imputed)
    sums: list[Int64Array] = []
    by_round: list[list[Int64Array]] = []
    for number in range(rounds):
        units = _score_round(groups, model, tables, number)
        if average == "institution":
            by_round.append([_with_donors(group, own) for group, own in zip(groups, units, strict=True)])
        else:
            sums = units if not sums else [total + own for total, own in zip(sums, units, strict=True)]
    if average == "child":
        by_round = [
            [_with_donors(g, round_ratio_array(total, rounds)) for g, total in zip(groups, sums, strict=True)]
        ]
    return by_round


def count_rounds(groups: Sequence[Group]) -> int:
    """Count the rounds of imputation: 1 where nothing is imputed."""
    given = {group.imputed.rounds for group in groups} - {None}
    if len(given) > 1:
        raise InputError(
            "pupils and toddlers have different numbers of rounds", remedy="impute both equally often"
        )
    return next((rounds for rounds in given if rounds is not None), 1)


def _score_round(
    groups: Sequence[Group], model: Model, tables: Sequence[LookUp], number: int
) -> list[Int64Array]:
    specification = model.specification
    codes = [codes_of_round(g.coded, g.imputed, number if g.imputed.codes else 0) for g in groups]
    coded, counted = groups[0].coded, groups[0].counted
    counts = np.zeros((len(coded.places), len(specification.education_classes)), dtype=np.int64)
    if specification.school_mean is not None:
        mothers = np.where(counted, codes[0][specification.school_mean.of], np.int8(UNKNOWN))
        counts = mother_counts(mothers, coded.place, len(coded.places), counts.shape[1])
    of_group = [counts, *(municipality_counts(coded.places, counts, g.coded.places) for g in groups[1:])]
    return [
        score_units(tables, own, group.coded.place, place_units(model, model.school_means(mine)))
        for group, own, mine in zip(groups, codes, of_group, strict=True)
    ]


def _with_donors(group: Group, units: Int64Array) -> Int64Array:
    """Let donors stand in, and refuse a child who counts and still has no score."""
    coded, donors = group.coded, group.imputed.donors
    if donors is not None:
        taken = donors != NO_DONOR
        units = np.where(taken, units[donors], units)
        _refuse_donors(group, donors, taken)
    missing = np.flatnonzero(~known_scores(units) & group.counted & ~coded.asylum_seeker)
    if missing.size:
        raise _no_score(group, missing)
    return units


def _refuse_donors(group: Group, donors: NDArray[np.int64], taken: Flags) -> None:
    unfit = ~group.counted | group.coded.asylum_seeker | taken
    wrong = np.flatnonzero(taken & unfit[donors])
    if wrong.size:
        raise InputError(
            "is the donor of another child but has itself a donor, seeks asylum, or does not count",
            Place(column="donors", row=int(wrong[0]) + 2, value=int(donors[wrong[0]])),
            "choose donors who count and have a score of their own",
        )


def _no_score(group: Group, missing: NDArray[np.int64]) -> InputError:
    """Say what is missing: categories that stay unknown, or else the mean of the school or municipality."""
    coded, after = group.coded, codes_of_round(group.coded, group.imputed, 0)
    unknown = {name: after[name][missing] == UNKNOWN for name in coded.codes}
    incomplete = np.any(list(unknown.values()), axis=0)
    if incomplete.any():
        found = ", ".join(f"{name} of {int(holds.sum())}" for name, holds in unknown.items() if holds.any())
        return _unscored(
            group, missing[incomplete], f"not known: {found}", "impute what is not known, or give them donors"
        )
    school, municipality = coded.places[int(coded.place[missing[0]])]
    where = f"school {school} in {municipality}" if school else f"municipality {municipality}"
    return _unscored(
        group,
        missing,
        f"there is no school mean, as no mother's education is known of the pupils who count of {where}",
        "give the education of a mother there, or give the children donors",
    )


def _unscored(group: Group, rows: NDArray[np.int64], cause: str, remedy: str) -> InputError:
    kind, row = group.coded.kind, int(rows[0])
    child = group.coded.children.column("child_id")[row].as_py()
    return InputError(
        f"{len(rows)} {kind}s who count have no score ({cause})",
        Place(f"table {kind}s", column="child_id", row=row + 2, value=child),
        remedy,
    )
