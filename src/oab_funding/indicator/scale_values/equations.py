"""The normal equations of a design with scale values, in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from oab_funding.errors import InputError
from oab_funding.indicator.normal_equations import START, NormalEquations
from oab_funding.indicator.scale_values.values import (
    ScaleValues,
    check_scale_values,
    scale_of,
    scaled_columns,
    scaled_school_means,
)
from oab_funding.indicator.school_mean import NO_MEAN
from oab_funding.indicator.specification import SCORE_PLACES, Specification
from oab_funding.indicator.statistics import ABILITY, ATTAINMENT, ONE, SufficientStatistics

_Combination: TypeAlias = dict[int, int]
"""A column of the design as a sum of columns of z: whole factors by position."""


def scaled_equations(
    statistics: SufficientStatistics, specification: Specification, scale_values: Sequence[ScaleValues]
) -> NormalEquations:
    """Form the normal equations of a design with scale values.

    Every column but the school mean is a combination of columns of z with whole factors, so its products are
    combinations of those of z; those with the school mean follow from the sums per place.

    Parameters
    ----------
    statistics
        Of at least one child.
    specification
        The one the children were coded by.
    scale_values
        Published scale values.

    Returns
    -------
    NormalEquations
        Whole numbers of any size.

    Raises
    ------
    InputError
        The scale values do not belong to the specification.
    """
    try:
        check_scale_values(specification, scale_values)
    except ValueError as error:
        raise InputError(str(error), remedy="give one number for each class") from error
    names = scaled_columns(specification, scale_values)
    position = {name: number for number, name in enumerate(statistics.columns)}
    mean = specification.school_mean
    of_mean = None if mean is None else _mean_products(statistics, specification, scale_values)
    centre, grain = _centre(statistics, specification, position), 10**specification.ability_measure.places
    combinations, scales = [], []
    for name in names:
        if mean is not None and name == mean.name:
            combination, scale = {len(position): 1}, 10**specification.rounding.school_mean_places
        elif name == ABILITY:
            combination = {position[ABILITY]: centre.denominator, position[ONE]: -centre.numerator}
            scale = centre.denominator * grain
        else:
            combination, scale = _combination(name, specification, scale_values, position)
        combinations.append(combination)
        scales.append(scale)
    cross = _bordered(statistics.cross, of_mean)
    target = {position[ATTAINMENT]: 1}
    return NormalEquations(
        names,
        tuple(scales),
        tuple(tuple(_product(cross, left, right) for right in combinations) for left in combinations),
        tuple(_product(cross, one, target) for one in combinations),
        total_square=statistics.cross[position[ATTAINMENT]][position[ATTAINMENT]],
        total=statistics.cross[0][position[ATTAINMENT]],
        n=statistics.n,
        ability_centre=centre / grain,
        units=10**specification.attainment_measure.places,
        weight_units=statistics.weight_units,
        total_weight=statistics.cross[0][0],
    )


def _combination(
    name: str,
    specification: Specification,
    scale_values: Sequence[ScaleValues],
    position: dict[str, int],
) -> tuple[_Combination, int]:
    scale = scale_of(name, scale_values)
    if scale is None:
        return {position[ONE if name == START else name]: 1}, 1
    values = {position[f"{name}[{one}]"]: scale.units(one) for one in specification.categories(name)}
    return values, 10**SCORE_PLACES


def _centre(
    statistics: SufficientStatistics, specification: Specification, position: dict[str, int]
) -> Fraction:
    ability = specification.ability
    if ability is None or ability.centre == "zero":
        return Fraction(0)
    return Fraction(statistics.cross[0][position[ABILITY]], statistics.cross[0][0])


def _mean_products(
    statistics: SufficientStatistics, specification: Specification, scale_values: Sequence[ScaleValues]
) -> tuple[list[int], int]:
    """Give the products of the school mean with z and with itself."""
    means = scaled_school_means(statistics.mothers, specification, scale_values)
    # Whoever is in the sample has a mother who is counted, so a place without a mean has sums of zero.
    whole = np.where(means == NO_MEAN, 0, means).tolist()
    sums = statistics.place_sums.tolist()
    products = [
        sum(mean * row[column] for mean, row in zip(whole, sums, strict=True))
        for column in range(len(statistics.columns))
    ]
    return products, sum(mean * mean * row[0] for mean, row in zip(whole, sums, strict=True))


def _bordered(
    cross: Sequence[Sequence[int]], of_mean: tuple[list[int], int] | None
) -> Sequence[Sequence[int]]:
    if of_mean is None:
        return cross
    products, square = of_mean
    return [*([*row, one] for row, one in zip(cross, products, strict=True)), [*products, square]]


def _product(cross: Sequence[Sequence[int]], left: _Combination, right: _Combination) -> int:
    return sum(a * b * cross[i][j] for i, a in left.items() for j, b in right.items())
