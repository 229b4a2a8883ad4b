"""What may explain decided amounts of municipalities: the same calculation with one thing changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from oab_funding.exact import round_units
from oab_funding.grants.causes import Candidate, implied_price, implied_share
from oab_funding.reconciliation.amounts import written_share
from oab_funding.reconciliation.implied import budget_at, implied_prices, roundest
from oab_funding.reconciliation.municipal_run import MunicipalRun

NOT_APPLIED = "transition not applied"

_OTHER = {
    "none": "cents",
    "cents": "none",
    "largest_remainder": "half_up",
    "half_up": "largest_remainder",
    "minimum": "formula",
    "formula": "minimum",
}
"""By choice of a run, the other one."""

_ROUNDINGS = {"whole thousands": 100_000, "whole euros": 100}
"""Roundings of published amounts, in cents: indicative amounts come in thousands."""


def candidates(run: MunicipalRun) -> Iterator[Candidate]:
    """Give every candidate, those that change least first."""
    yield from _rules(run)
    yield from _transitions(run)
    for suffix, changed in _standings(run):
        yield from _prices(run, suffix, changed)
        yield from _budgets(run, suffix, changed)
    yield from _roundings(run)


def _standings(run: MunicipalRun) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give how the transition may stand in the decisions: as in the run, or not applied."""
    yield "", {}
    if run.applied:
        yield f", {NOT_APPLIED}", {"grants_2018": None, "transition": None}


def _rules(run: MunicipalRun) -> Iterator[Candidate]:
    rule = run.rule
    without = replace(rule, minimum=Decimal(0))
    if run.budget is not None:
        name = "J/K rounded to cents" if rule.price_rounding == "none" else "J/K not rounded"
        yield from run.attempt(name, rule=_otherwise(rule, "price_rounding"))
        other = _otherwise(rule, "remainder")
        name = f"cents by {_words(other.remainder)} instead of {_words(rule.remainder)}"
        yield from run.attempt(name, rule=other)
        yield from run.attempt("minimum not applied, the budget divided without it", rule=without)
    price = run.division.price
    yield from run.attempt("minimum not applied, at the run's price", rule=without, budget=None, price=price)
    other = _otherwise(rule, "eligibility")
    yield from run.attempt(f"eligibility {other.eligibility!r}", rule=other)


def _transitions(run: MunicipalRun) -> Iterator[Candidate]:
    if run.grants is None or run.transition is None:
        return
    if run.applied:
        yield run.candidate(NOT_APPLIED, grants_2018=None, transition=None)
    else:
        yield run.candidate("transition applied", grants_2018=run.grants, transition=run.transition)
    in_cents = ", on new amounts in cents"
    yield from _shares(run, "", run.new)
    yield from _shares(run, in_cents, run.new_in_cents)
    if run.applied:
        paid = {code: round_units(amount, 2) for code, amount in run.paid(run.new_in_cents).items()}
        yield Candidate(f"transition{in_cents}", paid)


def _shares(run: MunicipalRun, suffix: str, new: Mapping[str, Fraction]) -> Iterator[Candidate]:
    """Give the losers' and the gainers' share that the decided amounts imply."""
    old = run.old()
    for name, losing in (("losers", True), ("gainers", False)):
        those = {code for code in new.keys() & old.keys() if (old[code] > new[code]) is losing}
        decided = {code: amount for code, amount in run.decided.items() if code in those}
        found = implied_share(decided, new, old)
        if found is not None:
            share = found[0]
            paid = {code: round_units(new[code] + (old[code] - new[code]) * share, 2) for code in those}
            yield Candidate(f"{name}' share {written_share(share)} (implied by the decisions){suffix}", paid)


def _prices(run: MunicipalRun, suffix: str, changed: dict[str, Any]) -> Iterator[Candidate]:
    known = run.law.year.price
    if known.value is not None and known.value != run.division.price:
        cause = f"price EUR {known.value} ({known.source}){suffix}"
        yield from run.attempt(cause, price=known.value, budget=None, **changed)
    implied = implied_price(_above_minimum(run), run.scores)
    if implied is not None and Fraction(implied[0], 100) != run.division.price:
        price = Decimal(implied[0]).scaleb(-2)
        cause = f"price EUR {price} (implied by the decisions){suffix}"
        yield from run.attempt(cause, price=price, budget=None, **changed)


def _budgets(run: MunicipalRun, suffix: str, changed: dict[str, Any]) -> Iterator[Candidate]:
    """Try the roundest budget that the price in the decisions allows, and their sum where all are there."""
    found: dict[Decimal, str] = {}
    bounds = implied_prices(_above_minimum(run), run.scores)
    if bounds is not None:
        entitled = [s for s, may in zip(run.joined.scores, run.division.eligible, strict=True) if may]
        low, high = (budget_at(price, entitled, Fraction(run.rule.minimum)) for price in bounds)
        if (budget := roundest(low, high)) is not None:
            found[budget] = "implied by the price in the decisions"
    if run.decided.keys() == run.scores.keys():
        found.setdefault(Decimal(sum(run.decided.values())).scaleb(-2), "the sum of the decisions")
    for budget, why in found.items():
        if budget != run.budget:
            yield from run.attempt(
                f"budget EUR {budget} ({why}){suffix}", budget=budget, price=None, **changed
            )


def _roundings(run: MunicipalRun) -> Iterator[Candidate]:
    variants = {"": run.paid(run.new)} | ({f", {NOT_APPLIED}": run.new} if run.applied else {})
    for name, step in _ROUNDINGS.items():
        for suffix, exact in variants.items():
            amounts = {code: step * round_units(amount * 100 / step, 0) for code, amount in exact.items()}
            yield Candidate(f"rounding to {name}{suffix}", amounts)


def _above_minimum(run: MunicipalRun) -> dict[str, int]:
    """Give the decided amounts that are not the minimum, from which a price can be read."""
    return {code: amount for code, amount in run.decided.items() if amount != run.minimum}


def _otherwise(rule: Any, name: str) -> Any:
    """Give a rule with one of its choices made the other way."""
    return replace(rule, **{name: _OTHER[getattr(rule, name)]})


def _words(name: str) -> str:
    return name.replace("_", " ")
