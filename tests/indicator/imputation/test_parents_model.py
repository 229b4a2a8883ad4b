"""The fitted joint model: at the maximum of an independent likelihood, and drawn around it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from oab_funding.errors import InputError
from oab_funding.indicator.imputation import parents_model
from oab_funding.indicator.imputation.continuation_ratio import Prior
from oab_funding.indicator.imputation.counts import EducationCounts, count_education
from oab_funding.indicator.imputation.parents_model import fit_parents

from .likelihood import log_likelihood, log_prior
from .population import made_up

COUNTED = count_education(made_up(6000, missing=0.35))
PRIOR = Prior(slope_sd=1.5, intercept_sd=4.0)
MODEL = fit_parents(COUNTED, PRIOR)


def penalised(flat: np.ndarray) -> float:
    matrix = MODEL.design(COUNTED.codes).dense()
    prior = log_prior(flat, MODEL.columns, PRIOR.slope_sd, PRIOR.intercept_sd)
    return log_likelihood(flat, COUNTED.counts, matrix) + prior


def test_the_estimate_is_the_maximum_of_the_observed_likelihood() -> None:
    top = penalised(MODEL.estimate)
    for index in range(0, len(MODEL.estimate), 7):
        step = np.zeros(len(MODEL.estimate))
        step[index] = 1e-4
        up, down = penalised(MODEL.estimate + step), penalised(MODEL.estimate - step)
        assert abs(up - down) / 2e-4 < 1e-3
        assert max(up, down) < top


def test_each_equation_is_the_logit_of_those_at_risk() -> None:
    """Without lone fathers and with a flat prior the fit is 14 logits, each of its own."""
    counts = COUNTED.counts.copy()
    counts[:, 0, 1:] = 0
    counts[:, 1:, 1:] += 1  # so that no logit is without a maximum
    model = fit_parents(replace(COUNTED, counts=counts), Prior(slope_sd=1e6, intercept_sd=1e6))
    matrix, estimate = model.design(COUNTED.codes).dense(), model.coefficients()
    covariance = np.linalg.inv(model.factor @ model.factor.T)
    by_mother = counts[:, 1:, 1:].transpose(1, 0, 2).reshape(-1, 8)
    beside = np.hstack([np.tile(matrix, (8, 1)), np.repeat(np.eye(8)[:, 1:], len(matrix), axis=0)])
    start = 0
    for equations, seen, design in (
        (estimate.mother, counts[:, 1:, :].sum(axis=2), matrix),
        (estimate.father, by_mother, beside),
    ):
        for j, found in enumerate(equations):
            table = np.column_stack([seen[:, j], seen[:, j + 1 :].sum(axis=1)])
            logit = sm.GLM(table, design, family=sm.families.Binomial()).fit(tol=1e-14)
            np.testing.assert_allclose(found, logit.params, rtol=1e-6, atol=1e-6)
            part = slice(start, start + len(found))
            np.testing.assert_allclose(covariance[part, part], logit.cov_params(), rtol=1e-4, atol=1e-9)
            start += len(found)


def test_children_with_neither_parent_known_say_nothing() -> None:
    counts = COUNTED.counts.copy()
    counts[:, 0, 0] = 10_000
    again = fit_parents(replace(COUNTED, counts=counts), PRIOR)
    assert np.array_equal(again.estimate, MODEL.estimate)
    assert again.informative == MODEL.informative == int(COUNTED.counts.sum() - COUNTED.counts[:, 0, 0].sum())


def test_lone_parents_of_either_kind_inform() -> None:
    for place in ((slice(None), 0, slice(1, None)), (slice(None), slice(1, None), 0)):
        counts = COUNTED.counts.copy()
        counts[place] = 0
        assert not np.allclose(
            fit_parents(replace(COUNTED, counts=counts), PRIOR).estimate, MODEL.estimate, atol=1e-3
        )


def test_draws_have_the_posterior_mean_and_covariance() -> None:
    drawn = np.stack([MODEL.draw(9, round_).flat for round_ in range(1, 4001)])
    covariance = np.linalg.inv(MODEL.factor @ MODEL.factor.T)
    sd = np.sqrt(np.diag(covariance))
    assert np.abs((drawn.mean(axis=0) - MODEL.estimate) / sd).max() < 5 / np.sqrt(4000)
    np.testing.assert_allclose(drawn.std(axis=0), sd, rtol=0.06)
    correlation = covariance / np.outer(sd, sd)
    assert np.abs(np.corrcoef(drawn.T) - correlation).max() < 0.1


def test_rounds_and_seeds_differ_and_repeat() -> None:
    assert np.array_equal(MODEL.draw(9, 1).flat, MODEL.draw(9, 1).flat)
    assert not np.array_equal(MODEL.draw(9, 1).flat, MODEL.draw(9, 2).flat)
    assert not np.array_equal(MODEL.draw(9, 1).flat, MODEL.draw(10, 1).flat)


def test_nothing_to_learn_from_is_refused() -> None:
    counts = np.zeros((1, 9, 9), dtype=np.int64)
    counts[0, 1:, 0] = counts[0, 0, 1:] = 50
    with pytest.raises(InputError, match="no child has two parents of known education"):
        fit_parents(EducationCounts({}, np.array([0]), counts))


def test_no_convergence_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parents_model, "MAX_ITERATIONS", 2)
    with pytest.raises(InputError, match="did not converge"):
        fit_parents(COUNTED)


def test_few_children_and_classes_never_seen_are_survived() -> None:
    counts = np.zeros((3, 9, 9), dtype=np.int64)
    counts[0, 5, 5] = 30
    counts[1, 2, 7] = 3
    counts[2, 0, 4] = 2
    model = fit_parents(EducationCounts({"age": 3}, np.arange(3), counts))
    assert np.all(np.isfinite(model.draw(1, 1).flat))
    assert np.abs(model.draw(1, 1).flat).max() < 40
