"""Cholesky's factor against numpy's."""

from __future__ import annotations

import numpy as np
import pytest

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.cholesky import factor, solve, solve_lower, solve_upper


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
