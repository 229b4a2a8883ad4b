"""Tests of hypotheses about coefficients, and how much less certain features are that go together.

Wald's test is given in its F form; Student's t and Snedecor's F come from scipy.

Sources
-------
J. Fox and G. Monette (1992), Generalized collinearity diagnostics, Journal of the American Statistical
Association 87, 178-183, https://doi.org/10.1080/01621459.1992.10475190.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from oab_funding.errors import InputError, Place
from oab_funding.indicator.inference.design import Floats
from oab_funding.indicator.inference.sandwich import invert

if TYPE_CHECKING:
    import pandas as pd


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


Hypotheses: TypeAlias = Mapping[str, Mapping[str, float]] | Sequence[str]
"""Linear hypotheses: by name the factor of each column, or texts that equate two coefficients."""


def contrast_table(
    columns: Sequence[str],
    estimate: Floats,
    covariance: Floats,
    df: float,
    hypotheses: Hypotheses,
    alpha: float = 0.05,
    references: Sequence[str] = (),
) -> pd.DataFrame:
    """Test linear hypotheses about coefficients, one by one.

    Parameters
    ----------
    columns
        Names of the p columns.
    estimate, covariance
        Shapes (p,) and (p, p).
    df
        Degrees of freedom of the covariance.
    hypotheses
        By name the factor of each column, such as ``{"3 or 4": {"education_mother[3]": 1,
        "education_mother[4]": -1}}``; or texts such as ``"education_mother[3] = education_mother[4]"``. A
        reference category has coefficient 0, and may be named.
    alpha
        One less the level of the intervals.
    references
        Names of the reference categories, which have no column.

    Returns
    -------
    DataFrame
        One row per hypothesis: `estimate`, `standard_error`, `t`, `p`, `low`, `high`.

    Raises
    ------
    InputError
        A hypothesis names no column of the fit, or says nothing about any.

    Examples
    --------
    >>> found = contrast_table(["start", "a[2]", "a[3]"], np.array([0, 1, 3]), np.eye(3), 20, ["a[3] = a[2]"])
    >>> found["estimate"].tolist(), found["standard_error"].round(4).tolist()
    ([2.0], [1.4142])
    """
    import pandas as pd

    named = hypotheses if isinstance(hypotheses, Mapping) else {one: _sides(one) for one in hypotheses}
    rows = np.array([_factors(columns, references, name, factors) for name, factors in named.items()])
    values: Floats = rows @ estimate
    error: Floats = np.sqrt(np.einsum("hp,pq,hq->h", rows, covariance, rows))
    half = t_quantile(1 - alpha / 2, df) * error
    return pd.DataFrame(
        {
            "estimate": values,
            "standard_error": error,
            "t": values / error,
            "p": t_p_values(values / error, df),
            "low": values - half,
            "high": values + half,
        },
        index=list(named),
    )


def _sides(hypothesis: str) -> dict[str, float]:
    left, equals, right = (part.strip() for part in hypothesis.partition("="))
    if not equals or not left or not right or left == right:
        remedy = "write it as education_mother[3] = education_mother[4]"
        raise InputError("is no hypothesis about two coefficients", Place(value=hypothesis), remedy)
    return {left: 1.0, right: -1.0}


def _factors(
    columns: Sequence[str], references: Sequence[str], name: str, factors: Mapping[str, float]
) -> Floats:
    row = np.zeros(len(columns))
    for column, factor in factors.items():
        if column in columns:
            row[columns.index(column)] = float(factor)
        elif column not in references:
            place = Place(value=column)
            raise InputError("is no column of the fit", place, f"choose from {', '.join(columns)}")
    if not row.any():
        raise InputError("says nothing about a coefficient", Place(value=name), "name two categories")
    return row


def variance_inflation(gram: Floats) -> Floats:
    """Give the variance inflation factor of every column but that of ones.

    Parameters
    ----------
    gram
        X'X with the column of ones first, shape (p, p).

    Returns
    -------
    ndarray of float64
        Shape (p - 1,): 1 / (1 - R2) of each column on all others. Those of a feature's dummies depend on its
        reference category; see `generalised_inflation`.

    Examples
    --------
    >>> variance_inflation(np.array([[4.0, 0.0, 0.0], [0.0, 2.0, 1.0], [0.0, 1.0, 2.0]])).round(4).tolist()
    [1.3333, 1.3333]
    """
    return np.diagonal(_centred(gram)) * np.diagonal(invert(gram))[1:]


def generalised_inflation(columns: Sequence[str], gram: Floats) -> pd.DataFrame:
    """Give the generalised variance inflation factor of every feature.

    Parameters
    ----------
    columns
        Names of the p columns.
    gram
        X'X with the column of ones first, shape (p, p).

    Returns
    -------
    DataFrame
        By feature: `df`, its number of columns; `gvif`, how much larger the joint confidence region is
        (squared volume); and `per_column`, gvif to the power 1 / (2 df), to compare features by.
    """
    import pandas as pd

    products = _centred(gram)
    length = np.sqrt(np.diagonal(products))
    correlation = products / np.outer(length, length)
    rows = {}
    for name, positions in features_of(columns).items():
        own = np.array(positions) - 1
        others = np.setdiff1d(np.arange(len(correlation)), own)
        # Logarithms, because the determinant of many columns may leave the range of doubles.
        logarithm = _log_det(correlation, own) + _log_det(correlation, others)
        gvif = float(np.exp(logarithm - _log_det(correlation, np.arange(len(correlation)))))
        rows[name] = {"df": len(own), "gvif": gvif, "per_column": gvif ** (1 / (2 * len(own)))}
    return pd.DataFrame(rows).T.astype({"df": int})


def _centred(gram: Floats) -> Floats:
    """Products of the columns less their means."""
    return gram[1:, 1:] - np.outer(gram[0, 1:], gram[0, 1:]) / gram[0, 0]


def _log_det(matrix: Floats, part: np.typing.NDArray[np.int64]) -> float:
    return float(np.linalg.slogdet(matrix[np.ix_(part, part)])[1])
