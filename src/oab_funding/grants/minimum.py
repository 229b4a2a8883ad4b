"""The price that a budget leaves when some recipients are topped up to a minimum, solved exactly.

J, what is left to divide, depends on who is topped up; who is topped up depends on the price J / K. With
scores s, n recipients who may be topped up, minimum m and budget B, the price p solves f(p) = B, where

    f(p) = sum of max(m, p x s) over these n, and they have all the scores there are.

**There is one price, or none.** f is continuous and does not fall. Where max(m, p x s) is m for everyone f is
n x m; from the price m / (largest s) on it rises without end. So a budget above n x m has exactly one price,
a budget of n x m is paid at m / (largest s), and one below has none. Where all s are 0 no budget has one.

**The iteration finds it and ends.** It goes up from the smallest score. At each step p = (B - m x the number
topped up so far) / (the scores of the rest) would divide what is left over the rest; whoever of them is then
below m, the smallest first, is topped up too. That takes m out of what is left where p x s < m was its part,
so that p falls: whoever was below m stays below it, and nobody topped up gets above it again. Each step tops
up one more, so there are at most n. It stops at the first p at which the smallest of the rest, and with it
all the rest, have m or more: then f(p) = B.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from oab_funding.errors import InputError
from oab_funding.exact import round_units


@dataclass(frozen=True, slots=True)
class MinimumPrice:
    """The price per unit and who is topped up.

    Parameters
    ----------
    price
        p = J/K, in euros per unit, unrounded.
    topped_up
        Positions of those topped up, ascending.
    """

    price: Fraction
    topped_up: tuple[int, ...]


def price_with_minimum(
    scores: Sequence[Fraction], eligible: Sequence[bool], budget: Fraction, minimum: Fraction
) -> MinimumPrice:
    """Solve p = (budget - minimum x |L|) / (K - sum of s over L), with L those below the minimum at p.

    Parameters
    ----------
    scores
        s = H + I of every municipality.
    eligible
        Who is topped up when below the minimum; all who have a score above 0 are among them.
    budget
        B, in euros.
    minimum
        In euros.

    Returns
    -------
    MinimumPrice
        The price and the positions of L.

    Raises
    ------
    InputError
        The minimums exhaust the budget, or no score remains to divide over; both figures are named.

    Notes
    -----
    Besluit specifieke uitkeringen gemeentelijk onderwijsachterstandenbeleid art. 4.

    Examples
    --------
    >>> solved = price_with_minimum([Fraction(1), Fraction(9)], [True, True], Fraction(100), Fraction(20))
    >>> solved.price, solved.topped_up
    (Fraction(80, 9), (0,))
    """
    if any(score > 0 and not may for score, may in zip(scores, eligible, strict=True)):
        raise ValueError("a score above 0 that is not eligible would get a part of the budget")
    ascending = sorted((i for i, may in enumerate(eligible) if may), key=lambda i: scores[i])
    remaining, left = sum(scores, Fraction(0)), budget
    if remaining == 0 or budget < minimum * len(ascending):
        raise _refusal(budget, minimum, len(ascending))
    for count, smallest in enumerate(ascending):
        price = left / remaining
        if price * scores[smallest] >= minimum:
            return MinimumPrice(price, tuple(sorted(ascending[:count])))
        left -= minimum
        remaining -= scores[smallest]
    raise AssertionError("a budget that covers the minimums leaves the largest score at the minimum or above")


def _refusal(budget: Fraction, minimum: Fraction, eligible: int) -> InputError:
    cost = minimum * eligible
    reason = "the minimums exhaust it" if budget < cost else "no score above 0 is there to divide over"
    return InputError(
        f"the budget of EUR {_euros(budget)} cannot be divided: {reason} ({eligible} minimums cost "
        f"EUR {_euros(cost)})",
        remedy="check the budget and the scores",
    )


def _euros(amount: Fraction) -> str:
    cents = round_units(amount, 2)
    return f"{cents // 100:,}.{cents % 100:02d}"
