"""Which schools move C, G and the 15% line: what each would be if one school were not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from oab_funding.analysis.children import Side, both_of
from oab_funding.analysis.plausibility.matched import excluded
from oab_funding.exact import round_units
from oab_funding.run.choices import children_rule
from oab_funding.run.run import Run
from oab_funding.scores.aggregate import ScoreRule
from oab_funding.scores.children import SCORE_PLACES
from oab_funding.tables.schema import Column, Number, TableSchema, Text, Whole

_MOVE = Number(6)

LEVERAGE = TableSchema(
    "leverage",
    (
        Column("date", Text()),
        Column("of", Text()),
        Column("rank", Whole(minimum=1)),
        Column("school_id", Text()),
        Column("pupils", Whole(minimum=1)),
        Column("moves_c", _MOVE),
        Column("moves_g", _MOVE),
        Column("moves_line", _MOVE),
    ),
    key=("date", "of", "rank"),
)
"""The schools that move C, G or the line most: what each is, less what it would be without that school."""

MOST = 10
"""So many schools are listed of each."""

_UNIT = 10**SCORE_PLACES
_SCHOOL = 4
"""A site's code begins with that of its school."""


@dataclass(frozen=True, slots=True)
class National:
    """C, G and the line, exactly, in units of a score."""

    c: Fraction
    g: Fraction
    line: Fraction


def leverage(run: Run) -> Iterator[tuple[str, int, str, int, int, int, int]]:
    """Rank the schools by how much they move C, G and the line, in millionths.

    Parameters
    ----------
    run
        A run that scored pupils.

    Notes
    -----
    The target group of all others is found anew for every school. Children who tie at the line are taken to
    share the places, whatever the tie rule of the run.
    """
    children = run.calculation.children
    assert children is not None  # asked before
    rule = children_rule(run.statutes.school_score(children.reference_date), children)
    out = excluded(run)
    both = both_of((run, run), "site_id", (out, out))
    pupils = _Pupils(both.sides[0], both.sites, "pupil" in rule.asylum_kinds)
    whole = pupils.without(None, rule)
    rows = []
    for number, school in enumerate(pupils.schools):
        rest = pupils.without(number, rule)
        c, g, line = (
            round_units(one - other, SCORE_PLACES)
            for one, other in zip(_parts(whole), _parts(rest), strict=True)
        )
        rows.append((school, pupils.sizes[number], c, g, line))
    for at, name in enumerate(("C", "G", "line"), start=2):
        ranked = sorted(rows, key=lambda row: (-abs(row[at]), row[0]))[:MOST]
        for rank, row in enumerate(ranked, start=1):
            yield name, rank, *row


def _parts(found: National) -> tuple[Fraction, Fraction, Fraction]:
    return found.c, found.g, found.line


class _Pupils:
    """The pupils in order of their score, and of every school where its own stand in that order."""

    def __init__(self, side: Side, sites: tuple[str, ...], asylum_in_group: bool) -> None:
        score, site = side.score[side.present], side.site[side.present]
        scored = ~(side.asylum[side.present] & asylum_in_group)
        self.schools = sorted({sites[at][:_SCHOOL] for at in np.unique(site).tolist()})
        number = {school: at for at, school in enumerate(self.schools)}
        of_site = np.array([number.get(name[:_SCHOOL], -1) for name in sites], dtype=np.int64)
        school = of_site[site]
        order = np.argsort(score[scored], kind="stable")
        self._score = score[scored][order]
        self._sums = np.concatenate([[0], np.cumsum(self._score)])
        own = school[scored][order]
        at = np.argsort(own, kind="stable")
        ends = np.searchsorted(own[at], np.arange(len(self.schools) + 1))
        self._places = [at[start:end] for start, end in pairwise(ends)]
        seeking = np.bincount(school[~scored], minlength=len(self.schools))
        self._asylum = seeking.tolist()
        self.sizes = [len(one) + more for one, more in zip(self._places, self._asylum, strict=True)]

    def without(self, number: int | None, rule: ScoreRule) -> National:
        """Give C, G and the line of all pupils, or of all but those of a school."""
        places = self._places[number] if number is not None else np.zeros(0, dtype=np.int64)
        seeking = sum(self._asylum) - (self._asylum[number] if number is not None else 0)
        scored = len(self._score) - len(places)
        left = round_units((scored + seeking) * rule.target_share, 0, rule.size_rounding) - seeking
        # The first so many of all among whom are `left` that are not of the school.
        first = left
        while (more := left + int(np.searchsorted(places, first))) != first:
            first = more
        mine = places[: int(np.searchsorted(places, first))]
        below = int(self._sums[first]) - int(self._score[mine].sum())
        total = int(self._sums[-1]) - int(self._score[places].sum())
        g = Fraction(below, left)
        last = first - 1
        own = set(mine.tolist())
        while last in own:
            last -= 1
        line = Fraction(int(self._score[last]))
        c = (total + seeking * g) / (scored + seeking)
        return National(c / _UNIT, g / _UNIT, line / _UNIT)
