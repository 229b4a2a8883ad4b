"""Imputing a population: education, length of stay and donors, for pupils and toddlers together.

CBS has not published its imputation model; the choices made stand in `imputation.education.GAPS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from oab_funding.indicator.imputation.coded import ImputedPopulation, School, impute_coded
from oab_funding.indicator.population import Population
from oab_funding.indicator.specification import Specification


@dataclass(frozen=True, slots=True)
class ImputationRule:
    """How often to impute, the seed of every draw, and how the school enters (see `impute_coded`)."""

    rounds: int = 10
    seed: int = 1
    school: School = "level"


def impute(
    pupils: Any,
    toddlers: Any,
    sites: Any,
    specification: Specification,
    toddler_months: tuple[int, int] | None,
    rule: ImputationRule,
    reference_date: date | str | None = None,
) -> ImputedPopulation:
    """Impute what is not known of a population.

    Parameters
    ----------
    pupils, toddlers, sites, specification, toddler_months, reference_date
        See `Population.of`.
    rule
        Rounds, seed and how the school enters.

    Returns
    -------
    ImputedPopulation
        Every child gets the same for any order of the rows.

    Raises
    ------
    InputError
        A table does not keep to its schema, there is nothing to learn from, or no donor.
    """
    population = Population.of(pupils, toddlers, sites, specification, reference_date, toddler_months)
    return impute_coded(population, rule.rounds, rule.seed, rule.school)
