"""What decided amounts of municipalities imply: a price that was not rounded, and the budget behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil

_CENTS = 100
_NEEDED_TO_IMPLY = 3
"""A price that fits one or two amounts proves nothing: any amount implies one."""

_LARGEST_STEP = 10**8
"""In cents: budgets are set in millions, if need be in less."""


def implied_prices(
    decided: Mapping[str, int], scores: Mapping[str, Fraction]
) -> tuple[Fraction, Fraction] | None:
    """Find between which prices an unrounded price lies that fits the most decided amounts.

    A price fits an amount when it gives it to within a cent: by largest remainder it may go up or down.

    Parameters
    ----------
    decided
        Decided amounts in cents, by code; without those that are the minimum.
    scores
        s = H + I, by code.

    Returns
    -------
    tuple of Fraction, or None
        The lowest and the highest price in euros a unit; None where no price fits at least three amounts.

    Examples
    --------
    >>> scores = {"a": Fraction(1), "b": Fraction(2), "c": Fraction(3)}
    >>> low, high = implied_prices({"a": 33333, "b": 66667, "c": 100000}, scores)
    >>> low < Fraction(1000, 3) < high, high - low < Fraction(1, 100)
    (True, True)
    """
    ends = []
    for code, amount in decided.items():
        units = scores.get(code, Fraction(0)) * _CENTS
        if units > 0 and amount > 0:
            ends += [((amount - 1) / units, 0), ((amount + 1) / units, 1)]
    open_now = most = 0
    found: tuple[Fraction, Fraction] | None = None
    ordered = sorted(ends)
    for number, (price, closes) in enumerate(ordered):
        open_now += -1 if closes else 1
        if open_now > most:
            most, found = open_now, (price, ordered[number + 1][0])
    return found if most >= _NEEDED_TO_IMPLY else None


def budget_at(price: Fraction, scores: Iterable[Fraction], minimum: Fraction) -> Fraction:
    """Give what the municipalities entitled to the minimum get together at a price, in euros.

    Examples
    --------
    >>> budget_at(Fraction(10), [Fraction(1), Fraction(5)], Fraction(20))
    Fraction(70, 1)
    """
    return sum((max(minimum, price * score) for score in scores), Fraction(0))


def roundest(low: Fraction, high: Fraction) -> Decimal | None:
    """Give the amount in euros between two that has the most zeros; None where no whole cent lies between.

    Examples
    --------
    >>> roundest(Fraction(4919999999, 10), Fraction(4920000001, 10)), roundest(Fraction(1, 3), Fraction(2, 5))
    (Decimal('492000000.00'), Decimal('0.40'))
    """
    step = _LARGEST_STEP
    while step:
        multiple = ceil(low * _CENTS / step) * step
        if multiple <= high * _CENTS:
            return Decimal(multiple).scaleb(-2)
        step //= 10
    return None
