"""Amounts by code, and amounts and shares as people write them."""

from __future__ import annotations

from decimal import Decimal
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
    """Write a share as a percentage where that is exact to two decimals, else as a fraction, or nearly.

    Examples
    --------
    >>> written_share(Fraction(691, 2000)), written_share(Fraction(5, 12))
    ('34.55%', '5/12')
    >>> written_share(Fraction(1000, 3333))
    'about 30.003000%'
    """
    if (share * 10_000).denominator == 1:
        return f"{round_exact(share * 100, 2)}%"
    return str(share) if share.denominator < 100 else f"about {round_exact(share * 100, 6)}%"


def written_euros(hundredths: int) -> str:
    """Write an amount in cents, or another number in hundredths, with its thousands marked.

    Examples
    --------
    >>> written_euros(1234567), written_euros(-5)
    ('12,345.67', '-0.05')
    """
    return f"{Decimal(hundredths).scaleb(-2):,}"
