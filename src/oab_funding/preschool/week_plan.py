"""A week plan held against the hours of the law, and what a child gets that starts later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from oab_funding.errors import InputError, Place
from oab_funding.exact import Exact, round_exact, to_fraction
from oab_funding.grants.preschool.settle import number
from oab_funding.indicator.category_codes import latest_start
from oab_funding.regulation import Statutes
from oab_funding.regulation.model import Preschool
from oab_funding.regulation.statutes import as_date

_DAYS, _MONTHS = 7, 12
_DAY = timedelta(days=1)

Closed = Sequence[tuple[str | date, str | date]]
"""Spans without an offer: first and last day of each."""


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """A plan that gives the hours of the law.

    Parameters
    ----------
    hours_per_week
        Hours of a full week.
    required
        Hours the law asks for in the whole programme, from 2.5 to 4.
    whole
        Hours of a child that takes part from 2.5 to 4.
    own
        Hours of this child, that may have started later.
    first, last
        First and last day of the programme of this child, where its birth date was given.
    """

    hours_per_week: Fraction
    required: Fraction
    whole: Fraction
    own: Fraction
    first: date | None
    last: date | None


def week_plan(
    hours: Sequence[Exact],
    *,
    on: str | date | None = None,
    weeks: Exact | None = None,
    starts_at_months: Exact | None = None,
    birth_date: str | date | None = None,
    starts_on: str | date | None = None,
    closed: Closed = (),
) -> WeekPlan:
    """Check a week plan: by weeks a year, or day by day for a child whose birth date is given.

    The law asks what is offered from the day a child is 2.5, so the plan is judged for a child that starts
    then. What a child gets that starts later is said, not refused.

    Parameters
    ----------
    hours
        Hours on Monday, Tuesday and so on; at most seven.
    on
        A day whose law applies; by default the day the child is 2.5. Needed without a birth date.
    weeks
        Weeks a year with an offer, by default the law's 40; without a birth date.
    starts_at_months
        Age at which the child starts, in months; without a birth date, and by default 30.
    birth_date
        Of the child. Then the days from 2.5 up to the fourth birthday are counted one by one.
    starts_on
        The child's first day, where that is later; with a birth date.
    closed
        Spans without an offer, such as holidays; with a birth date.

    Raises
    ------
    InputError
        A day has more hours than count by law, the plan does not reach the hours of the law, or the start
        lies outside the programme.

    Notes
    -----
    Besluit basisvoorwaarden kwaliteit voorschoolse educatie art. 2: 960 hours in one and a half years; hours
    above six a day do not count.

    Examples
    --------
    >>> week_plan(["5.5", 0, "5.5", 5], on="2024-01-01").whole
    Fraction(960, 1)
    >>> week_plan([4, 4, 4, 4], on="2024-01-01", starts_at_months=36).own
    Fraction(640, 1)
    """
    days = [number(value, "hours") for value in hours]
    if not 1 <= len(days) <= _DAYS:
        raise InputError("are of no week", Place(argument="hours"), "give one to seven days, Monday first")
    days += [Fraction(0)] * (_DAYS - len(days))
    birth = None if birth_date is None else as_date(birth_date)
    rule = _rule(on, birth)
    _check_days(days, rule)
    if birth is None:
        if starts_on is not None or closed:
            raise InputError("is needed for days of a calendar", Place(argument="birth_date"), "give it")
        plan = _by_weeks(days, rule, weeks, starts_at_months)
    else:
        if weeks is not None or starts_at_months is not None:
            raise InputError(
                "is given, so days are counted", Place(argument="birth_date"), "give `starts_on` and `closed`"
            )
        plan = _by_days(days, rule, birth, starts_on, closed)
    if plan.whole < rule.hours:
        raise InputError(
            f"reach {_said(plan.whole)} hours from 2.5 to 4, where the law asks for {_said(rule.hours)}",
            Place(argument="hours"),
            "give more hours or weeks",
        )
    return plan


def turns(birth: date, months: int) -> date:
    """Give the day on which a child has completed so many months.

    Examples
    --------
    >>> turns(date(2021, 8, 31), 30), turns(date(2021, 8, 1), 30)
    (datetime.date(2024, 3, 1), datetime.date(2024, 2, 1))
    """
    year, month = divmod(_MONTHS * birth.year + birth.month - 1 + months, _MONTHS)
    day = date(year, month + 1, 1)
    while latest_start(day, months) < birth:
        day += _DAY
    return day


def _rule(on: str | date | None, birth: date | None) -> Preschool:
    statutes = Statutes.shipped()
    if on is not None:
        return statutes.preschool(as_date(on)).rule
    if birth is None:
        raise InputError("is needed", Place(argument="on"), "give a day whose law applies, or a birth date")
    months = max(file.preschool.from_months for file in statutes.files.values() if file.preschool is not None)
    return statutes.preschool(turns(birth, months)).rule


def _check_days(days: Sequence[Fraction], rule: Preschool) -> None:
    longest = max(days)
    if rule.hours_per_day is not None and longest > rule.hours_per_day:
        raise InputError(
            f"are {_said(longest)} on a day, of which {_said(rule.hours_per_day)} count",
            Place(argument="hours"),
            "spread them over more days",
        )


def _by_weeks(
    days: Sequence[Fraction], rule: Preschool, weeks: Exact | None, starts_at_months: Exact | None
) -> WeekPlan:
    a_year = Fraction(rule.weeks_per_year) if weeks is None else number(weeks, "weeks")
    age = to_fraction(
        rule.from_months if starts_at_months is None else starts_at_months, Place(argument="starts_at_months")
    )
    if not rule.from_months <= age < rule.until_months:
        raise InputError(
            f"is not from {rule.from_months} up to {rule.until_months}",
            Place(value=str(age), argument="starts_at_months"),
            "give months of age",
        )
    a_month = sum(days) * a_year / _MONTHS
    whole = a_month * (rule.until_months - rule.from_months)
    return WeekPlan(
        sum(days, Fraction(0)), rule.hours, whole, a_month * (rule.until_months - age), None, None
    )


def _by_days(
    days: Sequence[Fraction], rule: Preschool, birth: date, starts_on: str | date | None, closed: Closed
) -> WeekPlan:
    first, end = turns(birth, rule.from_months), turns(birth, rule.until_months)
    own = first if starts_on is None else as_date(starts_on)
    if not first <= own < end:
        raise InputError(
            f"is not from {first} up to {end}",
            Place(value=str(own), argument="starts_on"),
            "give a day between",
        )
    shut = {day for start, last in closed for day in _span(as_date(start), as_date(last))}
    whole = _hours(days, (day for day in _span(first, end - _DAY) if day not in shut))
    part = _hours(days, (day for day in _span(own, end - _DAY) if day not in shut))
    return WeekPlan(sum(days, Fraction(0)), rule.hours, whole, part, own, end - _DAY)


def _span(first: date, last: date) -> Iterator[date]:
    if last < first:
        raise InputError(
            f"{first} to {last} ends before it begins", Place(argument="closed"), "turn it round"
        )
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _hours(hours: Sequence[Fraction], days: Iterable[date]) -> Fraction:
    return sum((hours[day.weekday()] for day in days), Fraction(0))


def _said(hours: Fraction) -> str:
    return str(hours) if hours.denominator == 1 else f"{round_exact(hours, 2, 'down'):f}"
