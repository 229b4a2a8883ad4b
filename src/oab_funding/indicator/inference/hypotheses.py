"""Tests of hypotheses about coefficients: Wald's, in its F form; Student's t and Snedecor's F by scipy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oab_funding.indicator.inference.design import Floats


def t_p_values(statistics: Floats, df: float) -> Floats:
    """Two-sided p values.

    Examples
    --------
    >>> t_p_values(np.array([0.0, 2.0]), df=10).round(4).tolist()
    [1.0, 0.0734]
    """
    from scipy.special import stdtr

    values: Floats = 2.0 * stdtr(df, -np.abs(statistics))
    return values


def t_quantile(probability: float, df: float) -> float:
    """Give a quantile of Student's t.

    Examples
    --------
    >>> round(t_quantile(0.975, 10), 4)
    2.2281
    """
    from scipy.special import stdtrit

    return float(stdtrit(df, probability))


def f_p_value(statistic: float, df_num: float, df_denom: float) -> float:
    """Upper tail of F.

    Examples
    --------
    >>> round(f_p_value(4.0, 1, 10), 4)
    0.0734
    """
    from scipy.special import fdtrc

    return float(fdtrc(df_num, df_denom, statistic))


_RANK_TOLERANCE = 1e-10
"""Eigenvalues of a correlation matrix below this are rounding; those of a fitted design lie above."""


@dataclass(frozen=True, slots=True)
class WaldTest:
    """A test of several restrictions at once.

    Parameters
    ----------
    statistic
        F; nan where the covariance does not have the rank for it: fewer clusters than restrictions.
    df_num, df_denom
        Its degrees of freedom.
    pvalue
        Probability of an F at least as large where the restrictions hold.
    """

    statistic: float
    df_num: int
    df_denom: float
    pvalue: float


def wald_test(values: Floats, covariance: Floats, df_denom: float) -> WaldTest:
    """Test that all of some values are zero.

    Parameters
    ----------
    values
        Estimates, shape (q,).
    covariance
        Theirs, shape (q, q).
    df_denom
        Degrees of freedom of the covariance.

    Examples
    --------
    >>> test = wald_test(np.array([2.0, 1.0]), np.eye(2), df_denom=20)
    >>> test.statistic, test.df_num, round(test.pvalue, 4)
    (2.5, 2, 0.1074)
    """
    length = np.sqrt(np.diagonal(covariance))
    shape = covariance / np.outer(length, length)
    rank = np.linalg.matrix_rank(shape, tol=_RANK_TOLERANCE, hermitian=True)
    if rank < len(values):
        return WaldTest(np.nan, len(values), df_denom, np.nan)
    scaled = values / length
    statistic = float(scaled @ np.linalg.solve(shape, scaled)) / len(values)
    return WaldTest(statistic, len(values), df_denom, f_p_value(statistic, len(values), df_denom))


def features_of(columns: Sequence[str]) -> dict[str, list[int]]:
    """Give the positions of the columns of each feature; the column of ones belongs to none.

    Examples
    --------
    >>> features_of(["start", "stay[under_5]", "stay[5_to_10]", "ability"])
    {'stay': [1, 2], 'ability': [3]}
    """
    found: dict[str, list[int]] = {}
    for position, column in enumerate(columns[1:], start=1):
        found.setdefault(column.partition("[")[0], []).append(position)
    return found
