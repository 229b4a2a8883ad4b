"""Rubin's rules against fractions, published limits and repeated samples."""

from __future__ import annotations

from fractions import Fraction
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.pooling import degrees_of_freedom, pool, pool_vector

SMALL = st.integers(-50, 50)


@given(st.lists(st.tuples(SMALL, st.integers(1, 50)), min_size=2, max_size=12), st.integers(2, 500))
def test_pooling_equals_plain_fractions(rounds: list[tuple[int, int]], complete_df: int) -> None:
    m = len(rounds)
    estimate = Fraction(sum(q for q, _ in rounds), m)
    within = Fraction(sum(u for _, u in rounds), m)
    between = sum((q - estimate) ** 2 for q, _ in rounds) / (m - 1)
    total = within + (1 + Fraction(1, m)) * between
    share = (1 + Fraction(1, m)) * between / total
    observed = Fraction(complete_df + 1, complete_df + 3) * complete_df * (1 - share)
    df = 1 / (share**2 / (m - 1) + 1 / observed)
    pooled = pool([q for q, _ in rounds], [u for _, u in rounds], complete_df)
    found = (pooled.estimate, pooled.within, pooled.between, pooled.total, pooled.missing_share, pooled.df)
    wanted = (estimate, within, between, total, share, df)
    for value, plain in zip(found, wanted, strict=True):
        assert value == pytest.approx(float(plain), rel=1e-10, abs=1e-10)


def test_the_interval_and_the_test_are_student_s() -> None:
    pooled = pool([3.0, 4.0, 6.0], [0.5, 0.7, 0.6], complete_df=30)
    half = stats.t.ppf(0.95, pooled.df) * pooled.standard_error
    assert pooled.interval(0.9) == pytest.approx((pooled.estimate - half, pooled.estimate + half))
    wanted = 2 * stats.t.sf(abs(pooled.estimate - 1.0) / pooled.standard_error, pooled.df)
    assert pooled.p_value(1.0) == pytest.approx(wanted)


def test_without_missing_data_the_complete_data_rule_remains() -> None:
    pooled = pool([2.0, 2.0], [4.0, 4.0])
    assert (pooled.total, pooled.df, pooled.missing_share) == (4.0, inf, 0.0)
    assert pooled.interval() == pytest.approx((2.0 - 1.959964 * 2.0, 2.0 + 1.959964 * 2.0), abs=1e-5)
    assert degrees_of_freedom(5, 1.0, 0.0, complete_df=20) == pytest.approx(21 / 23 * 20)


def test_a_whole_population_leaves_the_imputation_s_uncertainty() -> None:
    pooled = pool([1.0, 2.0, 3.0], [0.0, 0.0, 0.0], complete_df=40)
    assert (pooled.total, pooled.df, pooled.missing_share) == (pytest.approx(4 / 3), 2.0, 1.0)
    same = pool([1.0, 1.0], [0.0, 0.0])
    assert same.interval() == (1.0, 1.0)
    assert (same.p_value(1.0), same.p_value(0.0)) == (1.0, 0.0)


@given(st.integers(2, 50), st.floats(0.01, 10.0), st.floats(0.01, 10.0), st.floats(2.0, 1e6))
def test_degrees_of_freedom_stay_below_both_limits(
    m: int, within: float, between: float, complete: float
) -> None:
    """Barnard and Rubin (1999): never above Rubin's own, nor above those of the complete data."""
    found = degrees_of_freedom(m, within, between, complete)
    assert 0.0 < found <= min(degrees_of_freedom(m, within, between), complete)


def test_a_vector_is_pooled_coordinate_by_coordinate() -> None:
    rng = np.random.default_rng(1)
    estimates = rng.normal(size=(6, 3))
    halves = rng.normal(size=(6, 5, 3))
    covariances = np.einsum("mij,mik->mjk", halves, halves)
    pooled = pool_vector(estimates, covariances, complete_df=80)
    for k in range(3):
        one = pool(estimates[:, k], covariances[:, k, k], complete_df=80)
        assert (pooled.estimate[k], pooled.standard_errors[k]) == pytest.approx(
            (one.estimate, one.standard_error)
        )
        assert pooled.df[k] == pytest.approx(one.df)
        assert tuple(pooled.interval()[k]) == pytest.approx(one.interval())
    np.testing.assert_allclose(pooled.between, np.cov(estimates.T))
    np.testing.assert_allclose(pooled.total, covariances.mean(axis=0) + 7 / 6 * np.cov(estimates.T))


def test_the_joint_test_keeps_its_level() -> None:
    """Repeated pooled vectors whose true value is 0: about one in twenty is rejected."""
    rng = np.random.default_rng(2)
    k, m, rejected = 3, 10, 0
    for _ in range(2000):
        centre = rng.normal(size=k) * np.sqrt(1.0 + 0.5)
        estimates = centre + rng.normal(size=(m, k)) * np.sqrt(0.5)
        rejected += pool_vector(estimates, np.tile(np.eye(k), (m, 1, 1))).joint_test()[2] < 0.05
    assert 0.03 < rejected / 2000 < 0.07


def test_the_joint_test_without_missing_data_is_the_chi_square_test() -> None:
    pooled = pool_vector(np.tile([1.0, 2.0, 0.5], (5, 1)), np.tile(np.eye(3), (5, 1, 1)))
    statistic, df, p_value = pooled.joint_test([0.0, 1.0, 0.5])
    assert (statistic, df) == (pytest.approx(2 / 3), inf)
    assert p_value == pytest.approx(stats.chi2.sf(2.0, 3), rel=1e-6)


def test_wrong_calls_are_refused() -> None:
    with pytest.raises(InputError, match="1 imputation is too few"):
        pool([1.0], [1.0])
    with pytest.raises(InputError, match="variances have shape"):
        pool([1.0, 2.0], [1.0])
    with pytest.raises(InputError, match="below 0 or not finite"):
        pool([1.0, 2.0], [1.0, -1.0])
    with pytest.raises(InputError, match="below 0 or not finite"):
        pool([1.0, 2.0], [1.0, float("nan")])
    with pytest.raises(InputError, match="too few to test"):
        pool([1.0, 2.0], [1.0, 1.0]) and pool_vector([[1.0], [2.0]], np.ones((2, 1, 1))).joint_test()
