"""What was observed, laid out: completed counts, gradient and information against plain loops."""

from __future__ import annotations

import numpy as np
import pytest

from oab_funding.indicator.imputation import observed as module
from oab_funding.indicator.imputation.continuation_ratio import Prior
from oab_funding.indicator.imputation.counts import EducationCounts
from oab_funding.indicator.imputation.joint import Coefficients, Odds
from oab_funding.indicator.imputation.observed import ByParent, Observed, observed_information

from .likelihood import log_likelihood, probabilities

RNG = np.random.default_rng(6)
LEVELS = {"origin": 3, "age": 2}
SIZE = 7 * 4 + 7 * 11
FLAT = RNG.normal(scale=0.5, size=SIZE)
COEFFICIENTS = Coefficients.of(FLAT, 4)
COUNTS = RNG.integers(0, 3, size=(6, 9, 9)) * RNG.integers(0, 2, size=(6, 9, 9))


def laid_out(counts: np.ndarray) -> tuple[Observed, ByParent]:
    found = Observed.of(EducationCounts(LEVELS, np.arange(6), counts))
    return found, found.hazards(Odds.of(COEFFICIENTS, found.design))


def pairs(found: Observed, fathers: np.ndarray) -> np.ndarray:
    """Fathers by pair as (c, 8, 8)."""
    table = np.zeros((found.design.rows, 8, 8))
    table[found.cell, found.mother] = fathers.T
    return table


def test_only_lone_fathers_are_completed() -> None:
    counts = np.zeros((6, 9, 9), dtype=np.int64)
    counts[0, 2, 5] = 4  # both known
    counts[1, 3, 0] = 7  # only the mother
    counts[2, 0, 6] = 9  # only the father
    counts[2, 0, 0] = counts[5, 0, 0] = 100  # neither
    found, given = laid_out(counts)
    mothers, fathers = found.completed(given)
    mother, father = probabilities(FLAT, found.design.dense())
    posterior = mother[2] * father[2, :, 5]
    posterior /= posterior.sum()
    assert found.design.rows == 3
    assert pairs(found, fathers)[0, 1, 4] == 4.0
    assert mothers[2, 1] == 7.0
    np.testing.assert_allclose(pairs(found, fathers)[2, :, 5], 9.0 * posterior)
    np.testing.assert_allclose(mothers[:, 2], 9.0 * posterior)
    np.testing.assert_allclose([mothers.sum(), fathers.sum()], [20.0, 13.0])


def test_the_gradient_of_the_completed_counts_is_that_of_the_likelihood() -> None:
    found, given = laid_out(COUNTS)
    gradient, matrix = found.gradient(found.completed(given), given), found.design.dense()
    for index, unit in enumerate(np.eye(SIZE) * 1e-5):
        up, down = (log_likelihood(FLAT + sign * unit, COUNTS, matrix) for sign in (1, -1))
        assert gradient[index] == pytest.approx((up - down) / 2e-5, abs=1e-5)


def test_chunks_do_not_change_a_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    found, given = laid_out(COUNTS)
    whole = found.completed(given)
    monkeypatch.setattr(module, "_CHUNK", 2)
    assert all(map(np.array_equal, found.completed(given), whole))


def test_information_of_complete_counts_is_the_weighted_cross_product() -> None:
    counts = COUNTS.copy()
    counts[:, 0] = 0
    found, given = laid_out(counts)
    blocks = found.blocks((found.mothers, found.fathers), given, Prior(slope_sd=2.0, intercept_sd=4.0))
    matrix = found.design.dense()
    mother, father = probabilities(FLAT, matrix)
    for j in range(7):
        prior = np.diag([1 / 16, *[1 / 4] * 3])
        stops = mother[:, j] / mother[:, j:].sum(axis=1)
        weights = counts[:, 1 + j :, :].sum(axis=(1, 2)) * stops * (1 - stops)
        np.testing.assert_allclose(blocks[j], matrix.T @ (weights[:, None] * matrix) + prior)
        prior = np.diag([1 / 16, *[1 / 4] * 10])
        stops = father[:, :, j] / father[:, :, j:].sum(axis=2)
        weights = counts[:, 1:, 1 + j :].sum(axis=2) * stops * (1 - stops)
        rows = np.vstack([np.hstack([matrix, np.tile(np.eye(8)[m, 1:], (6, 1))]) for m in range(8)])
        np.testing.assert_allclose(blocks[7 + j], rows.T @ (weights.T.reshape(-1, 1) * rows) + prior)


SMALL_RNG = np.random.default_rng(7)
MATRIX = np.array([[1.0, 0.0], [1.0, 1.0]])
SMALL_SIZE = 7 * 2 + 7 * 9
SMALL_FLAT = SMALL_RNG.normal(scale=0.4, size=SMALL_SIZE)
FLAT_PRIOR = Prior(slope_sd=1e8, intercept_sd=1e8)
MANY = 10**9


def information_of(counts: np.ndarray, prior: Prior = FLAT_PRIOR) -> np.ndarray:
    observed = Observed.of(EducationCounts({"age": 2}, np.arange(2), counts))
    given = observed.hazards(Odds.of(Coefficients.of(SMALL_FLAT, 2), observed.design))
    return observed_information(observed, given, prior)


def expected_of_pattern(pattern: str) -> np.ndarray:
    """Counts in proportion to their probabilities: observed and expected information then agree."""
    mother, father = probabilities(SMALL_FLAT, MATRIX)
    joint = mother[:, :, None] * father
    counts = np.zeros((2, 9, 9), dtype=np.int64)
    if pattern == "both":
        counts[:, 1:, 1:] = np.rint(MANY * joint)
    elif pattern == "mother":
        counts[:, 1:, 0] = np.rint(MANY * joint.sum(axis=2))
    else:
        counts[:, 0, 1:] = np.rint(MANY * joint.sum(axis=1))
    return counts


def second_difference(counts: np.ndarray, i: int, j: int, step: float = 1e-3) -> float:
    units, share = np.eye(SMALL_SIZE) * step, counts / MANY
    corners = [
        sign * other * log_likelihood(SMALL_FLAT + sign * units[i] + other * units[j], share, MATRIX)
        for sign in (1, -1)
        for other in (1, -1)
    ]
    return -sum(corners) / (4 * step * step)


def test_information_is_the_curvature_of_the_likelihood() -> None:
    for pattern in ("both", "mother", "father"):
        counts = expected_of_pattern(pattern)
        found = information_of(counts) / MANY
        assert np.array_equal(found, found.T)
        for i, j in [
            *SMALL_RNG.integers(0, SMALL_SIZE, size=(150, 2)),
            *((k, k) for k in range(0, SMALL_SIZE, 5)),
        ]:
            assert abs(found[i, j] - second_difference(counts, i, j)) < 3e-6, (pattern, i, j)


def test_a_lone_father_informs_less_than_both_parents() -> None:
    both, lone = (information_of(expected_of_pattern(pattern)) for pattern in ("both", "father"))
    assert np.linalg.eigvalsh(both - lone).min() > -1e-6 * MANY
    assert np.trace(lone) < 0.9 * np.trace(both)
