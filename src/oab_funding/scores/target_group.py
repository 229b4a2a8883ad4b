"""The target group (doelgroep): the 15% of children with the lowest education score; C, G and the line.

Asylum-seeking children always belong to it. Of its T places they take theirs; the lowest others fill the
rest; G is the mean of those others, and an asylum seeker's score D is G, so that counting them in leaves G
where it is. C is the mean over all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.errors import InputError
from oab_funding.exact import Rule, round_units
from oab_funding.exact.sums import Int64Array
from oab_funding.scores.children import SCORE_PLACES, ChildBatch
from oab_funding.scores.counted import CountedChildren
from oab_funding.scores.line import Cut, cut_at
from oab_funding.scores.population import Flags

TieRule = Literal["share", "include", "exclude", "order"]
"""Which of the children at the line belong to the group.

- ``share``: they share the remaining places equally
- ``include``: all of them
- ``exclude``: none of them, unless all fit
- ``order``: the first by `child_id`, in the order of code points
"""

_UNIT = 10**SCORE_PLACES


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """The target group and the national figures.

    Parameters
    ----------
    children
        N, the number of children of the population.
    places
        T, the number of places.
    asylum_seekers
        How many of them are asylum seekers, who are always in.
    mean
        C, the mean score of all children.
    group_mean
        G, the mean score of the group.
    line
        The highest score of a child in the group, asylum seekers apart.
    below
        How many children score below the line.
    at_line
        How many children score at the line.
    weight
        How much each child at the line that is in the group counts: 1 unless the tie rule shares places.
    chosen
        Under tie rule ``order`` with a tie: `child_id` of the children at the line who are in; else None.
    """

    children: int
    places: int
    asylum_seekers: int
    mean: Fraction
    group_mean: Fraction
    line: Fraction
    below: int
    at_line: int
    weight: Fraction
    chosen: frozenset[str] | None

    @property
    def size(self) -> Fraction:
        """How many children the group holds; T unless a tie is taken in or left out whole."""
        tied = self.at_line if self.chosen is None else len(self.chosen)
        return self.asylum_seekers + self.below + self.weight * tied

    @property
    def distance(self) -> Fraction:
        """C - G."""
        return self.mean - self.group_mean

    def members(self, batch: ChildBatch) -> tuple[Flags, Flags]:
        """Say which children of a batch with a score of their own are in: below the line, and at it."""
        line = int(self.line * _UNIT)
        at_line = batch.scores == line
        if self.chosen is not None:
            rows = np.flatnonzero(at_line)
            at_line[rows] = [child in self.chosen for child in _ids(batch, rows)]
        return batch.scores < line, at_line


def target_group(
    children: CountedChildren,
    target_share: Fraction,
    size_rounding: Rule = "up",
    tie_rule: TieRule = "share",
) -> TargetGroup:
    """Find the target group.

    Parameters
    ----------
    children
        The population; with ids under tie rule ``order``.
    target_share
        The share of all children: 15%.
    size_rounding
        How the number of places is rounded to a whole number.
    tie_rule
        Which of the children at the line belong to the group.

    Raises
    ------
    InputError
        There are no children or no places, or no child but asylum seekers is left in the group, so that G
        does not exist.

    Notes
    -----
    Besluit bekostiging WPO art. 27; Besluit bekostiging WPO 2022 art. 18; Besluit specifieke
    uitkeringen gemeentelijk onderwijsachterstandenbeleid art. 3. The law is silent on rounding of T and on
    ties. That asylum seekers take places inside T and that D = G for them is inferred from the tables of
    1-10-2019. G is the mean of the group as it is, also where ``include`` or ``exclude`` make it larger or
    smaller than T.
    """
    ranking = Ranking(
        children.children,
        children.asylum_seekers,
        children.scored.total,
        partial(_cut, children),
        partial(_first_by_id, children),
    )
    return group_of(ranking, target_share, size_rounding, tie_rule)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Children in the order of their scores, as far as the target group needs it.

    Parameters
    ----------
    children, asylum_seekers
        How many there are in all, and how many of them seek asylum.
    total
        The sum of the scores of the others, in millionths.
    cut
        Gives the line at a rank.
    first_by_id
        Gives the first children at a line by `child_id`: the line, and how many.
    """

    children: int
    asylum_seekers: int
    total: int
    cut: Callable[[int], Cut]
    first_by_id: Callable[[int, int], frozenset[str]]


def group_of(
    children: Ranking, target_share: Fraction, size_rounding: Rule = "up", tie_rule: TieRule = "share"
) -> TargetGroup:
    """Find the target group of a ranking; see `target_group`."""
    places = _places(children, target_share, size_rounding)
    left = places - children.asylum_seekers
    cut = children.cut(left)
    if tie_rule == "exclude" and cut.below + cut.at_line > left:
        cut = _cut_below(children, cut)
    room = left - cut.below
    split = room < cut.at_line and tie_rule in ("share", "order")
    chosen = children.first_by_id(cut.line, room) if split and tie_rule == "order" else None
    weight = Fraction(room, cut.at_line) if split and tie_rule == "share" else Fraction(1)
    tied = weight * (cut.at_line if chosen is None else len(chosen))
    group_mean = (cut.below_sum + tied * cut.line) / (cut.below + tied) / _UNIT
    mean = (Fraction(children.total, _UNIT) + children.asylum_seekers * group_mean) / children.children
    return TargetGroup(
        children=children.children,
        places=places,
        asylum_seekers=children.asylum_seekers,
        mean=mean,
        group_mean=group_mean,
        line=Fraction(cut.line, _UNIT),
        below=cut.below,
        at_line=cut.at_line,
        weight=weight,
        chosen=chosen,
    )


def _places(children: Ranking, target_share: Fraction, rounding: Rule) -> int:
    if children.children == 0:
        raise InputError(
            "no child counts, so there is no mean score", remedy="check the kinds, sites and exclusions"
        )
    places = round_units(target_share * children.children, 0, rounding)
    if places == 0:
        raise InputError(
            f"the target group of {children.children} children has no places, so its mean G does not exist",
            remedy="check the rounding of its size",
        )
    if places <= children.asylum_seekers:
        raise InputError(
            f"{children.asylum_seekers} asylum seekers take all {places} places of the target group, so its "
            "mean G does not exist",
            remedy="check the column asylum_seeker",
        )
    return places


def _cut(children: CountedChildren, rank: int) -> Cut:
    return cut_at((batch.scores for batch in children.batches), children.scored, rank)


def _cut_below(children: Ranking, cut: Cut) -> Cut:
    """Move the line down to the last child below it."""
    if cut.below == 0:
        raise InputError(
            f"all {cut.at_line} children at the line are left out, none scores below: G does not exist",
            remedy="choose another tie rule",
        )
    return children.cut(cut.below)


def _first_by_id(children: CountedChildren, line: int, places: int) -> frozenset[str]:
    tied: list[str] = []
    for batch in children.batches:
        tied += _ids(batch, np.flatnonzero(batch.scores == line))
    return frozenset(sorted(tied)[:places])


def _ids(batch: ChildBatch, rows: Int64Array) -> list[str]:
    if batch.ids is None:
        raise ValueError("the tie rule order needs batches with ids")
    names: list[str] = pc.take(batch.ids, pa.array(rows)).to_pylist()
    return names
