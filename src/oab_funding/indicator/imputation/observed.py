"""What was observed of the parents, laid out for the fit of the joint model.

A child with only its mother known says nothing of the father's equations, and one with neither nothing at
all. One with only its father known (a lone father) is shared out among the mother's classes, in proportion to
their probabilities given the father.

How much that says about the coefficients is its information. Equations of parents seen give ``X' W X``. A
lone father informs about both models at once, less than if the mother were known too; the share of such a
child is the outer product of its score, the expectation of the complete-data score given the father (R. A.
Fisher's identity): I. Meilijson (1989), A fast improvement to the EM algorithm on its own terms, Journal of
the Royal Statistical Society B 51(1), 127-138. The sum is always positive definite.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oab_funding.indicator.imputation.continuation_ratio import (
    Design,
    Numbers,
    Prior,
    class_probabilities,
    curvature,
    residuals,
    summed,
)
from oab_funding.indicator.imputation.counts import CLASSES, EducationCounts
from oab_funding.indicator.imputation.elementary import Floats
from oab_funding.indicator.imputation.joint import EQUATIONS, Coefficients, Odds, hazards, ordered_sum

ByParent = tuple[Floats, Floats]
"""Figures of mothers by class and cell, and of fathers by class and pair."""
_CHUNK = 1 << 9
"""Cells at a time: their tables stay in the processor's second cache. No sum crosses a chunk."""


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """Parents by cell, c cells of which l have lone fathers, and r pairs of a cell and a mother's class.

    Parameters
    ----------
    design
        Design of the cells.
    mothers
        Shape (8, c): known mothers.
    cell, mother
        Shape (r,): pairs of a cell and a mother's class that occur or, for lone fathers, may have occurred.
    fathers
        Shape (8, r): known fathers beside a known mother.
    lone, lone_cell, lone_rows
        Shapes (8, l), (l,) and (8, l): lone fathers, their cell, and the pairs of the cell with each class.
    of_mother
        For each of the mother's classes after the first: its pairs, and the design of their cells.
    """

    design: Design
    mothers: Floats
    cell: Numbers
    mother: Numbers
    fathers: Floats
    lone: Floats
    lone_cell: Numbers
    lone_rows: Numbers
    of_mother: tuple[tuple[Numbers, Design], ...]

    @classmethod
    def of(cls, counted: EducationCounts) -> Observed:
        """Lay out those counted of whom at least one parent is known."""
        informative = counted.counts.sum(axis=(1, 2)) > counted.counts[:, 0, 0]
        counts = counted.counts[informative]
        design = Design.of(counted.codes[informative], tuple(counted.levels.values()))
        lone, both = counts[:, 0, 1:], counts[:, 1:, 1:]
        has_lone = lone.any(axis=1)
        occurs = both.any(axis=2) | has_lone[:, None]
        cell, mother = np.nonzero(occurs)
        number = np.cumsum(occurs.ravel()).reshape(occurs.shape) - 1
        rows_of = [np.flatnonzero(mother == one) for one in range(1, CLASSES)]
        return cls(
            design,
            _by_class(counts[:, 1:, :].sum(axis=2)),
            cell,
            mother,
            _by_class(both[cell, mother]),
            _by_class(lone[has_lone]),
            np.flatnonzero(has_lone),
            np.ascontiguousarray(number[has_lone].T),
            tuple((rows, design.take(cell[rows])) for rows in rows_of),
        )

    def hazards(self, odds: Odds) -> ByParent:
        """Hazards of mothers (7, c), and of fathers in each pair (7, r)."""
        father = np.take(odds.father, self.cell, axis=1)
        father *= np.take(odds.partner, self.mother, axis=1)
        return hazards(odds.mother), hazards(father)

    def completed(self, given: ByParent) -> ByParent:
        """Mothers (8, c) and fathers by pair (8, r), lone fathers shared out by these hazards."""
        mothers, fathers = self.mothers.copy(), self.fathers.copy()
        for start in range(0, len(self.lone_cell), _CHUNK):
            part = slice(start, start + _CHUNK)
            cell, rows = self.lone_cell[part], self.lone_rows[:, part]
            joint = class_probabilities(given[1][:, rows])
            joint *= class_probabilities(given[0][:, cell])
            joint *= (self.lone[:, part] / ordered_sum(joint, axis=1))[:, None, :]
            fathers[:, rows] += joint
            mothers[:, cell] += ordered_sum(joint, axis=0)
        return mothers, fathers

    def gradient(self, counts: ByParent, given: ByParent) -> Floats:
        """Gradient of the likelihood of these counts to all coefficients, in the order of `flat`."""
        of_mother, of_pair = map(residuals, counts, given)
        own = self.design.project(summed(self.cell, self.design.rows, of_pair))
        partner = summed(self.mother, CLASSES, of_pair)[:, 1:]
        return Coefficients(self.design.project(of_mother), np.hstack([own, partner])).flat

    def blocks(self, counts: ByParent, given: ByParent, prior: Prior) -> list[Floats]:
        """Information of these counts and the prior on each equation: the mother's seven, the father's."""
        columns = self.design.columns
        of_mother, of_pair = map(curvature, counts, given)
        mother = self.design.cross(of_mother) + np.diag(prior.precision(columns))
        father = np.zeros((EQUATIONS, columns + EQUATIONS, columns + EQUATIONS))
        father[:, :columns, :columns] = self.design.cross(summed(self.cell, self.design.rows, of_pair))
        for place, (rows, design) in enumerate(self.of_mother, start=columns):
            crossed = design.project(of_pair[:, rows])
            father[:, place, :columns] = father[:, :columns, place] = crossed
            father[:, place, place] = crossed[:, 0]
        return [*mother, *(father + np.diag(prior.precision(columns + EQUATIONS)))]


def _by_class(counts: Numbers) -> Floats:
    return np.ascontiguousarray(counts.T, dtype=np.float64)


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
