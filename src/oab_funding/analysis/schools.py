"""The school stream of two runs: what every site gets under any mixture of their causes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np

from oab_funding.analysis.school_money import Schools, SchoolTerms, SiteColumns, in_transition
from oab_funding.analysis.school_scores import GivenScores, SiteScoreSource, Switched, homes_of
from oab_funding.analysis.units import Units
from oab_funding.errors import CheckError
from oab_funding.exact.sums import Int64Array
from oab_funding.grants.schools import old_bases
from oab_funding.run.choices import SchoolChoices, settle_schools
from oab_funding.run.run import Run
from oab_funding.tables.columns import texts, units
from oab_funding.tables.files import read_table
from oab_funding.tables.grant_tables import SCHOOL_OLD_BASE

LEVELS = ("site", "school", "board", "municipality", "province")

Scores = Callable[[tuple[Run, Run], tuple[str, ...], tuple[SchoolChoices, SchoolChoices]], SiteScoreSource]


class SchoolStream:
    """The grants of schools of two runs.

    Parameters
    ----------
    runs
        The two runs; both have grants of schools.
    scores
        Where the scores of a mixture come from; as they were given, if left out.

    Raises
    ------
    CheckError
        The amounts of a run do not follow from what it holds.
    """

    name = "schools"

    def __init__(self, runs: tuple[Run, Run], scores: Scores | None = None) -> None:
        choices = (_choices(runs[0]), _choices(runs[1]))
        homes = (homes_of(runs[0]), homes_of(runs[1]))
        sites = self.sites = tuple(sorted(homes[0].keys() | homes[1].keys()))
        self.units = Units.of(sites, homes, LEVELS)
        self._schools = tuple(
            Schools(sites, [(own.get(site) or other[site])[0] for site in sites])
            for own, other in (homes, homes[::-1])
        )
        self._terms = (_terms(runs[0], choices[0]), _terms(runs[1], choices[1]))
        self.scores = scores(runs, sites, choices) if scores else given(runs, sites, choices)
        self.keys = tuple(dict.fromkeys((*self._differing(), *self.scores.keys)))
        if self.units.moved and "register" not in self.keys:
            self.keys = (*self.keys, "register")
        self.unsplit, self.notes = self.scores.unsplit, self.scores.notes
        self._check(runs, sites)

    def worth(self, switched: Switched) -> Int64Array:
        """Give what every part gets, in cents, with these causes as in the second run."""
        return self._cents(switched, switched, frozenset())

    def own(self, switched: Switched, added: tuple[str, ...]) -> Int64Array:
        """Give what it would get with more causes switched for itself alone."""
        return self._cents(switched | {*added}, switched, frozenset(added))

    @property
    def terms(self) -> tuple[SchoolTerms, SchoolTerms]:
        """The terms of both runs."""
        return self._terms

    def pay(self, scores: SiteColumns, terms: SchoolTerms) -> Int64Array:
        """Give what every part gets (cents) for scores and terms, by the register of the first run."""
        schools, unit = self._schools[0], terms.unit(scores.total)
        shares = schools.shares(scores, unit, terms)
        return self.units.spread(schools.parts(scores, unit, terms, shares), second_register=False)

    def _cents(self, own: Switched, elsewhere: Switched, added: Switched) -> Int64Array:
        schools = self._schools["register" in own]
        terms = self._mixed(own)
        scores = self.scores.scores(own, elsewhere)
        if own == elsewhere:
            unit = terms.unit(scores.total)
            shares = schools.shares(scores, unit, terms)
        else:
            others = self.scores.scores(elsewhere, elsewhere)
            unit = terms.unit(others.total)
            settled = terms if "transition" in added else self._mixed(elsewhere)
            shares = schools.shares(others, settled.unit(others.total), settled)
        return self.units.spread(schools.parts(scores, unit, terms, shares), "register" in own)

    def _mixed(self, switched: Switched) -> SchoolTerms:
        first, second = self._terms
        terms = first
        if "price" in switched:
            terms = replace(terms, price=second.price, budget=second.budget, places=second.places)
        if "share of the year" in switched:
            terms = replace(terms, share=second.share)
        if "rules" in switched:
            terms = replace(terms, rounding=second.rounding)
        return in_transition(terms, second) if "transition" in switched else terms

    def _differing(self) -> list[str]:
        first, second = self._terms
        money = ("price", "budget", "places") if first.budget or second.budget else ("price",)
        settled = {
            "price": money,
            "share of the year": ("share",),
            "rules": ("rounding",),
            "transition": ("transition", "old"),
        }
        return [
            key
            for key, names in settled.items()
            if any(getattr(first, n) != getattr(second, n) for n in names)
        ]

    def _check(self, runs: tuple[Run, Run], sites: tuple[str, ...]) -> None:
        """Compute what the runs themselves paid, by the way of this module; refuse where it differs."""
        for run, switched in zip(runs, (frozenset(), frozenset(self.keys)), strict=True):
            table = run.table("site_grants")
            paid = dict(zip(texts(table, "site_id"), units(table, "amount", 2), strict=True))
            cents = np.array([paid.get(site, 0) for site in sites], dtype=np.int64)
            recorded = self.units.spread(cents, "register" in switched)
            if differing := np.flatnonzero(self.worth(switched) != recorded).tolist():
                site = sites[self.units.rows[differing[0]]]
                title = run.calculation.title
                raise CheckError(f"the amount of site {site} in {title!r} does not follow from what it holds")


def given(
    runs: tuple[Run, Run], sites: tuple[str, ...], choices: tuple[SchoolChoices, SchoolChoices]
) -> GivenScores:
    """Take the scores of both runs as they are."""
    first, second = (Fraction(one.score_law.formula.threshold_share) for one in choices)
    return GivenScores(runs, sites, (first, second))


def _choices(run: Run) -> SchoolChoices:
    part = run.calculation.schools
    assert part is not None  # asked before
    return settle_schools(part, run.statutes, None, "schools.old_base" in run.sources)


def _terms(run: Run, choices: SchoolChoices) -> SchoolTerms:
    old = None
    if choices.transition is not None and "schools.old_base" in run.sources:
        base = read_table(run.sources["schools.old_base"], SCHOOL_OLD_BASE)
        old = old_bases(base, choices.transition.index)
    return SchoolTerms(
        None if choices.money.price is None else Fraction(choices.money.price),
        None if choices.money.budget is None else Fraction(choices.money.budget),
        choices.grant_law.rule.price_places,
        choices.share,
        choices.rounding,
        choices.transition if old is not None else None,
        old,
    )
