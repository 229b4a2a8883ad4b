"""Continuation-ratio (sequential) logit of an ordered outcome on categorical predictors.

With K ordered classes, equation j models the hazard ``P(class = j | class >= j)`` as a logit of its own for j
= 0 .. K - 2: a child's parent stops at class j or goes on. The likelihood is a product over the equations, so
each is an ordinary logit on those still at risk, and slopes may differ between equations.

Sources
-------
A. Agresti (2010), Analysis of Ordinal Categorical Data, 2nd ed., section 4.2; Agresti (2013), Categorical
Data Analysis, 3rd ed., section 8.3.4. The prior that keeps empty classes finite: a ridge, as in S. le Cessie
and J. C. van Houwelingen (1992), Applied Statistics 41(1), 191-201.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.cholesky import factor, solve
from oab_funding.indicator.imputation.design import Design
from oab_funding.indicator.imputation.elementary import Floats, logistic

TOLERANCE = 1e-10
"""Largest change of a log-odds at which iteration stops; probabilities then move by less than 2^-32."""
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


@dataclass(frozen=True, slots=True)
class ContinuationRatio:
    """A fitted continuation-ratio logit.

    Parameters
    ----------
    coefficients
        Shape (classes - 1, columns).
    factors
        Shape (classes - 1, columns, columns): per equation the lower Cholesky factor of the posterior
        information.
    iterations
        Newton steps taken.
    """

    coefficients: Floats
    factors: Floats
    iterations: int

    def probabilities(self, design: Design) -> Floats:
        """Class probabilities, (rows, classes)."""
        return class_probabilities(logistic(design.linear(self.coefficients)))


def fit_continuation_ratio(design: Design, counts: Floats, prior: Prior | None = None) -> ContinuationRatio:
    """Fit by Newton's method on counts per row of the design.

    Parameters
    ----------
    design
        One row per cell.
    counts
        Shape (rows, classes): how many of the cell were seen in each class.
    prior
        Default: `Prior()`.

    Raises
    ------
    InputError
        No convergence within `MAX_ITERATIONS`.

    Examples
    --------
    Three classes and no predictor: the hazards are 20 of 100 and 30 of 80.

    >>> design = Design.of(np.zeros((1, 0), dtype=int), levels=())
    >>> fit = fit_continuation_ratio(design, np.array([[20.0, 30.0, 50.0]]), Prior(intercept_sd=1e6))
    >>> fit.probabilities(design).round(9).tolist()
    [[0.2, 0.3, 0.5]]
    """
    precision = (prior or Prior()).precision(design.columns)
    coefficients = np.zeros((counts.shape[1] - 1, design.columns))
    for iteration in range(1, MAX_ITERATIONS + 1):
        hazards = logistic(design.linear(coefficients))
        gradient = design.project(residuals(counts, hazards)) - coefficients * precision
        information = design.cross(curvature(counts, hazards)) + np.diag(precision)
        factors = np.stack([factor(block) for block in information])
        step = limited(np.stack([solve(f, g) for f, g in zip(factors, gradient, strict=True)]))
        coefficients += step
        if np.max(np.abs(step)) < TOLERANCE:
            return ContinuationRatio(coefficients, factors, iteration)
    raise not_converged()


def class_probabilities(hazards: Floats) -> Floats:
    """Turn hazards (..., classes - 1) into class probabilities (..., classes).

    Examples
    --------
    >>> class_probabilities(np.array([0.5, 0.5])).tolist()
    [0.5, 0.25, 0.25]
    """
    equations = hazards.shape[-1]
    probabilities = np.empty((*hazards.shape[:-1], equations + 1))
    survival = np.ones(hazards.shape[:-1])
    for j in range(equations):
        probabilities[..., j] = survival * hazards[..., j]
        survival = survival * (1.0 - hazards[..., j])
    probabilities[..., equations] = survival
    return probabilities


def residuals(counts: Floats, hazards: Floats) -> Floats:
    """Differentiate the log-likelihood to each equation's log-odds: seen in the class minus expected.

    Examples
    --------
    >>> residuals(np.array([[20.0, 30.0, 50.0]]), np.array([[0.25, 0.25]])).tolist()
    [[-5.0, 10.0]]
    """
    return counts[..., :-1] - at_risk(counts) * hazards


def curvature(counts: Floats, hazards: Floats) -> Floats:
    """Information that the counts carry on each equation's log-odds.

    Examples
    --------
    >>> curvature(np.array([[20.0, 30.0, 50.0]]), np.array([[0.5, 0.5]])).tolist()
    [[25.0, 20.0]]
    """
    return at_risk(counts) * (hazards * (1.0 - hazards))


def at_risk(counts: Floats) -> Floats:
    """How many reached each equation: those in its class or a higher one, (..., classes - 1)."""
    backwards = np.cumsum(counts[..., ::-1], axis=-1)
    return backwards[..., :0:-1].copy()


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
