"""Imputing a population: education, length of stay and donors, for pupils and toddlers together.

CBS has not published its imputation model; the choices made stand in `imputation.education.GAPS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from oab_funding.indicator.arrow import filled
from oab_funding.indicator.coding import code_children
from oab_funding.indicator.imputation.coded import CodedGroup, ImputedGroup, impute_coded
from oab_funding.indicator.population import counted_pupils, counted_toddlers
from oab_funding.indicator.specification import Specification
from oab_funding.tables.catalogue import PUPILS, TODDLERS
from oab_funding.tables.conform import conform


@dataclass(frozen=True, slots=True)
class ImputationRule:
    """How often to impute, and the seed of every draw."""

    rounds: int = 10
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class ImputedPart:
    """Children of one kind, coded, and what was imputed for them."""

    group: CodedGroup
    result: ImputedGroup


def impute(
    pupils: Any,
    toddlers: Any,
    sites: Any,
    specification: Specification,
    toddler_months: tuple[int, int],
    rule: ImputationRule,
    reference_date: date | str | None = None,
) -> tuple[ImputedPart, ...]:
    """Impute what is not known of a population.

    Parameters
    ----------
    pupils, toddlers
        Frames of pupils, and of toddlers or None.
    sites
        Frame of sites with `municipality_code`.
    specification
        The features.
    toddler_months
        From how many complete months, and until below how many, a toddler counts.
    rule
        Rounds and seed.
    reference_date
        The day on which ages and lengths of stay are counted; the specification's own if left out.

    Returns
    -------
    tuple of ImputedPart
        Pupils, and toddlers if there are any. Every child gets the same for any order of the rows.

    Raises
    ------
    InputError
        A table does not keep to its schema, there is nothing to learn from, or no donor.
    """
    groups = [_group(conform(pupils, PUPILS), sites, specification, reference_date, None)]
    if toddlers is not None:
        table = conform(toddlers, TODDLERS)
        groups.append(_group(table, sites, specification, reference_date, toddler_months))
    _, results = impute_coded(groups, specification, rule.rounds, rule.seed)
    return tuple(ImputedPart(group, result) for group, result in zip(groups, results, strict=True))


def _group(
    table: Any,
    sites: Any,
    specification: Specification,
    day: date | str | None,
    months: tuple[int, int] | None,
) -> CodedGroup:
    coded = code_children(table, sites, specification, day)
    counted = counted_pupils(coded)[0] if months is None else counted_toddlers(coded, months)[0]
    return CodedGroup(coded, counted, filled(table.column("mother_born_in_nl"), False))
