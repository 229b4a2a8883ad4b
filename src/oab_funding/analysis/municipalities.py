"""The municipal stream of two runs: what every municipality gets under any mixture of their causes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

import numpy as np

from oab_funding.analysis.school_scores import Switched
from oab_funding.analysis.units import Units
from oab_funding.errors import CheckError
from oab_funding.exact import round_exact
from oab_funding.exact.sums import Int64Array
from oab_funding.grants.division import Division, JoinedScores, MunicipalRule, divide, to_cents
from oab_funding.grants.minimum import price_with_minimum
from oab_funding.grants.municipalities import MunicipalTransition
from oab_funding.grants.old_amounts import old_amounts
from oab_funding.grants.transition import Shares, after_transition, transition_shares
from oab_funding.run.choices import MunicipalChoices, settle_municipalities
from oab_funding.run.run import Run
from oab_funding.tables.columns import texts, units
from oab_funding.tables.files import read_table
from oab_funding.tables.grant_tables import GRANTS_2018

LEVELS = ("municipality",)
_HALVES = 200

Score = tuple[int, int]
"""A and the score, in hundredths."""


class MunicipalScoreSource(Protocol):
    """Gives the scores of municipalities on the later date, of every mixture of two runs."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The causes in which they differ."""
        ...

    @property
    def unsplit(self) -> frozenset[str]:
        """The causes of which the own part cannot be known."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be said of these scores."""
        ...

    def scores(self, own: Switched, elsewhere: Switched) -> Mapping[str, Score]:
        """Give A and the score by municipality; see `SiteScoreSource.scores`."""
        ...


Scores = Callable[[tuple[Run, Run], tuple[MunicipalChoices, MunicipalChoices]], MunicipalScoreSource]


class GivenMunicipalScores:
    """Scores of municipalities that are taken as they are."""

    def __init__(self, runs: tuple[Run, Run]) -> None:
        first, second = (scores_of(run, "municipality_scores") for run in runs)
        self._sides = (first, second)
        self.keys: tuple[str, ...] = ("scores",) if first != second else ()
        self.unsplit = frozenset({"scores"})
        self.notes = (
            (
                "scores of municipalities are compared as they were given: what made them differ cannot be "
                "known without the children of both runs",
            )
            if self.keys
            else ()
        )

    def scores(self, own: Switched, elsewhere: Switched) -> Mapping[str, Score]:
        """Give the scores of a mixture; how C, G and the line enter them is not known."""
        return self._sides["scores" in own]


@dataclass(frozen=True, slots=True)
class MunicipalTerms:
    """On what terms scores become grants."""

    price: Fraction | None
    budget: Fraction | None
    rule: MunicipalRule
    transition: MunicipalTransition | None
    old: Mapping[str, Fraction] | None
    earlier: Mapping[str, Score]


class MunicipalStream:
    """The grants of municipalities of two runs.

    Parameters
    ----------
    runs
        The two runs; both have grants of municipalities.
    scores
        Where the scores of a mixture come from; as they were given, if left out.

    Raises
    ------
    CheckError
        The amounts of a run do not follow from what it holds.
    """

    name = "municipalities"

    def __init__(self, runs: tuple[Run, Run], scores: Scores | None = None) -> None:
        choices = (_choices(runs[0]), _choices(runs[1]))
        self._terms = (_terms(runs[0], choices[0]), _terms(runs[1], choices[1]))
        self.scores = scores(runs, choices) if scores else GivenMunicipalScores(runs)
        codes = {code for run in runs for code in texts(run.table("municipal_grants"), "municipality_code")}
        self.codes = tuple(sorted(codes))
        home: Mapping[str, tuple[str, ...]] = dict.fromkeys(self.codes, ())
        self.units = Units.of(self.codes, (home, home), LEVELS)
        self.keys = tuple(dict.fromkeys((*self._differing(), *self.scores.keys)))
        # Half of the earlier scores is another date's: of them nothing says what C, G and the line did.
        self.unsplit = self.scores.unsplit | {"earlier scores"}
        self.notes = self.scores.notes
        self._check(runs)

    def worth(self, switched: Switched) -> Int64Array:
        """Give what every municipality gets, in cents, with these causes as in the second run."""
        return self._cents(switched, switched, frozenset())

    def own(self, switched: Switched, added: tuple[str, ...]) -> Int64Array:
        """Give what it would get with more causes switched for itself alone."""
        return self._cents(switched | {*added}, switched, frozenset(added))

    @property
    def terms(self) -> tuple[MunicipalTerms, MunicipalTerms]:
        """The terms of both runs."""
        return self._terms

    def pay(self, later: Mapping[str, Score], terms: MunicipalTerms) -> Int64Array:
        """Give what every municipality gets (cents) for scores of the later date and terms."""
        joined = _joined(later, terms.earlier)
        division = _divided(joined, terms)
        paid = _paid(joined, division, terms, _shares(joined, division, terms))
        found = dict(zip(joined.codes, paid, strict=True))
        return np.array([found.get(code, 0) for code in self.codes], dtype=np.int64)

    def _cents(self, own: Switched, elsewhere: Switched, added: Switched) -> Int64Array:
        terms = self._mixed(own)
        if own == elsewhere:
            return self.pay(self.scores.scores(own, own), terms)
        joined = _joined(self.scores.scores(own, elsewhere), terms.earlier)
        settled = terms if "transition" in added else self._mixed(elsewhere)
        others = _joined(self.scores.scores(elsewhere, elsewhere), self._mixed(elsewhere).earlier)
        division = divide(joined, terms.rule, price=_price(others, terms))
        shares = _shares(others, divide(others, settled.rule, price=_price(others, settled)), settled)
        found = dict(zip(joined.codes, _paid(joined, division, terms, shares), strict=True))
        return np.array([found.get(code, 0) for code in self.codes], dtype=np.int64)

    def _mixed(self, switched: Switched) -> MunicipalTerms:
        terms, second = self._terms
        if "price" in switched:
            terms = replace(terms, price=second.price, budget=second.budget)
        if "minimum" in switched:
            rule = replace(terms.rule, minimum=second.rule.minimum, eligibility=second.rule.eligibility)
            terms = replace(terms, rule=rule)
        if "rules" in switched:
            rule = replace(
                terms.rule, price_rounding=second.rule.price_rounding, remainder=second.rule.remainder
            )
            terms = replace(terms, rule=rule)
        if "transition" in switched:
            terms = replace(terms, transition=second.transition, old=second.old)
        return replace(terms, earlier=second.earlier) if "earlier scores" in switched else terms

    def _differing(self) -> list[str]:
        first, second = self._terms
        settled: dict[str, Callable[[MunicipalTerms], object]] = {
            "price": lambda terms: (terms.price, terms.budget),
            "minimum": lambda terms: (terms.rule.minimum, terms.rule.eligibility),
            "rules": lambda terms: (terms.rule.price_rounding, terms.rule.remainder),
            "transition": lambda terms: (terms.transition, terms.old),
            "earlier scores": lambda terms: terms.earlier,
        }
        return [key for key, take in settled.items() if take(first) != take(second)]

    def _check(self, runs: tuple[Run, Run]) -> None:
        """Compute what the runs themselves paid, by the way of this module; refuse where it differs."""
        for run, switched in zip(runs, (frozenset(), frozenset(self.keys)), strict=True):
            table = run.table("municipal_grants")
            paid = dict(zip(texts(table, "municipality_code"), units(table, "amount", 2), strict=True))
            worth = dict(zip(self.codes, self.worth(switched).tolist(), strict=True))
            if differing := [code for code in self.codes if worth[code] != paid.get(code, 0)]:
                title = run.calculation.title
                raise CheckError(
                    f"the amount of municipality {differing[0]} in {title!r} does not follow from its tables"
                )


def _joined(later: Mapping[str, Score], earlier: Mapping[str, Score]) -> JoinedScores:
    codes = tuple(sorted(later.keys() | earlier.keys()))
    pairs = [(later.get(code, (0, 0)), earlier.get(code, (0, 0))) for code in codes]
    return JoinedScores(
        codes,
        tuple(Fraction(h[1] + i[1], _HALVES) for h, i in pairs),
        tuple(h[0] > 0 or i[0] > 0 for h, i in pairs),
    )


def _divided(joined: JoinedScores, terms: MunicipalTerms) -> Division:
    return divide(joined, terms.rule, budget=terms.budget, price=terms.price)


def _price(joined: JoinedScores, terms: MunicipalTerms) -> Fraction:
    """Give the price per unit that these scores leave."""
    if terms.price is not None or terms.budget is None:
        return terms.price or Fraction(0)
    formula = terms.rule.eligibility == "formula"
    eligible = tuple(s > 0 for s in joined.scores) if formula else joined.raw_above_zero
    price = price_with_minimum(joined.scores, eligible, terms.budget, Fraction(terms.rule.minimum)).price
    return Fraction(round_exact(price, 2)) if terms.rule.price_rounding == "cents" else price


def _old(joined: JoinedScores, division: Division, terms: MunicipalTerms) -> list[Fraction | None]:
    assert terms.transition is not None
    assert terms.old is not None
    # A mixture of two runs may hold a municipality without an old grant that neither run would accept.
    missing = "exempt" if terms.transition.missing == "refuse" else terms.transition.missing
    old = old_amounts(joined.codes, terms.old, missing, "")
    if terms.transition.ineligible == "share":
        return old
    return [amount if may else None for amount, may in zip(old, division.eligible, strict=True)]


def _shares(joined: JoinedScores, division: Division, terms: MunicipalTerms) -> Shares | None:
    if terms.transition is None or terms.old is None:
        return None
    settled = terms.transition
    old = _old(joined, division, terms)
    return transition_shares(division.exact, old, settled.losers, settled.gainers, settled.gainers_places)


def _paid(
    joined: JoinedScores, division: Division, terms: MunicipalTerms, shares: Shares | None
) -> tuple[int, ...]:
    if shares is None:
        return division.cents
    old = _old(joined, division, terms)
    after = [after_transition(b, a, shares)[0] for b, a in zip(division.exact, old, strict=True)]
    return to_cents(after, division.bound if shares.uncovered == 0 else None, joined.codes)


def scores_of(run: Run, name: str) -> dict[str, Score]:
    """Give A and the score (hundredths) by municipality, of a table of scores."""
    table = run.table(name)
    pairs = zip(units(table, "score_raw", 2), units(table, "score", 2), strict=True)
    return dict(zip(texts(table, "municipality_code"), pairs, strict=True))


def _choices(run: Run) -> MunicipalChoices:
    part = run.calculation.municipalities
    assert part is not None  # asked before
    return settle_municipalities(part, run.statutes, None, "municipalities.grants_2018" in run.sources)


def _terms(run: Run, choices: MunicipalChoices) -> MunicipalTerms:
    old = None
    if choices.transition is not None and "municipalities.grants_2018" in run.sources:
        table = read_table(run.sources["municipalities.grants_2018"], GRANTS_2018)
        cents = units(table, "grant_2018", 2)
        old = {
            code: Fraction(amount, 100)
            for code, amount in zip(texts(table, "municipality_code"), cents, strict=True)
        }
    return MunicipalTerms(
        None if choices.money.price is None else Fraction(choices.money.price),
        None if choices.money.budget is None else Fraction(choices.money.budget),
        choices.rule,
        choices.transition if old is not None else None,
        old,
        scores_of(run, "earlier_municipality_scores"),
    )
