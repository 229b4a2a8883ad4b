from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicator import plain
from indicator.frames import small_specification
from oab_funding.errors import InputError
from oab_funding.indicator.category_codes import (
    UNKNOWN,
    code_education,
    code_origins,
    code_stay,
    combine_origins,
    day_number,
    latest_start,
    paired,
)
from oab_funding.indicator.specification_file import load_specification

DATES = st.dates(date(1950, 1, 1), date(2040, 12, 31))


@given(DATES, DATES, st.integers(0, 20))
def test_agrees_with_counting_anniversaries(one: date, other: date, years: int) -> None:
    start, end = min(one, other), max(one, other)
    assert (start <= latest_start(end, 12 * years)) == (plain.complete_years(start, end) >= years)


@given(
    st.sampled_from([date(2020, 2, 29), date(2019, 2, 28), date(2020, 2, 28), date(2019, 3, 1)]),
    st.integers(1, 9),
)
def test_agrees_around_the_leap_day(end: date, years: int) -> None:
    for shift in range(-3, 4):
        start = date(end.year - years, 3, 1) + timedelta(days=shift)
        assert (start <= latest_start(end, 12 * years)) == (plain.complete_years(start, end) >= years)


def test_leap_day_may_count_a_day_earlier() -> None:
    assert latest_start(date(2019, 2, 28), 36) == date(2016, 2, 28)
    assert latest_start(date(2019, 2, 28), 36, "28 february") == date(2016, 2, 29)
    assert latest_start(date(2020, 2, 28), 48, "28 february") == date(2016, 2, 28)
    assert latest_start(date(2019, 10, 1), 36, "28 february") == date(2016, 10, 1)


@pytest.mark.parametrize(
    ("end", "months", "expected"),
    [
        (date(2019, 10, 1), 30, date(2017, 4, 1)),
        (date(2019, 10, 1), 48, date(2015, 10, 1)),
        (date(2022, 2, 1), 30, date(2019, 8, 1)),
        (date(2019, 8, 31), 6, date(2019, 2, 28)),
        (date(2020, 8, 31), 6, date(2020, 2, 29)),
        (date(2020, 1, 15), 0, date(2020, 1, 15)),
    ],
)
def test_months(end: date, months: int, expected: date) -> None:
    assert latest_start(end, months) == expected


@given(DATES)
def test_day_number_is_arrows(day: date) -> None:
    import pyarrow as pa

    assert day_number(day) == pa.scalar(day, pa.date32()).cast(pa.int32()).as_py()


BEFORE = load_specification("cbs-2019-before-correction")
AFTER = load_specification("cbs-2019")


def arrivals(days: list[date | None], born_here: list[bool | None]) -> pa.Table:
    return pa.table(
        {
            "mother_arrival_date": pa.array(days, pa.date32()),
            "mother_born_in_nl": pa.array(born_here, pa.bool_()),
        }
    )


@pytest.mark.parametrize(
    ("arrival", "after", "before"),
    [
        (date(2019, 10, 1), "under_5", "under_5"),
        (date(2014, 10, 2), "under_5", "under_5"),
        (date(2014, 10, 1), "5_to_10", "5_to_15"),
        (date(2014, 9, 30), "5_to_10", "5_to_15"),
        (date(2009, 10, 2), "5_to_10", "5_to_15"),
        (date(2009, 10, 1), "10_or_more", "5_to_15"),
        (date(2009, 9, 30), "10_or_more", "5_to_15"),
        (date(2004, 10, 2), "10_or_more", "5_to_15"),
        (date(2004, 10, 1), "10_or_more", "15_or_more"),
        (date(2004, 9, 30), "10_or_more", "15_or_more"),
        (date(1960, 2, 29), "10_or_more", "15_or_more"),
    ],
)
def test_each_boundary_of_stay(arrival: date, after: str, before: str) -> None:
    table = arrivals([arrival], [False])
    for specification, expected in ((AFTER, after), (BEFORE, before)):
        codes = code_stay(table, specification.feature("stay"), date(2019, 10, 1))
        assert specification.categories("stay")[codes[0]] == expected


def test_born_here_unknown_and_unknown_place_of_birth() -> None:
    table = arrivals([None, None, None, date(2019, 1, 1)], [True, False, None, None])
    codes = code_stay(table, AFTER.feature("stay"), date(2019, 10, 1))
    assert codes.tolist() == [2, UNKNOWN, UNKNOWN, 0]


def test_arrival_after_the_reference_date_is_refused() -> None:
    with pytest.raises(InputError, match="row 3: lies after the reference date 2019-10-01"):
        code_stay(
            arrivals([None, date(2019, 10, 2)], [True, False]), AFTER.feature("stay"), date(2019, 10, 1)
        )


def test_born_here_and_arrived_is_refused() -> None:
    with pytest.raises(InputError, match="row 2: is given although mother_born_in_nl is true"):
        code_stay(arrivals([date(2000, 1, 1)], [True]), AFTER.feature("stay"), date(2019, 10, 1))


def test_education_outside_the_classes_is_refused() -> None:
    with pytest.raises(
        InputError, match="row 3, value 4: is no class of the specification; its classes are 1, 2, 3"
    ):
        code_education(pa.chunked_array([[1, 4]]), [1, 2, 3], "education_mother")


def test_education_in_chunks() -> None:
    assert code_education(pa.chunked_array([[1, None], [3]]), [1, 2, 3]).tolist() == [0, UNKNOWN, 2]


ORIGIN = small_specification().feature("origin")


def test_origins_in_chunks_with_different_dictionaries() -> None:
    chunks = [pa.array(part).dictionary_encode() for part in (["NL", "MA"], ["CO", None, "MA", "?"])]
    assert code_origins(pa.chunked_array(chunks), ORIGIN, "origin_mother").tolist() == [
        0,
        1,
        2,
        UNKNOWN,
        1,
        UNKNOWN,
    ]


def test_origin_outside_the_table_is_refused_only_where_it_is_used() -> None:
    unused = pa.DictionaryArray.from_arrays(pa.array([0, None], pa.int32()), pa.array(["NL", "Atlantis"]))
    assert code_origins(pa.chunked_array([unused]), ORIGIN, "origin_mother").tolist() == [0, UNKNOWN]
    used = pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int32()), pa.array(["NL", "Atlantis"]))
    with pytest.raises(InputError, match="origin_father, row 3, value 'Atlantis': is in no group"):
        code_origins(pa.chunked_array([used]), ORIGIN, "origin_father")


D, M, S, U = 0, 1, 2, UNKNOWN
MOTHERS = [D, D, D, D, M, M, M, M, U, U, U, U]
FATHERS = [D, M, S, U, D, M, S, U, D, M, S, U]


@pytest.mark.parametrize(
    ("combine", "one_unknown", "expected"),
    [
        ("mother_first", "known_parent", [D, M, S, D, M, M, M, M, D, M, S, U]),
        ("mother_first", "unknown", [D, M, S, U, M, M, M, M, D, M, S, U]),
        ("father_first", "known_parent", [D, M, S, D, M, M, S, M, D, M, S, U]),
        ("father_first", "unknown", [D, M, S, D, M, M, S, M, U, M, S, U]),
        ("mother_only", "known_parent", [D, D, D, D, M, M, M, M, U, U, U, U]),
    ],
)
def test_every_pair_of_origins(combine: str, one_unknown: str, expected: list[int]) -> None:
    feature = ORIGIN.model_copy(update={"combine": combine, "one_parent_unknown": one_unknown})
    mothers, fathers = np.array(MOTHERS, dtype=np.int8), np.array(FATHERS, dtype=np.int8)
    assert combine_origins(mothers, fathers, feature).tolist() == expected


@pytest.mark.parametrize("pairs", [0, 1, 127, 128, 129, 2**15, 2**31 - 1, 2**31, 2**40])
def test_pairs_have_a_number_each_below_their_count(pairs: int) -> None:
    high, low = np.array([0, 1], dtype=np.int32), np.array([pairs // 2, 0], dtype=np.int64)
    assert paired(high, low, max(pairs // 2, 1), pairs).tolist() == [pairs // 2, max(pairs // 2, 1)]
