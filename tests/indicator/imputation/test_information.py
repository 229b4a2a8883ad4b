"""Information of what was observed, against second differences of an independent likelihood."""

from __future__ import annotations

import numpy as np

from oab_funding.indicator.imputation.continuation_ratio import Prior
from oab_funding.indicator.imputation.counts import EducationCounts
from oab_funding.indicator.imputation.information import observed_information
from oab_funding.indicator.imputation.joint import Coefficients, Odds
from oab_funding.indicator.imputation.observed import Observed

from .likelihood import log_likelihood, probabilities

RNG = np.random.default_rng(7)
MATRIX = np.array([[1.0, 0.0], [1.0, 1.0]])
SIZE = 7 * 2 + 7 * 9
FLAT = RNG.normal(scale=0.4, size=SIZE)
FLAT_PRIOR = Prior(slope_sd=1e8, intercept_sd=1e8)
MANY = 10**9


def information_of(counts: np.ndarray, prior: Prior = FLAT_PRIOR) -> np.ndarray:
    observed = Observed.of(EducationCounts({"age": 2}, np.arange(2), counts))
    given = observed.hazards(Odds.of(Coefficients.of(FLAT, 2), observed.design))
    return observed_information(observed, given, prior)


def expected_of_pattern(pattern: str) -> np.ndarray:
    """Counts in proportion to their probabilities: observed and expected information then agree."""
    mother, father = probabilities(FLAT, MATRIX)
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
    units, share = np.eye(SIZE) * step, counts / MANY
    corners = [
        sign * other * log_likelihood(FLAT + sign * units[i] + other * units[j], share, MATRIX)
        for sign in (1, -1)
        for other in (1, -1)
    ]
    return -sum(corners) / (4 * step * step)


def test_information_is_the_curvature_of_the_likelihood() -> None:
    for pattern in ("both", "mother", "father"):
        counts = expected_of_pattern(pattern)
        found = information_of(counts) / MANY
        assert np.array_equal(found, found.T)
        for i, j in [*RNG.integers(0, SIZE, size=(150, 2)), *((k, k) for k in range(0, SIZE, 5))]:
            assert abs(found[i, j] - second_difference(counts, i, j)) < 3e-6, (pattern, i, j)


def test_a_lone_father_informs_less_than_both_parents() -> None:
    both, lone = (information_of(expected_of_pattern(pattern)) for pattern in ("both", "father"))
    assert np.linalg.eigvalsh(both - lone).min() > -1e-6 * MANY
    assert np.trace(lone) < 0.9 * np.trace(both)
