"""Grants to municipalities: (H + I) x (J / K), with a minimum of 64,000 euros.

    H, I = half the municipality's score on the one and on the other reference date; s = H + I
    K    = half the sum of the scores of all municipalities on both dates, which is the sum of s
    J    = the budget less what the top-ups cost
    the minimum: raw score above 0 on either date and an amount below 64,000: it becomes 64,000

J depends on the top-ups and the top-ups on J. For a set L of topped-up municipalities the law reads

    p = J / K   and   J = budget - sum over L of (64,000 - p s)
    so p = (budget - 64,000 x |L|) / (K - sum over L of s)

and L must be right about itself: everyone in L has p s < 64,000 and every other eligible municipality has
p s >= 64,000. Whether a municipality is in L depends on s alone, so L is the start of the list by ascending
s. `consistent_prices` tries every start and keeps the consistent ones. There is at most one: the sum of
max(64,000, p s) does not fall as p rises, and where someone stands above the minimum it rises.

A municipality at exactly 64,000 is not below the minimum and not in L. So a budget of exactly 64,000 for each
still has a price, namely 64,000 / the largest s; one cent less has none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .apportion import largest_remainder
from .refusal import RefusedError
from .rounding import cents
from .transition import MissingBase, Transition, transition

MINIMUM = Fraction(64_000)

Eligibility = Literal["minimum", "formula"]
PriceRounding = Literal["none", "cents"]
NotEligible = Literal["pay", "nothing"]


@dataclass(frozen=True)
class MunicipalRow:
    """One municipality's raw and net score on the later and the earlier reference date."""

    code: str
    raw_later: Fraction
    score_later: Fraction
    raw_earlier: Fraction
    score_earlier: Fraction

    def __post_init__(self) -> None:
        for raw, score in ((self.raw_later, self.score_later), (self.raw_earlier, self.score_earlier)):
            if score < 0 or score > max(raw, Fraction(0)):
                raise RefusedError("not a net score", code=self.code, raw=raw, score=score)

    @property
    def s(self) -> Fraction:
        """H + I, exact."""
        return self.score_later / 2 + self.score_earlier / 2

    def eligible(self, rule: Eligibility) -> bool:
        """Raw score above 0 on either date; under `formula` the formula must give something as well."""
        raw_above_zero = self.raw_later > 0 or self.raw_earlier > 0
        return raw_above_zero and (rule == "minimum" or self.s > 0)


@dataclass(frozen=True)
class Allocation:
    """Who gets what: `exact` before, `amounts` after rounding; `gap` = budget - sum of amounts.

    `bound` is the total that the exact amounts make, and the rounded ones must; none where they need not.
    """

    exact_price: Fraction
    price: Fraction
    k: Fraction | None
    j: Fraction | None
    eligible: frozenset[str]
    topped_up: frozenset[str]
    exact: dict[str, Fraction]
    amounts: dict[str, Fraction]
    gap: Fraction | None
    bound: Fraction | None


@dataclass(frozen=True)
class MunicipalTransition:
    """Amounts after the transition, in cents; who had a 2018 grant but is not eligible; the step itself."""

    amounts: dict[str, Fraction]
    not_eligible_with_grant: tuple[str, ...]
    transition: Transition


def join_dates(
    later: Mapping[str, tuple[Fraction, Fraction]], earlier: Mapping[str, tuple[Fraction, Fraction]]
) -> list[MunicipalRow]:
    """Rows from (raw, score) by code on each date. Every municipality must be there on both."""
    if set(later) != set(earlier):
        raise RefusedError("absent on one date", codes=sorted(set(later) ^ set(earlier)))
    return [MunicipalRow(code, *later[code], *earlier[code]) for code in sorted(later)]


def consistent_prices(
    eligible: Iterable[MunicipalRow], budget: Fraction, minimum: Fraction = MINIMUM
) -> list[tuple[Fraction, frozenset[str]]]:
    """Every pair (p, L) that is right about itself, L a start of the list by ascending s."""
    queue = sorted(eligible, key=lambda row: (row.s, row.code))
    found = []
    for count in range(len(queue)):
        below, above = queue[:count], queue[count:]
        rest = sum((row.s for row in above), Fraction(0))
        if rest == 0:
            continue
        p = (budget - minimum * len(below)) / rest
        if all(p * row.s < minimum for row in below) and all(p * row.s >= minimum for row in above):
            found.append((p, frozenset(row.code for row in below)))
    return found


def from_budget(
    rows: Sequence[MunicipalRow],
    budget: Fraction,
    *,
    minimum: Fraction = MINIMUM,
    eligibility: Eligibility = "minimum",
    price_rounding: PriceRounding = "none",
) -> Allocation:
    """Divide a budget; with the exact price to the cent, by largest remainder.

    With the price in cents (half up, once, at the end) the minimum is applied to the amounts at that price
    and each amount is rounded half up; the total then misses the budget by `gap`.

    Refused: `minimums exhaust the budget`; `nothing to divide by` (nobody eligible has a score).
    """
    eligible = [row for row in rows if row.eligible(eligibility)]
    k = sum((row.s for row in rows), Fraction(0))
    cost = minimum * len(eligible)
    found = consistent_prices(eligible, budget, minimum)
    if not found:
        reason = "minimums exhaust the budget" if budget < cost else "nothing to divide by"
        raise RefusedError(reason, budget=budget, minimums=cost)
    assert len(found) == 1, f"more than one consistent price: {found}"
    p, topped_up = found[0]
    j = budget - sum((minimum - p * row.s for row in eligible if row.code in topped_up), Fraction(0))
    assert p == j / k, "the price is J / K as the law has it"

    price = cents(p) if price_rounding == "cents" else p
    exact = _exact_amounts(rows, price, minimum, eligibility)
    if price_rounding == "none":
        amounts = largest_remainder(exact, budget)
    else:
        amounts = {code: cents(amount) for code, amount in exact.items()}
    return Allocation(
        exact_price=p,
        price=price,
        k=k,
        j=j,
        eligible=frozenset(row.code for row in eligible),
        topped_up=_topped_up(rows, price, minimum, eligibility),
        exact=exact,
        amounts=amounts,
        gap=budget - sum(amounts.values(), Fraction(0)),
        bound=budget if price_rounding == "none" else None,
    )


def from_price(
    rows: Sequence[MunicipalRow],
    price: Fraction,
    *,
    minimum: Fraction = MINIMUM,
    eligibility: Eligibility = "minimum",
) -> Allocation:
    """The amounts at a price that is known: each on its own, in cents half up. One municipality is enough."""
    exact = _exact_amounts(rows, price, minimum, eligibility)
    return Allocation(
        exact_price=price,
        price=price,
        k=None,
        j=None,
        eligible=frozenset(row.code for row in rows if row.eligible(eligibility)),
        topped_up=_topped_up(rows, price, minimum, eligibility),
        exact=exact,
        amounts={code: cents(amount) for code, amount in exact.items()},
        gap=None,
        bound=None,
    )


def _exact_amounts(
    rows: Sequence[MunicipalRow], price: Fraction, minimum: Fraction, rule: Eligibility
) -> dict[str, Fraction]:
    return {
        row.code: max(minimum, price * row.s) if row.eligible(rule) else Fraction(0)
        for row in sorted(rows, key=lambda row: row.code)
    }


def _topped_up(
    rows: Sequence[MunicipalRow], price: Fraction, minimum: Fraction, rule: Eligibility
) -> frozenset[str]:
    return frozenset(row.code for row in rows if row.eligible(rule) and price * row.s < minimum)


def with_transition(
    new: Allocation,
    grants_2018: Mapping[str, Fraction],
    *,
    loser_share: Fraction,
    gainer_share: Fraction | None = None,
    percent_decimals: int | None = None,
    not_eligible: NotEligible = "pay",
    missing: MissingBase = "refuse",
) -> MunicipalTransition:
    """B + (A - B) x c, with A the 2018 grant and B the exact amount, top-up and all; rounded once.

    The minimum is not applied again. Who is not eligible but had a grant in 2018 is paid A x c, or `nothing`
    and then takes no part in the sums. Where the exact amounts still make the budget the cents go by largest
    remainder, so that the total stays what it was; in all other cases each amount is rounded half up.
    """
    left_out = {
        code: grant
        for code, grant in grants_2018.items()
        if code in new.amounts and code not in new.eligible and grant > 0
    }
    old = dict(grants_2018)
    if not_eligible == "nothing":
        old |= dict.fromkeys(left_out, Fraction(0))
    step = transition(
        new.exact,
        old,
        loser_share=loser_share,
        gainer_share=gainer_share,
        percent_decimals=percent_decimals,
        missing=missing,
    )
    if new.bound is not None and step.gap == 0:
        amounts = largest_remainder(step.paid, new.bound)
    else:
        amounts = {code: cents(amount) for code, amount in step.paid.items()}
    return MunicipalTransition(amounts, tuple(sorted(left_out)), step)
