"""Continuation-ratio (sequential) logit of an ordered outcome on categorical predictors.

With K ordered classes, equation j models the hazard ``P(class = j | class >= j)`` as a logit of its own for j
= 0 .. K - 2: a child's parent stops at class j or goes on. The likelihood is a product over the equations, so
each is an ordinary logit on those still at risk, and slopes may differ between equations.

Row i of the design matrix has an intercept and, per predictor, a one in the column of the row's level; the
first level of each predictor is the reference and has no column. Rows that differ in the last predictor alone
share all their other columns: sums over those go by way of the design of the other predictors, in which they
are one row, and so on. Every sum is numpy's `bincount`, which adds one after the other in the order of the
rows.

Newton's steps need Cholesky's factor and its triangular systems. A library such as LAPACK sums in an order
that depends on the processor and the number of threads. Here every element goes through the same operations
in the same order on every machine. It takes some 0.2 s for 800 columns.

Sources
-------
A. Agresti (2010), Analysis of Ordinal Categorical Data, 2nd ed., section 4.2; Agresti (2013), Categorical
Data Analysis, 3rd ed., section 8.3.4. The prior that keeps empty classes finite: a ridge, as in S. le Cessie
and J. C. van Houwelingen (1992), Applied Statistics 41(1), 191-201.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.elementary import Floats

TOLERANCE = 1e-5
"""Largest change of a log-odds at which iteration stops: a thousandth of its standard error, or less."""
ROUGH = 1e-2
"""The same where another fit starts from the solution."""
MAX_STEP = 2.0
"""Largest change of a log-odds in one iteration: Newton's step may overshoot far from the solution."""
MAX_ITERATIONS = 500


@dataclass(frozen=True, slots=True)
class Prior:
    """Independent normal priors around zero, so that a class never seen under some level stays finite.

    Parameters
    ----------
    slope_sd
        Standard deviation of every coefficient of a level against its reference.
    intercept_sd
        Standard deviation of the intercepts.

    Examples
    --------
    >>> Prior().precision(3).tolist()
    [0.01, 0.04, 0.04]
    """

    slope_sd: float = 5.0
    intercept_sd: float = 10.0

    def precision(self, columns: int) -> Floats:
        """1 / variance of the coefficients of one equation, the intercept first."""
        precision = np.full(columns, 1.0 / (self.slope_sd * self.slope_sd))
        precision[0] = 1.0 / (self.intercept_sd * self.intercept_sd)
        return precision


def class_probabilities(hazards: Floats) -> Floats:
    """Turn hazards (classes - 1, ...) into class probabilities (classes, ...).

    Examples
    --------
    >>> class_probabilities(np.array([0.5, 0.5])).tolist()
    [0.5, 0.25, 0.25]
    """
    probabilities = np.empty((len(hazards) + 1, *hazards.shape[1:]))
    survival = np.ones(hazards.shape[1:])
    for place in range(len(hazards)):
        probabilities[place] = survival * hazards[place]
        survival = survival * (1.0 - hazards[place])
    probabilities[-1] = survival
    return probabilities


def residuals(counts: Floats, hazards: Floats) -> Floats:
    """Differentiate the log-likelihood to each equation's log-odds: seen in the class minus expected.

    Examples
    --------
    >>> residuals(np.array([20.0, 30.0, 50.0]), np.array([0.25, 0.25])).tolist()
    [-5.0, 10.0]
    """
    found: Floats = at_risk(counts)
    found *= hazards
    return np.subtract(counts[:-1], found, out=found)


def curvature(counts: Floats, hazards: Floats) -> Floats:
    """Information that the counts carry on each equation's log-odds.

    Examples
    --------
    >>> curvature(np.array([20.0, 30.0, 50.0]), np.array([0.5, 0.5])).tolist()
    [25.0, 20.0]
    """
    found: Floats = at_risk(counts)
    found *= hazards
    found *= 1.0 - hazards
    return found


def at_risk(counts: Floats) -> Floats:
    """How many reached each equation, of counts (classes, ...): those in its class or a higher one.

    Examples
    --------
    >>> at_risk(np.array([20.0, 30.0, 50.0])).tolist()
    [100.0, 80.0]
    """
    reached = np.empty((len(counts) - 1, *counts.shape[1:]))
    above = counts[-1]
    for place in range(len(reached) - 1, -1, -1):
        reached[place] = above = above + counts[place]
    return reached


def limited(step: Floats) -> Floats:
    """Shorten a step so that no coefficient changes by more than `MAX_STEP`."""
    largest = np.max(np.abs(step))
    return step if largest <= MAX_STEP else step * (MAX_STEP / largest)


def not_converged() -> InputError:
    """Say that the fit found no solution."""
    return InputError(
        f"the education model did not converge in {MAX_ITERATIONS} iterations",
        "imputation",
        "give fewer or coarser predictors, or a stronger prior",
    )


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
