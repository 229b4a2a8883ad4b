"""Imputation of coded children, up to their scores."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from oab_funding.errors import InputError
from oab_funding.indicator.category_codes import UNKNOWN
from oab_funding.indicator.imputation.impute import (
    ImputationRule,
    age_class,
    density_class,
    impute,
    impute_coded,
)
from oab_funding.indicator.imputation.imputed import NO_DONOR, check_imputed
from oab_funding.indicator.imputation.tables import imputed_from_tables, imputed_tables
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

SPECIFICATION = load_specification("cbs-2019")
N = 1500
SITES = pd.DataFrame(
    {
        "site_id": ["00AP00", "00AR00", "00AZ00"],
        "school_id": ["00AP", "00AR", "00AZ"],
        "municipality_code": ["GM0363", "GM0363", "GM0344"],
    }
)


def frame(kind: str, rng: np.random.Generator) -> pd.DataFrame:
    def some(values: object, empty: float) -> list[object]:
        return [None if lack else value for value, lack in zip(values, rng.random(N) < empty, strict=True)]

    born_here = rng.random(N) < 0.7
    arrivals = np.datetime64("2016-01-01") - rng.integers(0, 5000, N)
    children = pd.DataFrame(
        {
            "child_id": [f"{kind}{row:05d}" for row in range(N)],
            "education_mother": pd.array(some(rng.integers(1, 9, N).tolist(), 0.2), dtype="Int64"),
            "education_father": pd.array(some(rng.integers(1, 9, N).tolist(), 0.2), dtype="Int64"),
            "origin_mother": some(np.where(born_here, "NL", "TR").tolist(), 0.03),
            "origin_father": some(rng.choice(["NL", "MA"], N).tolist(), 0.1),
            "mother_arrival_date": pd.to_datetime(
                pd.Series(
                    [
                        None if here or rng.random() < 0.2 else day
                        for here, day in zip(born_here, arrivals, strict=True)
                    ]
                )
            ),
            "mother_born_in_nl": born_here,
            "debt_restructuring": rng.random(N) < 0.05,
            "in_register": rng.random(N) < 0.95,
            "asylum_seeker": rng.random(N) < 0.02,
            "address_density": some(rng.choice([499.999, 500.0, 1500.0, 2500.0], N).tolist(), 0.05),
            "socioeconomic_category": some(rng.choice(["work", "benefit"], N).tolist(), 0.1),
        }
    )
    if kind == "pupil":
        return children.assign(
            site_id=rng.choice(SITES["site_id"], N), age=rng.integers(3, 14, N), funded=True
        )
    return children.assign(municipality_code="GM0363", birth_date=pd.Timestamp("2016-10-01"))


RNG = np.random.default_rng(1)
PUPILS, TODDLERS = frame("pupil", RNG), frame("toddler", RNG)


def population(pupils: pd.DataFrame, toddlers: pd.DataFrame | None = None) -> Population:
    return Population.of(pupils, toddlers, SITES, SPECIFICATION)


EVERYONE = population(PUPILS, TODDLERS)
DONE = impute_coded(EVERYONE, rounds=3, seed=6).parts


@pytest.mark.parametrize("kind", [0, 1])
def test_scoring_finds_everything_known(kind: int) -> None:
    given, done = EVERYONE.parts[kind], DONE[kind]
    check_imputed(given, done)
    donors = done.donors
    assert donors is not None
    own = (donors == NO_DONOR) & ~given.asylum_seeker
    for array in done.codes.values():
        assert not np.any(array[:, own] == UNKNOWN)
    assert np.all(given.codes["origin"][own] != UNKNOWN)
    assert np.all(given.in_register[own])
    assert np.all(own[donors[donors != NO_DONOR]])
    assert np.all(donors[given.asylum_seeker] == NO_DONOR)
    assert np.all(donors[~given.in_register & ~given.asylum_seeker] != NO_DONOR)


def test_donors_are_of_the_same_site_while_it_has_enough() -> None:
    donors = DONE[0].donors
    assert donors is not None
    takers = np.flatnonzero(donors != NO_DONOR)
    assert np.array_equal(PUPILS["site_id"].to_numpy()[donors[takers]], PUPILS["site_id"].to_numpy()[takers])
    assert np.all(DONE[0].donor_rung == 0)
    assert set(DONE[1].donor_rung.tolist()) == {0, 1}


def test_the_order_of_rows_does_not_matter() -> None:
    order = np.random.default_rng(2).permutation(N)
    moved_rows = population(PUPILS.iloc[order].reset_index(drop=True), TODDLERS)
    pupils, toddlers = impute_coded(moved_rows, rounds=3, seed=6).parts
    for name, array in DONE[0].codes.items():
        assert np.array_equal(pupils.codes[name], array[:, order]), name
        assert np.array_equal(toddlers.codes[name], DONE[1].codes[name]), name
    found, wanted = pupils.donors, DONE[0].donors
    assert found is not None
    assert wanted is not None
    names = PUPILS["child_id"].to_numpy()
    moved = np.where(found == NO_DONOR, "", names[order][found])
    assert np.array_equal(moved, np.where(wanted == NO_DONOR, "", names[wanted])[order])


def test_only_those_who_count_give() -> None:
    counted = np.arange(N) % 2 == 0
    (done,) = impute_coded(population(PUPILS.assign(funded=counted)), rounds=2, seed=6).parts
    assert done.donors is not None
    assert np.all(counted[done.donors[done.donors != NO_DONOR]])


def test_classes_of_age_and_density() -> None:
    pupils, toddlers = EVERYONE.parts
    assert np.array_equal(age_class(pupils), np.clip(PUPILS["age"], 4, 12) - 4)
    assert set(age_class(toddlers).tolist()) == {9}
    wanted = PUPILS["address_density"].map({499.999: 0, 500.0: 1, 1500.0: 3, 2500.0: 4}).fillna(5)
    assert np.array_equal(density_class(pupils), wanted)


def test_auxiliary_columns_may_be_absent() -> None:
    fewer = PUPILS.drop(columns=["address_density", "socioeconomic_category"])
    done = impute_coded(population(fewer), rounds=2, seed=6)
    assert done.model.levels["socioeconomic_category"] == 1
    assert done.parts[0].codes["education_mother"][:, done.population.pupils.eligible].min() >= 0


def test_unknown_arrivals_of_mothers_born_abroad_are_imputed() -> None:
    given, stay = EVERYONE.pupils, DONE[0].codes["stay"]
    lacks = given.eligible & (given.codes["stay"] == UNKNOWN)
    assert lacks.sum() > 50
    lacks &= ~PUPILS["mother_born_in_nl"].to_numpy()
    assert np.array_equal((given.codes["stay"] == UNKNOWN) & (stay[0] != UNKNOWN), lacks)
    assert (stay[:, lacks] >= 0).all()


DAY = date(2019, 10, 1)
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
