"""Published scores under another threshold, against plain fractions, and how far off they can be."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.scores.published.changes import ThresholdPerPupil
from oab_funding.scores.published.what_if import rescaled, under_threshold
from oab_funding.tables.columns import build
from oab_funding.tables.score_tables import SITE_SCORES

F, NEW = Fraction(12, 100), Fraction(10, 100)


def half_up(value: Fraction) -> int:
    return max(0, (2 * value.numerator + value.denominator) // (2 * value.denominator))


@settings(deadline=None)  # the first call imports Arrow
@given(
    st.lists(
        st.tuples(st.integers(0, 600), st.fractions(-50, 900, max_denominator=10_000)),
        min_size=1,
        max_size=8,
    ),
    st.fractions(Fraction(1, 2), 1, max_denominator=1_000),
    st.fractions(0, Fraction(1, 1_000), max_denominator=10**6),
)
def test_the_true_score_is_within_the_error_of_the_estimate(
    sites: list[tuple[int, Fraction]], k: Fraction, slack: Fraction
) -> None:
    raw = [(2 * (a * 100).numerator + (a * 100).denominator) // (2 * (a * 100).denominator) for _, a in sites]
    columns = {
        "site_id": [f"{n:02d}AB00" for n in range(len(sites))],
        "pupils": [e for e, _ in sites],
        "score_raw": raw,
        "score": [0] * len(sites),
    }
    known = ThresholdPerPupil(k + slack / 2, k - slack, k + slack)
    found = under_threshold(build(SITE_SCORES, columns), known, NEW, F)
    scores = [int(score * 100) for score in found.table.column("score").to_pylist()]
    assert scores == [
        half_up(a - 100 * e * (k + slack / 2) * NEW / F) for a, (e, _) in zip(raw, sites, strict=True)
    ]
    true = [half_up(100 * (a - e * k * NEW / F)) for e, a in sites]
    errors = [abs(one - other) for one, other in zip(scores, true, strict=True)]
    assert max(errors) <= found.figures["largest_error"] * 100
    assert sum(errors) <= found.figures["largest_error_of_sum"] * 100


def test_the_same_share_gives_the_same_threshold() -> None:
    k = ThresholdPerPupil(Fraction(6), Fraction(5), Fraction(7))
    assert rescaled(k, F, F) == k


@pytest.mark.parametrize("left_out", ["pupils", "score_raw"])
def test_without_a_or_e_it_is_refused(left_out: str) -> None:
    columns = {"site_id": ["00AP00"], "pupils": [100], "score_raw": [10262], "score": [3302]}
    del columns[left_out]
    k = ThresholdPerPupil(Fraction(1), Fraction(1), Fraction(1))
    with pytest.raises(InputError, match="another threshold"):
        under_threshold(build(SITE_SCORES, columns), k, NEW, F)


def test_a_threshold_column_of_before_is_not_kept() -> None:
    columns = {"site_id": ["00AP00"], "pupils": [100], "score_raw": [10262], "score": [3302]}
    scores = build(SITE_SCORES, columns | {"threshold": [69604824]})
    k = ThresholdPerPupil(Fraction("0.696"), Fraction("0.696"), Fraction("0.696"))
    found = under_threshold(scores, k, NEW, F).table
    assert "threshold" not in found.column_names
    assert found.column("score").to_pylist() == [Decimal("44.62")]
