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
from numpy.typing import NDArray

from oab_funding.indicator.imputation.continuation_ratio import class_probabilities
from oab_funding.indicator.imputation.counts import CLASSES
from oab_funding.indicator.imputation.design import Design
from oab_funding.indicator.imputation.elementary import Floats, logistic

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


@dataclass(frozen=True, slots=True)
class Tables:
    """Probabilities per cell of x, c cells.

    Parameters
    ----------
    mother_hazards, mother
        Shapes (c, 7) and (c, 8): p(mother | x).
    father_hazards, father
        Shapes (c, 8, 7) and (c, 8, 8): p(father | mother, x), the mother's class on the second axis.
    """

    mother_hazards: Floats
    mother: Floats
    father_hazards: Floats
    father: Floats

    def mother_given_father(self) -> Floats:
        """p(mother | father, x), (c, 8, 8), the mother's class on the second axis."""
        joint = self.mother[:, :, None] * self.father
        return joint / ordered_sum(joint, axis=1)[:, None, :]


def tabulate(coefficients: Coefficients, design: Design) -> Tables:
    """Probabilities of the joint model in each cell.

    Examples
    --------
    >>> nothing_known = Coefficients.of(np.zeros(7 + 56), columns=1)
    >>> tables = tabulate(nothing_known, Design.of(np.zeros((1, 0), dtype=int), ()))
    >>> tables.mother[0, :3].tolist(), tables.father.shape
    ([0.5, 0.25, 0.125], (1, 8, 8))
    """
    mother = logistic(design.linear(coefficients.mother))
    own = design.linear(coefficients.father[:, : design.columns])
    partner = np.vstack([np.zeros(EQUATIONS), coefficients.father[:, design.columns :].T])
    father = logistic(own[:, None, :] + partner)
    return Tables(mother, class_probabilities(mother), father, class_probabilities(father))


def expected_counts(counts: NDArray[np.int64], tables: Tables) -> tuple[Floats, Floats]:
    """Complete the counts with what is expected of the mothers who are unknown beside a known father.

    A child with only its mother known says nothing of the father's equation, and one with neither nothing at
    all: they enter neither.

    Parameters
    ----------
    counts
        Shape (c, 9, 9), mother by father, 0 unknown.
    tables
        Probabilities by the present coefficients.

    Returns
    -------
    tuple of numpy.ndarray
        Mothers, shape (c, 8); fathers by mothers, shape (c, 8, 8).
    """
    pairs = counts[:, 1:, 1:] + counts[:, :1, 1:] * tables.mother_given_father()
    return ordered_sum(pairs, axis=2) + counts[:, 1:, 0], pairs


def ordered_sum(values: Floats, axis: int) -> Floats:
    """Sum from the first to the last, one addition after the other; `numpy.sum` may group them as it likes.

    Examples
    --------
    >>> ordered_sum(np.array([[1.0, 2.0], [3.0, 4.0]]), axis=0).tolist()
    [4.0, 6.0]
    """
    total: Floats = np.take(np.add.accumulate(values, axis=axis), -1, axis=axis)
    return total
