"""A design of categories only, held as column numbers instead of zeros and ones.

Row i of the design matrix has an intercept and, per predictor, a one in the column of the row's level; the
first level of each predictor is the reference and has no column. Products with the matrix are then look-ups
and counts, which numpy carries out one after the other, in the order of the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oab_funding.indicator.imputation.elementary import Floats


@dataclass(frozen=True, slots=True)
class Design:
    """Column numbers of a categorical design.

    Parameters
    ----------
    hot
        Shape (predictors + 1, rows): the columns in which the row has a one; `columns` where it has none
        (reference).
    columns
        Number of columns, the intercept first.

    Examples
    --------
    >>> design = Design.of(np.array([[0, 1], [2, 0]]), levels=(3, 2))
    >>> design.dense().tolist()
    [[1.0, 0.0, 0.0, 1.0], [1.0, 0.0, 1.0, 0.0]]
    """

    hot: NDArray[np.int64]
    columns: int

    @classmethod
    def of(cls, codes: NDArray[np.integer], levels: Sequence[int]) -> Design:
        """Design of level codes (rows, predictors), each from 0 up to its number of levels."""
        columns = 1 + sum(levels) - len(levels)
        hot = np.zeros((len(levels) + 1, len(codes)), dtype=np.int64)
        first = 1
        for place, size in enumerate(levels):
            level = codes[:, place].astype(np.int64)
            hot[place + 1] = np.where(level == 0, columns, first + level - 1)
            first += size - 1
        return cls(hot, columns)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.hot.shape[1])

    def take(self, rows: NDArray[np.int64]) -> Design:
        """Design of some of the rows."""
        return Design(self.hot[:, rows], self.columns)

    def linear(self, coefficients: Floats) -> Floats:
        """Linear predictors (rows, equations) of coefficients (equations, columns)."""
        padded: Floats = np.vstack([coefficients.T, np.zeros(len(coefficients))])
        total: Floats = padded[self.hot[0]]
        for column in self.hot[1:]:
            total += padded[column]
        return total

    def project(self, values: Floats) -> Floats:
        """Sum the values (rows, equations) over the rows with a one in each column: (equations, columns)."""
        width = values.shape[1]
        flat = np.ascontiguousarray(values).ravel()
        total = np.zeros((self.columns + 1) * width)
        for column in self.hot:
            place = (column[:, None] * width + np.arange(width)).ravel()
            total += np.bincount(place, flat, len(total))
        return total.reshape(-1, width)[: self.columns].T.copy()

    def cross(self, weights: Floats) -> Floats:
        """Weighted cross-products ``X' W X`` for weights (rows, equations): (equations, columns, columns)."""
        width, side = weights.shape[1], self.columns + 1
        total = np.zeros((width, side * side))
        for a, left in enumerate(self.hot):
            for b, right in enumerate(self.hot[: a + 1]):
                place = left * side + right
                for equation in range(width):
                    part = np.bincount(place, weights[:, equation], side * side)
                    total[equation] += part
                    if a != b:
                        total[equation] += part.reshape(side, side).T.ravel()
        return total.reshape(width, side, side)[:, :-1, :-1].copy()

    def dense(self) -> Floats:
        """Return the matrix itself, (rows, columns)."""
        matrix = np.zeros((self.rows, self.columns + 1))
        for column in self.hot:
            matrix[np.arange(self.rows), column] = 1.0
        inside: Floats = matrix[:, :-1].copy()
        return inside
