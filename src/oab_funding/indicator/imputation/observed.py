"""What was observed of the parents, laid out for the fit of the joint model.

A child with only its mother known says nothing of the father's equations, and one with neither nothing at
all. One with only its father known (a lone father) is shared out among the mother's classes, in proportion to
their probabilities given the father.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oab_funding.indicator.imputation.continuation_ratio import (
    Prior,
    class_probabilities,
    curvature,
    residuals,
)
from oab_funding.indicator.imputation.counts import CLASSES, EducationCounts
from oab_funding.indicator.imputation.design import Design, Numbers, summed
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
