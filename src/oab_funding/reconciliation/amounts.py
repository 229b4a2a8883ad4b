"""Amounts by code, and shares as people write them."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa

from oab_funding.exact import round_exact
from oab_funding.tables.columns import texts, units


def cents(table: pa.Table, code: str) -> dict[str, int]:
    """Give the column `amount` of a table in cents, by code.

    Examples
    --------
    >>> from decimal import Decimal
    >>> cents(pa.table({"school_id": ["00AP"], "amount": pa.array([Decimal("12.34")])}), "school_id")
    {'00AP': 1234}
    """
    return dict(zip(texts(table, code), units(table, "amount", 2), strict=True))


def written_share(share: Fraction) -> str:
    """Write a share as a percentage where that is exact to two decimals, else as a fraction.

    Examples
    --------
    >>> written_share(Fraction(691, 2000)), written_share(Fraction(5, 12))
    ('34.55%', '5/12')
    """
    return f"{round_exact(share * 100, 2)}%" if (share * 10_000).denominator == 1 else str(share)
