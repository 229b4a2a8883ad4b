"""How much the data say about the coefficients of the joint model: the information in what was observed.

Equations of parents seen give ``X' W X``. A child whose father alone is known informs about both models at
once, less than if its mother were known too; its share is the outer product of its score, the expectation of
the complete-data score given the father (R. A. Fisher's identity): I. Meilijson (1989), A fast improvement to
the EM algorithm on its own terms, Journal of the Royal Statistical Society B 51(1), 127-138. The sum is
always positive definite.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oab_funding.indicator.imputation.continuation_ratio import Prior, curvature, residuals
from oab_funding.indicator.imputation.counts import CLASSES
from oab_funding.indicator.imputation.design import Design
from oab_funding.indicator.imputation.elementary import Floats
from oab_funding.indicator.imputation.joint import EQUATIONS, Tables, ordered_sum

_EXACT_BITS = 52
_CHUNK = 1 << 13


def mother_information(counts: Floats, tables: Tables, design: Design, prior: Prior) -> Floats:
    """Information of mothers (c, 8) on each of the mother's equations, with the prior's: (7, q, q)."""
    blocks = design.cross(curvature(counts, tables.mother_hazards))
    return blocks + np.diag(prior.precision(design.columns))


def father_information(pairs: Floats, tables: Tables, design: Design, prior: Prior) -> Floats:
    """Information of fathers by mothers (c, 8, 8) on each of the father's equations, with the prior's."""
    weights = curvature(pairs, tables.father_hazards)
    columns = design.columns
    blocks = np.zeros((EQUATIONS, columns + EQUATIONS, columns + EQUATIONS))
    blocks[:, :columns, :columns] = design.cross(ordered_sum(weights, axis=1))
    for partner in range(1, CLASSES):
        place = columns + partner - 1
        blocks[:, place, :columns] = blocks[:, :columns, place] = design.project(weights[:, partner])
        blocks[:, place, place] = ordered_sum(weights[:, partner], axis=0)
    return blocks + np.diag(prior.precision(columns + EQUATIONS))


def observed_information(counts: NDArray[np.int64], tables: Tables, design: Design, prior: Prior) -> Floats:
    """Information of everything observed on all coefficients at once.

    Parameters
    ----------
    counts
        Shape (c, 9, 9), mother by father, 0 unknown.
    tables
        Probabilities by the fitted coefficients.
    design
        Design of the cells.
    prior
        Prior of the coefficients.

    Returns
    -------
    numpy.ndarray
        Shape (p, p) with p = 7 q + 7 (q + 7), in the order of `Coefficients.flat`.
    """
    pairs = counts[:, 1:, 1:].astype(np.float64)
    mothers = counts[:, 1:, :].sum(axis=2).astype(np.float64)
    blocks = [
        *mother_information(mothers, tables, design, prior),
        *father_information(pairs, tables, design, prior),
    ]
    size = sum(map(len, blocks))
    information = np.zeros((size, size))
    start = 0
    for block in blocks:
        stop = start + len(block)
        information[start:stop, start:stop] = block
        start = stop
    return information + _information_of_lone_fathers(counts[:, 0, 1:], tables, design, size)


def _information_of_lone_fathers(
    lone: NDArray[np.int64], tables: Tables, design: Design, size: int
) -> Floats:
    """Sum of the outer products of the scores of children whose father alone is known."""
    cells, fathers = np.nonzero(lone)
    posterior = tables.mother_given_father()
    bits = (_EXACT_BITS - int(lone.sum()).bit_length()) // 2
    total = np.zeros((size, size))
    for start in range(0, len(cells), _CHUNK):
        cell, father = cells[start : start + _CHUNK], fathers[start : start + _CHUNK]
        scores = _scores(posterior[cell, :, father], father, tables, design, cell)
        rows = scores * np.sqrt(lone[cell, father].astype(np.float64))[:, None]
        # On this grid every product is a whole number and no sum passes 2^53: exact in any order of adding.
        grid = np.rint(np.ldexp(rows, bits))
        total += grid.T @ grid
    return np.ldexp(total, -2 * bits)


def _scores(
    posterior: Floats, father: NDArray[np.int64], tables: Tables, design: Design, cell: NDArray[np.int64]
) -> Floats:
    """Score of one child per row, given x, the father's class and the mother's posterior: (rows, p)."""
    x = design.take(cell).dense()[:, None, :]
    of_mother = residuals(posterior, tables.mother_hazards[cell])
    seen = np.eye(CLASSES)[father][:, None, :]
    of_father = posterior[:, :, None] * residuals(seen, tables.father_hazards[cell])
    own = ordered_sum(of_father, axis=1)[:, :, None] * x
    partner = of_father[:, 1:, :].transpose(0, 2, 1)
    mother_part = (of_mother[:, :, None] * x).reshape(len(cell), -1)
    return np.hstack([mother_part, np.concatenate([own, partner], axis=2).reshape(len(cell), -1)])
