"""The account of a spending period: year by year, and what is carried over and recovered at its end.

In the accountability system SiSa this grant is code D8. From here come what was granted and what remains of
it; how the spending divides over purposes, which SiSa asks too, is in the municipality's own books.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.grants.spending import settle_spending
from oab_funding.preschool.explain import explain_account
from oab_funding.preschool.outcome import Outcome, table_of
from oab_funding.regulation import MunicipalityGrantProvision, Statutes
from oab_funding.tables.columns import build, texts, units
from oab_funding.tables.grant_tables import SPENDING, SPENDING_SETTLEMENT
from oab_funding.tables.preschool_tables import CARRIED_IN, SPENDING_ACCOUNT
from oab_funding.tables.step_result import Figure, StepResult

SISA = "SiSa code D8; the division of the spending over purposes is not in this account"
_CENTS = 100


def spending_account(spending: Any, *, period: str, carried_in: Any = None) -> Outcome:
    """Keep the account of a spending period and settle it.

    Parameters
    ----------
    spending
        `municipality_code`, `year`, `granted`, `spent` (euros), every year of the period; a frame or a path.
    period
        Such as "2019-2022".
    carried_in
        `municipality_code` and `carried_over`: the settlement of the period before; a frame or a path.

    Returns
    -------
    Outcome
        Tables `spending_account` (per year: opening + granted = available, less spent = balance, which opens
        the next year; in the last year what of it is carried over and what is recovered) and
        `spending_settlement`; figures: their totals; an explanation per municipality.

    Raises
    ------
    InputError
        The period is none of the law's, or a year of it is missing, doubled or outside it.

    Notes
    -----
    Besluit specifieke uitkeringen gemeentelijk onderwijsachterstandenbeleid art. 5: at most half of the last
    year's grant moves on. What was carried in counts as the first year's money; a shortfall
    weighs on the years after it.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [["GM0363", year, "100.00", "80.00"] for year in range(2019, 2023)]
    >>> frame = pd.DataFrame(rows, columns=["municipality_code", "year", "granted", "spent"])
    >>> account = spending_account(frame, period="2019-2022").table
    >>> account.column("balance").to_pylist()[-1], account.column("carried_over").to_pylist()[-1]
    (Decimal('80.00'), Decimal('50.00'))
    """
    first, last = _period(period)
    law = Statutes.shipped().municipality_grant(last)
    given = table_of(spending, SPENDING)
    opening = _opening(carried_in, set(texts(given, "municipality_code")))
    settled = settle_spending(_with_opening(given, opening, first), first, last, law.rule.carry_over_share)
    account = build(SPENDING_ACCOUNT, _account(given, opening, settled.table, last))
    figures: dict[str, Figure] = {"carry_over_share": law.rule.carry_over_share, "sisa_code": "D8"}
    figures |= {**settled.figures, "carried_in": Fraction(sum(opening.values()), _CENTS)}
    return Outcome(
        StepResult({"spending_account": account, **settled.tables}, figures),
        (SISA,),
        {"period": period},
        (_said(law),),
        (),
        explain_account,
    )


def _said(law: MunicipalityGrantProvision) -> str:
    identity = law.source.regulation
    return f"{identity.title} ({identity.number}), {law.rule.carry_over_article}"


def _period(text: str) -> tuple[int, int]:
    """Read a spending period, and refuse one that no regulation lists."""
    parts = (file.municipality_grant for file in Statutes.shipped().files.values())
    known = {
        f"{first}-{last}": (first, last) for part in parts if part for first, last in part.spending_periods
    }
    if text not in known:
        raise InputError(
            "is no spending period",
            Place(value=text, argument="period"),
            f"choose one of {', '.join(sorted(known))}",
        )
    return known[text]


def _opening(carried_in: Any, codes: set[str]) -> dict[str, int]:
    if carried_in is None:
        return {}
    table = table_of(carried_in, CARRIED_IN)
    opening = dict(zip(texts(table, "municipality_code"), units(table, "carried_over", 2), strict=True))
    if odd := sorted(opening.keys() - codes):
        raise InputError(
            f"{odd[0]} has no spending", Place(argument="carried_in"), "give its years, or leave it out"
        )
    return opening


def _with_opening(given: pa.Table, opening: dict[str, int], first: int) -> pa.Table:
    """Count what was carried in as the first year's money; the ceiling of art. 5 is of the last year's."""
    codes, years = texts(given, "municipality_code"), given.column("year").to_pylist()
    granted = [
        cents + (opening.get(code, 0) if year == first else 0)
        for code, year, cents in zip(codes, years, units(given, "granted", 2), strict=True)
    ]
    columns = {
        "municipality_code": codes,
        "year": years,
        "granted": granted,
        "spent": units(given, "spent", 2),
    }
    return build(SPENDING, columns)


def _account(given: pa.Table, opening: dict[str, int], settled: pa.Table, last: int) -> dict[str, list[Any]]:
    names = [name for name in SPENDING_SETTLEMENT.names if name in ("carried_over", "recovered")]
    ends = dict(
        zip(
            texts(settled, "municipality_code"),
            zip(*(units(settled, name, 2) for name in names), strict=True),
            strict=True,
        )
    )
    rows = list(_rows(given, opening, ends, last))
    return {name: [row[position] for row in rows] for position, name in enumerate(SPENDING_ACCOUNT.names)}


def _rows(
    given: pa.Table, opening: dict[str, int], ends: dict[str, tuple[int, ...]], last: int
) -> Iterator[tuple[Any, ...]]:
    """Give the account's rows by code and year; a shortfall of one year weighs on the next."""
    book = sorted(
        zip(
            texts(given, "municipality_code"),
            given.column("year").to_pylist(),
            units(given, "granted", 2),
            units(given, "spent", 2),
            strict=True,
        )
    )
    balances = dict(opening)
    for code, year, granted, spent in book:
        start = balances.get(code, 0)
        balances[code] = start + granted - spent
        carried, recovered = ends[code] if year == last else (0, 0)
        yield code, year, start, granted, start + granted, spent, balances[code], carried, recovered
