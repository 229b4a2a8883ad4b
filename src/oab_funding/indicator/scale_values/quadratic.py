"""The sum of squares as a function of the effects of the classes of education alone.

For given effects of the classes, all other coefficients follow by least squares. What is left is a quadratic
in those effects, whose size does not depend on the number of children.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from oab_funding.indicator.specification import Specification
from oab_funding.indicator.statistics import ABILITY, ATTAINMENT, ONE, SufficientStatistics

Floats: TypeAlias = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Quadratic:
    """The sum of squares ``constant - 2 linear' theta + theta' square theta``.

    Parameters
    ----------
    features
        Names of the j features.
    classes
        Numbers of the k classes.
    square
        Shape (j k, j k): the classes of the first feature, then those of the second, and so on.
    linear
        Shape (j k,).
    constant
        Sum of squares without any of these features.
    """

    features: tuple[str, ...]
    classes: tuple[int, ...]
    square: Floats
    linear: Floats
    constant: float


def education_quadratic(
    statistics: SufficientStatistics, specification: Specification, features: Sequence[str]
) -> Quadratic:
    """Form the quadratic of some features.

    Parameters
    ----------
    statistics
        Of the sample.
    specification
        The one the children were coded by.
    features
        Features of education; the school mean may be among them: its columns are the shares of the mothers
        at the school in each class, so that its effect is the mean of theirs.

    Returns
    -------
    Quadratic
        With every other feature, and the school mean of class numbers where it is not among them, left to
        least squares.
    """
    names, cross = _products(statistics, specification)
    mean = specification.school_mean
    inside = [
        names.index(f"{feature}[{number}]") for feature in features for number in specification.class_numbers
    ]
    outside = [names.index(ONE)]
    for feature in specification.categorical:
        if feature.name not in features:
            reference = specification.reference(feature.name)
            outside += [
                names.index(f"{feature.name}[{one}]")
                for one in specification.categories(feature.name)
                if one != reference
            ]
    outside += [names.index(ABILITY)] if specification.ability is not None else []
    if mean is not None and mean.name not in features:
        shares = [names.index(f"{mean.name}[{number}]") for number in specification.class_numbers]
        cross, names = _with_combination(cross, shares, specification.class_numbers), [*names, mean.name]
        outside.append(len(names) - 1)
    square, linear, constant = _profiled(cross, inside, outside, names.index(ATTAINMENT))
    return Quadratic(tuple(features), specification.class_numbers, square, linear, constant)


def _products(statistics: SufficientStatistics, specification: Specification) -> tuple[list[str], Floats]:
    """Cross products of z, with ability and attainment near 0, and of the shares of the mothers."""
    names, mean = list(statistics.columns), specification.school_mean
    shift = {column: _near_mean(statistics, names.index(column)) for column in (ABILITY, ATTAINMENT)}
    off = [shift.get(name, 0) for name in names]
    count, first = statistics.cross[0][0], statistics.cross[0]
    # In whole numbers, so that nothing is lost when large numbers nearly cancel.
    cross = np.array(
        [
            [
                float(value - off[i] * first[j] - off[j] * first[i] + off[i] * off[j] * count)
                for j, value in enumerate(row)
            ]
            for i, row in enumerate(statistics.cross)
        ]
    )
    if mean is None:
        return names, cross
    mothers = statistics.mothers
    shares = mothers / np.maximum(mothers.sum(axis=1, keepdims=True), 1)
    children = statistics.place_sums[:, 0]
    sums = (statistics.place_sums - np.outer(children, off)).astype(np.float64)
    with_z, own = shares.T @ sums, (shares * children[:, None]).T @ shares
    names += [f"{mean.name}[{number}]" for number in specification.class_numbers]
    return names, np.block([[cross, with_z.T], [with_z, own]])


def _near_mean(statistics: SufficientStatistics, column: int) -> int:
    return round(statistics.cross[0][column] / statistics.cross[0][0])


def _with_combination(cross: Floats, members: Sequence[int], weights: Sequence[int]) -> Floats:
    """Add the column that is a combination of others."""
    combination = np.zeros(len(cross))
    combination[list(members)] = weights
    products = cross @ combination
    return np.block([[cross, products[:, None]], [products[None, :], combination @ products]])


def _profiled(
    cross: Floats, inside: Sequence[int], outside: Sequence[int], target: int
) -> tuple[Floats, Floats, float]:
    """Let the columns outside take their least-squares coefficients."""
    mine = [*inside, target]
    explained = np.linalg.solve(cross[np.ix_(outside, outside)], cross[np.ix_(outside, mine)])
    left = cross[np.ix_(mine, mine)] - cross[np.ix_(mine, outside)] @ explained
    left = (left + left.T) / 2
    return left[:-1, :-1], left[:-1, -1], float(left[-1, -1])
