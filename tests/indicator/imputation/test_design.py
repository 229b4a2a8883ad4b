"""The design's look-ups and counts against the matrix itself."""

from __future__ import annotations

import numpy as np

from oab_funding.indicator.imputation.design import Design

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
    values = RNG.random((50, 7))
    np.testing.assert_allclose(DESIGN.linear(coefficients), matrix @ coefficients.T, atol=1e-12)
    np.testing.assert_allclose(DESIGN.project(values), values.T @ matrix, atol=1e-12)
    crossed = np.stack([matrix.T @ (values[:, [j]] * matrix) for j in range(7)])
    np.testing.assert_allclose(DESIGN.cross(values), crossed, atol=1e-12)


def test_some_rows() -> None:
    rows = np.array([4, 4, 0])
    assert DESIGN.take(rows).dense().tolist() == plain_matrix()[rows].tolist()


def test_no_predictor_leaves_the_intercept() -> None:
    assert Design.of(np.zeros((2, 0), dtype=int), ()).dense().tolist() == [[1.0], [1.0]]
