"""The steps of the indicator: coefficients, imputation, education scores; tables in, tables and figures out.

A specification and a model are too large to be written down with every step. The steps take them bound
beforehand, and with them the hash that goes on record; they refuse to work with any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.indicator.category_codes import UNKNOWN
from oab_funding.indicator.fit import fit, fit_coded
from oab_funding.indicator.imputation.impute import ImputationRule, ImputedPopulation, impute_coded
from oab_funding.indicator.imputation.imputed import Imputed
from oab_funding.indicator.imputation.tables import imputed_from_tables, imputed_tables
from oab_funding.indicator.model import Model
from oab_funding.indicator.population import Population
from oab_funding.indicator.rounds import Average
from oab_funding.indicator.score import ScoredChildren, score_coded
from oab_funding.indicator.specification import Specification
from oab_funding.tables.schema import Column, Number, TableSchema, Text
from oab_funding.tables.step_result import Figure, StepResult

COEFFICIENTS = TableSchema(
    "coefficients",
    (Column("column", Text()), Column("coefficient", Number(6, digits=18))),
    key=("column",),
)
"""Coefficients of the indicator as published, each rounded once."""


@dataclass(frozen=True, slots=True)
class ModelStep(StepResult):
    """Coefficients as a table, and the model they belong to."""

    model: Model


def fit_indicator(
    pupils: pa.Table,
    sites: pa.Table,
    *,
    specification: Specification,
    specification_sha256: str,
    reference_date: date,
    label: str,
    population: Population | None = None,
) -> ModelStep:
    """Fit the indicator; see `fit.fit`.

    Raises
    ------
    InputError
        See `fit.fit`; or the specification is not the one on record.
    """
    _check_hash(specification, specification_sha256)
    fitted = (
        fit(pupils, sites, specification, reference_date)
        if population is None
        else fit_coded(population.check_source(pupils, population.frames[1], sites).pupils, specification)
    )
    model = fitted.model(label=label)
    figures: dict[str, Figure] = {
        "specification": specification.name,
        "n": fitted.n,
        **{f"left_out: {reason}": count for reason, count in fitted.left_out.items()},
        "ability_centre": fitted.ability_centre,
        "statistics_sha256": fitted.statistics.sha256,
    }
    return ModelStep({"coefficients": _coefficients(model)}, figures, model)


def supply_model(*, model: Model, model_sha256: str) -> ModelStep:
    """Take coefficients from a model file."""
    figures: dict[str, Figure] = {"model": model.name, "label": model.label, "model_sha256": model_sha256}
    return ModelStep({"coefficients": _coefficients(model)}, figures, model)


@dataclass(frozen=True, slots=True)
class ImputationStep(StepResult):
    """What was imputed, as tables and as it is."""

    imputed: ImputedPopulation


@dataclass(frozen=True, slots=True)
class ScoringStep(StepResult):
    """Scored children, as a table and with the scores of every round, and the tables they were made from."""

    scored: ScoredChildren
    sources: tuple[pa.Table | None, ...]

    def check_source(self, *tables: pa.Table) -> ScoringStep:
        """Give the step itself if it scored these very pupils, sites, education, stay and donors.

        Raises
        ------
        InputError
            It scored others.
        """
        if any(own is not other for own, other in zip(self.sources, tables, strict=True)):
            raise InputError("the scores were made from other tables", remedy="give those of the scoring")
        return self


def impute_population(
    pupils: pa.Table,
    toddlers: pa.Table | None,
    sites: pa.Table,
    *,
    specification: Specification,
    specification_sha256: str,
    rule: ImputationRule,
    toddler_months: tuple[int, int],
    reference_date: date,
    population: Population | None = None,
) -> ImputationStep:
    """Impute what is not known of a population; see `impute.impute`."""
    _check_hash(specification, specification_sha256)
    everyone = (
        Population.of(pupils, toddlers, sites, specification, reference_date, toddler_months)
        if population is None
        else population.check_source(pupils, toddlers, sites)
    )
    found = impute_coded(everyone, rule.rounds, rule.seed, rule.school)
    tables = imputed_tables(found)
    figures: dict[str, Figure] = {
        "rounds": rule.rounds,
        "seed": rule.seed,
        "school": rule.school,
        "children_with_imputed_mother": _count_imputed(found, "education_mother"),
        "children_with_imputed_father": _count_imputed(found, "education_father"),
        "children_with_imputed_stay": _count_imputed(found, "stay"),
        "children_with_a_donor": tables["imputed_donors"].num_rows,
    }
    return ImputationStep(tables, figures, found)


def score_population(
    pupils: pa.Table,
    toddlers: pa.Table | None,
    sites: pa.Table,
    coefficients: pa.Table,
    education: pa.Table,
    stay: pa.Table,
    donors: pa.Table,
    *,
    model: Model,
    average: Average,
    toddler_months: tuple[int, int],
    reference_date: date,
    rounds: int | None = None,
    imputation: ImputationStep | None = None,
) -> ScoringStep:
    """Score a population with what was imputed; see `score.score`.

    The number of rounds is that of the tables; it needs to be given only where nothing was missing. The step
    that made the tables may be given too: then they need not be read again.

    Raises
    ------
    InputError
        See `score.score`; or the coefficients are not those of the model.
    """
    if _coefficients(model) != coefficients:
        raise InputError(
            "the coefficients on record are not those of the model", remedy="use the model of this run"
        )
    tables = {"imputed_education": education, "imputed_stay": stay, "imputed_donors": donors}
    if imputation is None:
        everyone = Population.of(pupils, toddlers, sites, model.specification, reference_date, toddler_months)
        imputed: Sequence[Imputed] = imputed_from_tables(tables, everyone, rounds=rounds)
    else:
        everyone = imputation.imputed.population.check_source(pupils, toddlers, sites)
        if any(imputation.tables[name] is not table for name, table in tables.items()):
            raise InputError("the step of imputation gave other tables", remedy="give those it gave")
        imputed = imputation.imputed.parts
    scored = score_coded(everyone, imputed, model, average)
    figures: dict[str, Figure] = {
        "scored": scored.table.num_rows,
        "label": scored.label,
        **{f"left_out: {reason}": count for reason, count in scored.left_out.items()},
    }
    sources = (pupils, sites, education, stay, donors)
    return ScoringStep({"scored_children": scored.table}, figures, scored, sources)


def _count_imputed(found: ImputedPopulation, name: str) -> int:
    return sum(
        int(((coded.codes[name] == UNKNOWN) & (part.codes[name][0] != UNKNOWN)).sum())
        for coded, part in zip(found.population.parts, found.parts, strict=True)
    )


def _coefficients(model: Model) -> pa.Table:
    schema = COEFFICIENTS.arrow()
    values = [Decimal(one.value) for one in model.coefficients]
    return pa.table(
        [[one.column for one in model.coefficients], pa.array(values, schema.field(1).type)], schema=schema
    )


def _check_hash(specification: Specification, recorded: str) -> None:
    if specification.sha256 != recorded:
        raise InputError(
            f"the specification {specification.name} is not the one on record",
            remedy="use the specification file of this run",
        )
