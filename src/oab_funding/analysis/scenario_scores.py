"""Scores under a changed law: exact from scored children, or an estimate from a published table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import cast

import numpy as np

from oab_funding.analysis.child_scores import have_children
from oab_funding.analysis.children import ChildMixtures, Institution, Scored, ScoresAsTheyAre, both_of
from oab_funding.analysis.municipalities import Score, scores_of
from oab_funding.analysis.school_money import SiteColumns
from oab_funding.errors import InputError, Place
from oab_funding.exact import Rule, to_fraction
from oab_funding.exact.sums import Int64Array
from oab_funding.regulation import MunicipalityScoreProvision, SchoolScoreProvision
from oab_funding.run import steps
from oab_funding.run.choices import children_rule
from oab_funding.run.run import Run
from oab_funding.scores.aggregate import ScoreRule
from oab_funding.scores.published.changes import ThresholdPerPupil
from oab_funding.scores.published.what_if import under_threshold
from oab_funding.scores.target_group import TieRule
from oab_funding.tables.columns import texts, units

OF_SCORES = ("threshold_share", "target_share", "tie_rule", "target_size_rounding")
"""What can be changed in the law of scores, with its options where the law is silent."""

Law = SchoolScoreProvision | MunicipalityScoreProvision


def rule_with(rule: ScoreRule, law: Law, settings: Mapping[str, str]) -> ScoreRule:
    """Give the rule of scores with settings changed.

    Raises
    ------
    InputError
        A value is outside what the law's form allows, or none of its options.
    """
    for name in ("threshold_share", "target_share"):
        if name in settings:
            formula = law.what_if(**{name: settings[name]}).formula
            rule = replace(rule, **{name: getattr(formula, name)})
    if "tie_rule" in settings:
        rule = replace(rule, tie_rule=cast(TieRule, law.choose("tie_rule", settings["tie_rule"])))
    if "target_size_rounding" in settings:
        named = law.choose("target_size_rounding", settings["target_size_rounding"])
        rule = replace(rule, size_rounding=cast(Rule, named))
    if rule.tie_rule == "order":
        place = Place(value="order", argument="tie_rule")
        raise InputError("is not computed in scenarios", place, "choose share, include or exclude")
    return rule


class FromChildren:
    """Scores of institutions under other rules, from the scored children of a run."""

    def __init__(self, run: Run, law: Law, institution: Institution) -> None:
        children = run.calculation.children
        assert children is not None  # asked before
        excluded = law.formula.excluded_schools
        self._both = both_of((run, run), institution, (excluded, excluded))
        self._institution, self._law = institution, law
        self._rule = children_rule(law, children)
        self._scorer = ScoresAsTheyAre(self._both)

    def scored(self, settings: Mapping[str, str]) -> tuple[tuple[str, ...], Scored]:
        """Give names and scores under settings."""
        rule = rule_with(self._rule, self._law, settings)
        mixtures = ChildMixtures(self._both, self._institution, (self._rule, rule), self._scorer)
        changed = frozenset(mixtures.keys)
        return mixtures.names, mixtures.scored(changed, changed)


@dataclass(frozen=True, slots=True)
class SiteScores:
    """Scores of sites under settings, and by how much they can be off.

    Parameters
    ----------
    columns
        The scores.
    largest_error
        Units of score by which that of a school can be off, where it is an estimate.
    """

    columns: SiteColumns
    largest_error: Fraction | None = None


class SchoolScenarios:
    """Scores of sites of a run under changed settings."""

    def __init__(self, run: Run, law: SchoolScoreProvision, sites: tuple[str, ...]) -> None:
        self._run, self._law, self._sites = run, law, sites
        self._children = FromChildren(run, law, "site_id") if have_children((run, run), "schools") else None

    @property
    def exact(self) -> bool:
        """Whether scores are computed from children."""
        return self._children is not None

    def scores(self, settings: Mapping[str, str]) -> SiteScores:
        """Give the scores of sites.

        Raises
        ------
        InputError
            A setting is refused, or a published table does not say what scores would be under it.
        """
        changed = {name: value for name, value in settings.items() if name in OF_SCORES}
        if self._children is not None and changed:
            names, found = self._children.scored(changed)
            number = {name: at for at, name in enumerate(names)}
            at = np.array([number[site] for site in self._sites], dtype=np.int64)
            return SiteScores(SiteColumns(found.present[at], found.score[at], found.children[at]))
        table = self._run.table("site_scores")
        if not changed:
            return SiteScores(self._columns(units(table, "score", 2)))
        if other := sorted({*changed} - {"threshold_share"}):
            raise InputError(
                f"published scores do not say what they would be under another {other[0]}",
                remedy="take a run that computed its scores from children",
            )
        share = self._law.what_if(threshold_share=changed["threshold_share"]).formula.threshold_share
        if share == self._law.formula.threshold_share:
            return self.scores({})
        estimate = under_threshold(table, self._per_pupil(), share, self._law.formula.threshold_share)
        error = Fraction(str(estimate.figures["largest_error"]))
        return SiteScores(self._columns(units(estimate.table, "score", 2)), error)

    def _per_pupil(self) -> ThresholdPerPupil | None:
        """Give k of the law in force, with the interval that the published table leaves."""
        figures = self._run.figures(steps.CHECK_SITES)
        own = self._run.figures(steps.DERIVATION).get("threshold_per_pupil")
        if own is None or figures.get("k") is None:
            return None
        best, low, high = (to_fraction(str(figures[name])) for name in ("k", "k low", "k high"))
        ratio = to_fraction(str(own)) / best
        return ThresholdPerPupil(best * ratio, low * ratio, high * ratio)

    def _columns(self, score: list[int]) -> SiteColumns:
        table = self._run.table("site_scores")
        number = {site: at for at, site in enumerate(texts(table, "site_id"))}
        at = np.array([number[site] for site in self._sites], dtype=np.int64)
        known = "pupils" in table.column_names
        pupils = [value or 0 for value in table["pupils"].to_pylist()] if known else [0] * table.num_rows
        there = np.ones(len(at), dtype=np.bool_)
        return SiteColumns(there, _array(score)[at], _array(pupils)[at])


class MunicipalScenarios:
    """Scores of municipalities of a run, on its later date, under changed settings."""

    def __init__(self, run: Run, law: MunicipalityScoreProvision) -> None:
        self._run = run
        children = have_children((run, run), "municipalities")
        self._children = FromChildren(run, law, "municipality_code") if children else None

    @property
    def exact(self) -> bool:
        """Whether scores are computed from children."""
        return self._children is not None

    def scores(self, settings: Mapping[str, str]) -> Mapping[str, Score]:
        """Give A and the score by municipality.

        Raises
        ------
        InputError
            A setting is refused, or the scores came as a table.
        """
        changed = {name: value for name, value in settings.items() if name in OF_SCORES}
        if not changed:
            return scores_of(self._run, "municipality_scores")
        if self._children is None:
            raise InputError(
                f"scores that came as a table do not say what they would be under another {min(changed)}",
                remedy="take a run that computed its scores from children",
            )
        names, found = self._children.scored(changed)
        rows = zip(names, found.present.tolist(), found.raw.tolist(), found.score.tolist(), strict=True)
        return {name: (raw, score) for name, there, raw, score in rows if there}


def _array(values: list[int]) -> Int64Array:
    return np.array(values, dtype=np.int64)
