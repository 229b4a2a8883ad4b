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
from oab_funding.indicator.imputation.elementary import Floats

TOLERANCE = 1e-5
"""Largest change of a log-odds at which iteration stops: a thousandth of its standard error, or less."""
ROUGH = 1e-2
"""The same where another fit starts from the solution."""
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


def class_probabilities(hazards: Floats) -> Floats:
    """Turn hazards (classes - 1, ...) into class probabilities (classes, ...).

    Examples
    --------
    >>> class_probabilities(np.array([0.5, 0.5])).tolist()
    [0.5, 0.25, 0.25]
    """
    probabilities = np.empty((len(hazards) + 1, *hazards.shape[1:]))
    survival = np.ones(hazards.shape[1:])
    for place in range(len(hazards)):
        probabilities[place] = survival * hazards[place]
        survival = survival * (1.0 - hazards[place])
    probabilities[-1] = survival
    return probabilities


def residuals(counts: Floats, hazards: Floats) -> Floats:
    """Differentiate the log-likelihood to each equation's log-odds: seen in the class minus expected.

    Examples
    --------
    >>> residuals(np.array([20.0, 30.0, 50.0]), np.array([0.25, 0.25])).tolist()
    [-5.0, 10.0]
    """
    found: Floats = at_risk(counts)
    found *= hazards
    return np.subtract(counts[:-1], found, out=found)


def curvature(counts: Floats, hazards: Floats) -> Floats:
    """Information that the counts carry on each equation's log-odds.

    Examples
    --------
    >>> curvature(np.array([20.0, 30.0, 50.0]), np.array([0.5, 0.5])).tolist()
    [25.0, 20.0]
    """
    found: Floats = at_risk(counts)
    found *= hazards
    found *= 1.0 - hazards
    return found


def at_risk(counts: Floats) -> Floats:
    """How many reached each equation, of counts (classes, ...): those in its class or a higher one.

    Examples
    --------
    >>> at_risk(np.array([20.0, 30.0, 50.0])).tolist()
    [100.0, 80.0]
    """
    reached = np.empty((len(counts) - 1, *counts.shape[1:]))
    above = counts[-1]
    for place in range(len(reached) - 1, -1, -1):
        reached[place] = above = above + counts[place]
    return reached


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
