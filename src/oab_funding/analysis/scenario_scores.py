"""Scores under a changed law: exact from scored children, or an estimate from a published table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal, cast

import numpy as np
import pyarrow as pa

from oab_funding.analysis.child_rows import IMPUTED, coded_by, rounds_of
from oab_funding.analysis.children import scored_children
from oab_funding.analysis.municipalities import Score, scores_of
from oab_funding.analysis.rescored import model_of
from oab_funding.analysis.school_money import SiteColumns
from oab_funding.errors import InputError
from oab_funding.exact import Rule, to_fraction
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.imputation.tables import imputed_from_tables
from oab_funding.indicator.model import read_model
from oab_funding.indicator.rounds import Average
from oab_funding.indicator.score import score_coded
from oab_funding.regulation import MunicipalityScoreProvision, SchoolScoreProvision
from oab_funding.run import steps
from oab_funding.run.choices import children_rule
from oab_funding.run.run import Run
from oab_funding.scores.aggregate import ScoreRule, add_up, mean_of_rounds
from oab_funding.scores.child_source import ChildSource, source_of
from oab_funding.scores.counted import CountedChildren, read_children
from oab_funding.scores.institution_scores import score_columns
from oab_funding.scores.population import PUPIL, TODDLER, Population, left_out_sites
from oab_funding.scores.published.changes import ThresholdPerPupil
from oab_funding.scores.published.what_if import under_threshold
from oab_funding.scores.target_group import TieRule
from oab_funding.tables.columns import texts, units
from oab_funding.tables.duo import read_sites

OF_THE_LAW = ("threshold_share", "target_share", "tie_rule", "target_size_rounding")
"""What can be changed in the law of scores, with its options where the law is silent."""

OF_CHILDREN = ("average", "model")
"""What can be changed in the scores of children: how rounds of imputation are averaged, and the model."""

OF_SCORES = (*OF_THE_LAW, *OF_CHILDREN)

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
    return rule


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of institutions: names ascending, E, A and the score in hundredths, and the target group."""

    names: tuple[str, ...]
    children: Sequence[int]
    raw: Sequence[int | None]
    score: Sequence[int | None]
    target_children: Fraction


class FromChildren:
    """Scores of institutions under other rules, from the scored children of a run.

    Children are read once; they are scored again only where the model or the averaging is another, with what
    the run imputed, so that nothing is imputed anew.
    """

    def __init__(self, run: Run, law: Law, institution: Literal["site_id", "municipality_code"]) -> None:
        children = run.calculation.children
        assert children is not None  # asked before
        self._run, self._law, self._institution = run, law, institution
        self._rule = children_rule(law, children)
        self._found: dict[tuple[tuple[str, str], ...], Scored] = {}
        self._read: dict[tuple[str, ...], list[CountedChildren]] = {}

    def scored(self, settings: Mapping[str, str]) -> Scored:
        """Give names and scores under settings.

        Raises
        ------
        InputError
            A setting is refused, or the run does not hold what scoring its children again takes.
        """
        key = tuple(sorted(settings.items()))
        if key not in self._found:
            self._found[key] = self._scored(settings)
        return self._found[key]

    def _scored(self, settings: Mapping[str, str]) -> Scored:
        rule = rule_with(self._rule, self._law, settings)
        found = mean_of_rounds([add_up(children, rule) for children in self._children(rule, settings)])
        columns = score_columns(found, rule)
        size = Fraction(str(found.figures()["target_group"]))
        return Scored(found.names, found.children, columns["score_raw"], columns["score"], size)

    def _children(self, rule: ScoreRule, settings: Mapping[str, str]) -> list[CountedChildren]:
        """Read the children, a reading per round of imputation."""
        with_ids = rule.tie_rule == "order"
        key = (*(settings.get(name, "") for name in OF_CHILDREN), "ids" if with_ids else "")
        if key not in self._read:
            source = source_of(self._table(settings))
            population = self._population(source, rule)
            self._read[key] = [read_children(part, population, with_ids) for part in source.rounds()]
        return self._read[key]

    def _table(self, settings: Mapping[str, str]) -> pa.Table:
        if not any(name in settings for name in OF_CHILDREN):
            table = scored_children(self._run, with_rounds=True)
            assert table is not None  # asked before
            return table
        children = self._run.calculation.children
        assert children is not None  # asked before
        return scored_again(
            self._run,
            settings.get("model"),
            cast(Any, settings.get("average", children.average)),
        )

    def _population(self, source: ChildSource, rule: ScoreRule) -> Population:
        sites = self._run.sources.get("children.sites")
        register = None if sites is None else read_sites(sites)
        out = left_out_sites(source.site_ids(), register, self._law.formula.excluded_schools)
        if self._institution == "site_id":
            return Population("site_id", (PUPIL,), out, None, None, rule.asylum_kinds)
        where = None
        if register is not None and "municipality_code" in register.column_names:
            where = dict(zip(texts(register, "site_id"), texts(register, "municipality_code"), strict=True))
        return Population("municipality_code", (PUPIL, TODDLER), out, where, None, rule.asylum_kinds)


def scored_again(run: Run, model: str | None, average: Average) -> pa.Table:
    """Score the children of a run again, by another model or averaged otherwise, with what it imputed.

    Parameters
    ----------
    run
        A run that holds its children, what was imputed, and a model.
    model
        Path of a model file; None for the run's own. Its specification may have other categories.
    average
        How rounds are averaged.

    Raises
    ------
    InputError
        The run does not hold these, or what was imputed is in no category of the model's specification.
    """
    if "children.pupils" not in run.sources or not all(run.has(name) for name in (*IMPUTED, "coefficients")):
        remedy = "take a run that scored pupils, or one that still holds its children"
        raise InputError("does not hold what scoring its children again takes", run.place, remedy)
    taken = model_of(run) if model is None else read_model(model, run.specifications)
    population = coded_by(run, taken.specification)
    imputed = imputed_from_tables(
        {name: run.table(name) for name in IMPUTED}, population, rounds=rounds_of(run)
    )
    return score_coded(population, imputed, taken, average).table


@dataclass(frozen=True, slots=True)
class SiteScores:
    """Scores of sites under settings, and by how much they can be off.

    Parameters
    ----------
    columns
        The scores.
    largest_error, error_of_sum
        Units of score by which that of a school, and the sum of all, can be off, where it is an estimate.
    target_children
        Children in the target group, where they are known.
    """

    columns: SiteColumns
    largest_error: Fraction | None = None
    error_of_sum: Fraction | None = None
    target_children: Fraction | None = None


class SchoolScenarios:
    """Scores of sites of a run under changed settings."""

    def __init__(self, run: Run, law: SchoolScoreProvision, sites: tuple[str, ...]) -> None:
        self._run, self._law, self._sites = run, law, sites
        self._estimates: dict[Fraction, SiteScores] = {}
        self._children = FromChildren(run, law, "site_id") if _scored_here(run, "schools") else None

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
            found = self._children.scored(changed)
            number = {name: at for at, name in enumerate(found.names)}
            at = np.array([number.get(site, len(found.names)) for site in self._sites], dtype=np.int64)
            score, pupils = _array([*found.score, 0]), _array([*found.children, 0])
            columns = SiteColumns(at < len(found.names), score[at], pupils[at])
            return SiteScores(columns, target_children=found.target_children)
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
        if share not in self._estimates:
            estimate = under_threshold(table, self._per_pupil(), share, self._law.formula.threshold_share)
            errors = (Fraction(str(estimate.figures[f"largest_error{of}"])) for of in ("", "_of_sum"))
            self._estimates[share] = SiteScores(self._columns(units(estimate.table, "score", 2)), *errors)
        return self._estimates[share]

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
        children = _scored_here(run, "municipalities")
        self._children = FromChildren(run, law, "municipality_code") if children else None

    @property
    def exact(self) -> bool:
        """Whether scores are computed from children."""
        return self._children is not None

    def scores(self, settings: Mapping[str, str]) -> tuple[Mapping[str, Score], Fraction | None]:
        """Give A and the score by municipality, and the children in the target group where they are known.

        Raises
        ------
        InputError
            A setting is refused, or the scores came as a table.
        """
        changed = {name: value for name, value in settings.items() if name in OF_SCORES}
        if not changed:
            return scores_of(self._run, "municipality_scores"), None
        if self._children is None:
            raise InputError(
                f"scores that came as a table do not say what they would be under another {min(changed)}",
                remedy="take a run that computed its scores from children",
            )
        found = self._children.scored(changed)
        rows = zip(found.names, found.raw, found.score, strict=True)
        return {name: (raw or 0, score or 0) for name, raw, score in rows}, found.target_children


def _scored_here(run: Run, stream: str) -> bool:
    """Say whether the scores of a stream were computed from children that are at hand."""
    part = getattr(run.calculation, stream)
    return (
        part.scores is None
        and run.calculation.children is not None
        and scored_children(run, with_rounds=True) is not None
    )


def _array(values: Sequence[int | None]) -> Int64Array:
    return np.array(values, dtype=np.int64)
