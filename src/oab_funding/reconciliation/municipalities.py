"""Reconciling municipal grants with decided amounts: the candidate causes, and what they explain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa

from oab_funding.choices import settle_municipalities
from oab_funding.errors import InputError, Place
from oab_funding.exact import round_units
from oab_funding.grants.causes import Candidate, implied_price, implied_score, implied_share
from oab_funding.grants.division import Division, divide
from oab_funding.grants.municipal_scores import JoinedScores, join_dates
from oab_funding.grants.municipalities import municipal_grants
from oab_funding.grants.reconcile import reconcile
from oab_funding.opened import OpenedRun
from oab_funding.reconciliation.amounts import cents, written_share
from oab_funding.reconciliation.implied import budget_at, implied_prices, roundest
from oab_funding.scores.code_map import map_codes
from oab_funding.scores.published import check_published_municipalities
from oab_funding.tables.catalogue import CODE_MAP, GRANTS_2018, MUNICIPAL_DECISIONS, MUNICIPALITY_SCORES
from oab_funding.tables.columns import texts, units
from oab_funding.tables.files import SourceFile, read_source, read_table
from oab_funding.tables.step_result import StepResult

_CODE = "municipality_code"
_GRANTS = "grants of municipalities"
_STEPS_A_UNIT = 200
"""H + I is a multiple of half a hundredth."""

_ROUNDINGS = {"whole thousands": 100_000, "whole euros": 100}
"""Roundings of published amounts, in cents: indicative amounts come in thousands."""


def reconcile_municipalities(
    opened: OpenedRun,
    decisions: SourceFile,
    other_scores: str | Path | None = None,
    other_previous: str | Path | None = None,
    other_base: str | Path | None = None,
) -> StepResult:
    """Compare the municipal grants of a run with decided amounts.

    Tried are: a known price, the price and the budget that the decided amounts imply, J / K rounded to cents,
    the minimum not applied, the other reading of who is entitled to it, the other way to cents, the transition
    (not applied, applied, or with the share that the decided amounts imply), amounts in whole thousands and
    whole euros, other versions of the scores; and for a single municipality, another score.

    Parameters
    ----------
    opened
        The run bundle.
    decisions
        File with `municipality_code` and `amount` (euros).
    other_scores, other_previous
        Other versions of the scores of the later and the earlier date.
    other_base
        A file of grants of 2018, to try a transition that the run did not apply.

    Raises
    ------
    InputError
        A file cannot be read, or the run has no municipal grants.
    """
    if not opened.has("municipal_grants"):
        raise InputError(
            "holds no municipal grants", Place(str(opened.path)), "give a run that computes them"
        )
    decided = cents(read_table(decisions, MUNICIPAL_DECISIONS), _CODE)
    context = _Context(opened, decided, other_base)
    candidates = list(context.candidates())
    if other_scores is not None:
        later = context.scores(other_scores)
        candidates.append(context.candidate(f"score file {Path(other_scores).name}", later=later))
    if other_previous is not None:
        earlier = context.scores(other_previous)
        candidates.append(context.candidate(f"score file {Path(other_previous).name}", previous=earlier))
    computed = cents(opened.table("municipal_grants"), _CODE)
    return reconcile(_CODE, computed, decided, candidates, context.other_score)


class _Context:
    """What a run computed its municipal grants with, so that one thing at a time can be changed."""

    def __init__(self, opened: OpenedRun, decided: Mapping[str, int], other_base: str | Path | None) -> None:
        part = opened.calculation.municipalities
        assert part is not None  # the bundle has municipal grants
        own = opened.sources.get("municipalities.grants_2018")
        source = own if other_base is None else read_source(other_base)
        grants = None if source is None else read_table(source, GRANTS_2018)
        choices = settle_municipalities(part, opened.statutes, None, grants is not None)
        self.opened, self.decided = opened, decided
        self.law, self.grants, self.transition = choices.grant_law, grants, choices.transition
        self.applied = own is not None
        self.own: dict[str, Any] = {
            "later": opened.table("municipality_scores"),
            "previous": opened.table("earlier_municipality_scores"),
            "grants_2018": None if own is None else read_table(own, GRANTS_2018),
            "rule": choices.rule,
            "budget": choices.budget,
            "price": choices.price,
            "transition": choices.transition if self.applied else None,
        }
        self.joined: JoinedScores = join_dates(self.own["later"], self.own["previous"])
        self.division: Division = divide(self.joined, choices.rule, choices.budget, choices.price)

    @property
    def by_code(self) -> dict[str, Fraction]:
        """Give s = H + I by code."""
        return dict(zip(self.joined.codes, self.joined.scores, strict=True))

    def candidate(self, cause: str, **changed: Any) -> Candidate:
        """Compute the amounts with what is named changed, all else as in the run."""
        return Candidate(cause, cents(municipal_grants(**(self.own | changed)).table, _CODE))

    def scores(self, path: str | Path) -> pa.Table:
        """Read another version of the scores of a date, in the division of the budget year."""
        table = read_table(path, MUNICIPALITY_SCORES)
        given = self.opened.sources.get("municipalities.code_map")
        if given is None:
            return table
        formula = self.opened.statutes.municipality_score(self.law.year.reference_dates[0]).formula
        checked = check_published_municipalities(table, formula.threshold_share, formula.target_share)
        k = checked.figures["k"]
        return map_codes(table, read_table(given, CODE_MAP), k if isinstance(k, Fraction) else None).table

    def candidates(self) -> Iterator[Candidate]:
        yield from self._rules()
        yield from self._transitions()
        for suffix, changed in self._standings():
            yield from self._prices(suffix, changed)
            yield from self._budgets(suffix, changed)
        yield from self._roundings()

    def _standings(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give how the transition may stand in the decisions: as in the run, or not applied."""
        yield "", {}
        if self.applied:
            yield ", transition not applied", {"grants_2018": None, "transition": None}

    def _attempt(self, cause: str, **changed: Any) -> Iterator[Candidate]:
        """Give a candidate, or none where what was changed cannot be computed."""
        try:
            yield self.candidate(cause, **changed)
        except InputError:
            return

    def _rules(self) -> Iterator[Candidate]:
        rule = self.own["rule"]
        without = replace(rule, minimum=Decimal(0))
        if self.own["budget"] is not None:
            rounded = {"none": "cents", "cents": "none"}[rule.price_rounding]
            name = "J/K rounded to cents" if rounded == "cents" else "J/K not rounded"
            yield from self._attempt(name, rule=replace(rule, price_rounding=rounded))
            other = {"largest_remainder": "half_up", "half_up": "largest_remainder"}[rule.remainder]
            name = f"cents {other.replace('_', ' ')} instead of {rule.remainder.replace('_', ' ')}"
            yield from self._attempt(name, rule=replace(rule, remainder=other))
            yield from self._attempt("minimum not applied, the budget divided without it", rule=without)
        at_price = {"budget": None, "price": self.division.price}
        yield from self._attempt("minimum not applied, at the price of the run", rule=without, **at_price)
        reading = {"minimum": "formula", "formula": "minimum"}[rule.eligibility]
        yield from self._attempt(f"eligibility '{reading}'", rule=replace(rule, eligibility=reading))

    def _prices(self, suffix: str, changed: dict[str, Any]) -> Iterator[Candidate]:
        known = self.law.year.price
        if known.value is not None and known.value != self.division.price:
            cause = f"price EUR {known.value} ({known.source}){suffix}"
            yield from self._attempt(cause, price=known.value, budget=None, **changed)
        implied = implied_price(self._above_minimum(), self.by_code)
        if implied is not None and Fraction(implied[0], 100) != self.division.price:
            price = Decimal(implied[0]).scaleb(-2)
            cause = f"price EUR {price} (implied by the decisions){suffix}"
            yield from self._attempt(cause, price=price, budget=None, **changed)

    def _budgets(self, suffix: str, changed: dict[str, Any]) -> Iterator[Candidate]:
        own = self.own["budget"]
        found: dict[Decimal, str] = {}
        bounds = implied_prices(self._above_minimum(), self.by_code)
        if bounds is not None:
            minimum = Fraction(self.own["rule"].minimum)
            entitled = [s for s, may in zip(self.joined.scores, self.division.eligible, strict=True) if may]
            budget = roundest(*(budget_at(price, entitled, minimum) for price in bounds))
            if budget is not None:
                found[budget] = "implied by the price in the decisions"
        if self.decided.keys() == self.by_code.keys():
            found[Decimal(sum(self.decided.values())).scaleb(-2)] = "the sum of the decisions"
        for budget, why in found.items():
            if budget != own:
                yield from self._attempt(f"budget EUR {budget} ({why}){suffix}", budget=budget, price=None, **changed)

    def _above_minimum(self) -> dict[str, int]:
        """Give the decided amounts that are not the minimum, from which a price can be read."""
        minimum = round_units(self.own["rule"].minimum, 2)
        return {code: amount for code, amount in self.decided.items() if amount != minimum}

    def _transitions(self) -> Iterator[Candidate]:
        if self.grants is None or self.transition is None:
            return
        if self.applied:
            yield self.candidate("transition not applied", grants_2018=None, transition=None)
        else:
            yield self.candidate("transition applied", grants_2018=self.grants, transition=self.transition)
        new = dict(zip(self.joined.codes, self.division.exact, strict=True))
        old = self._old()
        for name, losing in (("losers", True), ("gainers", False)):
            those = {code for code in new.keys() & old.keys() if (old[code] > new[code]) is losing}
            decided = {code: amount for code, amount in self.decided.items() if code in those}
            found = implied_share(decided, new, old)
            if found is not None:
                share = found[0]
                amounts = {code: round_units(new[code] + (old[code] - new[code]) * share, 2) for code in those}
                yield Candidate(f"{name}' share {written_share(share)} (implied by the decisions)", amounts)

    def _old(self) -> dict[str, Fraction]:
        """Give the grants of 2018 in euros that count in the transition."""
        assert self.grants is not None
        assert self.transition is not None
        codes, amounts = texts(self.grants, _CODE), units(self.grants, "grant_2018", 2)
        known = {code: Fraction(amount, 100) for code, amount in zip(codes, amounts, strict=True)}
        if self.transition.ineligible == "share":
            return known
        entitled = dict(zip(self.joined.codes, self.division.eligible, strict=True))
        return {code: amount for code, amount in known.items() if entitled.get(code, False)}

    def _roundings(self) -> Iterator[Candidate]:
        new = dict(zip(self.joined.codes, self.division.exact, strict=True))
        variants = {"": self._after(new)} | ({", transition not applied": new} if self.applied else {})
        for name, step in _ROUNDINGS.items():
            for suffix, exact in variants.items():
                amounts = {code: step * round_units(amount * 100 / step, 0) for code, amount in exact.items()}
                yield Candidate(f"rounding to {name}{suffix}", amounts)

    def _after(self, new: Mapping[str, Fraction]) -> dict[str, Fraction]:
        """Give the unrounded amounts that the run paid."""
        if not self.applied:
            return dict(new)
        figures, old = self.opened.figures(_GRANTS), self._old()
        losers, gainers = (Fraction(str(figures[f"{who}_share"])) for who in ("losers", "gainers"))
        return {
            code: b + (old[code] - b) * (losers if old[code] > b else gainers) if code in old else b
            for code, b in new.items()
        }

    def other_score(self, code: str, amount: int) -> str | None:
        """Name another score of this municipality that gives the decided amount, where there is no transition."""
        if self.applied or amount == round_units(self.own["rule"].minimum, 2):
            return None
        steps = int(self.by_code.get(code, Fraction(0)) * _STEPS_A_UNIT)
        price = self.division.price * 100 / _STEPS_A_UNIT

        def rounded(exact: Fraction) -> int:
            """Take the amount for one that rounds to it, up or down."""
            return amount if abs(exact - amount) < 1 else round_units(exact, 0)

        found = implied_score(amount, price, steps, rounded)
        if found is None:
            return None
        other, own = (Decimal(number * 5).scaleb(-3) for number in (found, steps))
        return f"another score: {other} instead of {own}"
