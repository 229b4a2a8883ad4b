"""Fitting the joint model of the parents' education to all children who say something about it.

Missing at random: whether an education is missing may depend on x and on what is known of the other parent.
Children with both parents known are then a biased sample, and those with one known parent are needed. The
likelihood of what was observed is maximised by the EM gradient algorithm (K. Lange 1995, Journal of the Royal
Statistical Society B 57(2), 425-437): complete the counts with their expectation, take one Newton step on the
completed counts, repeat. Each round of imputation draws its coefficients from the large-sample normal
posterior (D. B. Rubin 1987, Multiple Imputation for Nonresponse in Surveys, chapters 3-5), so that the
imputations are proper.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.cholesky import factor, solve, solve_upper
from oab_funding.indicator.imputation.continuation_ratio import (
    MAX_ITERATIONS,
    TOLERANCE,
    Prior,
    limited,
    not_converged,
    residuals,
)
from oab_funding.indicator.imputation.counts import CLASSES, EducationCounts
from oab_funding.indicator.imputation.design import Design
from oab_funding.indicator.imputation.draws import standard_normals
from oab_funding.indicator.imputation.elementary import Floats
from oab_funding.indicator.imputation.information import (
    father_information,
    mother_information,
    observed_information,
)
from oab_funding.indicator.imputation.joint import (
    EQUATIONS,
    Coefficients,
    Tables,
    expected_counts,
    ordered_sum,
    tabulate,
)


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
    informative = counted.counts.sum(axis=(1, 2)) > counted.counts[:, 0, 0]
    counts = counted.counts[informative]
    if not counts[:, 1:, 1:].any():
        raise InputError(
            "no child has two parents of known education", "imputation", "give such children to learn from"
        )
    levels = tuple(counted.levels.values())
    design = Design.of(counted.codes[informative], levels)
    coefficients, iterations = _maximise(counts, design, prior)
    information = observed_information(counts, tabulate(coefficients, design), design, prior)
    seen = int(counts.sum() - counts[:, 0, 0].sum())
    return ParentsModel(counted.levels, prior, coefficients.flat, factor(information), seen, iterations)


def _maximise(counts: NDArray[np.int64], design: Design, prior: Prior) -> tuple[Coefficients, int]:
    size = EQUATIONS * (2 * design.columns + EQUATIONS)
    coefficients = Coefficients.of(np.zeros(size), design.columns)
    for iteration in range(1, MAX_ITERATIONS + 1):
        tables = tabulate(coefficients, design)
        step = limited(_em_step(counts, tables, coefficients, design, prior))
        coefficients = Coefficients.of(coefficients.flat + step, design.columns)
        if np.max(np.abs(step)) < TOLERANCE:
            return coefficients, iteration
    raise not_converged()


def _em_step(
    counts: NDArray[np.int64], tables: Tables, coefficients: Coefficients, design: Design, prior: Prior
) -> Floats:
    """One Newton step on the completed counts, equation by equation."""
    mothers, pairs = expected_counts(counts, tables)
    mother_gradient = design.project(residuals(mothers, tables.mother_hazards))
    father_residuals = residuals(pairs, tables.father_hazards)
    own = design.project(ordered_sum(father_residuals, axis=1))
    partner = ordered_sum(father_residuals[:, 1:CLASSES], axis=0).T
    columns = design.columns
    mother_gradient -= coefficients.mother * prior.precision(columns)
    father_gradient = np.hstack([own, partner]) - coefficients.father * prior.precision(columns + EQUATIONS)
    blocks = [
        *mother_information(mothers, tables, design, prior),
        *father_information(pairs, tables, design, prior),
    ]
    gradients = [*mother_gradient, *father_gradient]
    return np.concatenate([solve(factor(b), g) for b, g in zip(blocks, gradients, strict=True)])
