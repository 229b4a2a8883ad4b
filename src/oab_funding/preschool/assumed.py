"""The law of a year or period that no regulation covers yet: the last one, labelled as assumed."""

from __future__ import annotations

from collections.abc import Mapping

from oab_funding.errors import InputError
from oab_funding.regulation import MunicipalityGrantProvision, SchoolGrantProvision, Statutes
from oab_funding.tables.step_result import Figure

FORECAST = "forecast: an estimate from provisional scores and an assumed price or budget, not a decision"


def municipal_law(year: int) -> tuple[MunicipalityGrantProvision, tuple[str, ...]]:
    """Give the law of a budget year, or of the last year that is known, with the label that says so.

    Raises
    ------
    InputError
        The year lies before the first known one.

    Examples
    --------
    >>> municipal_law(2026)[1], municipal_law(2027)[1]
    ((), ('assumed in force: the regulation of 2026',))
    """
    statutes = Statutes.shipped()
    parts = (file.municipality_grant for file in statutes.files.values())
    last = max(known.year for part in parts if part is not None for known in part.applies_to)
    if year <= last:
        return statutes.municipality_grant(year), ()
    return statutes.municipality_grant(last), (f"assumed in force: the regulation of {last}",)


def school_law(period: str) -> tuple[SchoolGrantProvision, tuple[str, ...]]:
    """Give the law of a period, or of the last one that is known where a later year is asked for.

    Raises
    ------
    InputError
        No regulation covers the period, and it is no later calendar year.

    Examples
    --------
    >>> school_law("2027")[1]
    ('assumed in force: the regulation of 2026',)
    """
    statutes = Statutes.shipped()
    try:
        return statutes.school_grant(period), ()
    except InputError:
        parts = (file.school_grant for file in statutes.files.values())
        known = [entry for part in parts if part is not None for entry in part.applies_to]
        last = max(known, key=lambda entry: entry.last).period
        if not (period.isascii() and period.isdigit() and len(period) == len(last) and period > last):
            raise
        return statutes.school_grant(last), (f"assumed in force: the regulation of {last}",)


def kept(figures: Mapping[str, Figure], source: str) -> dict[str, Figure]:
    """Give the figures of a grant that a forecast, which has no transition, has too, with its source."""
    left_out = ("transition", "total_new", "total_new_misses_budget_by")
    return {name: value for name, value in figures.items() if name not in left_out} | {"source": source}
