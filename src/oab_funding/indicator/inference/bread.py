"""The bread of the sandwich: the inverse of X'X, and what follows from X'X and X'y alone."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from oab_funding.indicator.inference.design import Floats
from oab_funding.indicator.normal_equations import NormalEquations


def gram(equations: NormalEquations) -> Floats:
    """Give X'X in the units of the features, each number rounded once, shape (p, p)."""
    # Python divides whole numbers of any size with one rounding.
    return np.array(
        [
            [value / (mine * other) for value, other in zip(row, equations.scales, strict=True)]
            for row, mine in zip(equations.gram, equations.scales, strict=True)
        ]
    )


def bread(equations: NormalEquations) -> Floats:
    """Invert X'X, shape (p, p).

    The columns are brought to equal length first, so that ability and a rare category weigh alike.

    Examples
    --------
    >>> line = NormalEquations(("start", "x"), (1, 10), ((2, 10), (10, 100)), (3, 20), 5, 3, 2, Fraction(0))
    >>> bread(line).round(6).tolist()
    [[1.0, -1.0], [-1.0, 2.0]]
    """
    return invert(gram(equations))


def invert(square: Floats) -> Floats:
    """Invert a positive definite matrix by Cholesky, with its diagonal brought to one."""
    length = np.sqrt(np.diagonal(square))
    factor = np.linalg.inv(np.linalg.cholesky(square / np.outer(length, length)))
    inverse: Floats = (factor.T @ factor) / np.outer(length, length)
    return inverse


def residual_sum_of_squares(equations: NormalEquations, exact: Sequence[Fraction]) -> Fraction:
    """Give the sum of squared residuals exactly: y'y - b'X'y."""
    explained = sum(
        (
            value * moment / scale
            for value, moment, scale in zip(exact, equations.moments, equations.scales, strict=True)
        ),
        Fraction(0),
    )
    return equations.total_square - explained


def total_sum_of_squares(equations: NormalEquations) -> Fraction:
    """Give the sum of squared distances of y from its mean, exactly."""
    return equations.total_square - Fraction(equations.total**2, equations.n)
