"""Continuation-ratio logits against statsmodels' binomial models, and the arithmetic around them."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.indicator.imputation import continuation_ratio
from oab_funding.indicator.imputation.continuation_ratio import (
    MAX_STEP,
    Prior,
    at_risk,
    class_probabilities,
    fit_continuation_ratio,
    limited,
    residuals,
)
from oab_funding.indicator.imputation.design import Design

RNG = np.random.default_rng(5)
CODES = np.array([[a, b] for a in range(3) for b in range(4)])
DESIGN = Design.of(CODES, (3, 4))
COUNTS = RNG.integers(5, 60, size=(12, 8)).astype(float)
FLAT = Prior(slope_sd=1e5, intercept_sd=1e5)


def test_each_equation_is_the_logit_of_those_at_risk() -> None:
    fit = fit_continuation_ratio(DESIGN, COUNTS, FLAT)
    for j in range(7):
        stopped, went_on = COUNTS[:, j], COUNTS[:, j + 1 :].sum(axis=1)
        model = sm.GLM(
            np.column_stack([stopped, went_on]), DESIGN.dense(), family=sm.families.Binomial()
        ).fit(tol=1e-14)
        np.testing.assert_allclose(fit.coefficients[j], model.params, rtol=1e-6, atol=1e-7)
        information = fit.factors[j] @ fit.factors[j].T
        np.testing.assert_allclose(np.linalg.inv(information), model.cov_params(), rtol=1e-5)


def test_fitted_probabilities_keep_the_margins() -> None:
    fit = fit_continuation_ratio(DESIGN, COUNTS, FLAT)
    fitted = fit.probabilities(DESIGN)
    np.testing.assert_allclose(fitted.sum(axis=1), 1.0, rtol=1e-14)
    hazard = fitted[:, 0]
    np.testing.assert_allclose((hazard * COUNTS.sum(axis=1)).sum(), COUNTS[:, 0].sum(), rtol=1e-8)


def test_a_class_never_seen_stays_finite() -> None:
    counts = COUNTS.copy()
    counts[CODES[:, 0] == 1, 3] = 0.0
    counts[:, 6] = 0.0
    fit = fit_continuation_ratio(DESIGN, counts)
    assert np.all(np.abs(fit.coefficients) < 12.0)
    assert np.all(fit.probabilities(DESIGN)[:, 6] < 1e-3)


def test_the_prior_is_that_of_its_standard_deviations() -> None:
    fit = fit_continuation_ratio(DESIGN, COUNTS, Prior(slope_sd=0.2, intercept_sd=3.0))
    hazards = 1.0 / (1.0 + np.exp(-(DESIGN.dense() @ fit.coefficients.T)))
    gradient = residuals(COUNTS, hazards).T @ DESIGN.dense()
    prior = fit.coefficients / np.array([9.0] + [0.04] * 5)
    np.testing.assert_allclose(gradient, prior, atol=1e-6)


def test_no_convergence_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(continuation_ratio, "MAX_ITERATIONS", 2)
    with pytest.raises(InputError, match="did not converge"):
        fit_continuation_ratio(DESIGN, COUNTS)


@given(st.lists(st.integers(0, 9), min_size=8, max_size=8))
def test_at_risk_counts_everyone_not_yet_stopped(counts: list[int]) -> None:
    found = at_risk(np.array([counts], dtype=float))
    assert found.tolist() == [[float(sum(counts[j:])) for j in range(7)]]


@given(st.lists(st.floats(0.0, 1.0), min_size=7, max_size=7))
def test_class_probabilities_are_products_of_hazards(hazards: list[float]) -> None:
    found = class_probabilities(np.array(hazards))
    for k in range(7):
        assert found[k] == pytest.approx(np.prod([1.0 - h for h in hazards[:k]]) * hazards[k], abs=1e-15)
    assert found.sum() == pytest.approx(1.0)


def test_a_step_too_far_is_shortened_as_a_whole() -> None:
    assert limited(np.array([1.0, -0.5])).tolist() == [1.0, -0.5]
    assert limited(np.array([8.0, -4.0])).tolist() == [MAX_STEP, -MAX_STEP / 2]
