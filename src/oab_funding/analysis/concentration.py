"""How concentrated money is: the Lorenz curve and the Gini coefficient, exactly."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from oab_funding.exact.sums import Int64Array


def gini(amounts: Int64Array) -> Fraction:
    """Give the Gini coefficient: 0 where all get the same, towards 1 where one gets all.

    Parameters
    ----------
    amounts
        Cents of 0 or more, shape (n,).

    Examples
    --------
    >>> gini(np.array([1, 1])), gini(np.array([0, 0, 0, 1]))
    (Fraction(0, 1), Fraction(3, 4))
    """
    ascending = np.sort(amounts).tolist()
    total, number = sum(ascending), len(ascending)
    if not total:
        return Fraction(0)
    weighted = sum((2 * rank - number - 1) * amount for rank, amount in enumerate(ascending, start=1))
    return Fraction(weighted, number * total)


def lorenz(amounts: Int64Array, points: int = 100) -> list[Fraction]:
    """Give the share of the whole that the poorest part gets, at equal steps of the number of institutions.

    The part at a step is rounded down to whole institutions.

    Examples
    --------
    >>> lorenz(np.array([3, 1]), 2)
    [Fraction(0, 1), Fraction(1, 4), Fraction(1, 1)]
    """
    ascending = np.sort(amounts)
    sums = [0, *np.cumsum(ascending).tolist()]
    total, number = sums[-1] or 1, len(ascending)
    return [Fraction(sums[step * number // points], total) for step in range(points + 1)]
