import numpy as np

from indicator.inference.independent import fitted, independent
from oab_funding.indicator.inference.design import (
    clusters,
    dense,
    group_sums,
    make_design,
    predict,
    residuals,
    row_blocks,
)


def test_the_rows_are_those_of_pandas_in_another_order() -> None:
    design = make_design(fitted())
    X = np.vstack([dense(design, rows) for rows in row_blocks(design)])
    labels, group = clusters(design, "school")
    mine = np.column_stack([X, design.y, group])
    code = {label: number for number, label in enumerate(labels)}
    own = independent()
    theirs = np.column_stack([own.X.to_numpy(), own.y, [code[school] for school in own.school]])
    assert mine.shape == theirs.shape

    def in_order(rows: np.ndarray) -> np.ndarray:
        return rows[np.lexsort(np.round(rows, 5).T)]

    assert np.allclose(in_order(mine), in_order(theirs), rtol=0, atol=1e-9)


def test_sums_and_predictions_are_those_of_the_rows() -> None:
    design = make_design(fitted())
    X, coefficients = dense(design, slice(None)), fitted().params.to_numpy()
    assert np.allclose(predict(design, coefficients), X @ coefficients, rtol=0, atol=1e-9)
    residual = residuals(design, coefficients)
    labels, group = clusters(design, "school")
    sums = group_sums(design, residual, group, len(labels))
    for number in (0, 3, len(labels) - 1):
        rows = group == number
        assert np.allclose(sums[number], X[rows].T @ residual[rows], atol=1e-7)
    assert np.allclose(sums.sum(axis=0), 0, atol=1e-5)
    assert list(labels) == sorted(set(independent().school))
