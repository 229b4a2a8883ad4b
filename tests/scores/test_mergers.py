"""The estimate of a merger holds the truth, as long as no pupil's score changes."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.scores.mergers import ThresholdPerPupil, estimate_merger
from oracle.rounding import half_up
from oracle_bridge import examples, hundredths

F = Fraction
SITES = st.lists(
    st.tuples(st.integers(1, 400), st.fractions(0, 400, max_denominator=10**6)), min_size=2, max_size=4
)
K = st.fractions(F(6, 10), F(8, 10), max_denominator=10**6)
WIDTH = st.fractions(0, F(1, 10**5), max_denominator=10**8)


@examples(200)
@given(SITES, K, WIDTH, WIDTH)
def test_the_truth_lies_in_the_interval(
    sites: list[tuple[int, Fraction]], k: Fraction, below: Fraction, above: Fraction
) -> None:
    truth = hundredths(
        max(F(0), half_up(sum((a for _, a in sites), F(0)) - k * sum(pupils for pupils, _ in sites), 2))
    )
    published = [hundredths(half_up(a, 2)) for _, a in sites]
    known = ThresholdPerPupil(k + (above - below) / 2, k - below, k + above)
    merger = estimate_merger(
        "00AA00", ["00AA02", "00AA01"], [pupils for pupils, _ in sites], published, known
    )
    assert merger.score_low <= truth <= merger.score_high
    assert merger.score_low <= merger.score <= merger.score_high
    assert (merger.pupils, merger.score_raw) == (sum(pupils for pupils, _ in sites), sum(published))
    assert merger.closed == ("00AA01", "00AA02")


@pytest.mark.parametrize(
    ("raw", "low", "score", "high"),
    [
        ([7000, 7000], 0, 0, 1),  # A = 140.00, B = 140: from A - 0.01 to A + 0.01
        ([7000, 7001], 0, 1, 2),
        ([7000, 6999], 0, 0, 0),
        ([9000, 9000], 3999, 4000, 4001),
    ],
)
def test_the_interval_is_half_a_cent_per_site(raw: list[int], low: int, score: int, high: int) -> None:
    k = ThresholdPerPupil(F(7, 10), F(7, 10), F(7, 10))
    found = estimate_merger("00AA00", ["00AA01"], [100, 100], raw, k)
    assert (found.score_low, found.score, found.score_high) == (low, score, high)


def test_of_four_sites_it_is_two_cents() -> None:
    k = ThresholdPerPupil(F(7, 10), F(7, 10), F(7, 10))
    found = estimate_merger("00AA00", ["00AA01", "00AA02", "00AA03"], [50] * 4, [4500] * 4, k)
    assert (found.score_low, found.score, found.score_high) == (3998, 4000, 4002)


def test_the_interval_of_k_widens_it_by_the_pupils() -> None:
    k = ThresholdPerPupil(F("0.70"), F("0.69"), F("0.72"))
    found = estimate_merger("00AA00", ["00AA01"], [100, 100], [9000, 9000], k)
    assert (found.score_low, found.score, found.score_high) == (3599, 4000, 4201)
