"""The end of a spending period: what a municipality may carry over, and what is recovered."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.exact import round_units
from oab_funding.tables.catalogue import SPENDING_SETTLEMENT
from oab_funding.tables.columns import decimals, texts, units
from oab_funding.tables.step_result import StepResult


def settle_spending(
    spending: pa.Table, first_year: int, last_year: int, carry_over_share: Fraction
) -> StepResult:
    """Settle a spending period.

    Parameters
    ----------
    spending
        Table with `municipality_code`, `year`, `granted` and `spent` (euros), one row per municipality and year.
    first_year, last_year
        The period, such as 2019 to 2022.
    carry_over_share
        The share of the last year's grant that may move on at most.

    Returns
    -------
    StepResult
        Table `spending_settlement`: `granted`, `spent`, `unspent`, `carried_over`, `recovered` per municipality;
        figures: their totals.

    Raises
    ------
    InputError
        A year of the period is missing, or a year outside it is given.

    Notes
    -----
    Besluit specifieke uitkeringen gemeentelijk onderwijsachterstandenbeleid art. 5. Half a cent of the ceiling is
    rounded down: no more than half may move on.

    Examples
    --------
    >>> from decimal import Decimal
    >>> rows = [
    ...     {"municipality_code": "GM0363", "year": y, "granted": Decimal("100.00"), "spent": Decimal("80.00")}
    ...     for y in range(2019, 2023)
    ... ]
    >>> result = settle_spending(pa.Table.from_pylist(rows), 2019, 2022, Fraction(1, 2))
    >>> [result.table.column(name)[0].as_py() for name in ("unspent", "carried_over", "recovered")]
    [Decimal('80.00'), Decimal('50.00'), Decimal('30.00')]
    """
    years = range(first_year, last_year + 1)
    rows = zip(
        texts(spending, "municipality_code"),
        spending.column("year").to_pylist(),
        units(spending, "granted"),
        units(spending, "spent"),
        strict=True,
    )
    by_code: dict[str, dict[int, tuple[int, int]]] = {}
    for code, year, granted, spent in rows:
        if year not in years:
            raise InputError(f"municipality {code}: the year {year} is outside {first_year}-{last_year}")
        by_code.setdefault(code, {})[year] = (granted, spent)
    settled = {code: _settle(code, by_code[code], years, carry_over_share) for code in sorted(by_code)}
    schema = SPENDING_SETTLEMENT.arrow()
    names = schema.names[1:]
    columns = [decimals((row[name] for row in settled.values()), schema.field(name).type) for name in names]
    figures = {name: Fraction(sum(row[name] for row in settled.values()), 100) for name in names}
    table = pa.Table.from_arrays([pa.array(settled, pa.string()), *columns], schema=schema)
    return StepResult({"spending_settlement": table}, figures)


def _settle(code: str, by_year: dict[int, tuple[int, int]], years: range, share: Fraction) -> dict[str, int]:
    if missing := [year for year in years if year not in by_year]:
        raise InputError(
            f"municipality {code}: the year {missing[0]} is missing", remedy="give every year of the period"
        )
    granted = sum(grant for grant, _ in by_year.values())
    spent = sum(spent for _, spent in by_year.values())
    unspent = max(0, granted - spent)
    ceiling = round_units(by_year[years[-1]][0] * share, 0, "down")
    carried = min(unspent, ceiling)
    return {
        "granted": granted,
        "spent": spent,
        "unspent": unspent,
        "carried_over": carried,
        "recovered": unspent - carried,
    }
