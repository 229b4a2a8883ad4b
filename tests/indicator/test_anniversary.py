from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicator import plain
from oab_funding.indicator.anniversary import day_number, latest_start

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
