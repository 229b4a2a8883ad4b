"""The price that a budget leaves when some recipients are topped up to a minimum, solved exactly.

J, what is left to divide, depends on who is topped up; who is topped up depends on the price J/K. With n recipients
who may be topped up, scores s and minimum m, the price p solves

    sum of max(m, p x s) = budget.

The left side does not fall as p rises, and rises strictly once somebody is above m. So if the budget is at least n x m
there is exactly one price at which the recipient with the highest score is at m or above, and the iteration below
reaches it: topping up the smallest first only lowers the price, so whoever was below m stays below, and there are at
most n steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from oab_funding.errors import InputError


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
        Who is topped up when below the minimum.
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
    remaining = sum(scores, Fraction(0))
    left = budget
    ascending = sorted((i for i, may in enumerate(eligible) if may), key=lambda i: scores[i])
    count = 0
    while left > 0 and remaining > 0:
        price = left / remaining
        if count == len(ascending) or price * scores[ascending[count]] >= minimum:
            return MinimumPrice(price, tuple(sorted(ascending[:count])))
        left -= minimum
        remaining -= scores[ascending[count]]
        count += 1
    cost = minimum * len(ascending)
    reason = "the minimums exhaust it" if left <= 0 else "no score above 0 is left to divide over"
    raise InputError(
        f"the budget of EUR {_euros(budget)} cannot be divided: {reason} ({len(ascending)} minimums cost EUR {_euros(cost)})",
        remedy="check the budget and the scores",
    )


def _euros(amount: Fraction) -> str:
    cents = round(amount * 100)
    return f"{cents // 100:,}.{cents % 100:02d}"
