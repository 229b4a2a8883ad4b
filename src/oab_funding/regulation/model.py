"""What a regulation file holds: one Python type per part of the file.

The field names are those of the TOML files under `nl/`. A file states what a regulation says; which provision
applies to which reference date, period or year is decided by its `applies_to` alone, never by the date on
which the regulation came into force (Stb. 2018, 315 governs the reference date 1 October 2016, for example).
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Literal

from pydantic import Field, model_validator

from oab_funding.exact import Rule
from oab_funding.regulation.values import (
    DayOfYear,
    Exact,
    Gap,
    Money,
    Part,
    SourcedCount,
    SourcedMoney,
    SourcedShare,
    Stream,
)

_MONTHS_PER_YEAR = 12


class Days(Part):
    """The days on which a rule is in force: from the first up to and including the last."""

    first: date
    last: date | None = None

    def covers(self, day: date) -> bool:
        """Say whether the rule is in force on a day."""
        return self.first <= day and (self.last is None or day <= self.last)

    @model_validator(mode="after")
    def _ends_fit(self) -> Days:
        if self.last is not None and self.last < self.first:
            raise ValueError(f"ends ({self.last}) before it begins ({self.first})")
        return self


class Preschool(Part):
    """What preschool education must offer a target toddler, and with how many workers."""

    article: str
    workers_article: str
    hbo_article: str
    applies_to: Days
    from_months: int = Field(gt=0)
    until_months: int = Field(gt=0)
    hours: Exact
    hours_per_day: Exact | None = None
    weeks_per_year: int = Field(gt=0)
    children_per_worker: int = Field(gt=0)
    children_per_group: int = Field(gt=0)
    hbo_hours_per_child: Exact
    gaps: tuple[Gap, ...] = ()

    @property
    def hours_per_year(self) -> Fraction:
        """The hours of the whole programme, spread evenly over its months, for twelve of them."""
        return self.hours * _MONTHS_PER_YEAR / (self.until_months - self.from_months)

    @model_validator(mode="after")
    def _ages_fit(self) -> Preschool:
        if self.until_months <= self.from_months:
            raise ValueError("until_months is not above from_months")
        return self


class ChildcarePrice(Part):
    """The hourly price of day care up to which the childcare allowance counts, in one year."""

    year: int
    article: str
    price: SourcedMoney


class Identity(Part):
    """Which regulation a file states."""

    title: str
    number: str
    address: str
    published_in: str
    in_force_from: date | Literal["unknown"]
    note: str = ""


class ReferenceDates(Part):
    """The reference dates (teldata) of a score provision: one day of the year, over a span of years."""

    day: DayOfYear
    first: date
    last: date | None = None

    def covers(self, day: date) -> bool:
        """Say whether a date is one of these reference dates."""
        return (
            day.isoformat()[5:] == self.day and self.first <= day and (self.last is None or day <= self.last)
        )

    @model_validator(mode="after")
    def _ends_fit(self) -> ReferenceDates:
        for end in (self.first, self.last):
            if end is not None and end.isoformat()[5:] != self.day:
                raise ValueError(f"{end} is not a {self.day} of a year")
        if self.last is not None and self.last < self.first:
            raise ValueError(f"ends ({self.last}) before it begins ({self.first})")
        return self


class ScoreFormula(Part):
    """The parameters of score = A - B with B = E x F x (C - G)."""

    article: str
    applies_to: ReferenceDates
    target_share: Exact
    threshold_share: Exact
    score_places: int
    score_rounding: Rule
    excluded_schools: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()


class SchoolScore(ScoreFormula):
    """Disadvantage score of a school site."""

    reliable_above: int
    lower_years_until_age: int


class MunicipalityScore(ScoreFormula):
    """Disadvantage score of a municipality; toddlers count from one age up to, not including, another."""

    toddler_from_months: int
    toddler_until_months: int


class CalendarPart(Part):
    """How much of a grant falls in a calendar year, in the accounts and in payment."""

    year: int
    accrued: Exact
    paid: Exact


class Transition(Part):
    """The transition of a period: paid = B + (A - B) x c."""

    article: str
    losers_share: Exact
    gainers_share: SourcedShare


class SchoolGrantPeriod(Part):
    """A period for which schools receive a grant."""

    period: str
    first: date
    last: date
    reference_date: date
    share: SourcedShare
    share_candidates: tuple[SourcedShare, ...] = ()
    price_regulation: str
    transition: Transition | None = None
    calendar: tuple[CalendarPart, ...]

    @model_validator(mode="after")
    def _calendar_is_whole(self) -> SchoolGrantPeriod:
        for column in ("accrued", "paid"):
            total = sum((getattr(part, column) for part in self.calendar), Fraction(0))
            if total != 1:
                raise ValueError(
                    f"the parts {column} in the calendar years of {self.period} add up to {total}, not to 1"
                )
        if self.last < self.first:
            raise ValueError(f"period {self.period} ends before it begins")
        return self


class SchoolGrant(Part):
    """How schools' grants follow from their scores, and the periods this regulation applies to."""

    article: str
    amount_places: int
    price_places: int
    applies_to: tuple[SchoolGrantPeriod, ...]
    gaps: tuple[Gap, ...] = ()


class MunicipalityGrantYear(Part):
    """A budget year of the municipal grants, with its two reference dates, the later one first."""

    year: int
    reference_dates: tuple[date, date]
    budget: SourcedMoney
    price: SourcedMoney
    municipalities: SourcedCount = SourcedCount()
    transition: Transition | None = None


class MunicipalityGrant(Part):
    """How municipalities' grants follow from their scores, and the years this regulation applies to."""

    article: str
    minimum: Money
    minimum_article: str
    amount_places: int
    price_places: int
    spending_periods: tuple[tuple[int, int], ...]
    carry_over_share: Exact
    carry_over_article: str
    applies_to: tuple[MunicipalityGrantYear, ...]
    gaps: tuple[Gap, ...] = ()


class Price(Part):
    """A price per unit of score, as one ministerial regulation sets it for one period."""

    period: str
    version: Literal["first", "second", "final"]
    article: str
    price: SourcedMoney


class WhatIf(Part):
    """A value put in the place of the regulation's own, for one date, period or year."""

    stream: Stream
    key: str
    name: str
    value: str


class RegulationFile(Part):
    """One file: which regulation it is and what it provides."""

    regulation: Identity
    school_score: SchoolScore | None = None
    municipality_score: MunicipalityScore | None = None
    school_grant: SchoolGrant | None = None
    municipality_grant: MunicipalityGrant | None = None
    prices: tuple[Price, ...] = ()
    preschool: Preschool | None = None
    childcare_price: ChildcarePrice | None = None
    what_if: tuple[WhatIf, ...] = ()
