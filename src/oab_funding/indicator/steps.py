"""The steps of the indicator: coefficients, imputation, education scores; tables in, tables and figures out.

A specification and a model are too large to be written down with every step. The steps take them bound
beforehand, and with them the hash that goes on record; they refuse to work with any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.indicator.coding import code_children
from oab_funding.indicator.fit import fit
from oab_funding.indicator.impute import ImputationRule, impute
from oab_funding.indicator.imputed_tables import imputed_from_tables, imputed_tables
from oab_funding.indicator.model_file import Model
from oab_funding.indicator.rounds import Average
from oab_funding.indicator.score import score
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
) -> ModelStep:
    """Fit the indicator; see `fit.fit`.

    Raises
    ------
    InputError
        See `fit.fit`; or the specification is not the one on record.
    """
    _check_hash(specification, specification_sha256)
    fitted = fit(pupils, sites, specification, reference_date)
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
) -> StepResult:
    """Impute what is not known of a population; see `impute.impute`."""
    _check_hash(specification, specification_sha256)
    parts = impute(pupils, toddlers, sites, specification, toddler_months, rule, reference_date)
    found = [part.result for part in parts]
    tables = imputed_tables(parts)
    figures: dict[str, Figure] = {
        "rounds": rule.rounds,
        "seed": rule.seed,
        "children_with_imputed_mother": sum(int(part.education.mother_imputed.sum()) for part in found),
        "children_with_imputed_father": sum(int(part.education.father_imputed.sum()) for part in found),
        "children_with_imputed_stay": sum(int(part.stay.imputed.sum()) for part in found),
        "children_with_a_donor": tables["imputed_donors"].num_rows,
    }
    return StepResult(tables, figures)


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
) -> StepResult:
    """Score a population with what was imputed; see `score.score`.

    The number of rounds is that of the tables; it needs to be given only where nothing was missing.

    Raises
    ------
    InputError
        See `score.score`; or the coefficients are not those of the model.
    """
    if _coefficients(model) != coefficients:
        raise InputError(
            "the coefficients on record are not those of the model", remedy="use the model of this run"
        )
    imputed_by = {"imputed_education": education, "imputed_stay": stay, "imputed_donors": donors}
    frames = [pupils] if toddlers is None else [pupils, toddlers]
    parts = [code_children(frame, sites, model.specification, reference_date) for frame in frames]
    imputed = imputed_from_tables(imputed_by, parts, rounds=rounds)
    scored = score(
        pupils,
        toddlers,
        sites,
        model,
        reference_date=reference_date,
        imputed=imputed[0],
        imputed_toddlers=imputed[1] if toddlers is not None else None,
        average=average,
        toddler_months=toddler_months,
    )
    figures: dict[str, Figure] = {
        "scored": scored.table.num_rows,
        "label": scored.label,
        **{f"left_out: {reason}": count for reason, count in scored.left_out.items()},
    }
    return StepResult({"scored_children": scored.table}, figures)


def coefficients_of(table: pa.Table) -> Mapping[str, Decimal]:
    """Give a table of coefficients as a mapping."""
    return dict(zip(table.column("column").to_pylist(), table.column("coefficient").to_pylist(), strict=True))


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
