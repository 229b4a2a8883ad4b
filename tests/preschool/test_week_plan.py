from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from oab_funding.errors import InputError
from oab_funding.preschool.week_plan import turns, week_plan

ON = {"on": "2024-01-01"}


def test_960_hours_pass_and_959_do_not() -> None:
    assert week_plan([4, 4, 4, 4], **ON).whole == 960
    with pytest.raises(InputError, match="reach 959 hours"):
        week_plan([4, 4, 4, Fraction(239, 60)], **ON)


@pytest.mark.parametrize(("day", "passes"), [("6", True), ("6.01", False)])
def test_six_hours_a_day_count_and_no_more(day: str, passes: bool) -> None:
    if passes:
        assert week_plan([day, 6, 4], **ON).whole == 960
        return
    with pytest.raises(InputError, match=r"6\.01 on a day, of which 6 count"):
        week_plan([day, 6, 4], **ON)


@pytest.mark.parametrize(("on", "hours", "passes"), [("2020-07-31", 10, True), ("2020-08-01", 10, False)])
def test_ten_hours_a_week_were_enough_before_august_2020(on: str, hours: int, passes: bool) -> None:
    if passes:
        assert week_plan([hours], on=on).required == 600
        return
    with pytest.raises(InputError, match="reach 600 hours"):
        week_plan([5, 5], on=on)


def test_a_child_that_starts_later_gets_its_part() -> None:
    plan = week_plan([4, 4, 4, 4], **ON, starts_at_months=39)
    assert (plan.whole, plan.own) == (960, 480)


@pytest.mark.parametrize("age", [30, "47.5"])
def test_ages_inside(age: Any) -> None:
    assert week_plan([4, 4, 4, 4], **ON, starts_at_months=age).own > 0


@pytest.mark.parametrize("age", ["29.99", 48])
def test_ages_outside_are_refused(age: Any) -> None:
    with pytest.raises(InputError, match="is not from 30 up to 48"):
        week_plan([4, 4, 4, 4], **ON, starts_at_months=age)


def test_the_days_from_two_and_a_half_up_to_four() -> None:
    plan = week_plan([6, 6, 6, 6, 6], birth_date="2021-08-01")
    assert (plan.first, plan.last) == (date(2024, 2, 1), date(2025, 7, 31))
    first, end = date(2024, 2, 1).toordinal(), date(2025, 8, 1).toordinal()
    weekdays = sum(date.fromordinal(day).weekday() < 5 for day in range(first, end))
    assert plan.whole == plan.own == 6 * weekdays


def test_holidays_and_a_late_start_take_hours_off() -> None:
    whole = week_plan([6, 6, 6, 6, 6], birth_date="2021-08-01")
    spans = [("2024-07-15", "2024-07-19"), ("2024-07-19", "2024-07-22")]
    shut = week_plan([6, 6, 6, 6, 6], birth_date="2021-08-01", closed=spans)
    late = week_plan([6, 6, 6, 6, 6], birth_date="2021-08-01", starts_on="2025-07-31")
    assert whole.whole - shut.whole == 36
    assert (late.whole, late.own) == (whole.whole, 6)


@pytest.mark.parametrize("day", ["2024-01-31", "2025-08-01"])
def test_a_start_outside_is_refused(day: str) -> None:
    with pytest.raises(InputError, match="starts_on"):
        week_plan([6, 6, 6, 6, 6], birth_date="2021-08-01", starts_on=day)


def test_a_month_without_that_day_is_complete_on_the_next_first() -> None:
    assert turns(date(2021, 8, 31), 30) == date(2024, 3, 1)
    assert turns(date(2020, 2, 29), 48) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("hours", "terms", "message"),
    [
        ([], ON, "no week"),
        ([1] * 8, ON, "no week"),
        ([4.5], ON, "float is not exact"),
        ([4], {}, "`on`: is needed"),
        ([4], {**ON, "starts_on": "2024-05-01"}, "birth_date"),
        ([4], {"birth_date": "2021-08-01", "weeks": 40}, "days are counted"),
        ([6] * 5, {"birth_date": "2021-08-01", "closed": [("2024-05-02", "2024-05-01")]}, "ends before"),
    ],
)
def test_refusals(hours: list[Any], terms: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        week_plan(hours, **terms)
