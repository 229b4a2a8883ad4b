"""One joint model of both parents' education, from which every missing value is drawn.

    p(mother, father | x) = p(mother | x) p(father | mother, x)

Both factors are continuation-ratio logits. The mother's has the predictors x; the father's has x and the
mother's class. What a known father says about an unknown mother follows by Bayes' rule over the eight
classes, so that

- both unknown: the mother from p(mother | x), then the father from p(father | mother, x);
- only the father unknown: from p(father | mother, x);
- only the mother unknown: from p(mother | father, x), proportional to p(mother | x) p(father | mother, x).

The three are conditionals of one distribution. Two regressions of each parent on the other, drawn in turn
(chained equations), need not be: see S. van Buuren (2018), Flexible Imputation of Missing Data, 2nd ed.,
section 4.5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oab_funding.indicator.imputation.continuation_ratio import Design, class_probabilities
from oab_funding.indicator.imputation.counts import CLASSES
from oab_funding.indicator.imputation.elementary import Floats, exp

EQUATIONS = CLASSES - 1


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Log-odds of the joint model.

    Parameters
    ----------
    mother
        Shape (7, q): equations by columns of the design of x.
    father
        Shape (7, q + 7): the same columns, then the mother's classes 2 to 8 against 1.

    Examples
    --------
    >>> Coefficients.of(np.arange(2 * 7 * 1 + 49), columns=1).father.shape
    (7, 8)
    """

    mother: Floats
    father: Floats

    @classmethod
    def of(cls, flat: Floats, columns: int) -> Coefficients:
        """Coefficients from one vector: the mother's equations, then the father's."""
        cut = EQUATIONS * columns
        return cls(flat[:cut].reshape(EQUATIONS, columns), flat[cut:].reshape(EQUATIONS, columns + EQUATIONS))

    @property
    def flat(self) -> Floats:
        """All of them as one vector."""
        return np.concatenate([self.mother.ravel(), self.father.ravel()])

    @property
    def columns(self) -> int:
        """Columns q of the design of x."""
        return self.mother.shape[1]

    def factors(self, first: int, levels: int) -> tuple[Floats, Floats]:
        """Give what the levels of a predictor multiply odds of going on by, from its column: (7, levels)."""
        width = levels - 1
        parents = self.mother[:, first : first + width], self.father[:, first : first + width]
        mother, father = (exp(-np.column_stack([np.zeros(EQUATIONS), columns])) for columns in parents)
        return mother, father

    def padded(self, columns: int) -> Coefficients:
        """Give the same with more columns of x, whose coefficients are 0.

        Examples
        --------
        >>> Coefficients.of(np.ones(7 + 56), columns=1).padded(3).father[0].tolist()
        [1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
        """
        new = np.zeros((EQUATIONS, columns - self.columns))
        own, partner = self.father[:, : self.columns], self.father[:, self.columns :]
        return Coefficients(np.hstack([self.mother, new]), np.hstack([own, new, partner]))


@dataclass(frozen=True, slots=True, eq=False)
class Odds:
    """Odds of going on to a higher class, as products of a factor of x and one of the mother's class.

    Parameters
    ----------
    mother
        Shape (7, rows): the mother's, by x.
    father
        Shape (7, rows): the father's, by x, beside a mother of class 1.
    partner
        Shape (7, 8): what the mother's class multiplies the father's by.
    """

    mother: Floats
    father: Floats
    partner: Floats

    @classmethod
    def of(cls, coefficients: Coefficients, design: Design) -> Odds:
        """Odds in each row of the design.

        Examples
        --------
        >>> nothing_known = Coefficients.of(np.zeros(7 + 56), columns=1)
        >>> odds = Odds.of(nothing_known, Design.of(np.zeros((1, 0), dtype=int), ()))
        >>> hazards(odds.mother)[:3, 0].tolist(), odds.partner.shape
        ([0.5, 0.5, 0.5], (7, 8))
        """
        own, partner = np.hsplit(coefficients.father, [coefficients.columns])
        return cls(
            exp(-design.linear(coefficients.mother)),
            exp(-design.linear(own)),
            exp(-np.column_stack([np.zeros(EQUATIONS), partner])),
        )

    def joint(self) -> Floats:
        """p(mother, father | x), (8, 8, rows)."""
        mother = class_probabilities(hazards(self.mother))
        father = class_probabilities(hazards(self.father[:, None, :] * self.partner[:, :, None]))
        return mother[:, None, :] * father.transpose(1, 0, 2)


def hazards(odds: Floats) -> Floats:
    """Probability of stopping at a class, from the odds of going on."""
    found: Floats = 1.0 / (1.0 + odds)
    return found


def ordered_sum(values: Floats, axis: int) -> Floats:
    """Sum from the first to the last, one addition after the other; `numpy.sum` may group them as it likes.

    Examples
    --------
    >>> ordered_sum(np.array([[1.0, 2.0], [3.0, 4.0]]), axis=0).tolist()
    [4.0, 6.0]
    """
    slices = np.moveaxis(values, axis, 0)
    total: Floats = slices[0].copy()
    for part in slices[1:]:
        total += part
    return total
