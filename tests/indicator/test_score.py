from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oab_funding as oab
from indicator import plain
from indicator.frames import PLACE, SITES, child, children, frame, small_specification, toddler
from indicator.inference.independent import SPECIFICATION, fitted, made_up
from indicator.test_scoring import COLUMNS, plain_score
from oab_funding.errors import InputError
from oab_funding.indicator.imputation.imputed import NO_DONOR, Imputed
from oab_funding.indicator.model import Model, supplied_model
from oab_funding.indicator.score import school_mean_effect, score
from oab_funding.indicator.specification import Specification
from oab_funding.tables.child_tables import SCORED_CHILDREN
from oab_funding.tables.conform import conform

SMALL = small_specification()
TABLE = {column: f"{number}.{number * 131071 % 10**6:06d}" for number, column in enumerate(COLUMNS, start=1)}


@pytest.fixture(scope="module")
def model() -> Model:
    return supplied_model(TABLE, SMALL, label="made up", source="test")


def scores(result: Any) -> dict[str, Decimal | None]:
    columns = (result.table.column(name).to_pylist() for name in ("child_id", "education_score"))
    return dict(zip(*columns, strict=True))


@settings(max_examples=60, deadline=None)
@given(children(complete=True), st.data())
def test_counted_pupils_are_scored_as_by_hand(rows: list[dict], data: st.DataObject) -> None:
    rows = [
        row | {"funded": data.draw(st.booleans()), "asylum_seeker": data.draw(st.booleans())} for row in rows
    ]
    result = score(frame(rows), None, SITES, supplied_model(TABLE, SMALL, label="made up", source="test"))
    counted = [row for row in rows if row["funded"]]
    means = plain.school_means(counted, PLACE)
    assert list(scores(result)) == [row["child_id"] for row in counted]
    for row in counted:
        expected = None if row["asylum_seeker"] else plain_score(row, means, TABLE)
        assert scores(result)[row["child_id"]] == expected
    assert result.left_out["pupils not funded"] == len(rows) - len(counted)


def test_the_table_is_that_of_scored_children(model: Model) -> None:
    result = score(frame([child()]), frame([toddler()]), SITES, model)
    assert conform(result.table, SCORED_CHILDREN).equals(result.table.select(SCORED_CHILDREN.names[:-1]))
    assert result.label == "made up"
    assert result.rounds == 1
    assert result.to_frame()["child_id"].tolist() == ["c0", "t0"]
    assert result.table.to_pylist() == [
        {
            "child_id": "c0",
            "kind": "pupil",
            "site_id": "00AP00",
            "municipality_code": "GM0363",
            "age": 9,
            "education_score": scores(result)["c0"],
            "asylum_seeker": False,
        },
        {
            "child_id": "t0",
            "kind": "toddler",
            "site_id": None,
            "municipality_code": "GM0363",
            "age": 3,
            "education_score": scores(result)["t0"],
            "asylum_seeker": False,
        },
    ]


def test_left_out_by_the_first_reason_and_without_their_mothers(model: Model) -> None:
    sites = SITES.assign(excluded=[False, False, False, True], school_type=["bo", "bo", "sbo", "sbo"])
    rows = [
        child(child_id="a", education_mother=3),
        child(child_id="b", funded=False, education_mother=None),
        child(child_id="c", funded=False),
        child(child_id="d", site_id="00AR00", funded=False),
        child(child_id="e", site_id="00AZ00", funded=False),
    ]
    result = score(frame(rows), None, sites, model)
    assert result.left_out == {
        "pupils at an excluded site": 1,
        "pupils at a school of another type than bo": 1,
        "pupils not funded": 2,
    }
    assert scores(result) == {"a": plain_score(rows[0], {PLACE["00AP00"]: Fraction(3)}, TABLE)}


@pytest.mark.parametrize(
    ("born", "reason", "age"),
    [
        (date(2017, 4, 2), "toddlers under 30 months", None),
        (date(2017, 4, 1), None, 2),
        (date(2016, 10, 2), None, 2),
        (date(2016, 10, 1), None, 3),
        (date(2015, 10, 2), None, 3),
        (date(2015, 10, 1), "toddlers 48 months or older", None),
        (date(2015, 9, 30), "toddlers 48 months or older", None),
        (date(2019, 9, 30), "toddlers under 30 months", None),
    ],
)
def test_ages_of_toddlers(model: Model, born: date, reason: str | None, age: int | None) -> None:
    result = score(frame([child()]), frame([toddler(birth_date=born)]), SITES, model)
    found = [row["age"] for row in result.table.to_pylist() if row["kind"] == "toddler"]
    assert found == ([] if age is None else [age])
    assert sum(result.left_out.values()) == (0 if reason is None else 1)
    assert reason is None or result.left_out[reason] == 1


def test_other_ages_of_toddlers_may_be_asked_for(model: Model) -> None:
    toddlers = frame([toddler(child_id=f"t{n}", birth_date=date(2019 - n, 10, 1)) for n in range(6)])
    result = score(frame([child()]), toddlers, SITES, model, toddler_months=(12, 60))
    assert [(row["child_id"], row["age"]) for row in result.table.to_pylist()[1:]] == [
        ("t1", 1),
        ("t2", 2),
        ("t3", 3),
        ("t4", 4),
    ]
    older = score(frame([child()]), toddlers, SITES, model, toddler_months=(12, 54))
    assert older.table.column("age").to_pylist()[1:] == [1, 2, 3, 4]


def test_toddlers_get_the_mean_over_the_mothers_of_the_municipality(model: Model) -> None:
    rows = [
        child(child_id="a", education_mother=3),
        child(child_id="b", education_mother=1),
        child(child_id="c", site_id="00AR00", education_mother=1),
        child(child_id="d", site_id="00AZ00", education_mother=2),
        child(child_id="e", site_id="00AR00", education_mother=3, funded=False),
    ]
    toddlers = [toddler(education_mother=2), toddler(child_id="t1", municipality_code="GM0034")]
    result = scores(score(frame(rows), frame(toddlers), SITES, model))
    for row, mean in zip(toddlers, (Fraction(5, 3), Fraction(2)), strict=True):
        assert result[row["child_id"]] == score_with_mean(row, plain.round_half_up(mean, 6))


def score_with_mean(row: dict[str, Any], mean: Fraction) -> Fraction:
    return plain_score(row | {"site_id": "00AP00"}, {PLACE["00AP00"]: mean}, TABLE)


def test_a_toddler_where_no_mother_is_known_is_refused(model: Model) -> None:
    with pytest.raises(
        InputError,
        match=r"'t0': 1 toddlers who count have no score \(there is no school mean, as no mother's "
        r"education is known of the pupils who count of municipality GM9999\)",
    ):
        score(frame([child()]), frame([toddler(municipality_code="GM9999")]), SITES, model)
    asylum = frame([toddler(municipality_code="GM9999", asylum_seeker=True)])
    assert scores(score(frame([child()]), asylum, SITES, model))["t0"] is None


def test_a_child_in_both_tables_is_refused_if_it_counts_in_both(model: Model) -> None:
    with pytest.raises(InputError, match="child_id, value 'c0': 1 children are both pupil and toddler"):
        score(frame([child()]), frame([toddler(child_id="c0")]), SITES, model)
    grown = frame([toddler(child_id="c0", birth_date=date(2015, 1, 1))])
    assert score(frame([child()]), grown, SITES, model).table.num_rows == 1


ROWS = [
    child(child_id="a", education_mother=None),
    child(child_id="b", education_mother=3),
    child(child_id="c", education_mother=None, asylum_seeker=True),
    child(child_id="d", education_mother=None, in_register=False, site_id="00AZ00"),
]
THREE_ROUNDS = np.array([[0, 2, -1, -1], [1, 2, -1, -1], [1, 2, -1, -1]], dtype=np.int8)
DONORS = np.array([NO_DONOR, NO_DONOR, NO_DONOR, 0])


def by_round(number: int) -> dict[str, Fraction]:
    mother = int(THREE_ROUNDS[number][0]) + 1
    mean = plain.round_half_up(Fraction(mother + 3, 2), 6)
    a, b = (score_with_mean(row, mean) for row in (ROWS[0] | {"education_mother": mother}, ROWS[1]))
    return {"a": a, "b": b, "d": a}


def test_rounds_are_averaged_once_per_child_and_donors_carry_the_average(model: Model) -> None:
    imputed = Imputed({"education_mother": THREE_ROUNDS}, DONORS)
    result = score(frame(ROWS), None, SITES, model, imputed=imputed)
    assert result.rounds == 3
    for name in ("a", "b", "d"):
        total = sum((by_round(number)[name] for number in range(3)), Fraction(0))
        assert scores(result)[name] == plain.round_half_up(total / 3, 6)
    assert scores(result)["c"] is None


def test_an_average_at_half_a_millionth_goes_up() -> None:
    table = dict.fromkeys(COLUMNS, "0") | {"start": "530", "education_father[2]": "0.000001"}
    model = supplied_model(table, SMALL, label="made up", source="test")
    imputed = Imputed({"education_father": np.array([[0], [1]], dtype=np.int8)})
    result = score(frame([child(education_father=None)]), None, SITES, model, imputed=imputed)
    assert scores(result) == {"c0": Decimal("530.000001")}


def test_a_donor_must_count(model: Model) -> None:
    rows = [child(child_id="a", funded=False), child(child_id="b", education_mother=None)]
    with pytest.raises(InputError, match="row 3, value 0: is the donor of another child but"):
        score(frame(rows), None, SITES, model, imputed=Imputed(donors=np.array([NO_DONOR, 0])))


def test_averaging_per_institution_gives_a_row_per_child_and_round(model: Model) -> None:
    imputed = Imputed({"education_mother": THREE_ROUNDS}, DONORS)
    rows = score(frame(ROWS), None, SITES, model, imputed=imputed, average="institution").table.to_pylist()
    assert [(row["round"], row["child_id"]) for row in rows] == [(n, c) for n in (1, 2, 3) for c in "abcd"]
    for row in rows:
        expected = by_round(row["round"] - 1).get(row["child_id"])
        assert row["education_score"] == expected
    assert rows[0].keys() == {*SCORED_CHILDREN.names}


def test_pupils_rounds_move_toddlers_too(model: Model) -> None:
    imputed = Imputed({"education_mother": THREE_ROUNDS}, DONORS)
    result = score(frame(ROWS), frame([toddler()]), SITES, model, imputed=imputed, average="institution")
    found = [row["education_score"] for row in result.table.to_pylist() if row["kind"] == "toddler"]
    means = [plain.round_half_up(Fraction(int(r[0]) + 1 + 3, 2), 6) for r in THREE_ROUNDS]
    assert found == [score_with_mean(toddler(), mean) for mean in means]


def test_without_imputation_the_missing_are_counted_and_named(model: Model) -> None:
    with pytest.raises(
        InputError, match=r"row 2, value 'a': 2 pupils who count have no score \(.*education_mother of 2\)"
    ):
        score(frame(ROWS), None, SITES, model)


def test_same_result_for_shuffled_rows(model: Model) -> None:
    rows = [
        child(child_id=f"c{n}", education_mother=n % 3 + 1, site_id=list(PLACE)[n % 4]) for n in range(40)
    ]
    assert scores(score(frame(rows), None, SITES, model)) == scores(
        score(frame(rows[::-1]), None, SITES[::-1], model)
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"average": "school"}, "value 'school': is no way of averaging; choose child or institution"),
        ({"imputed": Imputed({"mother": THREE_ROUNDS})}, "column mother: is no feature with categories"),
        ({"imputed": Imputed({"education_mother": THREE_ROUNDS[:, :3]})}, "3 imputed children for 4 pupils"),
        (
            {"imputed": Imputed({"education_mother": THREE_ROUNDS[:, [1, 0, 2, 3]]}, DONORS)},
            "round 1, column education_mother, row 3: changes a category that is known",
        ),
        ({"imputed": Imputed({"education_mother": THREE_ROUNDS}, DONORS[:2])}, "2 donors for 4 pupils"),
        ({"imputed": Imputed({"education_mother": THREE_ROUNDS}, DONORS + 4)}, "row 5, value 4: is no row"),
        ({"imputed": Imputed({"education_mother": THREE_ROUNDS}, DONORS - 1)}, "is no row of the table"),
        (
            {"imputed": Imputed({"education_mother": THREE_ROUNDS}, np.array([-1, -1, -1, 2]))},
            "row 5, value 2: is the donor of another child but has itself a donor, seeks asylum",
        ),
        (
            {"imputed": Imputed({"education_mother": THREE_ROUNDS}, np.array([3, -1, -1, 0]))},
            "is the donor of another child but has itself",
        ),
        ({"imputed": Imputed({"education_mother": THREE_ROUNDS})}, "1 pupils who count have no score"),
    ],
)
def test_refusals(model: Model, change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        score(frame(ROWS), None, SITES, model, **change)


def test_rounds_of_pupils_and_toddlers_must_agree(model: Model) -> None:
    two = Imputed({"education_father": np.zeros((2, 1), dtype=np.int8)})
    imputed = Imputed({"education_mother": THREE_ROUNDS}, DONORS)
    with pytest.raises(InputError, match="different numbers of rounds"):
        score(frame(ROWS), frame([toddler()]), SITES, model, imputed=imputed, imputed_toddlers=two)


def test_a_day_that_is_no_reference_date_needs_the_ages_of_toddlers(model: Model) -> None:
    day = date(2019, 12, 24)
    with pytest.raises(InputError, match="no regulation covers the reference date 2019-12-24"):
        score(frame([child()]), frame([toddler()]), SITES, model, reference_date=day)
    chosen = score(
        frame([child()]), frame([toddler()]), SITES, model, reference_date=day, toddler_months=(30, 48)
    )
    assert chosen.table.num_rows == 2


def test_what_is_not_known_in_one_round_has_no_mean(model: Model) -> None:
    """However many rounds there are: one unknown of ten must not pass for a low score."""
    for unknown in (1, 9):
        mothers = np.array([[-1]] * unknown + [[1]] * (10 - unknown), dtype=np.int8)
        rows = frame([child(education_mother=None), child(child_id="c1")])
        imputed = Imputed({"education_mother": np.hstack([mothers, np.zeros((10, 1), dtype=np.int8)])})
        with pytest.raises(InputError, match="1 pupils who count have no score"):
            score(rows, None, SITES, model, imputed=imputed)


def test_seventy_rounds_do_not_overflow(model: Model) -> None:
    rows = frame(
        [
            child(education_mother=None),
            child(child_id="c1"),
            child(child_id="c2", funded=False, origin_mother=None, origin_father=None),
        ]
    )
    mothers = np.zeros((70, 3), dtype=np.int8)
    one = score(rows, None, SITES, model, imputed=Imputed({"education_mother": mothers})).table
    other = score(rows, None, SITES, model, imputed=Imputed({"education_mother": mothers[:1]})).table
    assert one.equals(other)


def test_the_difference_is_that_of_the_means() -> None:
    model = fitted().model()
    imputed = oab.impute(made_up().pupils, None, made_up().sites, rounds=3)
    scored = oab.score(made_up().pupils, None, made_up().sites, model, imputed=imputed, rounds=3)
    effect = oab.school_mean_effect(scored, model)
    coded, part = imputed.imputed.population.pupils, imputed.imputed.parts[0]
    mother = pd.Series(coded.codes["education_mother"] + 1.0).where(coded.codes["education_mother"] >= 0)
    known = mother.groupby(coded.place).mean()
    rounds = [
        pd.Series(np.where(codes >= 0, codes + 1.0, np.nan))[coded.counted].groupby(
            coded.place[coded.counted]
        )
        for codes in part.codes["education_mother"]
    ]
    change = sum(one.mean() for one in rounds) / 3 - known
    points = float(model.value("school_mean")) * change.reindex(coded.place[coded.counted]).to_numpy()
    assert effect.pupils == len(points)
    assert effect.without == 0
    assert float(effect.mean) == pytest.approx(points.mean(), abs=1e-4)
    assert float(effect.mean_absolute) == pytest.approx(np.abs(points).mean(), abs=1e-4)
    assert float(effect.largest) == pytest.approx(np.abs(points).max(), abs=1e-4)
    assert effect.mean < 0 < effect.mean_absolute
    card = model.card(effect)
    assert f"on average {effect.mean} points" in card
    assert "two definitions" not in model.card()


def test_a_model_without_a_school_mean_is_refused() -> None:
    content = SPECIFICATION.model_dump()
    content["features"] = tuple(one for one in content["features"] if one["kind"] != "school_mean")
    content["gaps"] = ()
    plain = Specification.model_validate(content)
    model = oab.fit(made_up().pupils, made_up().sites, plain).model()
    scored = oab.score(made_up().pupils, None, made_up().sites, model, rounds=1)
    with pytest.raises(InputError, match="has no school mean"):
        school_mean_effect(scored, model)
    with pytest.raises(InputError, match="not coded by the specification"):
        school_mean_effect(scored, fitted().model())
