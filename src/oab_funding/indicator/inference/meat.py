"""The meat of the sandwich: what the residuals say about the spread of X'e.

Sources
-------
H. White (1980), A heteroskedasticity-consistent covariance matrix estimator and a direct test for
heteroskedasticity, Econometrica 48, 817-838, https://doi.org/10.2307/1912934. J. G. MacKinnon and H. White
(1985), Some heteroskedasticity-consistent covariance matrix estimators with improved finite sample
properties, Journal of Econometrics 29, 305-325, https://doi.org/10.1016/0304-4076(85)90158-7. K.-Y. Liang and
S. L. Zeger (1986), Longitudinal data analysis using generalized linear models, Biometrika 73, 13-22,
https://doi.org/10.1093/biomet/73.1.13. A. C. Cameron and D. L. Miller (2015), A practitioner's guide to
cluster-robust inference, Journal of Human Resources 50, 317-372, https://doi.org/10.3368/jhr.50.2.317.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from oab_funding.errors import InputError
from oab_funding.indicator.inference.design import Design, Floats, Integers, dense, group_sums, row_blocks

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
