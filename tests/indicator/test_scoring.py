from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicator import plain
from indicator.frames import (
    GROUPS,
    PLACE,
    REFERENCE_DATE,
    SITES,
    child,
    children,
    frame,
    many_children,
    small_specification,
)
from indicator.test_collect import NAMES
from oab_funding.errors import InputError
from oab_funding.indicator.coding import CodedChildren, code_children
from oab_funding.indicator.model import Model, supplied_model
from oab_funding.indicator.normal_equations import design_columns
from oab_funding.indicator.school_mean import NO_MEAN, mother_counts, school_means
from oab_funding.indicator.scoring import (
    LookUp,
    category_units,
    check_coded,
    known_scores,
    look_ups,
    place_units,
)

SMALL = small_specification()
COLUMNS = [column for column in design_columns(SMALL) if column != "ability"]


def coefficients() -> st.SearchStrategy[dict[str, str]]:
    number = st.integers(-(10**7), 10**7).map(
        lambda units: f"{'-' if units < 0 else ''}{abs(units) // 10**6}.{abs(units) % 10**6:06d}"
    )
    return st.fixed_dictionaries(dict.fromkeys(COLUMNS, number))


def means_of(coded: CodedChildren, model: Model) -> np.ndarray:
    codes = coded.codes["education_mother"]
    classes = len(model.specification.education_classes)
    return school_means(mother_counts(codes, coded.place, len(coded.places), classes), model.specification)


def score_units(tables: tuple[LookUp, ...], coded: CodedChildren, of_place: np.ndarray) -> np.ndarray:
    return category_units(tables, coded.codes, len(coded)) + of_place[coded.place]


def scores_of(coded: CodedChildren, model: Model, means: np.ndarray) -> np.ndarray:
    return score_units(look_ups(model), coded, place_units(model, means))


def plain_score(row: dict, means: dict, table: dict[str, str]) -> Fraction:
    coded = plain.features(row, GROUPS, "dutch", REFERENCE_DATE, [5, 10])
    total = Fraction(table["start"])
    for column in COLUMNS[1:-1]:
        feature, category = column[:-1].split("[")
        if NAMES[feature](coded[feature]) == category:
            total += Fraction(table[column])
    return total + plain.round_half_up(Fraction(table["school_mean"]) * means[PLACE[row["site_id"]]], 6)


@settings(max_examples=120, deadline=None)
@given(children(complete=True), coefficients())
def test_scores_are_those_of_plain_fractions(rows: list[dict], table: dict[str, str]) -> None:
    model = supplied_model(table, SMALL, label="made up", source="hypothesis")
    coded = code_children(frame(rows), SITES, SMALL)
    scores = scores_of(coded, model, means_of(coded, model)).tolist()
    means = plain.school_means(rows, PLACE)
    assert [Fraction(units, 10**6) for units in scores] == [plain_score(row, means, table) for row in rows]


@pytest.fixture(scope="module")
def model() -> Model:
    specification = small_specification()
    return supplied_model(
        {column: str(number) for number, column in enumerate(COLUMNS, start=7)},
        specification,
        label="x",
        source="x",
    )


@pytest.mark.parametrize("largest", [1, 4, 16, 100, 2**16])
def test_any_number_of_tables_gives_the_same(model: Model, largest: int) -> None:
    coded = code_children(
        frame([child(child_id=str(n), education_mother=n % 3 + 1) for n in range(20)]), SITES, SMALL
    )
    places = place_units(model, means_of(coded, model))
    tables = look_ups(model, largest)
    assert len(tables) == {1: 5, 4: 5, 16: 3, 100: 2, 2**16: 1}[largest]
    assert all(table.units.size <= max(largest, 4) for table in tables)
    whole = score_units(look_ups(model), coded, places)
    assert np.array_equal(score_units(tables, coded, places), whole)


def test_blocks_do_not_show() -> None:
    pupils = many_children(70_000)
    specification_model = supplied_model(
        {c: f"{n}.{n:06d}" for n, c in enumerate(design_columns(code_spec()))},
        code_spec(),
        label="x",
        source="x",
    )
    coded = code_children(pupils, SITES, code_spec())
    means = means_of(coded, specification_model)
    scores = scores_of(coded, specification_model, means)
    order = np.random.default_rng(4).permutation(len(pupils))
    shuffled = code_children(pupils.iloc[order], SITES, code_spec())
    assert np.array_equal(scores_of(shuffled, specification_model, means), scores[order])


def code_spec():
    from oab_funding.indicator.specification_file import load_specification

    return load_specification("cbs-2019")


def test_half_of_a_millionth_goes_up_once(model: Model) -> None:
    """Mean 1.5 times coefficient 0.000001 is 0.0000015: 0.000002, and -0.0000015 is -0.000002."""
    for value, expected in (("0.000001", 2), ("-0.000001", -2), ("0.000003", 5)):
        one = supplied_model({"school_mean": value}, SMALL, label="x", source="x", others="0")
        assert place_units(one, np.array([1_500_000])).tolist() == [expected]


def test_what_is_not_known_is_never_a_score(model: Model) -> None:
    rows = [
        child(child_id="a", education_mother=None),
        child(child_id="b", mother_born_in_nl=None),
        child(child_id="c", origin_mother=None, origin_father="?"),
        child(child_id="d", education_father=None, education_mother=None, mother_born_in_nl=None),
        child(child_id="e"),
        child(child_id="f", site_id="00AZ00"),
    ]
    coded = code_children(frame(rows), SITES, SMALL)
    means = np.array([1_000_000, NO_MEAN, 1_000_000])[: len(coded.places)]
    places = place_units(model, means)
    for largest in (4, 2**16):
        units = score_units(look_ups(model, largest), coded, places)
        no_mean = [coded.places[p] == coded.places[1] for p in coded.place]
        assert (units < 0).tolist() == [True, True, True, True, no_mean[4], no_mean[5]]


def test_children_of_another_specification_are_refused(model: Model) -> None:
    coded = code_children(frame([child()]), SITES, code_spec())
    with pytest.raises(InputError, match="not coded by the specification of the model, small"):
        check_coded(coded, model)


def test_without_a_school_mean() -> None:
    content = SMALL.model_dump()
    content["features"] = tuple(f for f in content["features"] if f["kind"] != "school_mean")
    bare = type(SMALL).model_validate(content)
    model = supplied_model({"start": "530.5"}, bare, label="x", source="x", others="0")
    coded = code_children(frame([child()]), SITES, bare)
    assert scores_of(coded, model, np.array([NO_MEAN])).tolist() == [530_500_000]


def test_largest_coefficients_do_not_overflow() -> None:
    table = dict.fromkeys(COLUMNS, "99999.999999")
    model = supplied_model(table, SMALL, label="x", source="x")
    coded = code_children(frame([child(education_mother=3, debt_restructuring=True)]), SITES, SMALL)
    score = Fraction(int(scores_of(coded, model, means_of(coded, model))[0]), 10**6)
    assert score == Fraction("99999.999999") * (1 + 1 + 1 + 3)


def test_what_is_not_known_shows_beside_the_largest_coefficients() -> None:
    model = supplied_model(dict.fromkeys(COLUMNS, "99999.999999"), SMALL, label="x", source="x")
    coded = code_children(frame([child(education_father=None, debt_restructuring=True)]), SITES, SMALL)
    places = place_units(model, np.array([8_000_000]))
    for largest in (1, 2**16):
        units = score_units(look_ups(model, largest), coded, places)
        assert not known_scores(units).any()


def test_pandas_and_arrow_give_the_same(model: Model) -> None:
    import pyarrow as pa

    rows = frame([child(child_id=str(n), education_mother=n % 3 + 1) for n in range(9)])
    one = code_children(rows, SITES, SMALL)
    other = code_children(pa.Table.from_pandas(rows), pa.Table.from_pandas(pd.DataFrame(SITES)), SMALL)
    means = means_of(one, model)
    assert np.array_equal(scores_of(one, model, means), scores_of(other, model, means))
