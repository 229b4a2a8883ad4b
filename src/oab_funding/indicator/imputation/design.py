"""A design of categories only, held as the places of its ones.

Row i of the design matrix has an intercept and, per predictor, a one in the column of the row's level; the
first level of each predictor is the reference and has no column. Rows that differ in the last predictor alone
share all their other columns: sums over those go by way of the design of the other predictors, in which they
are one row, and so on. Every sum is a sparse product of scipy, which adds one after the other in the order of
the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oab_funding.indicator.imputation.elementary import Floats

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Column numbers of a categorical design.

    Parameters
    ----------
    hot
        Shape (predictors + 1, rows): the columns in which the row has a one, ascending; `columns` where it
        has none (reference).
    columns
        Number of columns, the intercept first.
    shorter, row
        Design without the last predictor, and the row of it that each row here extends; none if there is no
        predictor.

    Examples
    --------
    >>> design = Design.of(np.array([[0, 1], [2, 0]]), levels=(3, 2))
    >>> design.dense().tolist()
    [[1.0, 0.0, 0.0, 1.0], [1.0, 0.0, 1.0, 0.0]]
    """

    hot: Numbers
    columns: int
    shorter: Design | None
    row: Numbers

    @classmethod
    def of(cls, codes: NDArray[np.integer], levels: Sequence[int]) -> Design:
        """Design of level codes (rows, predictors), each from 0 up to its number of levels."""
        columns = 1 + sum(levels) - len(levels)
        hot = np.zeros((len(levels) + 1, len(codes)), dtype=np.int64)
        if not levels:
            return cls(hot, columns, None, np.zeros(len(codes), dtype=np.int64))
        number = np.zeros(len(codes), dtype=np.int64)
        for place, size in enumerate(levels[:-1]):
            number = number * size + codes[:, place]
        _, first, row = np.unique(number, return_index=True, return_inverse=True)
        shorter = cls.of(codes[first, :-1], levels[:-1])
        hot[:-1] = shorter.hot[:, row]
        hot[hot == shorter.columns] = columns
        level = codes[:, -1].astype(np.int64)
        hot[-1] = np.where(level == 0, columns, shorter.columns + level - 1)
        return cls(hot, columns, shorter, row)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.hot.shape[1])

    def take(self, rows: Numbers) -> Design:
        """Design of some of the rows."""
        return Design(self.hot[:, rows], self.columns, self.shorter, self.row[rows])

    def linear(self, coefficients: Floats) -> Floats:
        """Linear predictors (equations, rows) of coefficients (equations, columns)."""
        if self.shorter is None:
            return np.repeat(coefficients, self.rows, axis=1)
        own = np.column_stack([coefficients[:, self.shorter.columns :], np.zeros(len(coefficients))])
        total = np.take(self.shorter.linear(coefficients[:, : self.shorter.columns]), self.row, axis=1)
        total += np.take(own, self.hot[-1] - self.shorter.columns, axis=1)
        return total

    def project(self, values: Floats) -> Floats:
        """Sum the values (equations, rows) over the rows with a one in each column: (equations, columns)."""
        own = summed(*self._own, values)
        if self.shorter is None:
            return own
        return np.hstack([self.shorter.project(summed(self.row, self.shorter.rows, values)), own[:, :-1]])

    def cross(self, weights: Floats) -> Floats:
        """Weighted cross-products ``X' W X`` for weights (equations, rows): (equations, columns, columns)."""
        level, levels = self._own
        if self.shorter is None:
            return summed(level, levels, weights)[:, :, None]
        first, side = self.shorter.columns, self.columns + 1
        total = np.empty((len(weights), self.columns, self.columns))
        total[:, :first, :first] = self.shorter.cross(summed(self.row, self.shorter.rows, weights))
        own = np.zeros((len(weights), levels * side))
        for column in self.hot:
            own += summed(level * side + column, levels * side, weights)
        own = own.reshape(len(weights), levels, side)[:, :-1, :-1]
        total[:, first:, :] = own
        total[:, :, first:] = own.transpose(0, 2, 1)
        return total

    def dense(self) -> Floats:
        """Return the matrix itself, (rows, columns)."""
        matrix = np.zeros((self.rows, self.columns + 1))
        for column in self.hot:
            matrix[np.arange(self.rows), column] = 1.0
        inside: Floats = matrix[:, :-1].copy()
        return inside

    @property
    def _own(self) -> tuple[Numbers, int]:
        """Level of the last predictor in each row, the reference last, and how many there are."""
        if self.shorter is None:
            return self.hot[0], 1
        first = self.shorter.columns
        return self.hot[-1] - first, self.columns + 1 - first


def summed(groups: Numbers, size: int, values: Floats) -> Floats:
    """Sum each row of the values (k, rows) into groups: (k, size).

    Examples
    --------
    >>> summed(np.array([0, 1, 1]), 2, np.array([[1.0, 2.0, 3.0]])).tolist()
    [[1.0, 5.0]]
    """
    return np.stack([np.bincount(groups, row, size) for row in values])
