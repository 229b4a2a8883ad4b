"""The children of two runs: who counts, where, and with which score, under any mixture of their causes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from oab_funding.analysis.school_scores import Switched
from oab_funding.exact.fixed_point import units_from_arrow
from oab_funding.exact.ratios import Ratios
from oab_funding.exact.sums import Int64Array
from oab_funding.run.run import Run
from oab_funding.scores.aggregate import ScoreRule, count
from oab_funding.scores.children import SCORE_PLACES, ChildBatch
from oab_funding.scores.counted import CountedChildren
from oab_funding.scores.line import Survey
from oab_funding.scores.population import left_out_sites
from oab_funding.scores.target_group import TargetGroup, target_group
from oab_funding.tables.child_tables import SCORED_CHILDREN
from oab_funding.tables.columns import texts
from oab_funding.tables.duo import read_sites
from oab_funding.tables.files import read_table

Flags = NDArray[np.bool_]
Institution = Literal["site_id", "municipality_code"]

NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Side:
    """The children of one run in the rows of both, shape (n,).

    Parameters
    ----------
    present
        Whether the child counts in this run.
    score
        In millionths; 0 where it has none of its own.
    asylum, toddler
        Whether it seeks asylum; whether it is no pupil yet.
    site, home
        Number of its site, and of the municipality of a toddler; `NOWHERE` without one.
    """

    present: Flags
    score: Int64Array
    asylum: Flags
    toddler: Flags
    site: Int64Array
    home: Int64Array


@dataclass(frozen=True, slots=True)
class Both:
    """The children of two runs, each child in one row.

    Parameters
    ----------
    ids
        Their ids.
    sides
        What they are in either run.
    sites, municipalities
        Names by number.
    registers
        Municipality (its number) of every site, in either register.
    """

    ids: Any
    sides: tuple[Side, Side]
    sites: tuple[str, ...]
    municipalities: tuple[str, ...]
    registers: tuple[Int64Array, Int64Array]


class Scorer(Protocol):
    """Gives every child's score under any mixture of causes."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The causes that scores of children differ by."""
        ...

    @property
    def of_child(self) -> str:
        """The cause with which go a child's asylum status and whether it is a pupil."""
        ...

    def scores(self, switched: Switched) -> Int64Array:
        """Give scores in millionths, shape (n,); anything where a child has none of its own."""
        ...


class ScoresAsTheyAre:
    """The scores of the two runs, not computed anew: what changed them is one cause."""

    of_child = "child scores"

    def __init__(self, both: Both) -> None:
        first, second = both.sides
        self._first, self._second = first, second
        together = first.present & second.present
        same = (first.score == second.score) & (first.asylum == second.asylum)
        self.keys: tuple[str, ...] = (self.of_child,) if (together & ~same).any() else ()

    def scores(self, switched: Switched) -> Int64Array:
        """Give the score of the run that the child is taken from."""
        second = ~self._first.present | (self._second.present & (self.of_child in switched))
        return np.where(second, self._second.score, self._first.score)


class ChildMixtures:
    """Scores of institutions from the children of two runs, under any mixture of causes.

    Parameters
    ----------
    both
        The children.
    institution
        What is scored: sites or municipalities.
    rules
        How scores follow from children, in either run.
    scorer
        Gives the children's scores.
    """

    def __init__(
        self, both: Both, institution: Institution, rules: tuple[ScoreRule, ScoreRule], scorer: Scorer
    ) -> None:
        self._both, self._rules, self._scorer = both, rules, scorer
        self._of_sites = institution == "site_id"
        self.names = both.sites if self._of_sites else both.municipalities
        self.keys = tuple(self._differing())
        self._groups: dict[Switched, TargetGroup] = {}
        self._found: dict[tuple[Switched, Switched], Scored] = {}

    def scored(self, own: Switched, elsewhere: Switched) -> Scored:
        """Score the institutions; C, G and the line are those of the children with `elsewhere` switched."""
        mine = frozenset(own & {*self.keys})
        others = frozenset(elsewhere & {*self.keys})
        if (mine, others) not in self._found:
            children, rule = self._children(mine), self._rule(mine)
            self._found[mine, others] = _scored(children, self._group(others), rule)
        return self._found[mine, others]

    def _group(self, switched: Switched) -> TargetGroup:
        if switched not in self._groups:
            rule = self._rule(switched)
            self._groups[switched] = target_group(
                self._children(switched), rule.target_share, rule.size_rounding, rule.tie_rule
            )
        return self._groups[switched]

    def _children(self, switched: Switched) -> CountedChildren:
        first, second = self._both.sides
        together = first.present & second.present
        there = together | (first.present if "left" not in switched else together)
        if "came" in switched:
            there = there | second.present
        later = ~first.present | (second.present & (self._scorer.of_child in switched))
        kinds = self._rule(switched).asylum_kinds
        toddler = np.where(later, second.toddler, first.toddler)
        rules = np.where(toddler, "toddler" in kinds, "pupil" in kinds)
        asylum = there & np.where(later, second.asylum, first.asylum) & rules
        scored = there & ~asylum
        cells = 2 * self._where(switched)
        units = self._scorer.scores(switched)[scored]
        survey = Survey.of(units)
        survey.check_sums()
        batch = ChildBatch(units, cells[scored], cells[asylum], None)
        return CountedChildren([batch], self.names, survey, int(asylum.sum()), {})

    def _where(self, switched: Switched) -> Int64Array:
        return self._places("moves" in switched, "register" in switched)

    def _places(self, moved: bool, registered: bool) -> Int64Array:
        """Give the number of the institution where each child counts."""
        first, second = self._both.sides
        later = ~first.present | (second.present & moved)
        site = np.where(later, second.site, first.site)
        if self._of_sites:
            return site
        own, other = self._both.registers[:: -1 if registered else 1]
        of_site = np.where(own == NOWHERE, other, own)
        home = np.where(later, second.home, first.home)
        return np.where(site == NOWHERE, home, of_site[site])

    def _rule(self, switched: Switched) -> ScoreRule:
        first, second = self._rules
        rule = second if "rules" in switched else first
        return replace(
            rule,
            target_share=(second if "target share" in switched else first).target_share,
            threshold_share=(second if "threshold" in switched else first).threshold_share,
        )

    def _differing(self) -> list[str]:
        first, second = self._rules
        one, other = self._both.sides
        together = one.present & other.present
        found = []
        if first.threshold_share != second.threshold_share:
            found.append("threshold")
        if first.target_share != second.target_share:
            found.append("target share")
        same = replace(second, threshold_share=first.threshold_share, target_share=first.target_share)
        if same != first:
            found.append("rules")
        found += self._scorer.keys
        if (other.present & ~one.present).any():
            found.append("came")
        if (one.present & ~other.present).any():
            found.append("left")
        before = self._places(moved=False, registered=False)
        if (together & (self._places(moved=True, registered=False) != before)).any():
            found.append("moves")
        there = one.present | other.present
        for moved in (False, True):
            at = self._places(moved, registered=False) != self._places(moved, registered=True)
            if "register" not in found and (there & at).any():
                found.append("register")
        return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of institutions, by number: whether it has children, how many, A and the score in hundredths."""

    present: Flags
    children: Int64Array
    raw: Int64Array
    score: Int64Array


def _scored(children: CountedChildren, group: TargetGroup, rule: ScoreRule) -> Scored:
    everyone = count(children, group).years("all")
    raw: Ratios = everyone.raw_scores(group)
    difference = raw - everyone.thresholds(group, rule.threshold_share)
    sizes = np.array(everyone.children, dtype=np.int64)
    return Scored(
        sizes > 0,
        sizes,
        np.array(raw.rounded(rule.places, rule.rounding), dtype=np.int64),
        np.array(rule.scores(difference), dtype=np.int64) * (sizes > 0),
    )


def scored_children(run: Run, with_rounds: bool = False) -> pa.Table | None:
    """Give the scored children of a run, computed or given; None where it has none.

    A table with a row per child and round of imputation counts as none, unless rounds are asked for.
    """
    table = None
    if run.has("scored_children"):
        table = run.table("scored_children")
    elif "children.scored" in run.sources:
        table = read_table(run.sources["children.scored"], SCORED_CHILDREN)
    return None if table is None or ("round" in table.column_names and not with_rounds) else table


def both_of(
    runs: tuple[Run, Run], institution: Institution, excluded: tuple[tuple[str, ...], tuple[str, ...]]
) -> Both:
    """Put the children of two runs into rows, each child in one.

    Parameters
    ----------
    runs
        Runs that have scored children.
    institution
        With sites only pupils count.
    excluded
        Codes of the schools that the regulation leaves out, in either run.
    """
    tables = [_children_of(run) for run in runs]
    ids = pc.unique(pa.chunked_array([chunk for table in tables for chunk in table["child_id"].chunks]))
    registers = [_register(run) for run in runs]
    sites = sorted({site for table in tables for site in pc.unique(table["site_id"]).to_pylist() if site})
    sites = sorted({*sites, *(site for register, _ in registers for site in register)})
    names = {code for register, _ in registers for code in register.values() if code}
    if "municipality_code" in tables[0].column_names and "municipality_code" in tables[1].column_names:
        names |= {code for table in tables for code in pc.unique(table["municipality_code"]).to_pylist()}
    municipalities = sorted(name for name in names if name)
    numbers = (pa.array(sites, pa.string()), pa.array(municipalities, pa.string()))
    first, second = (
        _side(table, ids, numbers, institution, left_out_sites(_with_pupils(table), register, out))
        for table, (_, register), out in zip(tables, registers, excluded, strict=True)
    )
    number = {name: at for at, name in enumerate(municipalities)}
    one, other = (
        np.array([number.get(register.get(site, ""), NOWHERE) for site in sites], dtype=np.int64)
        for register, _ in registers
    )
    return Both(ids, (first, second), tuple(sites), tuple(municipalities), (one, other))


def _children_of(run: Run) -> pa.Table:
    table = scored_children(run)
    assert table is not None  # asked before
    coded = {"site_id", "municipality_code", "kind"}
    plain = [
        (field.name, table[field.name].cast(pa.string()) if field.name in coded else table[field.name])
        for field in table.schema
    ]
    return pa.table(dict(plain))


def _with_pupils(table: pa.Table) -> list[str]:
    return sorted(site for site in pc.unique(table["site_id"]).to_pylist() if site)


def _register(run: Run) -> tuple[Mapping[str, str], pa.Table | None]:
    if "children.sites" not in run.sources:
        return {}, None
    table = read_sites(run.sources["children.sites"])
    if "municipality_code" not in table.column_names:
        return {}, table
    return dict(zip(texts(table, "site_id"), texts(table, "municipality_code"), strict=True)), table


def _side(
    table: pa.Table, ids: Any, names: tuple[Any, Any], institution: Institution, out: Mapping[str, str]
) -> Side:
    row = pc.index_in(ids, value_set=table["child_id"].combine_chunks())
    there = np.asarray(pc.is_valid(row))
    at = pc.fill_null(row, 0).to_numpy()

    def placed(values: Any) -> Any:
        return np.where(there, np.asarray(values)[at], np.zeros(1, dtype=np.asarray(values).dtype))

    toddler = placed(pc.equal(table["kind"], "toddler").to_numpy())
    site = np.where(there, _numbers(table, "site_id", names[0])[at], NOWHERE)
    home = np.where(there, _numbers(table, "municipality_code", names[1])[at], NOWHERE)
    left_out = pc.fill_null(pc.is_in(table["site_id"], value_set=pa.array(sorted(out), pa.string())), False)
    present = there & ~placed(left_out.to_numpy())
    if institution == "site_id":
        present = present & ~toddler
    scores = table["education_score"]
    filled = pc.fill_null(scores, pa.scalar(0, scores.type))
    return Side(
        present,
        placed(units_from_arrow(filled, "education_score", SCORE_PLACES)),
        placed(table["asylum_seeker"].to_numpy()),
        toddler,
        np.where(toddler, NOWHERE, site),
        home,
    )


def _numbers(table: pa.Table, column: str, names: Any) -> Int64Array:
    if column not in table.column_names:
        return np.full(table.num_rows, NOWHERE, dtype=np.int64)
    found = pc.fill_null(pc.index_in(table[column], value_set=names), NOWHERE)
    numbers: Int64Array = found.to_numpy().astype(np.int64)
    return numbers
