"""The columns that score = A - B gives, rounded, for sites and municipalities alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from oab_funding.scores.aggregate import Aggregate, ScoreRule
from oab_funding.tables.step_result import Figure

_SIX = 6
"""Places of what stands in a derivation."""

Column = Sequence[int | None]


def score_columns(found: Aggregate, rule: ScoreRule) -> dict[str, Column]:
    """Round what was found, each figure once: scores by the rule, the derivation to six decimals.

    Returns
    -------
    dict
        Whole units by column: `score_raw` (A, never floored), `threshold` (B), `difference` (A - B), `score`,
        and the number and score sum of the children in the target group, `target_children` and `target_sum`.
    """
    differences = found.raw - found.thresholds
    none = [None] * len(found.names)
    return {
        "score_raw": found.raw.rounded(rule.places, rule.rounding),
        "threshold": found.thresholds.rounded(_SIX),
        "difference": differences.rounded(_SIX),
        "score": rule.scores(differences),
        "target_children": none if found.members is None else found.members.rounded(_SIX),
        "target_sum": none if found.member_sums is None else found.member_sums.rounded(_SIX),
    }


def score_figures(
    found: Aggregate, rule: ScoreRule, columns: Mapping[str, Column], noun: str
) -> dict[str, Figure]:
    """Give the national figures and the control totals of the rounded scores."""
    sums = {
        name: Fraction(sum(filter(None, columns[name])), 10**rule.places) for name in ("score_raw", "score")
    }
    return {
        **found.figures(),
        "sum_of_raw_scores": sums["score_raw"],
        "sum_of_scores": sums["score"],
        f"{noun}_above_zero": sum(score is not None and score > 0 for score in columns["score"]),
    }
