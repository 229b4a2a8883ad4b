"""The ages 2.5 and 4 on and beside the day, and at the ends of months."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.scores.toddler_age import are_toddlers

DAY = timedelta(days=1)
days = st.dates(date(1990, 1, 1), date(2040, 12, 31))


def completed_months(birth: date, on: date) -> int:
    """Count month by month: the month is complete when its day has come, or the day after the month's end."""
    months = 0
    while True:
        year, month = divmod(12 * birth.year + birth.month - 1 + months + 1, 12)
        last = monthrange(year, month + 1)[1]
        complete = (
            date(year, month + 1, birth.day) if birth.day <= last else date(year, month + 1, last) + DAY
        )
        if complete > on:
            return months
        months += 1


@pytest.mark.parametrize(
    ("reference", "youngest", "oldest"),
    [
        (date(2016, 10, 1), date(2014, 4, 1), date(2012, 10, 2)),
        (date(2019, 10, 1), date(2017, 4, 1), date(2015, 10, 2)),
        (date(2022, 2, 1), date(2019, 8, 1), date(2018, 2, 2)),
        (date(2024, 2, 1), date(2021, 8, 1), date(2020, 2, 2)),
    ],
)
def test_on_and_beside_each_day(reference: date, youngest: date, oldest: date) -> None:
    born = [oldest - DAY, oldest, oldest + DAY, youngest - DAY, youngest, youngest + DAY]
    assert are_toddlers(pa.array(born), reference, 30, 48).tolist() == [False, True, True, True, True, False]


@pytest.mark.parametrize(
    ("birth", "months", "completed_on"),
    [
        (date(2016, 8, 31), 30, date(2019, 3, 1)),  # February 2019 has no 31st
        (date(2017, 8, 31), 30, date(2020, 3, 1)),  # nor has that of a leap year
        (date(2017, 8, 29), 30, date(2020, 2, 29)),
        (date(2016, 8, 29), 30, date(2019, 3, 1)),
        (date(2016, 8, 28), 30, date(2019, 2, 28)),
        (date(2016, 2, 29), 48, date(2020, 2, 29)),
        (date(2016, 2, 29), 36, date(2019, 3, 1)),
        (date(2017, 5, 31), 1, date(2017, 7, 1)),
    ],
)
def test_month_ends(birth: date, months: int, completed_on: date) -> None:
    for day, complete in ((completed_on - DAY, False), (completed_on, True), (completed_on + DAY, True)):
        assert are_toddlers(pa.array([birth]), day, months, months + 600).tolist() == [complete]
        assert are_toddlers(pa.array([birth]), day, 0, months).tolist() == [not complete]


@given(days, st.integers(1, 60), st.integers(-2, 2))
def test_beside_the_day_on_which_months_are_complete(birth: date, months: int, beside: int) -> None:
    completed_on = next(
        birth + number * DAY
        for number in range(31 * months + 2)
        if completed_months(birth, birth + number * DAY) == months
    )
    found = are_toddlers(pa.array([birth]), completed_on + beside * DAY, months, months + 1)
    assert found.tolist() == [beside >= 0]


@given(st.lists(days, max_size=30), days)
def test_a_column_is_its_dates_one_by_one(born: list[date], reference: date) -> None:
    expected = [birth <= reference and 30 <= completed_months(birth, reference) < 48 for birth in born]
    column = pa.chunked_array([pa.array(born[:7], pa.date32()), pa.array(born[7:], pa.date32())])
    assert are_toddlers(column, reference, 30, 48).tolist() == expected


def test_a_missing_date_of_birth() -> None:
    with pytest.raises(InputError, match="1 children have no date of birth"):
        are_toddlers(pa.array([None, date(2017, 1, 1)]), date(2019, 10, 1), 30, 48)
