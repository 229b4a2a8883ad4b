"""The sandwich: bread, the inverse of X'X, and meat, what the residuals say about the spread of X'e.

Sources ------- H. White (1980), A heteroskedasticity-consistent covariance matrix estimator and a direct test
for heteroskedasticity, Econometrica 48, 817-838, https://doi.org/10.2307/1912934. J. G. MacKinnon and H.
White (1985), Some heteroskedasticity-consistent covariance matrix estimators with improved finite sample
properties, Journal of Econometrics 29, 305-325, https://doi.org/10.1016/0304-4076(85)90158-7. K.-Y. Liang and
S. L. Zeger (1986), Longitudinal data analysis using generalized linear models, Biometrika 73, 13-22,
https://doi.org/10.1093/biomet/73.1.13. A. C. Cameron and D. L. Miller (2015), A practitioner's guide to
cluster-robust inference, Journal of Human Resources 50, 317-372, https://doi.org/10.3368/jhr.50.2.317.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal, TypeAlias

import numpy as np

from oab_funding.errors import InputError
from oab_funding.indicator.inference.design import Design, Floats, Integers, dense, group_sums, row_blocks
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


Robust: TypeAlias = Literal["HC0", "HC1", "HC2", "HC3"]
"""Heteroskedasticity-robust kinds: White's own, and MacKinnon and White's three corrections."""

_FULL_LEVERAGE = 1e-10
"""A child whose leverage is this near to one determines a coefficient alone."""


def robust_meat(design: Design, residual: Floats, bread: Floats, kind: Robust) -> Floats:
    """Add up ``w_i x_i x_i'`` over the children.

    Parameters
    ----------
    design
        Of n children and p columns.
    residual
        Residuals e, shape (n,).
    bread
        Inverse of X'X, shape (p, p).
    kind
        ``w`` is e squared (HC0), times n / (n - p) (HC1), over 1 - h (HC2), or over (1 - h) squared (HC3),
        where h is the leverage of the child.

    Returns
    -------
    ndarray of float64
        Shape (p, p).

    Raises
    ------
    InputError
        With HC2 and HC3: a child determines a coefficient alone.
    """
    n, p = len(design), len(design.columns)
    root = np.linalg.cholesky(bread)
    meat = np.zeros((p, p))
    for rows in row_blocks(design):
        x, weights = dense(design, rows), residual[rows] ** 2
        if kind in ("HC2", "HC3"):
            free = 1.0 - ((x @ root) ** 2).sum(axis=1)
            _check_leverage(free)
            weights = weights / (free if kind == "HC2" else free**2)
        meat += x.T @ (x * weights[:, None])
    return meat * (n / (n - p) if kind == "HC1" else 1.0)


def cluster_scores(design: Design, residual: Floats, group: Integers, groups: int) -> Floats:
    """Give each cluster's ``X_g' e_g``, shape (groups, p)."""
    return group_sums(design, residual, group, groups)


def cluster_meat(scores: Floats, n: int) -> Floats:
    """Add up the outer products of the clusters' scores, with the correction for few clusters.

    The correction is G / (G - 1) times (n - 1) / (n - p), that of Stata and statsmodels.

    Examples
    --------
    >>> cluster_meat(np.array([[1.0], [2.0], [-3.0]]), n=11).tolist()
    [[21.0]]
    """
    groups, p = scores.shape
    if groups < 2:
        raise InputError(
            f"{groups} cluster says nothing about the spread between clusters",
            remedy="give children of more schools, or choose another cov_type",
        )
    meat: Floats = scores.T @ scores * (groups / (groups - 1) * (n - 1) / (n - p))
    return meat


def _check_leverage(free: Floats) -> None:
    if np.any(free < _FULL_LEVERAGE):
        raise InputError(
            "a child determines a coefficient alone, so its residual is 0 whatever its attainment",
            remedy="merge small categories, or take HC0 or HC1",
        )
