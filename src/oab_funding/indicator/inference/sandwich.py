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
from oab_funding.indicator.inference.design import (
    Design,
    Floats,
    Integers,
    dense,
    group_sums,
    row_blocks,
    weighted,
)
from oab_funding.indicator.normal_equations import NormalEquations


def gram(equations: NormalEquations) -> Floats:
    """Give X'X in the units of the features, each number rounded once, shape (p, p)."""
    units = equations.weight_units
    # Python divides whole numbers of any size with one rounding.
    return np.array(
        [
            [value / (mine * other * units) for value, other in zip(row, equations.scales, strict=True)]
            for row, mine in zip(equations.gram, equations.scales, strict=True)
        ]
    )


def bread(equations: NormalEquations) -> Floats:
    """Invert X'X, shape (p, p).

    The columns are brought to equal length first, so that ability and a rare category weigh alike.

    Examples
    --------
    >>> gram = ((2, 10), (10, 100))
    >>> line = NormalEquations(("start", "x"), (1, 10), gram, (3, 20), 5, 3, 2, Fraction(0), 1, 1, 2)
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
    square = Fraction(equations.total_square, equations.units)
    return (square - explained) / (equations.units * equations.weight_units)


def total_sum_of_squares(equations: NormalEquations) -> Fraction:
    """Give the sum of squared distances of y from its mean, exactly."""
    spread = equations.total_square - Fraction(equations.total**2, equations.total_weight)
    return spread / (equations.units**2 * equations.weight_units)


Robust: TypeAlias = Literal["HC0", "HC1", "HC2", "HC3"]
"""Heteroskedasticity-robust kinds: White's own, and MacKinnon and White's three corrections."""

_ALONE = 1.0 - 1e-9
"""A cluster whose leverage is above this leaves nothing that determines some coefficient."""

_CLUSTERS_AT_ONCE = 512

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
        if design.weights is not None:
            # Weighted least squares is least squares on rows times the square root of their weight.
            x, weights = x * np.sqrt(design.weights[rows])[:, None], weights * design.weights[rows]
        if kind in ("HC2", "HC3"):
            free = 1.0 - ((x @ root) ** 2).sum(axis=1)
            _check_leverage(free)
            weights = weights / (free if kind == "HC2" else free**2)
        meat += x.T @ (x * weights[:, None])
    return meat * (n / (n - p) if kind == "HC1" else 1.0)


def cluster_scores(design: Design, residual: Floats, group: Integers, groups: int) -> Floats:
    """Give each cluster's ``X_g' e_g``, or ``X_g' W_g e_g`` with weights; shape (groups, p)."""
    return group_sums(design, weighted(design, residual), group, groups)


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
        raise _one_cluster(groups)
    meat: Floats = scores.T @ scores * (groups / (groups - 1) * (n - 1) / (n - p))
    return meat


def _check_leverage(free: Floats) -> None:
    if np.any(free < _FULL_LEVERAGE):
        raise InputError(
            "a child determines a coefficient alone, so its residual is 0 whatever its attainment",
            remedy="merge small categories, or take HC0 or HC1",
        )


def left_out_changes(design: Design, group: Integers, scores: Floats, bread: Floats) -> tuple[Floats, Floats]:
    """Leave out every cluster in turn, without fitting again.

    With X'X and X'y less the cluster's own part, the coefficients without cluster g differ from b by
    ``(X'X - X_g'X_g)^-1 X_g'e_g``: the school's means concern its own children only, and ability stays
    centred where it was.

    Parameters
    ----------
    design
        Of all children.
    group
        Position of each child's cluster, shape (n,).
    scores
        ``X_g'e_g`` of each cluster, shape (groups, p).
    bread
        Inverse of X'X, shape (p, p).

    Returns
    -------
    tuple
        Coefficients with all clusters less those without each, shape (groups, p), nan where a coefficient
        cannot be determined without it; and the leverage of each, shape (groups,): the largest share of what
        is known about any combination of coefficients that comes from it.
    """
    root = np.linalg.cholesky(bread)
    changes, leverage = np.empty_like(scores), np.empty(len(scores))
    for first in range(0, len(scores), _CLUSTERS_AT_ONCE):
        part = slice(first, min(first + _CLUSTERS_AT_ONCE, len(scores)))
        own = cluster_grams(design, group, range(part.start, part.stop))
        changes[part], leverage[part] = _left_out(own, scores[part], root)
    return changes, leverage


def cluster_grams(design: Design, group: Integers, clusters: range) -> Floats:
    """Give each cluster's own X'X, shape (clusters, p, p).

    Parameters
    ----------
    design
        Of all children.
    group
        Position of each child's cluster, shape (n,).
    clusters
        Positions of the clusters asked for.
    """
    chosen = np.flatnonzero((group >= clusters.start) & (group < clusters.stop))
    rows = chosen[np.argsort(group[chosen], kind="stable")]
    ends = np.searchsorted(group[rows], np.arange(clusters.start, clusters.stop + 1))
    grams = np.empty((len(clusters), len(design.columns), len(design.columns)))
    for number in range(len(clusters)):
        mine = rows[ends[number] : ends[number + 1]]
        x = dense(design, mine)
        grams[number] = x.T @ (x if design.weights is None else x * design.weights[mine][:, None])
    return grams


def jackknife(changes: Floats) -> Floats:
    """Give the jackknife covariance CV3: (G - 1) / G times the products of what leaving out a cluster does.

    J. G. MacKinnon, M. O. Nielsen and M. D. Webb (2023), Fast and reliable jackknife and bootstrap methods
    for cluster-robust inference, Journal of Applied Econometrics 38, 671-694,
    https://doi.org/10.1002/jae.2969.

    Raises
    ------
    InputError
        There is one cluster only, or a coefficient cannot be determined without one of them.

    Examples
    --------
    >>> jackknife(np.array([[1.0], [-1.0]])).tolist()
    [[1.0]]
    """
    groups = len(changes)
    if groups < 2:
        raise _one_cluster(groups)
    if lost := int(np.isnan(changes).any(axis=1).sum()):
        raise InputError(
            f"without one of {lost} clusters a coefficient cannot be determined",
            remedy="merge small categories, or take cov_type='cluster'",
        )
    covariance: Floats = changes.T @ changes * ((groups - 1) / groups)
    return covariance


def _left_out(own: Floats, scores: Floats, root: Floats) -> tuple[Floats, Floats]:
    """Solve with X'X less each school's own; where X'X is one, that is easy and its rank is seen.

    With ``root root' = (X'X)^-1`` the schools' own parts become matrices with eigenvalues from 0 to 1; an
    eigenvalue of 1 is a combination of coefficients that only this school says anything about.
    """
    values, vectors = np.linalg.eigh(root.T @ own @ root)
    leverage = np.clip(values[:, -1], 0.0, 1.0)
    turned = np.einsum("gpq,gp->gq", vectors, scores @ root)
    free = np.where(values > _ALONE, np.nan, 1.0 - values)
    dfbeta: Floats = np.einsum("gpq,gq->gp", vectors, turned / free) @ root.T
    return dfbeta, leverage


def _one_cluster(groups: int) -> InputError:
    return InputError(
        f"{groups} cluster says nothing about the spread between clusters",
        remedy="give children of more schools, or choose another cov_type",
    )
