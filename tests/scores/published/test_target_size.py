"""The size of the target group that published scores imply."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.scores.published.target_size import (
    MIDPOINT,
    MOST_SIZES,
    ONE_TARGET_FITS,
    TargetSize,
    best_k,
    square_root,
    target_candidates,
    target_size,
    whole_between,
)
from oab_funding.scores.published.threshold_interval import ThresholdInterval

D, F = Decimal, Fraction
SHARE = F(5, 100)


def between(low: str, high: str) -> ThresholdInterval:
    return ThresholdInterval(F(low), F(high))


def test_bounds_follow_their_formulas() -> None:
    found = target_size(F("580.02"), 300, between("0.28", "0.30"), SHARE)
    assert found is not None
    assert (found.low, found.high) == (SHARE * F("580.02") / F("0.30"), SHARE * F("580.02") / F("0.28"))
    assert found.hard_low == SHARE * F("578.52") / F("0.30")
    assert found.hard_high == SHARE * F("581.52") / F("0.28")
    slope = 0.05 * (1 / 0.28 + 1 / 0.30) / 2
    assert float(found.sd) == pytest.approx(0.01 / math.sqrt(12) * math.sqrt(300) * slope, abs=1e-9)


def test_rounding_cannot_take_a_below_zero() -> None:
    found = target_size(F("0.02"), 300, between("0.28", "0.30"), SHARE)
    assert found is not None
    assert found.hard_low == 0


@pytest.mark.parametrize(("low", "high"), [(None, None), (F("0.28"), None), (F(0), F("0.30"))])
def test_without_both_bounds_of_k_there_is_none(low: Fraction | None, high: Fraction | None) -> None:
    assert target_size(F(100), 3, ThresholdInterval(low, high), SHARE) is None


def size(low: str, high: str, sd: str = "0") -> TargetSize:
    return TargetSize(F(low), F(high), D(sd), F(low) - 2, F(high) + 2)


def test_whole_numbers_within_four_standard_deviations() -> None:
    assert size("99.5", "100.5").sizes == (100,)
    assert size("99.5", "100.5", "0.125").sizes == (99, 100, 101)
    assert size("99.5", "100.5", "0.124").sizes == (100,)
    assert size("99.5", "99.6").sizes == ()


def test_whole_numbers_if_all_errors_go_one_way() -> None:
    assert size("99.5", "100.5").hard_sizes == range(98, 103)


def test_too_many_sizes_are_not_listed() -> None:
    assert size("1", str(MOST_SIZES)).sizes == tuple(range(1, MOST_SIZES + 1))
    assert size("0", str(MOST_SIZES)).sizes is None


def test_candidates_by_rounding_rule() -> None:
    share = F(15, 100)
    assert target_candidates(1396457, share) == (("up", 209469), ("half_up", 209469), ("down", 209468))
    assert target_candidates(2, share) == (("up", 1), ("half_up", 0), ("down", 0))
    assert target_candidates(20, share) == (("up", 3), ("half_up", 3), ("down", 3))
    assert target_candidates(0, share) == (("up", 0), ("half_up", 0), ("down", 0))
    assert target_candidates(None, share) == ()


K = between("0.28", "0.30")
MIDDLE = (F("0.29"), MIDPOINT)


def test_the_one_size_that_fits_gives_k() -> None:
    assert best_k(F(580), K, SHARE, (101,)) == (SHARE * 580 / 101, ONE_TARGET_FITS)


@pytest.mark.parametrize("sizes", [None, (), (0,), (100, 101)])
def test_otherwise_the_midpoint_stands(sizes: tuple[int, ...] | None) -> None:
    assert best_k(F(580), K, SHARE, sizes) == MIDDLE


def test_the_midpoint_stands_without_the_sum_of_a() -> None:
    assert best_k(None, K, SHARE, (101,)) == MIDDLE


@pytest.mark.parametrize("raw_sum", ["560", "559", "600", "601"])
def test_a_size_whose_k_is_not_inside_gives_the_midpoint(raw_sum: str) -> None:
    """T = 100 has k = 0.0005 x sum of A; the interval is open."""
    assert best_k(F(raw_sum), K, SHARE, (100,)) == MIDDLE


@pytest.mark.parametrize(("low", "high"), [(None, None), (F("0.28"), None), (None, F("0.30"))])
def test_without_both_bounds_there_is_no_k(low: Fraction | None, high: Fraction | None) -> None:
    assert best_k(F(580), ThresholdInterval(low, high), SHARE, (101,)) == (None, None)


@pytest.mark.parametrize(
    ("low", "high", "whole"),
    [("2.5", "5", [3, 4, 5]), ("3", "3", [3]), ("3.1", "3.9", []), ("-2.5", "1.9", [0, 1]), ("-3", "-1", [])],
)
def test_whole_numbers_between(low: str, high: str, whole: list[int]) -> None:
    assert list(whole_between(F(low), F(high))) == whole


@given(st.fractions(min_value=0, max_value=10**6, max_denominator=10**6))
def test_square_roots_are_rounded_half_up(value: Fraction) -> None:
    with localcontext(prec=80):
        root = (D(value.numerator) / D(value.denominator)).sqrt()
        assert square_root(value, 9) == root.quantize(D("1e-9"), ROUND_HALF_UP)


def test_half_a_unit_is_rounded_up() -> None:
    assert square_root(F(9, 4), 0) == 2
    assert square_root(F(25, 4), 0) == 3
    assert str(square_root(F(4), 2)) == "2.00"
