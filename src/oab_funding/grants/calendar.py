"""How a period's grant falls over calendar years: in a school's accounts, and in payment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa

from oab_funding.exact import round_units
from oab_funding.tables.columns import build, texts, units
from oab_funding.tables.grant_tables import SCHOOL_CALENDAR
from oab_funding.tables.step_result import StepResult


@dataclass(frozen=True, slots=True)
class YearPart:
    """A calendar year and the shares of the period's amount that are accrued and paid in it."""

    year: int
    accrued: Fraction
    paid: Fraction


def school_calendar(school_grants: pa.Table, parts: Sequence[YearPart]) -> StepResult:
    """Divide each school's amount over the calendar years of its period.

    Every year but the last is rounded half up to cents; the last gets what is left, so that the years add up
    to the amount.

    Parameters
    ----------
    school_grants
        Table `school_grants`.
    parts
        The years with the shares accrued and paid, in order.

    Returns
    -------
    StepResult
        Table `school_calendar`: `school_id`, `year`, `accrued`, `paid` (euros); figures: both totals by year.

    Notes
    -----
    A school year's grant falls 5/12 in the first and 7/12 in the second calendar year; it was
    paid out as 34.55% and 65.45%.

    Examples
    --------
    >>> from decimal import Decimal
    >>> grants = pa.table({"school_id": ["00AP"], "amount": [Decimal("100.00")]})
    >>> school_calendar(grants, [YearPart(2023, Fraction(1), Fraction(1))]).table.column("paid").to_pylist()
    [Decimal('100.00')]
    """
    amounts = units(school_grants, "amount", 2)
    schools = texts(school_grants, "school_id")
    columns = {
        name: [_divide(amount, [getattr(part, name) for part in parts]) for amount in amounts]
        for name in ("accrued", "paid")
    }
    table = build(
        SCHOOL_CALENDAR,
        {
            "school_id": [school for school in schools for _ in parts],
            "year": [part.year for _ in schools for part in parts],
            **{name: [cents for row in rows for cents in row] for name, rows in columns.items()},
        },
    )
    figures = {
        f"{name}_{part.year}": _euros(sum(row[index] for row in rows))
        for name, rows in columns.items()
        for index, part in enumerate(parts)
    }
    return StepResult({"school_calendar": table}, figures)


def _divide(amount: int, shares: Sequence[Fraction]) -> list[int]:
    first = [round_units(amount * share, 0) for share in shares[:-1]]
    return [*first, amount - sum(first)]


def _euros(cents: int) -> Fraction:
    return Fraction(cents, 100)
