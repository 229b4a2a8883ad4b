"""What scores leave of k. The reference works with `Fraction` alone and tries every gap between bounds."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oab_funding.scores.published.threshold_interval import (
    ThresholdInterval,
    common_interval,
    threshold_bounds,
)

F = Fraction
Row = tuple[int, int, int]


def interval(rows: list[Row]) -> ThresholdInterval:
    """Take rows of (children, raw score, score), scores in hundredths."""
    children, raw, scores = zip(*rows, strict=True)
    return common_interval(threshold_bounds(children, raw, scores))


def outside(found: ThresholdInterval) -> list[int]:
    return [bound.position for bound in found.outside]


# --- the bounds of one score


@pytest.mark.parametrize(
    ("row", "low", "high"),
    [
        ((100, 10262, 3302), F("0.6959"), F("0.6961")),
        ((100, 5000, 0), F("0.4999"), None),
        ((100, 0, 0), F(0), None),
        ((100, 3302, 3302), F(0), F("0.0001")),
        ((100, -500, 0), F(0), None),
        ((7, 100, 200), F(0), F(-99, 700)),
    ],
)
def test_the_bound_of_a_score(row: Row, low: Fraction, high: Fraction | None) -> None:
    size, raw, score = row
    [bound] = threshold_bounds([size], [raw], [score])
    assert (bound.lowest, bound.highest, bound.children, bound.position) == (low, high, size, 0)


def test_rows_without_e_or_a_say_nothing_and_the_others_keep_their_place() -> None:
    bounds = threshold_bounds([None, 0, 10, 20], [100, 100, None, 100], [50, 50, 50, 50])
    assert [(bound.position, bound.children) for bound in bounds] == [(3, 20)]
    assert threshold_bounds([None], [100], [50]) == []


@given(
    st.lists(
        st.tuples(st.integers(1, 10**9), st.integers(0, 10**12), st.integers(0, 10**12)),
        min_size=2,
        max_size=6,
    )
)
def test_keys_sort_as_the_bounds_do(rows: list[Row]) -> None:
    children, raw, scores = zip(*rows, strict=True)
    bounds = threshold_bounds(children, raw, scores)
    ends = [(bound.lowest, bound.low_key) for bound in bounds]
    for bound in bounds:
        if bound.highest is not None and bound.high_key is not None:
            ends.append((bound.highest, bound.high_key))
    for one, one_key in ends:
        for other, other_key in ends:
            assert (one < other) == (one_key < other_key)


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 10**9))
def test_the_closest_bounds_have_keys_of_their_own(one: int, other: int, numerator: int) -> None:
    """Bounds as near each other as two sizes allow, 1 / (one x other) apart, or the same."""
    scaled = numerator * other // one
    for raw in (scaled, scaled + 1):
        first, second = threshold_bounds([one, other], [numerator + 1, raw + 1], [0, 0])
        assert (first.lowest < second.lowest) == (first.low_key < second.low_key)
        assert (first.lowest == second.lowest) == (first.low_key == second.low_key)


def test_a_bound_is_open() -> None:
    [bound] = threshold_bounds([1], [200], [100])
    assert bound.high_key is not None
    assert bound.holds_above(bound.low_key)
    assert bound.holds_above(bound.high_key - 1)
    assert not bound.holds_above(bound.low_key - 1)
    assert not bound.holds_above(bound.high_key)
    [half_line] = threshold_bounds([1], [200], [0])
    assert half_line.holds_above(10**30)


# --- their intersection


def reference_interval(rows: list[Row]) -> tuple[Fraction, Fraction | None, set[int]]:
    """Lowest gap in which most open intervals hold, and who is outside; every gap is tried at its middle."""
    spans = {}
    for index, (e, a, s) in enumerate(rows):
        if e:
            low, high = F(a - s - 1, 100 * e), F(a - s + 1, 100 * e)
            spans[index] = (max(low, F(0)), high if s else None)
    ends = sorted({end for span in spans.values() for end in span if end is not None and end >= 0})
    middles = [(one + two) / 2 for one, two in pairwise(ends)] + [ends[-1] + 1]

    def holding(k: Fraction) -> set[int]:
        return {i for i, (low, high) in spans.items() if low < k and (high is None or k < high)}

    best = max(middles, key=lambda k: (len(holding(k)), -k))
    inside = holding(best)
    highs = [high for i in inside if (high := spans[i][1]) is not None]
    return max(spans[i][0] for i in inside), min(highs, default=None), set(spans) - inside


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 3000), st.integers(0, 3000)), min_size=1, max_size=9
    )
)
@settings(max_examples=400, deadline=None)
def test_interval_and_misfits_agree_with_trying_every_gap(rows: list[Row]) -> None:
    found = interval(rows)
    if all(e == 0 or (s and a - s + 1 <= 0) for e, a, s in rows):
        assert (found.low, found.high) == (None, None)
        assert outside(found) == [index for index, row in enumerate(rows) if row[0]]
    else:
        low, high, misfits = reference_interval(rows)
        assert (found.low, found.high, set(outside(found))) == (low, high, misfits)
        assert outside(found) == sorted(misfits)


@given(
    k=st.fractions(min_value=F(1, 100), max_value=2, max_denominator=10**6),
    true=st.lists(
        st.tuples(st.integers(1, 300), st.fractions(min_value=0, max_value=600, max_denominator=10_000)),
        min_size=1,
        max_size=30,
    ),
)
@settings(deadline=None)
def test_the_true_k_is_inside(k: Fraction, true: list[tuple[int, Fraction]]) -> None:
    def half_up(value: Fraction) -> int:
        return math.floor(value + F(1, 2))

    found = interval([(e, half_up(100 * a), max(0, half_up(100 * (a - k * e)))) for e, a in true])
    assert outside(found) == []
    assert found.low is not None
    assert found.low < k
    assert found.high is None or k < found.high


def test_intervals_that_only_touch_have_no_k_in_common() -> None:
    """(1, 2.00, 1.00) wants k in (0.99, 1.01), (1, 3.00, 1.98) wants (1.01, 1.03)."""
    found = interval([(1, 200, 100), (1, 300, 198)])
    assert (found.low, found.high, outside(found)) == (F("0.99"), F("1.01"), [1])
    found = interval([(1, 200, 100), (1, 300, 199)])
    assert (found.low, found.high, outside(found)) == (F(1), F("1.01"), [])


@pytest.mark.parametrize("misfit", [0, 1])
def test_on_a_tie_the_smaller_k_stands(misfit: int) -> None:
    rows = [(1, 200, 100)]
    rows.insert(misfit, (1, 500, 100))
    found = interval(rows)
    assert (found.low, found.high, outside(found)) == (F("0.99"), F("1.01"), [misfit])


def test_without_bounds_nothing_is_known() -> None:
    assert common_interval([]) == ThresholdInterval(None, None, ())


def test_a_score_that_no_k_explains_leaves_nothing() -> None:
    found = interval([(10, 100, 200)])
    assert (found.low, found.high, outside(found)) == (None, None, [0])


def test_c_minus_g_is_k_divided_by_f() -> None:
    assert ThresholdInterval(F("0.6"), F("0.9")).distance(F("0.12")) == (F(5), F("7.5"))
    assert ThresholdInterval(F("0.6"), None).distance(F("0.12")) == (F(5), None)
    assert ThresholdInterval(None, None).distance(F("0.12")) == (None, None)
