"""Exponential, logarithm and quantile against the standard library; their bits against a record."""

from __future__ import annotations

import hashlib
import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.indicator.imputation.elementary import exp, log, normal_quantile

GRID = np.linspace(-40.0, 40.0, 100_001)


@given(st.floats(-699.0, 699.0))
def test_exp_agrees_with_the_standard_library(x: float) -> None:
    assert exp(np.array([x]))[0] == pytest.approx(math.exp(x), rel=1e-15)


def test_exp_is_held_within_its_range() -> None:
    assert exp(np.array([-1e9, 1e9])).tolist() == exp(np.array([-700.0, 700.0])).tolist()


@given(st.floats(1e-300, 1e300))
def test_log_agrees_with_the_standard_library(x: float) -> None:
    assert log(np.array([x]))[0] == pytest.approx(math.log(x), rel=1e-15, abs=1e-300)


@given(st.floats(1e-17, 1.0 - 1e-15))
def test_normal_quantile_agrees_with_the_standard_library(p: float) -> None:
    assert normal_quantile(np.array([p]))[0] == pytest.approx(NormalDist().inv_cdf(p), rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("p", [0.074, 0.076, 0.924, 0.926, 1e-11, 2e-11, 1e-12])
def test_normal_quantile_on_both_sides_of_its_branches(p: float) -> None:
    assert normal_quantile(np.array([p]))[0] == pytest.approx(NormalDist().inv_cdf(p), rel=1e-14)


def test_an_array_gives_what_its_elements_give() -> None:
    for function, x in ((exp, GRID), (log, np.abs(GRID) + 0.1)):
        assert function(x)[77_777] == function(x[77_777:77_778])[0]


def test_the_bits_are_those_of_every_other_machine() -> None:
    values = np.concatenate(
        [exp(GRID), log(np.abs(GRID) + 0.1), normal_quantile((np.arange(999) + 0.5) / 999)]
    )
    assert hashlib.sha256(values.astype("<f8").tobytes()).hexdigest()[:16] == "f1fd6956e8432d0a"
