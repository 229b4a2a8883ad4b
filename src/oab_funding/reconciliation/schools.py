"""Reconciling school grants with decided amounts: the candidate causes, and what they explain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyarrow as pa

from oab_funding.choices import SchoolChoices, settle_schools
from oab_funding.errors import InputError, Place
from oab_funding.exact import Rule, round_units
from oab_funding.grants.causes import Candidate, implied_price, implied_score, implied_share
from oab_funding.grants.old_base import old_bases
from oab_funding.grants.reconcile import reconcile
from oab_funding.grants.schools import SchoolTransition, school_grants
from oab_funding.inputs import read_site_scores
from oab_funding.opened import OpenedRun
from oab_funding.reconciliation.amounts import cents, written_share
from oab_funding.scores.schools import school_scores
from oab_funding.tables.catalogue import SCHOOL_DECISIONS, SCHOOL_OLD_BASE
from oab_funding.tables.columns import texts, units
from oab_funding.tables.files import SourceFile, read_source, read_table
from oab_funding.tables.step_result import StepResult

_OTHER_ROUNDINGS: Mapping[str, Rule] = {"half to even": "half_even", "down": "down"}


def reconcile_schools(
    opened: OpenedRun,
    decisions: SourceFile,
    other_scores: str | Path | None = None,
    other_base: str | Path | None = None,
) -> StepResult:
    """Compare the school grants of a run with decided amounts.

    Tried are: the other prices of the period, the price that the decided amounts imply, other shares of the
    year, the transition (not applied, applied, or with the gainers' share that the decided amounts imply),
    other roundings, another version of the scores; and for a single school, another score.

    Parameters
    ----------
    opened
        The run bundle.
    decisions
        File with `school_id` and `amount` (euros).
    other_scores
        Another version of the score file.
    other_base
        A file of old bases, to try a transition that the run did not apply.

    Raises
    ------
    InputError
        A file cannot be read, or the run has no school grants.
    """
    if not opened.has("school_grants"):
        raise InputError("holds no school grants", Place(str(opened.path)), "give a run that computes them")
    decided = cents(read_table(decisions, SCHOOL_DECISIONS), "school_id")
    context = _Context(opened, decided, other_base)
    computed = cents(opened.table("school_grants"), "school_id")
    candidates = list(context.candidates())
    if other_scores is not None:
        schools = school_scores(read_site_scores(read_source(other_scores)).table).table
        candidates.append(context.candidate(f"score file {Path(other_scores).name}", schools=schools))
    return reconcile("school_id", computed, decided, candidates, context.other_score)


class _Context:
    """What a run computed its school grants with, so that one thing at a time can be changed."""

    def __init__(self, opened: OpenedRun, decided: Mapping[str, int], other_base: str | Path | None) -> None:
        part = opened.calculation.schools
        assert part is not None  # the bundle has school grants
        base_source = opened.sources.get("schools.old_base")
        source = base_source if other_base is None else read_source(other_base)
        self.base = None if source is None else read_table(source, SCHOOL_OLD_BASE)
        self.base_in_run = base_source is not None
        self.own_base = None if base_source is None else read_table(base_source, SCHOOL_OLD_BASE)
        self.opened = opened
        self.choices: SchoolChoices = settle_schools(
            part.model_copy(update={"other_date": True}), opened.statutes, None, self.base is not None
        )
        self.schools = opened.table("schools")
        self.price = Decimal(str(opened.figures("price per unit")["price"]))
        self.decided = decided

    def candidate(
        self,
        cause: str,
        *,
        schools: pa.Table | None = None,
        price: Decimal | None = None,
        share: Fraction | None = None,
        rounding: Rule | None = None,
        base: pa.Table | None = None,
        transition: SchoolTransition | None = None,
    ) -> Candidate:
        """Compute the amounts with what is named changed, all else as in the run."""
        applied = self.base if base is None and self.base_in_run else base
        grants = school_grants(
            self.schools if schools is None else schools,
            applied,
            price or self.price,
            share if share is not None else self.choices.share,
            rounding or self.choices.rounding,
            transition or (self.choices.transition if applied is not None else None),
        ).table
        return Candidate(cause, cents(grants, "school_id"))

    def candidates(self) -> Iterator[Candidate]:
        yield from self._prices()
        yield from self._shares()
        yield from self._transitions()
        for name, rule in _OTHER_ROUNDINGS.items():
            yield self.candidate(f"rounding {name}", rounding=rule)
        yield self._whole_euros()

    def _prices(self) -> Iterator[Candidate]:
        for priced in self.choices.grant_law.prices:
            known = priced.price.price.value
            if known is not None and known != self.price:
                yield self.candidate(f"price EUR {known} ({priced.price.version})", price=known)
        units_by_school = {school: score * self.choices.share for school, score in self._scores().items()}
        implied = implied_price(self.decided, units_by_school)
        if implied is not None and Decimal(implied[0]).scaleb(-2) != self.price:
            price = Decimal(implied[0]).scaleb(-2)
            yield self.candidate(f"price EUR {price} (implied by the decisions)", price=price)

    def _shares(self) -> Iterator[Candidate]:
        period = self.choices.grant_law.period
        known = {
            f"only the {written_share(part.paid)} paid in {part.year}": part.paid for part in period.calendar
        }
        known |= {
            f"only the {written_share(part.accrued)} accrued in {part.year}": part.accrued
            for part in period.calendar
        }
        known |= {claim.source: claim.value for claim in period.share_candidates if claim.value is not None}
        for name, share in known.items():
            if share != self.choices.share:
                yield self.candidate(name, share=self.choices.share * share)

    def _transitions(self) -> Iterator[Candidate]:
        if self.base is None or self.choices.transition is None:
            return
        if self.base_in_run:
            yield self._before_transition()
        else:
            yield self.candidate("transition applied", base=self.base, transition=self.choices.transition)
        new = self._new()
        bases = old_bases(self.base, self.choices.transition.index)
        for name, losing in (("losers", True), ("gainers", False)):
            old = {
                school: bases[school]
                for school in new.keys() & bases.keys()
                if (bases[school] > new[school]) is losing
            }
            found = implied_share(
                {code: cents for code, cents in self.decided.items() if code in old}, new, old
            )
            if found is not None:
                yield self._with_share(name, found[0], new, bases)

    def _before_transition(self) -> Candidate:
        grants = school_grants(
            self.schools, None, self.price, self.choices.share, self.choices.rounding
        ).table
        return Candidate("transition not applied", cents(grants, "school_id"))

    def _with_share(
        self, name: str, share: Fraction, new: Mapping[str, Fraction], bases: Mapping[str, Fraction]
    ) -> Candidate:
        amounts = {
            school: round_units(b + (bases[school] - b) * share, 2, self.choices.rounding)
            for school, b in new.items()
            if school in bases and (bases[school] > b) is (name == "losers")
        }
        return Candidate(f"{name}' share {written_share(share)} (implied by the decisions)", amounts)

    def _whole_euros(self) -> Candidate:
        amounts = {school: 100 * round_units(value, 0) for school, value in self._paid().items()}
        return Candidate("rounding to whole euros", amounts)

    def _new(self) -> dict[str, Fraction]:
        """Give the unrounded amounts before a transition, in euros."""
        price = Fraction(self.price) * self.choices.share
        return {school: score * price for school, score in self._scores().items()}

    def _paid(self) -> dict[str, Fraction]:
        """Give the unrounded amounts that the run paid, in euros."""
        new, transition = self._new(), self.choices.transition
        if self.own_base is None or transition is None:
            return new
        bases = old_bases(self.own_base, transition.index)
        if transition.missing == "zero":
            bases = dict.fromkeys(new, Fraction(0)) | bases
        figures = self.opened.figures("grants of schools")
        losers, gainers = (Fraction(str(figures[f"{who}_share"])) for who in ("losers", "gainers"))
        return {
            school: b + (bases[school] - b) * (losers if bases[school] > b else gainers)
            if school in bases
            else b
            for school, b in new.items()
        }

    def _scores(self) -> dict[str, Fraction]:
        hundredths = units(self.schools, "score")
        return {
            school: Fraction(n, 100)
            for school, n in zip(texts(self.schools, "school_id"), hundredths, strict=True)
        }

    def other_score(self, school: str, amount: int) -> str | None:
        """Name another score of this school that gives the decided amount, where there is no transition."""
        if self.base_in_run:
            return None
        score = int(self._scores().get(school, Fraction(0)) * 100)
        price = Fraction(self.price) * self.choices.share
        found = implied_score(
            amount, price, score, lambda exact: round_units(exact, 0, self.choices.rounding)
        )
        return (
            None
            if found is None
            else f"another score: {Decimal(found).scaleb(-2)} instead of {Decimal(score).scaleb(-2)}"
        )
