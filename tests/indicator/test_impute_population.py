"""Imputing a population, keeping it as tables, taking it up again, scoring with it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from oab_funding.errors import InputError
from oab_funding.indicator.coding import code_children
from oab_funding.indicator.impute import ImputationRule, impute
from oab_funding.indicator.imputed import NO_DONOR
from oab_funding.indicator.imputed_tables import imputed_from_tables, imputed_tables
from oab_funding.indicator.model_file import supplied_model
from oab_funding.indicator.specification_file import load_specification
from oab_funding.indicator.steps import (
    coefficients_of,
    fit_indicator,
    impute_population,
    score_population,
    supply_model,
)
from oab_funding.synthetic import Country, country

DAY = date(2019, 10, 1)
SPECIFICATION = load_specification("cbs-2019")
RULE = ImputationRule(rounds=3, seed=5)
MONTHS = (30, 48)


@pytest.fixture(scope="module")
def made() -> Country:
    return country(2500, seed=11)


@pytest.fixture(scope="module")
def tables(made: Country) -> dict[str, pa.Table]:
    parts = impute(made.pupils, made.toddlers, made.sites, SPECIFICATION, MONTHS, RULE)
    return imputed_tables(parts)


def shuffled(table: pa.Table, seed: int = 3) -> pa.Table:
    return table.take(pa.array(np.random.default_rng(seed).permutation(table.num_rows)))


def test_tables_do_not_depend_on_the_order_of_the_rows(made: Country, tables: dict[str, pa.Table]) -> None:
    again = impute(
        shuffled(made.pupils), shuffled(made.toddlers), shuffled(made.sites), SPECIFICATION, MONTHS, RULE
    )
    for name, table in imputed_tables(again).items():
        assert table.equals(tables[name]), name


def test_another_seed_gives_another_imputation(made: Country, tables: dict[str, pa.Table]) -> None:
    other = impute(made.pupils, made.toddlers, made.sites, SPECIFICATION, MONTHS, ImputationRule(3, 6))
    assert not imputed_tables(other)["imputed_education"].equals(tables["imputed_education"])


def test_tables_give_back_what_was_imputed(made: Country, tables: dict[str, pa.Table]) -> None:
    parts = impute(made.pupils, made.toddlers, made.sites, SPECIFICATION, MONTHS, RULE)
    coded = [part.group.coded for part in parts]
    for order in (lambda table: table, shuffled):
        back = imputed_from_tables({name: order(table) for name, table in tables.items()}, coded)
        for part, again in zip(parts, back, strict=True):
            assert part.result.imputed.codes.keys() == again.codes.keys()
            for name, array in again.codes.items():
                assert (array == part.result.imputed.codes[name]).all(), name
            if again.donors is None:
                assert part.result.imputed.donors is None or (part.result.imputed.donors == NO_DONOR).all()
            else:
                assert (again.donors == part.result.imputed.donors).all()


def test_tables_of_others_are_refused_or_passed_over(made: Country, tables: dict[str, pa.Table]) -> None:
    pupils = [code_children(made.pupils, made.sites, SPECIFICATION, DAY)]
    with pytest.raises(InputError, match="is not among the children"):
        imputed_from_tables(tables, pupils)
    assert imputed_from_tables(tables, pupils, whole=False)[0].rounds == 3


def test_a_missing_round_is_refused(made: Country, tables: dict[str, pa.Table]) -> None:
    coded = [
        code_children(made.pupils, made.sites, SPECIFICATION, DAY),
        code_children(made.toddlers, made.sites, SPECIFICATION, DAY),
    ]
    short = tables | {"imputed_stay": tables["imputed_stay"].slice(1)}
    with pytest.raises(InputError, match="without every round"):
        imputed_from_tables(short, coded)


def step_of_imputation(made: Country) -> dict[str, pa.Table]:
    found = impute_population(
        made.pupils,
        made.toddlers,
        made.sites,
        specification=SPECIFICATION,
        specification_sha256=SPECIFICATION.sha256,
        rule=RULE,
        toddler_months=MONTHS,
        reference_date=DAY,
    )
    assert found.figures["rounds"] == 3
    return dict(found.tables)


def test_steps_from_fit_to_scores(made: Country, tables: dict[str, pa.Table]) -> None:
    fitted = fit_indicator(
        made.pupils,
        made.sites,
        specification=SPECIFICATION,
        specification_sha256=SPECIFICATION.sha256,
        reference_date=DAY,
        label="fitted on synthetic data",
    )
    assert coefficients_of(fitted.table)["start"] == fitted.model.value("start")
    assert step_of_imputation(made).keys() == tables.keys()
    scored = score_population(
        made.pupils,
        made.toddlers,
        made.sites,
        fitted.table,
        *tables.values(),
        model=fitted.model,
        average="child",
        toddler_months=MONTHS,
        reference_date=DAY,
    )
    assert scored.figures["label"] == "fitted on synthetic data"
    column = scored.table.column("education_score")
    assert column.null_count == scored.table.column("asylum_seeker").to_pylist().count(True)
    assert scored.figures["scored"] == scored.table.num_rows


def test_steps_refuse_what_is_not_on_record(made: Country, tables: dict[str, pa.Table]) -> None:
    with pytest.raises(InputError, match="is not the one on record"):
        fit_indicator(
            made.pupils,
            made.sites,
            specification=SPECIFICATION,
            specification_sha256="0" * 64,
            reference_date=DAY,
            label="x",
        )
    one, other = (
        supplied_model({"start": start}, "cbs-2019", label="x", source="y", others="0")
        for start in ("530", "531")
    )
    coefficients = supply_model(model=other, model_sha256="").table
    assert coefficients_of(coefficients)["start"] == Decimal(531)
    with pytest.raises(InputError, match="are not those of the model"):
        score_population(
            made.pupils,
            made.toddlers,
            made.sites,
            coefficients,
            *tables.values(),
            model=one,
            average="child",
            toddler_months=MONTHS,
            reference_date=DAY,
        )
