"""Imputation of coded children, up to their scores."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from oab_funding.indicator.category_codes import UNKNOWN
from oab_funding.indicator.coding import code_children
from oab_funding.indicator.imputation.coded import CodedGroup, age_class, density_class, impute_coded
from oab_funding.indicator.imputed import NO_DONOR, check_imputed
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


def group(children: pd.DataFrame) -> CodedGroup:
    coded = code_children(children, SITES, SPECIFICATION)
    born_here = children["mother_born_in_nl"].to_numpy()
    return CodedGroup(coded, coded.counted, born_here)


MODEL, DONE = impute_coded([group(PUPILS), group(TODDLERS)], SPECIFICATION, rounds=3, seed=6)


@pytest.mark.parametrize("kind", [0, 1])
def test_scoring_finds_everything_known(kind: int) -> None:
    given, done = group((PUPILS, TODDLERS)[kind]), DONE[kind]
    check_imputed(given.coded, done.imputed)
    donors = done.imputed.donors
    assert donors is not None
    own = (donors == NO_DONOR) & ~given.coded.asylum_seeker
    for array in done.imputed.codes.values():
        assert not np.any(array[:, own] == UNKNOWN)
    assert np.all(given.coded.codes["origin"][own] != UNKNOWN)
    assert np.all(given.coded.in_register[own])
    assert np.all(own[donors[donors != NO_DONOR]])
    assert np.all(donors[given.coded.asylum_seeker] == NO_DONOR)
    assert np.all(donors[~given.coded.in_register & ~given.coded.asylum_seeker] != NO_DONOR)


def test_donors_are_of_the_same_site_while_it_has_enough() -> None:
    donors = DONE[0].imputed.donors
    assert donors is not None
    takers = np.flatnonzero(donors != NO_DONOR)
    assert np.array_equal(PUPILS["site_id"].to_numpy()[donors[takers]], PUPILS["site_id"].to_numpy()[takers])
    assert np.all(DONE[0].donor_rung == 0)
    assert set(DONE[1].donor_rung.tolist()) == {0, 1}


def test_the_order_of_rows_does_not_matter() -> None:
    order = np.random.default_rng(2).permutation(N)
    _, (pupils, toddlers) = impute_coded(
        [group(PUPILS.iloc[order].reset_index(drop=True)), group(TODDLERS)], SPECIFICATION, rounds=3, seed=6
    )
    for name, array in DONE[0].imputed.codes.items():
        assert np.array_equal(pupils.imputed.codes[name], array[:, order]), name
        assert np.array_equal(toddlers.imputed.codes[name], DONE[1].imputed.codes[name]), name
    found, wanted = pupils.imputed.donors, DONE[0].imputed.donors
    assert found is not None
    assert wanted is not None
    names = PUPILS["child_id"].to_numpy()
    moved = np.where(found == NO_DONOR, "", names[order][found])
    assert np.array_equal(moved, np.where(wanted == NO_DONOR, "", names[wanted])[order])


def test_only_those_who_count_give() -> None:
    given = group(PUPILS)
    counted = np.arange(N) % 2 == 0
    _, (done,) = impute_coded([replace(given, counted=counted)], SPECIFICATION, rounds=2, seed=6)
    assert done.imputed.donors is not None
    assert np.all(counted[done.imputed.donors[done.imputed.donors != NO_DONOR]])


def test_classes_of_age_and_density() -> None:
    pupils, toddlers = group(PUPILS).coded, group(TODDLERS).coded
    assert np.array_equal(age_class(pupils), np.clip(PUPILS["age"], 4, 12) - 4)
    assert set(age_class(toddlers).tolist()) == {9}
    wanted = PUPILS["address_density"].map({499.999: 0, 500.0: 1, 1500.0: 3, 2500.0: 4}).fillna(5)
    assert np.array_equal(density_class(pupils), wanted)


def test_auxiliary_columns_may_be_absent() -> None:
    fewer = PUPILS.drop(columns=["address_density", "socioeconomic_category"])
    model, (done,) = impute_coded([group(fewer)], SPECIFICATION, rounds=2, seed=6)
    assert model.levels["socioeconomic_category"] == 1
    assert done.education.mother[:, done.education.mother_imputed].min() >= 1


def test_unknown_arrivals_of_mothers_born_abroad_are_imputed() -> None:
    given, stay = group(PUPILS), DONE[0].stay
    lacks = given.eligible & (given.coded.codes["stay"] == UNKNOWN)
    assert lacks.sum() > 50
    assert np.array_equal(stay.imputed, lacks)
    assert not np.any(PUPILS["mother_born_in_nl"][stay.imputed])
