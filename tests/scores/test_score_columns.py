"""Rounding of what was found, and the control totals."""

from __future__ import annotations

from fractions import Fraction

from oab_funding.scores.aggregate import Aggregate, ScoreRule
from oab_funding.scores.ratios import Ratios
from oab_funding.scores.score_columns import score_columns, score_figures
from oab_funding.scores.target_group import TargetGroup

F = Fraction
GROUP = TargetGroup(20, 3, 0, F(530), F(520), F(521), 2, 1, F(1), None)


def found(raw: list[int], thresholds: list[int]) -> Aggregate:
    """Two institutions with A and B in thousandths."""
    return Aggregate(
        names=("a", "b"),
        children=(10, 10),
        lower_children=(5, 5),
        raw=Ratios(tuple(raw), 1000),
        raw_lower=Ratios((0, 0), 1),
        thresholds=Ratios(tuple(thresholds), 1000),
        members=Ratios((1, 2), 3),
        member_sums=Ratios((5, 7), 3),
        groups=(GROUP,),
        left_out={"not funded": 3},
    )


def test_each_figure_is_rounded_once() -> None:
    # A - B is rounded from the exact difference, not from the rounded A and B: 1.004 - 0.996 = 0.008.
    columns = score_columns(found([1004, -15], [996, 10]), ScoreRule(F(15, 100), F(12, 100)))
    assert columns == {
        "score_raw": [100, -2],
        "threshold": [996_000, 10_000],
        "difference": [8000, -25_000],
        "score": [1, 0],
        "target_children": [333_333, 666_667],
        "target_sum": [1_666_667, 2_333_333],
    }


def test_control_totals_are_those_of_the_rounded_scores() -> None:
    aggregate, rule = found([1004, 2004], [0, 3000]), ScoreRule(F(15, 100), F(12, 100))
    figures = score_figures(aggregate, rule, score_columns(aggregate, rule), "sites")
    assert (figures["sum_of_raw_scores"], figures["sum_of_scores"]) == (3, 1)
    assert (figures["sites_above_zero"], figures["N"], figures["C_minus_G"]) == (1, 20, 10)
    assert figures["left_out: not funded"] == 3


def test_places_and_rounding_are_those_of_the_rule() -> None:
    rule = ScoreRule(F(15, 100), F(12, 100), places=1, rounding="down")
    columns = score_columns(found([1990, -10], [0, 0]), rule)
    assert (columns["score_raw"], columns["score"]) == ([19, -1], [19, 0])
