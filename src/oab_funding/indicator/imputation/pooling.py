"""Rubin's rules: one estimate and its uncertainty out of m imputed data sets.

Sources
-------
D. B. Rubin (1987), Multiple Imputation for Nonresponse in Surveys, chapter 3. J. Barnard and D. B. Rubin
(1999), Small-sample degrees of freedom with multiple imputation, Biometrika 86(4), 948-955. K. H. Li, T. E.
Raghunathan and D. B. Rubin (1991), Journal of the American Statistical Association 86, 1065-1073, for the
joint test.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtrc, stdtr, stdtrit

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.elementary import Floats


@dataclass(frozen=True, slots=True)
class Pooled:
    """A pooled number.

    Parameters
    ----------
    rounds
        Number of imputations m.
    estimate
        Mean of the m estimates.
    within
        Mean of their m variances: the uncertainty there would be with complete data.
    between
        Variance of the m estimates (divisor m - 1): what the missing data add.
    total
        ``within + (1 + 1 / m) * between``.
    df
        Degrees of freedom of the reference t distribution.
    """

    rounds: int
    estimate: float
    within: float
    between: float
    total: float
    df: float

    @property
    def standard_error(self) -> float:
        """Square root of the total variance."""
        return sqrt(self.total)

    @property
    def missing_share(self) -> float:
        """Share of the total variance that the missing data cause (Rubin's lambda)."""
        return (1.0 + 1.0 / self.rounds) * self.between / self.total if self.total > 0.0 else 0.0

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Confidence interval.

        Examples
        --------
        >>> tuple(round(bound, 3) for bound in pool([1.0, 2.0, 3.0], [1.0, 1.0, 1.0]).interval())
        (-1.719, 5.719)
        """
        half = _quantile(self.df, 0.5 + level / 2.0) * self.standard_error
        return self.estimate - half, self.estimate + half

    def p_value(self, null: float = 0.0) -> float:
        """Two-sided p value of the hypothesis that the true value is `null`."""
        if self.total == 0.0:
            return 1.0 if self.estimate == null else 0.0
        distance = abs(self.estimate - null) / self.standard_error
        return 2.0 * float(stdtr(min(self.df, _MANY), -distance))


@dataclass(frozen=True, slots=True)
class PooledVector:
    """Pooled coefficients.

    Parameters
    ----------
    rounds
        Number of imputations m.
    estimate
        Shape (k,).
    within, between, total
        Covariances, shape (k, k).
    df
        Degrees of freedom per coefficient, shape (k,).
    """

    rounds: int
    estimate: Floats
    within: Floats
    between: Floats
    total: Floats
    df: Floats

    @property
    def standard_errors(self) -> Floats:
        """Square roots of the total variances, (k,)."""
        return np.sqrt(np.diagonal(self.total))

    def interval(self, level: float = 0.95) -> Floats:
        """Confidence intervals, (k, 2)."""
        half = np.array([_quantile(df, 0.5 + level / 2.0) for df in self.df]) * self.standard_errors
        return np.column_stack([self.estimate - half, self.estimate + half])

    def joint_test(self, null: ArrayLike = 0.0) -> tuple[float, float, float]:
        """Test that all coefficients equal `null`: F statistic, its second degrees of freedom, p value.

        Li, Raghunathan and Rubin's D1, which takes the share of missing information to be equal for all
        coefficients.

        Raises
        ------
        InputError
            ``k (m - 1)`` is at most 4, for which the statistic has no reference distribution.
        """
        size, m = len(self.estimate), self.rounds
        t = size * (m - 1)
        if t <= 4:
            raise InputError(
                f"{m} imputations of {size} coefficients are too few to test", "pooling", "impute more often"
            )
        distance = self.estimate - np.asarray(null, dtype=np.float64)
        ratio = (1.0 + 1.0 / m) * float(np.trace(np.linalg.solve(self.within, self.between))) / size
        statistic = float(distance @ np.linalg.solve(self.within, distance)) / (size * (1.0 + ratio))
        df = 4.0 + (t - 4.0) * (1.0 + (1.0 - 2.0 / t) / ratio) ** 2 if ratio > 0.0 else inf
        return (
            statistic,
            df,
            float(fdtrc(size, min(df, _MANY), statistic)),
        )


def pool(estimates: ArrayLike, variances: ArrayLike, complete_df: float = inf) -> Pooled:
    """Pool m estimates of one number.

    Parameters
    ----------
    estimates, variances
        Shape (m,): the estimate and its variance in each imputed data set. Variances of zero mean that the
        data are the whole population: then only the imputation is uncertain.
    complete_df
        Degrees of freedom with complete data.

    Raises
    ------
    InputError
        Fewer than two imputations, unequal lengths, or a variance below 0.

    Examples
    --------
    >>> pooled = pool([1.0, 2.0, 3.0], [0.5, 0.5, 0.5])
    >>> pooled.estimate, pooled.within, pooled.between, round(pooled.total, 6), round(pooled.df, 6)
    (2.0, 0.5, 1.0, 1.833333, 3.78125)
    """
    vector = pool_vector(
        np.asarray(estimates, np.float64)[:, None],
        np.asarray(variances, np.float64)[:, None, None],
        complete_df,
    )
    within, between, total = vector.within.item(), vector.between.item(), vector.total.item()
    return Pooled(vector.rounds, vector.estimate.item(), within, between, total, vector.df.item())


def pool_vector(estimates: ArrayLike, covariances: ArrayLike, complete_df: float = inf) -> PooledVector:
    """Pool m vectors of k estimates.

    Parameters
    ----------
    estimates
        Shape (m, k).
    covariances
        Shape (m, k, k).
    complete_df
        Degrees of freedom with complete data.

    Raises
    ------
    InputError
        As `pool`.

    Examples
    --------
    >>> pool_vector([[1.0, 5.0], [3.0, 5.0]], [np.eye(2), np.eye(2)]).total.tolist()
    [[4.0, 0.0], [0.0, 1.0]]
    """
    values, spreads = np.asarray(estimates, np.float64), np.asarray(covariances, np.float64)
    m, size = values.shape
    if m < 2:
        raise InputError(f"{m} imputation is too few to pool", "pooling", "give 2 or more")
    if spreads.shape != (m, size, size):
        raise InputError(f"variances have shape {spreads.shape}", "pooling", f"give {m} for {size} estimates")
    if np.any(np.diagonal(spreads, axis1=1, axis2=2) < 0.0) or not np.all(np.isfinite(spreads)):
        raise InputError("a variance is below 0 or not finite", "pooling", "give variances")
    estimate, within = values.mean(axis=0), spreads.mean(axis=0)
    deviation = values - estimate
    between = deviation.T @ deviation / (m - 1)
    total = within + (1.0 + 1.0 / m) * between
    pairs = zip(np.diagonal(within).tolist(), np.diagonal(between).tolist(), strict=True)
    df = np.array([degrees_of_freedom(m, w, b, complete_df) for w, b in pairs])
    return PooledVector(m, estimate, within, between, total, df)


def degrees_of_freedom(rounds: int, within: float, between: float, complete_df: float = inf) -> float:
    """Barnard and Rubin's degrees of freedom; Rubin's own where the complete data have infinitely many.

    Where `within` is 0 the data are the whole population and the complete-data degrees of freedom mean
    nothing.

    Examples
    --------
    >>> degrees_of_freedom(10, 0.0, 1.0), round(degrees_of_freedom(10, 1.0, 1.0, complete_df=50), 3)
    (9.0, 13.489)
    """
    inflated = (1.0 + 1.0 / rounds) * between
    if inflated == 0.0:
        rubin, share = inf, 0.0
    else:
        share = inflated / (within + inflated)
        rubin = (rounds - 1) / share**2
    if complete_df == inf or within == 0.0:
        return rubin
    observed = (complete_df + 1.0) / (complete_df + 3.0) * complete_df * (1.0 - share)
    return 1.0 / (1.0 / rubin + 1.0 / observed)


_MANY = 1e10  # stands for infinitely many degrees of freedom, where scipy's functions want a number


def _quantile(df: float, probability: float) -> float:
    return float(stdtrit(min(df, _MANY), probability))
