"""Imputation of coded children, up to their scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from oab_funding.indicator.category_codes import UNKNOWN
from oab_funding.indicator.imputation.coded import age_class, density_class, impute_coded
from oab_funding.indicator.imputed import NO_DONOR, check_imputed
from oab_funding.indicator.population import Population
from oab_funding.indicator.specification_file import load_specification

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
