"""Candidate causes for a difference between a decided and a computed amount.

Two kinds. A *known* candidate is the same calculation with one thing changed (another price version, another
share of the year, before the transition, another rounding, another score file). An *implied* candidate is
read from the decided amounts: the one price, or the one share of the transition, that would give the most of
them. Every candidate is a whole column of amounts, so that it can be checked to the cent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

_HALF_CENT = Fraction(1, 2)
_PRICE_STEPS_AT_MOST = 20
_SHARE_PLACES = 4
_NEEDED_TO_IMPLY = 3
"""A price or share that fits one or two amounts proves nothing: any amount implies one."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cause and the amounts (cents, by code) that would follow from it."""

    cause: str
    amounts: Mapping[str, int]


def implied_price(decided: Mapping[str, int], units: Mapping[str, Fraction]) -> tuple[int, int] | None:
    """Find the price in whole cents that gives the most decided amounts, and how many it gives.

    Parameters
    ----------
    decided
        Decided amounts in cents, by code.
    units
        Score times share of the year, by code.

    Returns
    -------
    tuple of int, or None
        The price in cents and the number of amounts it gives; None where no price gives at least three.

    Examples
    --------
    >>> scores = {"a": Fraction(1), "b": Fraction(2), "c": Fraction(3)}
    >>> implied_price({"a": 1000, "b": 2000, "c": 3000}, scores)
    (1000, 3)
    """
    return _most_common(
        _grid(amount, units[code], 1) for code, amount in decided.items() if units.get(code, 0) > 0
    )


def implied_share(
    decided: Mapping[str, int], new: Mapping[str, Fraction], old: Mapping[str, Fraction]
) -> tuple[Fraction, int] | None:
    """Find the share c of paid = B + (A - B) x c, to 0.01%, that gives the most decided amounts.

    Parameters
    ----------
    decided
        Decided amounts in cents, by code.
    new, old
        B and A in euros, by code.

    Returns
    -------
    tuple, or None
        The share and the number of amounts it gives; None where no share gives at least three.

    Examples
    --------
    >>> new, old = dict.fromkeys("abc", Fraction(10)), dict.fromkeys("abc", Fraction(30))
    >>> implied_share(dict.fromkeys("abc", 2000), new, old)
    (Fraction(1, 2), 3)
    """
    grids = (
        _grid(amount - new[code] * 100, (old[code] - new[code]) * 100, 10**_SHARE_PLACES)
        for code, amount in decided.items()
        if code in old and code in new and old[code] != new[code]
    )
    found = _most_common(grids)
    return None if found is None else (Fraction(found[0], 10**_SHARE_PLACES), found[1])


def implied_score(amount: int, price: Fraction, score: int, rounded: Callable[[Fraction], int]) -> int | None:
    """Find the score (hundredths) nearest to `score` that gives an amount (cents) at a price (euros a unit).

    Returns
    -------
    int or None
        None where no score on the grid gives the amount, or the score is `score` itself.

    Examples
    --------
    >>> implied_score(1900062, Fraction("559.50"), 3302, lambda cents: int(cents + Fraction(1, 2)))
    3396
    """
    if price <= 0 or amount < 0:
        return None
    middle = round(amount / price)
    fits = [
        guess for guess in (middle - 1, middle, middle + 1) if guess >= 0 and rounded(guess * price) == amount
    ]
    others = [guess for guess in fits if guess != score]
    return min(others, key=lambda guess: abs(guess - score)) if others else None


def _grid(amount: Fraction | int, slope: Fraction, steps: int) -> Iterator[int]:
    """Give whole n with amount within half a cent of n / steps x slope; none where too many fit to tell."""
    ends = sorted(((amount - _HALF_CENT) * steps / slope, (amount + _HALF_CENT) * steps / slope))
    low, high = ceil(ends[0]), floor(ends[1])
    if low < 0 or high - low > _PRICE_STEPS_AT_MOST:
        return iter(())
    return iter(range(low, high + 1))


def _most_common(grids: Iterable[Iterator[int]]) -> tuple[int, int] | None:
    counts = Counter(value for grid in grids for value in grid)
    if not counts:
        return None
    times = max(counts.values())
    fitting_best = sorted(value for value, count in counts.items() if count == times)
    return (fitting_best[len(fitting_best) // 2], times) if times >= _NEEDED_TO_IMPLY else None
