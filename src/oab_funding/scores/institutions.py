"""A, E and the threshold of every institution, exactly: what sites and municipalities have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import reduce
from operator import add
from typing import Literal

import numpy as np

from oab_funding.exact import group_counts, group_sums
from oab_funding.exact.integers import Int64Array
from oab_funding.scores.children import SCORE_PLACES, ChildBatch
from oab_funding.scores.counted import CountedChildren
from oab_funding.scores.ratios import Ratios
from oab_funding.scores.target_group import TargetGroup

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
    return reduce(add, (_of_batch(batch, group, cells) for batch in children.batches()))


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
