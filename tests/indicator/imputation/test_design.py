"""The design's look-ups and counts against the matrix itself."""

from __future__ import annotations

import numpy as np

from oab_funding.indicator.imputation.design import Design, summed

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
