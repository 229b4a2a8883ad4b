"""The step that checks published scores."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from oab_funding.errors import CheckError
from oab_funding.scores.mergers import ThresholdPerPupil
from oab_funding.scores.published import check_published, threshold_per_pupil
from oab_funding.tables.build import build
from oab_funding.tables.catalogue import SITE_SCORES
from oab_funding.tables.step_result import StepResult

F = Fraction


def check(score: int) -> StepResult:
    """Three sites with k = 0.7, of which the first has a score to be looked at."""
    columns = {
        "site_id": ["00AP00", "00AP01", "00AP02"],
        "pupils": [100, 200, 300],
        "score_raw": [9000, 20000, 30000],
        "score": [score, 6000, 9000],
    }
    return check_published(build(SITE_SCORES, columns), F(12, 100), F(15, 100), None, None, 40)


def test_what_follows_from_scores_that_agree() -> None:
    found = check(2000)
    assert found.table.num_rows == 0
    k = threshold_per_pupil(found)
    assert isinstance(k, ThresholdPerPupil)
    assert k.low < F(7, 10) < k.high
    assert k.low <= k.best <= k.high


def test_a_contradiction_is_listed() -> None:
    with pytest.raises(CheckError) as refused:
        check(2100)
    assert refused.value.findings


def test_where_k_is_not_identified_there_is_none() -> None:
    alone = build(SITE_SCORES, {"site_id": ["00AP00"], "score": [3302]})
    assert (
        threshold_per_pupil(check_published(alone, F(12, 100), F(15, 100), Decimal("535.26"), None, 40))
        is None
    )
