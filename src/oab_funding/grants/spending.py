"""The end of a spending period: what a municipality may carry over, and what is recovered."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.exact import Exact, round_units, share
from oab_funding.tables.columns import build, texts, units
from oab_funding.tables.grant_tables import SPENDING_SETTLEMENT
from oab_funding.tables.step_result import StepResult

_CENTS = 100


def settle_spending(
    spending: pa.Table, first_year: int, last_year: int, carry_over_share: Exact
) -> StepResult:
    """Settle a spending period.

    Parameters
    ----------
    spending
        Table with `municipality_code`, `year`, `granted` and `spent` (euros), one row per municipality and
        year.
    first_year, last_year
        The period, such as 2019 to 2022.
    carry_over_share
        The share of the last year's grant that may move on at most.

    Returns
    -------
    StepResult
        Table `spending_settlement`: `granted`, `spent`, `unspent`, `carried_over`, `recovered` per
        municipality; figures: their totals.

    Raises
    ------
    InputError
        A year of the period is missing or there twice, or a year outside it is given.

    Notes
    -----
    Besluit specifieke uitkeringen gemeentelijk onderwijsachterstandenbeleid art. 5. Half a cent
    of the ceiling is rounded down: no more than half may move on.

    Examples
    --------
    >>> from decimal import Decimal
    >>> rows = [
    ...     {"municipality_code": "GM0363", "year": y, "granted": Decimal(100), "spent": Decimal(80)}
    ...     for y in range(2019, 2023)
    ... ]
    >>> result = settle_spending(pa.Table.from_pylist(rows), 2019, 2022, Fraction(1, 2))
    >>> [result.table.column(name)[0].as_py() for name in ("unspent", "carried_over", "recovered")]
    [Decimal('80.00'), Decimal('50.00'), Decimal('30.00')]
    """
    movable = share(carry_over_share, "carry_over_share", whole=True)
    by_code = _by_code(spending, range(first_year, last_year + 1))
    settled = [_settle(by_code[code], last_year, movable) for code in sorted(by_code)]
    columns = {name: [row[name] for row in settled] for name in SPENDING_SETTLEMENT.names[1:]}
    table = build(SPENDING_SETTLEMENT, {"municipality_code": sorted(by_code), **columns})
    return StepResult(
        {"spending_settlement": table},
        {name: Fraction(sum(column), _CENTS) for name, column in columns.items()},
    )


def _by_code(spending: pa.Table, years: range) -> dict[str, dict[int, tuple[int, int]]]:
    """Give granted and spent (cents) by municipality and year; every year of the period, each once."""
    found: dict[str, dict[int, tuple[int, int]]] = {}
    rows = zip(
        texts(spending, "municipality_code"),
        spending.column("year").to_pylist(),
        units(spending, "granted", 2),
        units(spending, "spent", 2),
        strict=True,
    )
    for code, year, granted, spent in rows:
        of_code = found.setdefault(code, {})
        if year not in years:
            raise _wrong_year(code, year, f"is outside {years[0]}-{years[-1]}", "leave it out")
        if year in of_code:
            raise _wrong_year(code, year, "is there twice", "give each year once")
        of_code[year] = (granted, spent)
    for code, of_code in sorted(found.items()):
        if missing := [year for year in years if year not in of_code]:
            raise _wrong_year(code, missing[0], "is missing", "give every year of the period")
    return found


def _wrong_year(code: str, year: int, problem: str, remedy: str) -> InputError:
    return InputError(f"municipality {code}: the year {year} {problem}", remedy=remedy)


def _settle(by_year: dict[int, tuple[int, int]], last_year: int, share: Fraction) -> dict[str, int]:
    granted = sum(grant for grant, _ in by_year.values())
    spent = sum(spent for _, spent in by_year.values())
    unspent = max(0, granted - spent)
    carried = min(unspent, round_units(by_year[last_year][0] * share, 0, "down"))
    return {
        "granted": granted,
        "spent": spent,
        "unspent": unspent,
        "carried_over": carried,
        "recovered": unspent - carried,
    }
