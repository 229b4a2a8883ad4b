"""Information of what was observed, against second differences of an independent likelihood."""

from __future__ import annotations

import numpy as np

from oab_funding.indicator.imputation import information
from oab_funding.indicator.imputation.continuation_ratio import Prior
from oab_funding.indicator.imputation.design import Design
from oab_funding.indicator.imputation.information import observed_information
from oab_funding.indicator.imputation.joint import Coefficients, tabulate

from .likelihood import log_likelihood

RNG = np.random.default_rng(7)
DESIGN = Design.of(np.array([[0], [1]]), (2,))
SIZE = 7 * 2 + 7 * 9
FLAT = RNG.normal(scale=0.4, size=SIZE)
TABLES = tabulate(Coefficients.of(FLAT, 2), DESIGN)
FLAT_PRIOR = Prior(slope_sd=1e8, intercept_sd=1e8)
MANY = 10**9


def expected_of_pattern(pattern: str) -> np.ndarray:
    """Counts in proportion to their probabilities: observed and expected information then agree."""
    joint = TABLES.mother[:, :, None] * TABLES.father
    counts = np.zeros((2, 9, 9), dtype=np.int64)
    if pattern == "both":
        counts[:, 1:, 1:] = np.rint(MANY * joint)
    elif pattern == "mother":
        counts[:, 1:, 0] = np.rint(MANY * joint.sum(axis=2))
    else:
        counts[:, 0, 1:] = np.rint(MANY * joint.sum(axis=1))
    return counts


def second_difference(counts: np.ndarray, i: int, j: int, step: float = 1e-3) -> float:
    matrix, units, share = DESIGN.dense(), np.eye(SIZE) * step, counts / MANY
    corners = [
        sign * other * log_likelihood(FLAT + sign * units[i] + other * units[j], share, matrix)
        for sign in (1, -1)
        for other in (1, -1)
    ]
    return -sum(corners) / (4 * step * step)


def test_information_is_the_curvature_of_the_likelihood() -> None:
    for pattern in ("both", "mother", "father"):
        counts = expected_of_pattern(pattern)
        found = observed_information(counts, TABLES, DESIGN, FLAT_PRIOR) / MANY
        assert np.array_equal(found, found.T)
        for i, j in [*RNG.integers(0, SIZE, size=(150, 2)), *((k, k) for k in range(0, SIZE, 5))]:
            assert abs(found[i, j] - second_difference(counts, i, j)) < 3e-6, (pattern, i, j)


def test_a_lone_father_informs_less_than_both_parents() -> None:
    both, lone = (
        observed_information(expected_of_pattern(p), TABLES, DESIGN, FLAT_PRIOR) for p in ("both", "father")
    )
    assert np.linalg.eigvalsh(both - lone).min() > -1e-6 * MANY
    assert np.trace(lone) < 0.9 * np.trace(both)


def test_chunks_do_not_change_a_bit(monkeypatch: object) -> None:
    counts = RNG.integers(0, 1000, size=(2, 9, 9))
    whole = observed_information(counts, TABLES, DESIGN, Prior())
    monkeypatch.setattr(information, "_CHUNK", 3)  # type: ignore[attr-defined]
    assert np.array_equal(observed_information(counts, TABLES, DESIGN, Prior()), whole)
