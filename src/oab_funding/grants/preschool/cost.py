"""What a grant must buy: an exact comparison for one municipality, one year and one set of terms.

A comparison, never a claim: the grant is not tied to a group of children.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from oab_funding.errors import InputError
from oab_funding.exact import round_units

HboCount = Literal["offered", "target"]
"""Whose number sets the hours of the higher-educated worker: offered on 1 January, or target toddlers."""

_CENTS = 100


@dataclass(frozen=True, slots=True)
class Terms:
    """What a municipality pays and asks; all amounts in euros.

    Parameters
    ----------
    hour_price
        Price p of an hour of one toddler.
    hours
        Hours h a year of a toddler who takes part.
    reach
        Share r of the target toddlers who take part.
    hbo_hours
        Hours of the higher-educated worker per child and year; 0 where no rule asks for them.
    hbo_wage
        Hourly wage w of that worker.
    hbo_count
        Whose number counts for those hours.
    place_cost
        What a toddler who takes part costs a year besides the hours.
    weeks, charged_hours, tariff
        Parents' weeks a year, hours a week they pay for, and their hourly tariff f.
    allowance_share
        Share a of the hours for which parents have childcare allowance.
    ceiling
        Hourly price up to which the allowance counts.
    allowance_parents
        What parents under the allowance pay themselves per hour; None where they pay whatever of the price
        is above the ceiling.
    """

    hour_price: Fraction
    hours: Fraction
    reach: Fraction = Fraction(1)
    hbo_hours: Fraction = Fraction(0)
    hbo_wage: Fraction = Fraction(0)
    hbo_count: HboCount = "offered"
    place_cost: Fraction = Fraction(0)
    weeks: Fraction = Fraction(0)
    charged_hours: Fraction = Fraction(0)
    tariff: Fraction = Fraction(0)
    allowance_share: Fraction = Fraction(0)
    ceiling: Fraction = Fraction(0)
    allowance_parents: Fraction | None = None

    @property
    def parents_per_place(self) -> Fraction:
        """What the parents of a toddler who takes part pay on average, without and with the allowance."""
        without = (1 - self.allowance_share) * self.weeks * self.charged_hours * self.tariff
        return without + self.allowance_share * self.hours * self._own_per_hour

    @property
    def allowance_per_place(self) -> Fraction:
        """The allowance for a toddler who takes part, on average."""
        return self.allowance_share * self.hours * min(self.hour_price, self.ceiling)

    @property
    def _own_per_hour(self) -> Fraction:
        if self.allowance_parents is not None:
            return self.allowance_parents
        return self.hour_price - min(self.hour_price, self.ceiling)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a grant must buy, exact.

    Parameters
    ----------
    hours
        Hours of toddlers in the year: r x N x h.
    cost
        hours x p, the higher-educated worker, and what places cost besides.
    parents, allowance
        What parents and the childcare allowance pay.
    to_be_bought
        cost - parents - allowance.
    left
        The grant less that.
    break_even_toddlers
        Target toddlers the grant carries on these terms, rounded down; None where each costs nothing.
    break_even_price
        Hourly price (cents) the grant can pay for these toddlers, rounded down; 0 where it cannot pay even
        what the hours do not cost; None where the price makes no difference.
    """

    hours: Fraction
    cost: Fraction
    parents: Fraction
    allowance: Fraction
    to_be_bought: Fraction
    left: Fraction
    break_even_toddlers: int | None
    break_even_price: int | None


def compare(grant: Fraction, toddlers: int, on_1_january: int | None, terms: Terms) -> Comparison:
    """Hold a grant against what it must buy.

    Parameters
    ----------
    grant
        Euros in the year.
    toddlers
        Target toddlers N.
    on_1_january
        Children to whom preschool education is offered on 1 January; None takes N.
    terms
        Prices, reach, hours, tariffs.

    Raises
    ------
    InputError
        Parents and allowance pay more than the cost.

    Notes
    -----
    cost = r N h p + 10 N1 w; parents = r N (1 - a) x weeks x charged hours x f; allowance = a r N h x
    min(p, ceiling). With a number of 1 January of its own the worker's cost stays as it is when the number
    of toddlers at break-even differs from N.

    Examples
    --------
    >>> outcome = compare(Fraction(100000), 10, None, Terms(Fraction("10.25"), Fraction(640)))
    >>> outcome.to_be_bought, outcome.break_even_toddlers, outcome.break_even_price
    (Fraction(65600, 1), 15, 1562)
    """
    places = terms.reach * toddlers
    scales = terms.hbo_count == "target" or on_1_january is None
    hbo_each = terms.hbo_hours * terms.hbo_wage
    hbo = hbo_each * (toddlers if scales or on_1_january is None else on_1_january)
    hours = places * terms.hours
    cost = hours * terms.hour_price + places * terms.place_cost + hbo
    parents, allowance = places * terms.parents_per_place, places * terms.allowance_per_place
    to_be_bought = cost - parents - allowance
    if to_be_bought < 0:
        raise InputError(
            "parents and the allowance pay more than the cost",
            remedy="check the tariff, the charged hours and the share under the allowance",
        )
    each = terms.reach * _net_per_place(terms) + (hbo_each if scales else 0)
    return Comparison(
        hours=hours,
        cost=cost,
        parents=parents,
        allowance=allowance,
        to_be_bought=to_be_bought,
        left=grant - to_be_bought,
        break_even_toddlers=_most_toddlers(grant - (0 if scales else hbo), each),
        break_even_price=_highest_price(grant - hbo, places, terms),
    )


def _net_per_place(terms: Terms) -> Fraction:
    paid = terms.hours * terms.hour_price + terms.place_cost
    return paid - terms.parents_per_place - terms.allowance_per_place


def _most_toddlers(money: Fraction, each: Fraction) -> int | None:
    return None if each <= 0 else max(0, money // each)


def _highest_price(money: Fraction, places: Fraction, terms: Terms) -> int | None:
    """Give the largest price (cents) at which `money` pays the places; the ceiling bends it."""
    hours, share = places * terms.hours, terms.allowance_share
    without = (1 - share) * terms.weeks * terms.charged_hours * terms.tariff
    left = money - places * (terms.place_cost - without)
    slope = (1 - share) * hours
    own = terms.allowance_parents
    if own is not None and share > 0:
        left += share * hours * own
        if left > slope * terms.ceiling:  # above the ceiling the allowance does not grow with the price
            left, slope = left + share * hours * terms.ceiling, hours
    if slope == 0:
        return None
    return max(0, round_units(left / slope, 2, "down")) if left > 0 else 0
