"""The change of a grant since the year before, split by cause so that the parts add up to the cent."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from oab_funding.exact import round_units


@dataclass(frozen=True, slots=True)
class Side:
    """One year of one recipient.

    Parameters
    ----------
    score
        Score.
    price
        Euros per unit, unrounded.
    new
        Amount before the transition, in cents.
    paid
        Amount, in cents.
    topped_up
        Whether it is the minimum.
    """

    score: Fraction
    price: Fraction
    new: int
    paid: int
    topped_up: bool = False

    @property
    def raised(self) -> Fraction:
        """What the minimum adds to price x score, in cents."""
        return self.new - 100 * self.price * self.score if self.topped_up else Fraction(0)


@dataclass(frozen=True, slots=True)
class Change:
    """The change in cents, and its parts.

    Parameters
    ----------
    score
        The own score, at the last price.
    total
        The national total of the scores, at the last budget; 0 where it is not known.
    price
        What is left: the price (of the budget, where the total is known), with the rounding to cents.
    minimum, transition
        What these add more, or less, than the year before.
    """

    score: int
    total: int
    price: int
    minimum: int
    transition: int

    @property
    def whole(self) -> int:
        """The change itself."""
        return self.score + self.total + self.price + self.minimum + self.transition


def change(last: Side, now: Side, price_at_new_total: Fraction | None = None) -> Change:
    """Split a change: score x last price first, then the new score x the change of the price.

    Parameters
    ----------
    last, now
        The two years.
    price_at_new_total
        The price of the last year's budget over the new national total of the scores, where both are known.

    Examples
    --------
    >>> last, now = Side(Fraction(10), Fraction(5), 5000, 5000), Side(Fraction(12), Fraction(6), 7200, 7200)
    >>> split = change(last, now)
    >>> split.score, split.price, split.whole
    (1000, 1200, 2200)
    """
    by_score = round_units(last.price * (now.score - last.score), 2)
    moved = Fraction(0) if price_at_new_total is None else price_at_new_total - last.price
    total = round_units(now.score * moved, 2)
    minimum = round_units((now.raised - last.raised) / 100, 2)
    transition = (now.paid - now.new) - (last.paid - last.new)
    whole = now.paid - last.paid
    return Change(by_score, total, whole - by_score - total - minimum - transition, minimum, transition)
