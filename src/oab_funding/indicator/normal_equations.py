"""The normal equations of the indicator, from its sufficient statistics, in whole numbers.

The columns of the design are the start (a one), every category but the reference ones, the school mean as
rounded, and ability less its mean over the sample. A column that is not whole is held in whole units: the
school mean in units of its last decimal, ability in n-ths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from oab_funding.exact.sums import INT64_MAX, Int64Array, magnitude
from oab_funding.indicator.school_mean import NO_MEAN, school_means
from oab_funding.indicator.specification import Specification
from oab_funding.indicator.statistics import ABILITY, ATTAINMENT, ONE, SufficientStatistics

START = "start"
"""Name of the column of ones; its coefficient is the start value."""


@dataclass(frozen=True, slots=True)
class NormalEquations:
    """Cross products of a design X, each column in whole units, with itself and with attainment.

    Parameters
    ----------
    columns
        Names of the p columns.
    scales
        One column of X holds ``scale`` times the feature it stands for: a coefficient of the feature is the
        coefficient of the column times its scale.
    gram
        X'X, p rows of p Python integers.
    moments
        X'y.
    total_square
        y'y.
    total
        Sum of y.
    n
        Rows of X.
    ability_centre
        What was taken off ability, in points.
    units
        Attainment is held in this many units to the point.
    weight_units
        Every product is held times this many, for weights that are not whole.
    total_weight
        Sum of the weights in these units: n where everyone counts once.
    """

    columns: tuple[str, ...]
    scales: tuple[int, ...]
    gram: tuple[tuple[int, ...], ...]
    moments: tuple[int, ...]
    total_square: int
    total: int
    n: int
    ability_centre: Fraction
    units: int
    weight_units: int
    total_weight: int

    def solution(self, values: Sequence[Fraction]) -> tuple[Fraction, ...]:
        """Turn the solution of the equations into coefficients, in points per unit of each feature."""
        return tuple(value * scale / self.units for value, scale in zip(values, self.scales, strict=True))


def design_columns(specification: Specification) -> tuple[str, ...]:
    """Name the columns of the design, in their order.

    Examples
    --------
    >>> from oab_funding.indicator.specification_file import load_specification
    >>> names = design_columns(load_specification("cbs-2019"))
    >>> len(names), names[:2], names[-3:]
    (31, ('start', 'education_mother[2]'), ('debt_restructuring[yes]', 'school_mean', 'ability'))
    """
    categories = [
        f"{feature.name}[{category}]"
        for feature in specification.categorical
        for category in specification.categories(feature.name)
        if category != specification.reference(feature.name)
    ]
    others = [
        feature.name for feature in (specification.school_mean, specification.ability) if feature is not None
    ]
    return (START, *categories, *others)


def normal_equations(statistics: SufficientStatistics, specification: Specification) -> NormalEquations:
    """Form the normal equations.

    Parameters
    ----------
    statistics
        Of at least one child.
    specification
        The one the children were coded by.

    Returns
    -------
    NormalEquations
        Whole numbers of any size.
    """
    z = {name: number for number, name in enumerate(statistics.columns)}
    names = [ONE, *(name for name in design_columns(specification) if name in z and name != ABILITY)]
    index, cross = [z[name] for name in names], statistics.cross
    system = _System(
        columns=[START, *names[1:]],
        scales=[1] * len(names),
        gram=[[cross[i][j] for j in index] for i in index],
        moments=[cross[i][z[ATTAINMENT]] for i in index],
        abilities=[cross[i][z[ABILITY]] for i in index],
    )
    if specification.school_mean is not None:
        _add_school_mean(system, statistics, specification, specification.school_mean.name, index)
    centre, grain = Fraction(0), 10**specification.ability_measure.places
    if specification.ability is not None:
        if specification.ability.centre == "sample_mean":
            centre = Fraction(system.abilities[0], cross[0][0])
        _add_ability(system, cross[z[ABILITY]][z[ABILITY]], cross[z[ABILITY]][z[ATTAINMENT]], centre, grain)
    return NormalEquations(
        tuple(system.columns),
        tuple(system.scales),
        tuple(tuple(row) for row in system.gram),
        tuple(system.moments),
        total_square=cross[z[ATTAINMENT]][z[ATTAINMENT]],
        total=cross[0][z[ATTAINMENT]],
        n=statistics.n,
        ability_centre=centre / grain,
        units=10**specification.attainment_measure.places,
        weight_units=statistics.weight_units,
        total_weight=cross[0][0],
    )


@dataclass(slots=True)
class _System:
    """Normal equations while columns are added; `abilities` are each column's products with ability."""

    columns: list[str]
    scales: list[int]
    gram: list[list[int]]
    moments: list[int]
    abilities: list[int]

    def border(self, name: str, scale: int, products: list[int], square: int, moment: int) -> None:
        """Add a column by its products with the others, with itself and with attainment."""
        for row, product in zip(self.gram, products, strict=True):
            row.append(product)
        self.gram.append([*products, square])
        self.columns.append(name)
        self.scales.append(scale)
        self.moments.append(moment)


def _add_school_mean(
    system: _System,
    statistics: SufficientStatistics,
    specification: Specification,
    name: str,
    index: list[int],
) -> None:
    means = school_means(statistics.mothers, specification)
    # Whoever is in the sample has a mother who is counted, so a place without a mean has sums of zero.
    means = np.where(means == NO_MEAN, 0, means)
    products = dict(
        zip(statistics.columns, (_dot(means, column) for column in statistics.place_sums.T), strict=True)
    )
    square = _dot(means * means, statistics.place_sums[:, 0])
    system.border(
        name,
        10**specification.rounding.school_mean_places,
        [products[statistics.columns[i]] for i in index],
        square,
        products[ATTAINMENT],
    )
    system.abilities.append(products[ABILITY])


def _add_ability(system: _System, square: int, moment: int, centre: Fraction, grain: int) -> None:
    """Add the column ``scale * ability - shift``, where ``shift / scale`` is the centre."""
    scale, shift, n, total = centre.denominator, centre.numerator, system.gram[0][0], system.abilities[0]
    products = [
        scale * product - shift * count
        for product, count in zip(system.abilities, system.gram[0], strict=True)
    ]
    own = scale**2 * square - 2 * scale * shift * total + shift**2 * n
    system.border(ABILITY, scale * grain, products, own, scale * moment - shift * system.moments[0])


def _dot(factors: Int64Array, sums: Int64Array) -> int:
    """Give ``factors @ sums`` exactly: in Python integers where it could pass 63 bits."""
    if magnitude(factors) * magnitude(sums) * len(sums) <= INT64_MAX:
        return int(factors @ sums)
    return sum(a * b for a, b in zip(factors.tolist(), sums.tolist(), strict=True))
