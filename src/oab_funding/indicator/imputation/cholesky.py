"""Cholesky's factor and its triangular systems, one array operation at a time.

A library such as LAPACK sums in an order that depends on the processor and the number of threads. Here every
element goes through the same operations in the same order on every machine. It takes some 0.2 s for 800
columns.
"""

from __future__ import annotations

import numpy as np

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.elementary import Floats

_PANEL = 32
"""Columns at a time: what is changed stays in the processor's cache."""


def factor(matrix: Floats) -> Floats:
    """Lower triangular L with ``L @ L.T == matrix``.

    Parameters
    ----------
    matrix
        Symmetric and positive definite, shape (n, n).

    Raises
    ------
    InputError
        It is not positive definite.

    Examples
    --------
    >>> factor(np.array([[4.0, 2.0], [2.0, 5.0]])).tolist()
    [[2.0, 0.0], [1.0, 2.0]]
    """
    upper = np.zeros(np.shape(matrix))
    for start in range(0, len(upper), _PANEL):
        stop = start + _PANEL
        panel = np.array(matrix[start:stop, start:], dtype=np.float64)
        for row in upper[:start]:
            panel -= row[start:stop, None] * row[start:]
        for k, row in enumerate(panel):
            if not row[k] > 0.0:
                raise InputError(
                    "the information matrix is not positive definite",
                    f"column {start + k}",
                    "use a stronger prior",
                )
            row[k:] /= np.sqrt(row[k])
            panel[k + 1 :, k + 1 :] -= row[k + 1 : len(panel), None] * row[k + 1 :]
        upper[start:stop, start:] = panel
    return np.tril(upper.T)


def solve_lower(lower: Floats, right: Floats) -> Floats:
    """Solve ``lower @ x == right``.

    Examples
    --------
    >>> solve_lower(np.array([[2.0, 0.0], [1.0, 2.0]]), np.array([2.0, 5.0])).tolist()
    [1.0, 2.0]
    """
    x = np.array(right, dtype=np.float64)
    for k in range(len(x)):
        x[k] /= lower[k, k]
        x[k + 1 :] -= lower[k + 1 :, k] * x[k]
    return x


def solve_upper(lower: Floats, right: Floats) -> Floats:
    """Solve ``lower.T @ x == right``.

    Examples
    --------
    >>> solve_upper(np.array([[2.0, 0.0], [1.0, 2.0]]), np.array([4.0, 4.0])).tolist()
    [1.0, 2.0]
    """
    x = np.array(right, dtype=np.float64)
    for k in range(len(x) - 1, -1, -1):
        x[k] /= lower[k, k]
        x[:k] -= lower[k, :k] * x[k]
    return x


def solve(lower: Floats, right: Floats) -> Floats:
    """Solve ``lower @ lower.T @ x == right``.

    Examples
    --------
    >>> solve(np.array([[2.0, 0.0], [1.0, 2.0]]), np.array([8.0, 9.0])).tolist()
    [1.375, 1.25]
    """
    return solve_upper(lower, solve_lower(lower, right))
