"""The arithmetic of continuation-ratio logits; designs and factors against plain matrices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.continuation_ratio import (
    MAX_STEP,
    Design,
    at_risk,
    class_probabilities,
    curvature,
    factor,
    limited,
    residuals,
    solve,
    solve_lower,
    solve_upper,
    summed,
)


@given(st.lists(st.integers(0, 9), min_size=8, max_size=8))
def test_at_risk_counts_everyone_not_yet_stopped(counts: list[int]) -> None:
    table = np.array([counts, counts[::-1]], dtype=float).T
    found = at_risk(table)
    assert found[:, 0].tolist() == [float(sum(counts[j:])) for j in range(7)]
    assert found[:, 1].tolist() == [float(sum(counts[: 8 - j])) for j in range(7)]
    hazards = np.full((7, 2), 0.25)
    assert residuals(table, hazards).tolist() == (table[:-1] - found * 0.25).tolist()
    assert curvature(table, hazards).tolist() == (found * 0.1875).tolist()


@given(st.lists(st.floats(0.0, 1.0), min_size=7, max_size=7))
def test_class_probabilities_are_products_of_hazards(hazards: list[float]) -> None:
    found = class_probabilities(np.array(hazards))
    for k in range(7):
        assert found[k] == pytest.approx(np.prod([1.0 - h for h in hazards[:k]]) * hazards[k], abs=1e-15)
    assert found.sum() == pytest.approx(1.0)


def test_a_step_too_far_is_shortened_as_a_whole() -> None:
    assert limited(np.array([1.0, -0.5])).tolist() == [1.0, -0.5]
    assert limited(np.array([8.0, -4.0])).tolist() == [MAX_STEP, -MAX_STEP / 2]


LEVELS = (3, 1, 5, 2)
RNG = np.random.default_rng(4)
CODES = np.column_stack([RNG.integers(0, size, 50) for size in LEVELS])
DESIGN = Design.of(CODES, LEVELS)


def plain_matrix() -> np.ndarray:
    rows = []
    for codes in CODES:
        row = [1.0]
        for code, size in zip(codes, LEVELS, strict=True):
            row += [float(code == level) for level in range(1, size)]
        rows.append(row)
    return np.array(rows)


def test_dense_is_the_intercept_and_the_levels_after_the_first() -> None:
    assert DESIGN.dense().tolist() == plain_matrix().tolist()
    assert (DESIGN.rows, DESIGN.columns) == plain_matrix().shape


def test_products_equal_those_of_the_matrix() -> None:
    matrix = plain_matrix()
    coefficients = RNG.normal(size=(7, DESIGN.columns))
    values = RNG.random((7, 50))
    np.testing.assert_allclose(DESIGN.linear(coefficients), coefficients @ matrix.T, atol=1e-12)
    np.testing.assert_allclose(DESIGN.project(values), values @ matrix, atol=1e-12)
    crossed = np.stack([matrix.T @ (values[j, :, None] * matrix) for j in range(7)])
    np.testing.assert_allclose(DESIGN.cross(values), crossed, atol=1e-12)


def test_some_rows() -> None:
    rows = np.array([4, 4, 0])
    taken, matrix, values = DESIGN.take(rows), plain_matrix()[rows], RNG.random((2, 3))
    assert taken.dense().tolist() == matrix.tolist()
    np.testing.assert_allclose(taken.project(values), values @ matrix, atol=1e-12)


def test_no_predictor_leaves_the_intercept() -> None:
    design = Design.of(np.zeros((2, 0), dtype=int), ())
    assert design.dense().tolist() == [[1.0], [1.0]]
    assert design.cross(np.array([[3.0, 4.0]])).tolist() == [[[7.0]]]
    assert design.linear(np.array([[3.0]])).tolist() == [[3.0, 3.0]]


def test_sums_add_one_after_the_other() -> None:
    values = np.array([1e16, 1.0, 1.0, -1e16, 1.0] * 20)
    total = 0.0
    for value in values:
        total += value
    assert summed(np.zeros(100, dtype=int), 1, values[None, :]).tolist() == [[total]]


@pytest.mark.parametrize("size", [1, 2, 30])
def test_factor_and_solutions(size: int) -> None:
    rng = np.random.default_rng(size)
    half = rng.normal(size=(size + 5, size))
    matrix, right = half.T @ half, rng.normal(size=size)
    lower = factor(matrix)
    np.testing.assert_allclose(lower, np.linalg.cholesky(matrix), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(solve(lower, right), np.linalg.solve(matrix, right), rtol=1e-8)
    np.testing.assert_allclose(lower @ solve_lower(lower, right), right, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(lower.T @ solve_upper(lower, right), right, rtol=1e-9, atol=1e-12)


def test_arguments_stay_as_they_were() -> None:
    matrix, right = np.array([[4.0, 2.0], [2.0, 5.0]]), np.array([1.0, 2.0])
    solve(factor(matrix), right)
    assert matrix.tolist() == [[4.0, 2.0], [2.0, 5.0]]
    assert right.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("matrix", [[[0.0]], [[1.0, 2.0], [2.0, 1.0]], [[float("nan")]]])
def test_a_matrix_that_is_not_positive_definite_is_refused(matrix: list[list[float]]) -> None:
    with pytest.raises(InputError, match="not positive definite"):
        factor(np.array(matrix))
