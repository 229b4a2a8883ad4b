from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicator.frames import SITES, many_children
from indicator.plain import round_half_up
from oab_funding.errors import InputError
from oab_funding.indicator.coding import code_children
from oab_funding.indicator.model import Model, read_model, supplied_model, write_model
from oab_funding.indicator.scale_values.values import ScaleValues, scaled_columns, scaled_school_means
from oab_funding.indicator.school_mean import NO_MEAN, school_means
from oab_funding.indicator.score import score
from oab_funding.indicator.specification import Specification
from oab_funding.indicator.specification_file import load_specification

SPECIFICATION = load_specification("cbs-2019")
VALUES = {"1": "1", "2": "1.5", "3": "2.125", "4": "3.3333", "5": "4.7", "6": "5", "7": "6.000001", "8": "8"}
SHARED = ScaleValues(features=("education_mother", "education_father", "school_mean"), values=VALUES)


def model(*scale_values: ScaleValues) -> Model:
    columns = dict.fromkeys(scaled_columns(SPECIFICATION, scale_values), "0")
    chosen = {
        "start": "525.5",
        "education_mother": "0.777777",
        "school_mean": "0.654321",
        "stay[under_5]": "-1",
    }
    table = {**columns, **{name: value for name, value in chosen.items() if name in columns}}
    return supplied_model(table, SPECIFICATION, label="made up", source="made up", scale_values=scale_values)


@given(
    st.lists(st.lists(st.integers(0, 40), min_size=8, max_size=8), min_size=1, max_size=5),
    st.integers(0, 6),
)
def test_school_means_are_rounded_once(counts: list[list[int]], places: int) -> None:
    content = SPECIFICATION.model_dump()
    content["rounding"]["school_mean_places"] = places
    found = scaled_school_means(np.array(counts), Specification.model_validate(content), (SHARED,))
    for mean, row in zip(found.tolist(), counts, strict=True):
        total = sum(count * Fraction(value) for count, value in zip(row, VALUES.values(), strict=True))
        expected = round_half_up(total / sum(row), places) * 10**places if sum(row) else NO_MEAN
        assert mean == expected


def test_without_scale_values_the_means_are_of_class_numbers() -> None:
    counts = np.array([[1, 2, 0, 0, 0, 0, 0, 4]])
    mother = ScaleValues(features=("education_mother",), values=VALUES)
    for scale_values in ((), (mother,)):
        means = scaled_school_means(counts, SPECIFICATION, scale_values)
        assert means.tolist() == school_means(counts, SPECIFICATION).tolist()


def test_children_are_scored_by_scale_values() -> None:
    pupils = many_children(400)
    scored = score(pupils, None, SITES, model(SHARED)).table.to_pandas().set_index("child_id")
    places = dict(zip(SITES["site_id"], SITES["school_id"] + SITES["municipality_code"], strict=True))
    number = pupils["education_mother"].map(lambda one: Fraction(VALUES[str(one)]))
    place = pupils["site_id"].map(places)
    mean = {one: round_half_up(sum(number[place == one]) / sum(place == one), 6) for one in set(place)}
    coded = code_children(pupils, SITES, SPECIFICATION)
    for row in range(400):
        expected = Fraction("525.5") + round_half_up(Fraction("0.777777") * number[row], 6)
        expected += round_half_up(Fraction("0.654321") * mean[place[row]], 6)
        expected -= int(coded.codes["stay"][row] == 0)
        assert Fraction(scored["education_score"][f"c{row}"]) == expected


def test_a_model_file_carries_them(tmp_path) -> None:
    made = model(SHARED)
    write_model(made, tmp_path / "model.json")
    again = read_model(tmp_path / "model.json")
    assert again == made
    assert again.scale_values == (SHARED,)
    assert again.to_json() == made.to_json()
    card = again.card()
    assert "Scale values of education_mother, education_father, school_mean" in card
    assert "| 7 | 6.000001 |" in card
    assert "education_mother 1" not in card


@pytest.mark.parametrize(
    ("scale_values", "problem"),
    [
        (
            (ScaleValues(features=("stay",), values=VALUES),),
            "stay cannot have scale values: only education_f",
        ),
        ((SHARED, SHARED), "the scale values of education_mother occur twice"),
        (
            (ScaleValues(features=("school_mean",), values={"1": "1"}),),
            "of school_mean are not those of the classes",
        ),
    ],
)
def test_what_does_not_fit_is_refused(scale_values, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        supplied_model({}, SPECIFICATION, label="x", source="x", others="0", scale_values=scale_values)


@pytest.mark.parametrize("value", ["-1", "1.1234567", "100", "1e3", ""])
def test_a_scale_value_is_a_decimal_text(value: str) -> None:
    with pytest.raises(ValueError, match=r"is not a number such as 2\.5"):
        ScaleValues(features=("school_mean",), values={**VALUES, "2": value})


def test_a_column_for_each_class_is_not_accepted_beside_scale_values() -> None:
    columns = dict.fromkeys(scaled_columns(SPECIFICATION, (SHARED,)), "0")
    with pytest.raises(InputError, match=r"has no column education_mother\[2\]"):
        supplied_model(
            {**columns, "education_mother[2]": "1"},
            SPECIFICATION,
            label="x",
            source="x",
            scale_values=(SHARED,),
        )
