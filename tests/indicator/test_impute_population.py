"""Imputing a population, keeping it as tables, taking it up again, scoring with it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from oab_funding.errors import InputError
from oab_funding.indicator.impute import ImputationRule, impute
from oab_funding.indicator.imputed import NO_DONOR
from oab_funding.indicator.imputed_tables import imputed_from_tables, imputed_tables
from oab_funding.indicator.model import supplied_model
from oab_funding.indicator.population import Population
from oab_funding.indicator.score import score
from oab_funding.indicator.specification_file import load_specification
from oab_funding.indicator.steps import (
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
    done = impute(made.pupils, made.toddlers, made.sites, SPECIFICATION, MONTHS, RULE)
    for order in (lambda table: table, shuffled):
        shuffled_tables = {name: order(table) for name, table in tables.items()}
        back = imputed_from_tables(shuffled_tables, done.population)
        for part, again in zip(done.parts, back, strict=True):
            assert part.codes.keys() == again.codes.keys()
            for name, array in again.codes.items():
                assert (array == part.codes[name]).all(), name
            if again.donors is None:
                assert part.donors is None or (part.donors == NO_DONOR).all()
            else:
                assert (again.donors == part.donors).all()


def test_tables_of_others_are_refused_or_passed_over(made: Country, tables: dict[str, pa.Table]) -> None:
    pupils = Population.of(made.pupils, None, made.sites, SPECIFICATION, DAY)
    with pytest.raises(InputError, match="is not among the children"):
        imputed_from_tables(tables, pupils)
    assert imputed_from_tables(tables, pupils, whole=False)[0].rounds == 3


def everyone(made: Country) -> Population:
    return Population.of(made.pupils, made.toddlers, made.sites, SPECIFICATION, DAY, MONTHS)


def test_a_missing_round_is_refused(made: Country, tables: dict[str, pa.Table]) -> None:
    short = tables | {"imputed_stay": tables["imputed_stay"].slice(1)}
    with pytest.raises(InputError, match=r"imputed stay, column round, .*does not have every round"):
        imputed_from_tables(short, everyone(made))


def coefficients_of(table: pa.Table) -> dict[str, Decimal]:
    return dict(zip(table.column("column").to_pylist(), table.column("coefficient").to_pylist(), strict=True))


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


def fully_known(made: Country, toddlers: bool) -> pa.Table:
    """The children of whom everything is known, so that nothing is imputed."""
    table = made.toddlers if toddlers else made.pupils
    frame = table.to_pandas()
    known = (
        frame[["education_mother", "education_father", "origin_mother", "origin_father"]].notna().all(axis=1)
    )
    known &= frame["in_register"] & ~frame["asylum_seeker"] & frame["mother_born_in_nl"].eq(True)
    return table.filter(pa.array(known.fillna(False).to_numpy(bool)))


@pytest.mark.parametrize("average", ["child", "institution"])
def test_nothing_is_missing(made: Country, average) -> None:
    """Then all rounds are alike, and the scores are those without any imputation."""
    pupils, toddlers = fully_known(made, False), fully_known(made, True)
    common = {"toddler_months": MONTHS, "reference_date": DAY}
    found = impute_population(
        pupils,
        toddlers,
        made.sites,
        specification=SPECIFICATION,
        specification_sha256=SPECIFICATION.sha256,
        rule=RULE,
        **common,
    )
    assert [table.num_rows for table in found.tables.values()] == [0, 0, 0]
    model = supplied_model(
        {"start": "530", "school_mean": "0.7"}, SPECIFICATION, label="x", source="y", others="1"
    )
    plain = score(pupils, toddlers, made.sites, model, **common)
    for rounds in (None, 3):
        table = score_population(
            pupils,
            toddlers,
            made.sites,
            supply_model(model=model, model_sha256="").table,
            *found.tables.values(),
            model=model,
            average=average,
            rounds=rounds,
            **common,
        ).table
        times = rounds or 1 if average == "institution" else 1
        assert table.num_rows == times * plain.table.num_rows
        assert (
            table.column("education_score").to_pylist()
            == times * plain.table.column("education_score").to_pylist()
        )


def test_pupils_of_whom_all_is_known_beside_toddlers_of_whom_it_is_not(made: Country) -> None:
    pupils = fully_known(made, False)
    done = impute(pupils, made.toddlers, made.sites, SPECIFICATION, MONTHS, RULE)
    tables = imputed_tables(done)
    both = imputed_from_tables(tables, done.population)
    assert [one.rounds for one in both] == [3, 3]
    alone = Population.of(pupils, None, made.sites, SPECIFICATION, DAY)
    assert imputed_from_tables(tables, alone, whole=False)[0].rounds == 3


def test_tables_of_different_numbers_of_rounds_are_refused(
    made: Country, tables: dict[str, pa.Table]
) -> None:
    with pytest.raises(InputError, match="different numbers of rounds: 3 and 4"):
        imputed_from_tables(tables, everyone(made), rounds=4)
    stay = tables["imputed_stay"]
    two = stay.filter(pc.less_equal(stay.column("round"), 2))
    with pytest.raises(InputError, match="different numbers of rounds: 2 and 3"):
        imputed_from_tables(tables | {"imputed_stay": two}, everyone(made))


def test_an_identifier_is_no_predictor(made: Country) -> None:
    few = made.pupils.slice(0, 300)
    place = few.column_names.index("socioeconomic_category")

    def with_categories(count: int) -> pa.Table:
        names = pa.array([f"s{number % count}" for number in range(few.num_rows)])
        return few.set_column(place, "socioeconomic_category", names.dictionary_encode())

    with pytest.raises(
        InputError, match="column socioeconomic_category: has 65 categories, and imputation takes"
    ):
        impute(with_categories(65), None, made.sites, SPECIFICATION, MONTHS, ImputationRule(1, 1))
    impute(with_categories(64), None, made.sites, SPECIFICATION, MONTHS, ImputationRule(1, 1, "none"))


def test_toddlers_where_no_mother_is_known_are_said_to_lack_a_mean(made: Country) -> None:
    place = made.toddlers.column_names.index("municipality_code")
    away = made.toddlers.set_column(
        place, "municipality_code", pa.array(["GM9999"] * made.toddlers.num_rows).dictionary_encode()
    )
    parts = impute(made.pupils, away, made.sites, SPECIFICATION, MONTHS, RULE).parts
    model = supplied_model(
        {"start": "530", "school_mean": "1"}, SPECIFICATION, label="x", source="y", others="0"
    )
    with pytest.raises(
        InputError, match=r"no score \(there is no school mean, .* of municipality GM9999\); give"
    ):
        score(
            made.pupils,
            away,
            made.sites,
            model,
            imputed=parts[0],
            imputed_toddlers=parts[1],
            toddler_months=MONTHS,
        )
