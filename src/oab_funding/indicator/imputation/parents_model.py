"""Fitting the joint model of the parents' education to all children who say something about it.

Missing at random: whether an education is missing may depend on x and on what is known of the other parent.
Children with both parents known are then a biased sample, and those with one known parent are needed. The
likelihood of what was observed is maximised by the EM gradient algorithm (K. Lange 1995, Journal of the Royal
Statistical Society B 57(2), 425-437): complete the counts with their expectation, take one Newton step on the
completed counts, repeat. It starts from the solution without the last predictor, and that from the solution
without any. Each round of imputation draws its coefficients from the large-sample normal posterior (D. B.
Rubin 1987, Multiple Imputation for Nonresponse in Surveys, chapters 3-5), so that the imputations are proper.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.continuation_ratio import (
    MAX_ITERATIONS,
    ROUGH,
    TOLERANCE,
    Design,
    Prior,
    factor,
    limited,
    not_converged,
    solve,
    solve_upper,
)
from oab_funding.indicator.imputation.counts import EducationCounts
from oab_funding.indicator.imputation.draws import standard_normals
from oab_funding.indicator.imputation.elementary import Floats
from oab_funding.indicator.imputation.joint import EQUATIONS, Coefficients, Odds
from oab_funding.indicator.imputation.observed import Observed, observed_information


@dataclass(frozen=True, slots=True)
class ParentsModel:
    """A fitted joint model of both parents' education.

    Parameters
    ----------
    levels
        Levels of each predictor by name.
    prior
        Prior of the coefficients.
    estimate
        Coefficients at the maximum, in the order of `Coefficients.flat`, p of them.
    factor
        Shape (p, p): lower Cholesky factor of the observed information there.
    informative
        Children that the fit learned from: one parent known at least.
    iterations
        EM gradient steps taken.
    """

    levels: dict[str, int]
    prior: Prior
    estimate: Floats
    factor: Floats
    informative: int
    iterations: int

    @property
    def columns(self) -> int:
        """Columns q of the design of x."""
        return 1 + sum(self.levels.values()) - len(self.levels)

    def coefficients(self) -> Coefficients:
        """Coefficients at the maximum."""
        return Coefficients.of(self.estimate, self.columns)

    def draw(self, seed: int, round_: int) -> Coefficients:
        """Coefficients of one round, from the normal posterior around the maximum."""
        noise = standard_normals(len(self.estimate), seed, round_)
        return Coefficients.of(self.estimate + solve_upper(self.factor, noise), self.columns)

    def design(self, codes: NDArray[np.int64]) -> Design:
        """Design of cells with these codes (cells, predictors)."""
        return Design.of(codes, tuple(self.levels.values()))

    def drawn(self, rounds: int, seed: int) -> DrawnParents:
        """All that drawing educations needs of the model; without what it follows from, which is large."""
        return DrawnParents(
            self.levels, tuple(self.draw(seed, number) for number in range(1, rounds + 1)), seed
        )


@dataclass(frozen=True, slots=True)
class DrawnParents:
    """A model of parents' education with drawn coefficients.

    Parameters
    ----------
    levels
        Levels of each predictor by name.
    coefficients
        Those of each round.
    seed
        By which they were drawn, and educations will be.
    """

    levels: dict[str, int]
    coefficients: tuple[Coefficients, ...]
    seed: int

    @property
    def first_columns(self) -> list[int]:
        """First column of each predictor in the design of x."""
        return list(accumulate((levels - 1 for levels in self.levels.values()), initial=1))[:-1]

    def odds(self, codes: NDArray[np.int64], round_: int) -> Odds:
        """Odds of cells with these codes (cells, predictors) in a round, from 1."""
        design = Design.of(codes, tuple(self.levels.values()))
        return Odds.of(self.coefficients[round_ - 1], design)


def fit_parents(counted: EducationCounts, prior: Prior | None = None) -> ParentsModel:
    """Fit the joint model.

    Parameters
    ----------
    counted
        Children by cell and pair of educations; whole numbers, so the order of the rows cannot matter.
    prior
        Default: `Prior()`.

    Raises
    ------
    InputError
        No child has both parents known, or the fit does not converge.

    Examples
    --------
    >>> counts = np.zeros((1, 9, 9), dtype=int)
    >>> counts[0, 1:, 1:] = 10
    >>> model = fit_parents(EducationCounts({}, np.array([0]), counts))
    >>> model.informative, len(model.estimate)
    (640, 63)
    """
    prior = prior or Prior()
    if not counted.counts[:, 1:, 1:].any():
        raise InputError(
            "no child has two parents of known education", "imputation", "give such children to learn from"
        )
    coefficients = Coefficients.of(np.zeros(EQUATIONS * (2 + EQUATIONS)), columns=1)
    for nested in _nested(counted):
        observed = Observed.of(nested)
        start = coefficients.padded(observed.design.columns)
        coefficients, iterations = _maximise(
            observed, start, prior, TOLERANCE if nested is counted else ROUGH
        )
    given = observed.hazards(Odds.of(coefficients, observed.design))
    information = observed_information(observed, given, prior)
    seen = int(counted.counts.sum() - counted.counts[:, 0, 0].sum())
    return ParentsModel(counted.levels, prior, coefficients.flat, factor(information), seen, iterations)


def _nested(counted: EducationCounts) -> list[EducationCounts]:
    """Give counts by no predictor, by all but the last, and by all: each fit starts from the one before."""
    if not counted.levels:
        return [counted]
    but_last = counted.by_first(len(counted.levels) - 1)
    return [but_last.by_first(0), but_last, counted]


def _maximise(
    observed: Observed, coefficients: Coefficients, prior: Prior, tolerance: float
) -> tuple[Coefficients, int]:
    columns = observed.design.columns
    precision = np.concatenate(
        [np.tile(prior.precision(width), EQUATIONS) for width in (columns, columns + EQUATIONS)]
    )
    for iteration in range(1, MAX_ITERATIONS + 1):
        given = observed.hazards(Odds.of(coefficients, observed.design))
        completed = observed.completed(given)
        gradient = observed.gradient(completed, given) - precision * coefficients.flat
        step = limited(_newton(observed.blocks(completed, given, prior), gradient))
        coefficients = Coefficients.of(coefficients.flat + step, columns)
        if np.max(np.abs(step)) < tolerance:
            return coefficients, iteration
    raise not_converged()


def _newton(blocks: list[Floats], gradient: Floats) -> Floats:
    """Solve equation by equation."""
    parts = np.split(gradient, np.cumsum([len(block) for block in blocks])[:-1])
    return np.concatenate([solve(factor(b), g) for b, g in zip(blocks, parts, strict=True)])
