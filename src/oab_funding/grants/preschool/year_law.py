"""What the law asks of preschool education in a calendar year: hours, workers, the ceiling of the price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from oab_funding.errors import InputError
from oab_funding.regulation import Gap, Statutes
from oab_funding.regulation.provision import PreschoolProvision, Source

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class YearRule:
    """What the law asks in a calendar year, in numbers.

    Parameters
    ----------
    year
        The year.
    hours
        Hours a toddler can receive in the year by law: the mean over its months.
    full_hours
        Hours a year of the newest offer that is known: the measure of the yardstick, the same for every year.
    hbo_hours
        Hours of the higher-educated worker per child and year; 0 before that rule.
    weeks
        Weeks a year over which the offer is spread.
    children_per_worker, children_per_group
        At most so many present children.
    ceiling
        Maximum hourly price of the childcare allowance, or None where it is not known.
    """

    year: int
    hours: Fraction
    full_hours: Fraction
    hbo_hours: Fraction
    weeks: Fraction
    children_per_worker: int
    children_per_group: int
    ceiling: Decimal | None


@dataclass(frozen=True, slots=True)
class YearLaw:
    """The law of a calendar year.

    Parameters
    ----------
    rule
        What it asks, in numbers.
    ceiling_source
        Where the ceiling comes from, with its standing; empty where it is not known.
    gaps
        Points on which the law is silent.
    sources
        Where the law stands.
    files
        Paths of the regulation files it was settled from, that of the newest offer among them.
    """

    rule: YearRule
    ceiling_source: str
    gaps: tuple[Gap, ...]
    sources: tuple[Source, ...]
    files: tuple[str, ...]

    @property
    def said(self) -> tuple[str, ...]:
        """Where the law and the ceiling of the price stand, in words."""
        return (*map(str, self.sources), *([self.ceiling_source] if self.ceiling_source else []))


def year_law(year: int, statutes: Statutes | None = None) -> YearLaw:
    """Settle the law of a calendar year.

    Every month counts for one twelfth, with the rule of its first day; the hours of the higher-educated
    worker and the group sizes are those of 1 January and 31 December.

    Parameters
    ----------
    year
        Calendar year, from 2019 on.
    statutes
        Regulation files; those that come with this package by default.

    Raises
    ------
    InputError
        The regulation files do not cover a month of the year.

    Notes
    -----
    Besluit basisvoorwaarden kwaliteit voorschoolse educatie (BWBR0027961) art. 2 and 3.

    Examples
    --------
    >>> [int(year_law(year).rule.hours) for year in (2019, 2020, 2021)]
    [400, 500, 640]
    """
    statutes = statutes or Statutes.shipped()
    if not date.min.year <= year <= date.max.year:
        raise InputError(f"{year} is no calendar year", remedy="write it as 2024")
    months = [statutes.preschool(date(year, month, 1)) for month in range(1, _MONTHS + 1)]
    newest_file, newest = max(
        ((name, file.preschool) for name, file in statutes.files.items() if file.preschool is not None),
        key=lambda named: named[1].applies_to.first,
    )
    rule = months[-1].rule
    ceiling, said, priced = _ceiling(year, statutes)
    return YearLaw(
        YearRule(
            year=year,
            hours=sum((month.rule.hours_per_year for month in months), Fraction(0)) / _MONTHS,
            full_hours=newest.hours_per_year,
            hbo_hours=months[0].rule.hbo_hours_per_child,
            weeks=Fraction(rule.weeks_per_year),
            children_per_worker=rule.children_per_worker,
            children_per_group=rule.children_per_group,
            ceiling=ceiling,
        ),
        ceiling_source=said,
        gaps=_gaps(months),
        sources=tuple(dict.fromkeys(month.source for month in months)),
        files=(*dict.fromkeys((*(month.source.file for month in months), newest_file, *priced)),),
    )


def _ceiling(year: int, statutes: Statutes) -> tuple[Decimal | None, str, tuple[str, ...]]:
    """Give the ceiling, where it comes from, and its file."""
    try:
        found = statutes.childcare_price(year)
    except InputError:
        return None, "", ()
    price = found.rule.price
    return price.value, f"{price.source} ({price.standing})", (found.source.file,)


def _gaps(months: list[PreschoolProvision]) -> tuple[Gap, ...]:
    changes = len({month.rule.hours for month in months}) > 1
    found = {gap.name: gap for month in months for gap in month.gaps}
    return tuple(gap for name, gap in found.items() if name != "year_of_change" or changes)
