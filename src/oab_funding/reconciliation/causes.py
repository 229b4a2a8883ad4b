"""What may explain a decided amount: the calculation of the run with something changed.

A *known* change is one that law, practice or another file suggests. An *unknown* is a number of the
calculation (a price, a share, a percentage) whose value the decided amounts are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa

from oab_funding.exact import round_exact
from oab_funding.reconciliation.settling import Settings
from oab_funding.tables.columns import texts, units


@dataclass(frozen=True, slots=True)
class Change:
    """One thing changed in a calculation, or several.

    Parameters
    ----------
    cause
        In people's words, with the value.
    kinds
        What is changed ("price", "share of the year"); two changes of one kind do not go together.
    values
        The settings that it replaces.
    fitted
        Whether a value was read from the decided amounts.

    Examples
    --------
    >>> first, second = Change("a", ("price",), {"price": 1}), Change("b", ("index",), {"index": 2})
    >>> first.and_also(second).cause
    'a and b'
    """

    cause: str
    kinds: tuple[str, ...]
    values: Mapping[str, Any]
    fitted: bool = False

    def applied(self, settings: Settings) -> Settings:
        """Give settings with this changed."""
        return replace(settings, **self.values)

    def and_also(self, other: Change) -> Change:
        """Give both changes together."""
        return Change(
            f"{self.cause} and {other.cause}",
            (*self.kinds, *other.kinds),
            {**self.values, **other.values},
            self.fitted or other.fitted,
        )


@dataclass(frozen=True, slots=True)
class Unknown:
    """A number of the calculation that decided amounts may tell, on a grid of whole steps.

    Parameters
    ----------
    kind
        What it is, as in `Change`.
    highest
        The last step of the grid under given settings, the first being `lowest`; below it where the number
        has no part in the calculation.
    values
        The settings that a step stands for.
    written
        The cause in words, for a step.
    lowest
        The first step.
    slack
        Cents that an amount may be off: where cents are shared out, an amount may go up or down.
    own
        The step of the run, where it lies on the grid.
    """

    kind: str
    highest: Callable[[Settings], int]
    values: Callable[[int], Mapping[str, Any]]
    written: Callable[[int], str]
    lowest: int = 0
    slack: int = 0
    own: int | None = None

    def change(self, step: int) -> Change:
        """Give the change that a step stands for."""
        return Change(self.written(step), (self.kind,), self.values(step), fitted=True)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cause and the amounts (cents, by code) that follow from it, with the settings they follow from."""

    cause: str
    amounts: Mapping[str, int]
    settings: Settings | None = field(default=None, compare=False)


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
