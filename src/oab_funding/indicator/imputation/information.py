"""How much the data say about the coefficients of the joint model: the information in what was observed.

Equations of parents seen give ``X' W X``. A child whose father alone is known informs about both models at
once, less than if its mother were known too; its share is the outer product of its score, the expectation of
the complete-data score given the father (R. A. Fisher's identity): I. Meilijson (1989), A fast improvement to
the EM algorithm on its own terms, Journal of the Royal Statistical Society B 51(1), 127-138. The sum is
always positive definite.
"""

from __future__ import annotations

import numpy as np

from oab_funding.indicator.imputation.continuation_ratio import Prior, class_probabilities, residuals
from oab_funding.indicator.imputation.counts import CLASSES
from oab_funding.indicator.imputation.design import Numbers, summed
from oab_funding.indicator.imputation.elementary import Floats
from oab_funding.indicator.imputation.joint import EQUATIONS, ordered_sum
from oab_funding.indicator.imputation.observed import ByParent, Observed

_LANES = 64
"""Sums over everyone run in so many lanes, added up at the end: one long sum would wait for each addition."""


def observed_information(observed: Observed, given: ByParent, prior: Prior) -> Floats:
    """Information of everything observed on all coefficients at once.

    Parameters
    ----------
    observed
        What was observed, of c cells and r pairs.
    given
        Hazards by the fitted coefficients, (7, c) and (7, r).
    prior
        Prior of the coefficients.

    Returns
    -------
    numpy.ndarray
        Shape (p, p) with p = 7 q + 7 (q + 7), in the order of `Coefficients.flat`.
    """
    information = _information_of_lone_fathers(observed, given)
    start = 0
    for block in observed.blocks((observed.mothers, observed.fathers), given, prior):
        stop = start + len(block)
        information[start:stop, start:stop] += block
        start = stop
    return information


def _information_of_lone_fathers(observed: Observed, given: ByParent) -> Floats:
    """Sum of the outer products of the scores of children whose father alone is known.

    A score is that of the 14 log-odds times x, and that of the father's by the mother's class. Products of
    two are summed into cells, and from there over x.
    """
    place, father = np.nonzero(observed.lone.T)
    cell, children = observed.lone_cell[place], observed.lone[father, place]
    own, partner = _scores(father, given[0][:, cell], given[1][:, observed.lone_rows[:, place]])
    cells, lane = len(observed.lone_cell), np.arange(len(place)) % _LANES
    design = observed.design.take(observed.lone_cell)
    of_x, of_partner, size = _positions(design.columns)
    total = np.zeros((size, size))
    for number, score in enumerate(own):
        weighted = children * score
        crossed = design.cross(summed(place, cells, weighted * own[: number + 1]))
        for row, block in zip(of_x, crossed, strict=False):
            total[np.ix_(of_x[number], row)] = total[np.ix_(row, of_x[number])] = block
        mixed = design.project(summed(place, cells, weighted * partner))
        total[np.ix_(of_partner, of_x[number])] = mixed
        total[np.ix_(of_x[number], of_partner)] = mixed.T
    for number, score in enumerate(partner):
        products = ordered_sum(summed(lane, _LANES, children * score * partner[: number + 1]), axis=1)
        total[of_partner[number], of_partner[: number + 1]] = products
        total[of_partner[: number + 1], of_partner[number]] = products
    return total


def _positions(columns: int) -> tuple[Numbers, Numbers, int]:
    """Where coefficients stand among all: of x by equation (14, q), of the mother's class (49,); how many."""
    of_mother = np.arange(EQUATIONS * columns).reshape(EQUATIONS, -1)
    of_father = of_mother.size + np.arange(EQUATIONS * (columns + EQUATIONS)).reshape(EQUATIONS, -1)
    own, partner = np.hsplit(of_father, [columns])
    return np.vstack([of_mother, own]), partner.ravel(), of_mother.size + of_father.size


def _scores(father: Numbers, of_mothers: Floats, of_fathers: Floats) -> tuple[Floats, Floats]:
    """Scores of children by the father's class, with hazards of mothers (7, n) and fathers (7, 8, n).

    Those of the mother's equations and the father's, (14, n), and of the father's by the mother's class,
    (49, n).
    """
    seen = np.eye(CLASSES)[:, father]
    posterior = class_probabilities(of_mothers)
    for known, likely in zip(seen, class_probabilities(of_fathers), strict=True):
        posterior *= np.where(known, likely, 1.0)
    posterior /= ordered_sum(posterior, axis=0)
    of_father = seen[:-1, None, :] - (father >= np.arange(EQUATIONS)[:, None])[:, None, :] * of_fathers
    of_father *= posterior
    own = np.vstack([residuals(posterior, of_mothers), ordered_sum(of_father, axis=1)])
    return own, of_father[:, 1:].reshape(EQUATIONS * EQUATIONS, len(father))
