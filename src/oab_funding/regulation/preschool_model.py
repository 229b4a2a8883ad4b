"""What a regulation file holds on preschool education (voorschoolse educatie) and the price of childcare."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from pydantic import Field, model_validator

from oab_funding.regulation.values import Exact, Gap, Part, SourcedMoney

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
