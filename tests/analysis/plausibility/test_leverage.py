"""What C, G and the line would be without a school, against the calculation without its pupils."""

from __future__ import annotations

from fractions import Fraction

import pytest

import oab_funding as oab
from analysis.test_child_scores import BEFORE, grants
from oab_funding.analysis.plausibility.leverage import leverage
from oab_funding.exact import round_units

NAMES = ("C", "G", "line")


def national(run: oab.Run) -> list[Fraction]:
    step = next(name for name in run.steps if {*NAMES} <= {*run.figures(name)})
    figures = run.figures(step)
    return [Fraction(str(figures[name])) for name in NAMES]


def test_every_school_against_the_calculation_without_it() -> None:
    whole = national(grants(BEFORE))
    rows = list(leverage(grants(BEFORE)))
    assert {(row[0], row[1]) for row in rows} == {(name, rank) for name in NAMES for rank in (1, 2, 3, 4)}
    for _, _, school, pupils, *moves in rows:
        mine = BEFORE.site_id.str[:4] == school
        assert pupils == mine.sum()
        rest = national(grants(BEFORE[~mine].reset_index(drop=True)))
        assert moves == [round_units(one - other, 6) for one, other in zip(whole, rest, strict=True)]


@pytest.mark.parametrize("at", [0, 1, 2])
def test_the_first_moves_most(at: int) -> None:
    rows = [row for row in leverage(grants(BEFORE)) if row[0] == NAMES[at]]
    sizes = [abs(row[4 + at]) for row in rows]
    assert sizes == sorted(sizes, reverse=True)
