"""Variance inflation: how much less certain a coefficient is because features go together.

Sources
-------
J. Fox and G. Monette (1992), Generalized collinearity diagnostics, Journal of the American Statistical
Association 87, 178-183, https://doi.org/10.1080/01621459.1992.10475190.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from oab_funding.indicator.inference.design import Floats
from oab_funding.indicator.inference.hypotheses import features_of
from oab_funding.indicator.inference.sandwich import invert

if TYPE_CHECKING:
    import pandas as pd


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
