"""A multilevel model as a check on the coefficients: schools have an effect of their own."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from oab_funding.errors import InputError
from oab_funding.extras import load
from oab_funding.indicator.fitted import Solved
from oab_funding.indicator.inference.design import Floats, Integers, clusters, dense, make_design

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class MultilevelCheck:
    """Least squares beside a model with a random intercept per school, on the same children.

    Parameters
    ----------
    columns
        Names of the p columns.
    least_squares, multilevel
        Coefficients by either, shape (p,).
    standard_errors
        Of the multilevel model, shape (p,).
    school_variance, residual_variance
        Variance between and within schools, after the features.
    children, schools
        Size of the sample.
    converged
        Whether the multilevel model did; if not, its numbers mean nothing.
    """

    columns: tuple[str, ...]
    least_squares: Floats
    multilevel: Floats
    standard_errors: Floats
    school_variance: float
    residual_variance: float
    children: int
    schools: int
    converged: bool

    @property
    def intraclass_correlation(self) -> float:
        """Share of the variance left over that lies between schools."""
        return self.school_variance / (self.school_variance + self.residual_variance)

    def to_frame(self) -> pd.DataFrame:
        """Give both coefficients by column, and their difference in standard errors of the multilevel one."""
        import pandas as pd

        return pd.DataFrame(
            {
                "least_squares": self.least_squares,
                "multilevel": self.multilevel,
                "standard_error": self.standard_errors,
                "difference": (self.least_squares - self.multilevel) / self.standard_errors,
            },
            index=list(self.columns),
        )


def multilevel_check(fitted: Solved, children: int = 20_000) -> MultilevelCheck:
    """Fit a random intercept per school, by restricted maximum likelihood, on some of the schools.

    Parameters
    ----------
    fitted
        A fit on children.
    children
        About how many to use: whole schools, evenly spread over the ascending codes.

    Returns
    -------
    MultilevelCheck
        Both models on those children.

    Raises
    ------
    InputError
        statsmodels is not installed, or the fit was made from statistics.
    """
    mixed = load("statsmodels.regression.mixed_linear_model", "a multilevel model").MixedLM
    if fitted.statistics.weighted is not None:
        raise InputError("the multilevel check takes no weights", remedy="fit without weights for it")
    design = make_design(fitted)
    labels, group = clusters(design, "school")
    rows = _whole_schools(group, len(labels), children)
    x, y = dense(design, rows), design.y[rows]
    # A category that none of these schools has would leave its coefficient without meaning.
    present = np.flatnonzero(np.abs(x).sum(axis=0) > 0)
    x = x[:, present]
    schools = np.unique(group[rows], return_inverse=True)[1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they say is in `converged`
        # Centred, because the search runs into numerical trouble where y lies far from 0.
        result = mixed(y - y.mean(), x, groups=schools).fit(reml=True)
    ratio = max(float(np.asarray(result.cov_re_unscaled).item()), 0.0)
    coefficients, covariance, residual_variance = _given_ratio(x, y, schools, ratio)
    return MultilevelCheck(
        tuple(design.columns[position] for position in present),
        np.linalg.lstsq(x, y)[0],
        coefficients,
        np.sqrt(np.diag(covariance)),
        ratio * residual_variance,
        residual_variance,
        len(rows),
        int(schools.max()) + 1,
        bool(result.converged) and np.isfinite(ratio),
    )


def _given_ratio(x: Floats, y: Floats, schools: Integers, ratio: float) -> tuple[Floats, Floats, float]:
    """Generalised least squares, given the ratio of the variance between schools to that within.

    statsmodels finds the ratio well; its own coefficients go astray where the ratio is 0, the boundary. The
    inverse of a school's covariance matrix is I - w 11' with w = ratio / (1 + n ratio); at 0 this is least
    squares.
    """
    weights = ratio / (1 + np.bincount(schools) * ratio)
    sums = np.zeros((len(weights), x.shape[1] + 1))
    np.add.at(sums, schools, np.column_stack([x, y]))
    x_sums, y_sums = sums[:, :-1], sums[:, -1]
    normal = x.T @ x - (x_sums * weights[:, None]).T @ x_sums
    coefficients = np.linalg.solve(normal, x.T @ y - x_sums.T @ (weights * y_sums))
    residuals = y - x @ coefficients
    by_school = np.bincount(schools, residuals)
    variance = float((residuals @ residuals - weights @ by_school**2) / (len(y) - x.shape[1]))
    return coefficients, np.linalg.inv(normal) * variance, variance


def _whole_schools(group: Integers, groups: int, children: int) -> Integers:
    """Choose the rows of whole schools, evenly spread over all of them."""
    wanted = min(groups, max(2, round(children / len(group) * groups)))
    chosen = np.unique(np.arange(wanted) * groups // wanted)
    return np.flatnonzero(np.isin(group, chosen))
