"""From scored children to the exact A, B and counts of every institution, in one round or in several."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import reduce
from operator import add
from typing import Literal

import numpy as np

from oab_funding.errors import InputError
from oab_funding.exact import Rule, group_counts, group_sums
from oab_funding.exact.ratios import Ratios
from oab_funding.exact.sums import Int64Array
from oab_funding.scores.child_source import Children, check_ids, source_of
from oab_funding.scores.children import SCORE_PLACES, ChildBatch
from oab_funding.scores.counted import CountedChildren, read_children
from oab_funding.scores.population import PUPIL, TODDLER, Kind, Population
from oab_funding.scores.target_group import TargetGroup, TieRule, target_group
from oab_funding.tables.step_result import Figure


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """The parameters of score = A - B, as law and choices settle them.

    Parameters
    ----------
    target_share
        Share of the children that the target group is: 15%.
    threshold_share
        F: 12% for sites, 5% for municipalities.
    size_rounding
        How the number of places is rounded.
    tie_rule
        Which children at the line are in.
    places, rounding
        How a score is rounded.
    asylum_kinds
        Kinds of children whose asylum seekers always belong to the target group, with D = G.
    """

    target_share: Fraction
    threshold_share: Fraction
    size_rounding: Rule = "up"
    tie_rule: TieRule = "share"
    places: int = 2
    rounding: Rule = "half_up"
    asylum_kinds: tuple[Kind, ...] = (PUPIL, TODDLER)

    def scores(self, differences: Ratios) -> list[int]:
        """Round each A - B, in units of the last place; negative becomes 0."""
        return [max(0, units) for units in differences.rounded(self.places, self.rounding)]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What follows per institution with at least one child, exactly, by ascending name.

    Parameters
    ----------
    names
        The institutions.
    children, lower_children
        E, in all and in the lower years.
    raw, raw_lower
        A, in all and in the lower years.
    thresholds
        B.
    members, member_sums
        Children in the target group, and the sum of their scores, so that A = members x C - sum; None for the
        mean of several rounds, of which that is not true.
    groups
        The target group of every round.
    left_out
        Children who do not count, by reason.
    """

    names: tuple[str, ...]
    children: tuple[int, ...]
    lower_children: tuple[int, ...]
    raw: Ratios
    raw_lower: Ratios
    thresholds: Ratios
    members: Ratios | None
    member_sums: Ratios | None
    groups: tuple[TargetGroup, ...]
    left_out: Mapping[str, int]

    def figures(self) -> dict[str, Figure]:
        """Give the national figures: the mean over rounds where there are several."""
        rounds = len(self.groups)
        mean = {
            name: sum((getattr(group, name) for group in self.groups), Fraction(0)) / rounds
            for name in ("mean", "group_mean", "line", "distance", "size")
        }
        first = self.groups[0]
        return {
            "N": first.children,
            "T": first.places,
            "target_group": mean["size"],
            "asylum_seekers": first.asylum_seekers,
            "C": mean["mean"],
            "G": mean["group_mean"],
            "C_minus_G": mean["distance"],
            "line": mean["line"],
            "at_line": first.at_line if rounds == 1 else None,
            "weight_at_line": first.weight if rounds == 1 else None,
            "rounds": rounds,
            **{f"left_out: {reason}": number for reason, number in sorted(self.left_out.items())},
        }


def aggregate(children: Children, population: Population, rule: ScoreRule) -> Aggregate:
    """Find the target group and add up per institution.

    Where the children carry a column `round`, each round has its own target group, C and G, and A and C - G
    are averaged over the rounds: averaging after aggregation.

    Raises
    ------
    InputError
        A child is there twice, no child counts, G does not exist, or the rounds do not hold the same
        children.
    """
    rounds = source_of(children).rounds()
    check_ids(rounds)
    with_ids = rule.tie_rule == "order"
    found = [add_up(read_children(part, population, with_ids), rule) for part in rounds]
    return mean_of_rounds(found)


def add_up(children: CountedChildren, rule: ScoreRule) -> Aggregate:
    """Find the target group of the children of one round, and add up per institution; see `aggregate`."""
    group = target_group(children, rule.target_share, rule.size_rounding, rule.tie_rule)
    cells = count(children, group)
    everyone, lower = cells.years("all"), cells.years("lower")
    numbers = sorted(
        (number for number, size in enumerate(everyone.children) if size), key=children.names.__getitem__
    )
    everyone, lower = everyone.take(numbers), lower.take(numbers)
    raw, members = everyone.raw_scores(group), everyone.members(group)
    return Aggregate(
        names=tuple(children.names[number] for number in numbers),
        children=tuple(everyone.children.tolist()),
        lower_children=tuple(lower.children.tolist()),
        raw=raw,
        raw_lower=lower.raw_scores(group),
        thresholds=everyone.thresholds(group, rule.threshold_share),
        members=members,
        member_sums=members.times(group.mean) - raw,
        groups=(group,),
        left_out=children.left_out,
    )


def mean_of_rounds(rounds: Sequence[Aggregate]) -> Aggregate:
    """Average over the rounds what was found in each; a single round is itself.

    Raises
    ------
    InputError
        The rounds do not hold the same children.
    """
    first = rounds[0]
    if len(rounds) == 1:
        return first
    if any(part.names != first.names or part.children != first.children for part in rounds):
        raise InputError(
            "the rounds do not hold the same children", remedy="give every child in every round, at one place"
        )

    def mean_of(column: Callable[[Aggregate], Ratios]) -> Ratios:
        total = column(first)
        for part in rounds[1:]:
            total = total + column(part)
        return total.times(Fraction(1, len(rounds)))

    return Aggregate(
        names=first.names,
        children=first.children,
        lower_children=first.lower_children,
        raw=mean_of(lambda part: part.raw),
        raw_lower=mean_of(lambda part: part.raw_lower),
        thresholds=mean_of(lambda part: part.thresholds),
        members=None,
        member_sums=None,
        groups=tuple(group for part in rounds for group in part.groups),
        left_out=first.left_out,
    )


_UNIT = 10**SCORE_PLACES


@dataclass(frozen=True, slots=True)
class Counts:
    """What raw scores are made of: whole numbers, all of one shape.

    Parameters
    ----------
    children
        E.
    below, below_sum
        Children below the line, and the sum of their scores in millionths.
    at_line
        Children at the line that are in the group.
    asylum
        Asylum seekers whom a rule puts into the group.
    """

    children: Int64Array
    below: Int64Array
    below_sum: Int64Array
    at_line: Int64Array
    asylum: Int64Array

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(mine + its for mine, its in zip(self._columns(), other._columns(), strict=True)))

    def take(self, rows: Sequence[int]) -> Counts:
        """Give some of the rows."""
        chosen = np.asarray(rows, dtype=np.int64)
        return Counts(*(column[chosen] for column in self._columns()))

    def years(self, which: Literal["all", "lower"]) -> Counts:
        """Give the counts per institution, from counts per cell (see `ChildBatch`)."""
        pairs = [column.reshape(-1, 2) for column in self._columns()]
        return Counts(*(pair[:, 1] if which == "lower" else pair.sum(axis=1) for pair in pairs))

    def raw_scores(self, group: TargetGroup) -> Ratios:
        """Give A: the sum of C - D over the children in the group."""
        return Ratios.weighted(
            [
                (self.below.tolist(), group.mean),
                (self.below_sum.tolist(), Fraction(-1, _UNIT)),
                (self.at_line.tolist(), group.weight * (group.mean - group.line)),
                (self.asylum.tolist(), group.distance),
            ]
        )

    def members(self, group: TargetGroup) -> Ratios:
        """Give the number of children in the group, those at the line by their weight."""
        inside = (self.below + self.asylum).tolist()
        return Ratios.weighted([(inside, Fraction(1)), (self.at_line.tolist(), group.weight)])

    def thresholds(self, group: TargetGroup, threshold_share: Fraction) -> Ratios:
        """Give B = E x F x (C - G)."""
        return Ratios.weighted([(self.children.tolist(), threshold_share * group.distance)])

    def _columns(self) -> list[Int64Array]:
        return [getattr(self, column.name) for column in fields(self)]


def count(children: CountedChildren, group: TargetGroup) -> Counts:
    """Count per cell (see `ChildBatch`), in the order of `children.names`."""
    cells = 2 * len(children.names)
    return reduce(add, (_of_batch(batch, group, cells) for batch in children.batches))


def _of_batch(batch: ChildBatch, group: TargetGroup, cells: int) -> Counts:
    below, at_line = group.members(batch)
    asylum = group_counts(batch.asylum_cells, cells)
    inside = batch.cells[below]
    return Counts(
        children=group_counts(batch.cells, cells) + asylum,
        below=group_counts(inside, cells),
        below_sum=group_sums(batch.scores[below], inside, cells),
        at_line=group_counts(batch.cells[at_line], cells),
        asylum=asylum,
    )
