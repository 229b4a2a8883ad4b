"""Grants to schools: price per unit x score of the school x the part of the year the period covers."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from .apportion import largest_remainder
from .refusal import RefusedError
from .rounding import cents
from .transition import MissingBase, Transition, transition


@dataclass(frozen=True)
class BudgetPrice:
    """The price a budget allows: exact, and as it is set, in whole cents."""

    exact: Fraction
    price: Fraction


@dataclass(frozen=True)
class SchoolTransition:
    """Amounts after the transition, in cents, and the transition they come from."""

    amounts: dict[str, Fraction]
    transition: Transition


def exact_amount(score: Fraction, price: Fraction, share: Fraction = Fraction(1)) -> Fraction:
    """Price x score x share, not rounded."""
    return price * score * share


def new_amounts(
    scores: Mapping[str, Fraction], price: Fraction, share: Fraction = Fraction(1)
) -> dict[str, Fraction]:
    """The amount of each school in whole cents, half up: rounded once, per school."""
    return {school: cents(exact_amount(scores[school], price, share)) for school in sorted(scores)}


def exact_amounts(
    scores: Mapping[str, Fraction], price: Fraction, share: Fraction = Fraction(1)
) -> dict[str, Fraction]:
    """The amount of each school, not rounded."""
    return {school: exact_amount(scores[school], price, share) for school in sorted(scores)}


def price_of_budget(
    scores: Mapping[str, Fraction], budget: Fraction, share: Fraction = Fraction(1)
) -> BudgetPrice:
    """Budget / (share x sum of the scores). The budget is what is paid in the period, all in all."""
    total = share * sum(scores.values(), Fraction(0))
    if total <= 0:
        raise RefusedError("nothing to divide by", budget=budget, scores=total)
    return BudgetPrice(budget / total, cents(budget / total))


def old_base(
    d: Fraction, e: Fraction, f: Fraction, g: Fraction, h: Fraction, index: Fraction = Fraction(0)
) -> Fraction:
    """A = D + E + F - G + H, the whole of it raised by the index; neither rounded nor floored."""
    return (d + e + f - g + h) * (1 + index)


def with_transition(
    new: Mapping[str, Fraction],
    old: Mapping[str, Fraction],
    *,
    loser_share: Fraction,
    gainer_share: Fraction | None = None,
    missing: MissingBase = "refuse",
) -> SchoolTransition:
    """B + (A - B) x c for every school, in whole cents, half up, per school.

    B is the exact amount, so that what is paid is rounded once.
    """
    step = transition(new, old, loser_share=loser_share, gainer_share=gainer_share, missing=missing)
    return SchoolTransition({school: cents(amount) for school, amount in step.paid.items()}, step)


def site_parts(
    site_scores: Mapping[str, Fraction], price: Fraction, share: Fraction = Fraction(1)
) -> dict[str, Fraction]:
    """Split a school's new amount over its sites: price x score x share, cents by largest remainder."""
    exact = {site: exact_amount(score, price, share) for site, score in site_scores.items()}
    return largest_remainder(exact, cents(sum(exact.values(), Fraction(0))))


def site_parts_of(paid: Fraction, site_scores: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Split any amount of a school (after the transition, say) over its sites in proportion to score."""
    total = sum(site_scores.values(), Fraction(0))
    if total == 0:
        raise RefusedError("no score to split by", amount=paid)
    return largest_remainder({site: paid * score / total for site, score in site_scores.items()}, paid)
