"""The quantifications of all features, as users of categorical regression expect them.

Every category gets a number, of mean 0 and variance 1 over the children of the sample, and every feature one
beta: the standardised coefficient of the quantified feature. Importance is Pratt's: beta times the
correlation of the quantified feature with attainment, over R2; it adds up to 1.

Sources
-------
A. J. van der Kooij, J. J. Meulman and W. J. Heiser (2006), Local minima in categorical multiple regression,
Computational Statistics & Data Analysis 50, 446-462, https://doi.org/10.1016/j.csda.2004.08.009. J. W. Pratt
(1987), Dividing the indivisible, Proceedings of the Second Tampere Conference in Statistics, 245-260.
"""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from typing import TYPE_CHECKING

from oab_funding.errors import InputError
from oab_funding.indicator.fitted import Solved
from oab_funding.indicator.scale_values.values import scale_of
from oab_funding.indicator.statistics import ATTAINMENT

if TYPE_CHECKING:
    import pandas as pd


def quantifications(fitted: Solved) -> pd.DataFrame:
    """Lay out the quantifications of a fit.

    Parameters
    ----------
    fitted
        With or without scale values; it needs no single child.

    Returns
    -------
    DataFrame
        One row per category, and one for each feature without categories: `feature`, `category`, `count`
        (sum of weights), `effect` (in points, against the reference or the lowest class), `quantification`,
        `beta` and `importance` of the feature. The exact numbers are rounded once, roots apart.

    Raises
    ------
    InputError
        All children have the same attainment.

    Examples
    --------
    >>> from oab_funding.indicator.fit import fit
    >>> from oab_funding.synthetic import country
    >>> made_up = country(6_000, seed=1)
    >>> table = quantifications(fit(made_up.pupils, made_up.sites))
    >>> debts = table[table["feature"] == "debt_restructuring"]
    >>> debts[["category", "count", "quantification"]].round(3).values.tolist()
    [['no', 3950.0, 0.069], ['yes', 19.0, -14.419]]
    >>> round(float(table.drop_duplicates("feature")["importance"].sum()), 9)
    1.0
    """
    import pandas as pd

    equations = fitted.equations
    weight = equations.total_weight
    mean = Fraction(equations.total, weight)
    variance = Fraction(equations.total_square, weight) - mean**2
    if variance == 0:
        raise InputError(
            "all children have the same attainment, so there is nothing to standardise by",
            remedy="give children whose attainment differs",
        )
    points = Fraction(1, equations.units)
    explained, rows = Fraction(0), []
    for feature in fitted.specification.features:
        counts, effects, spread, covariance = _of_feature(fitted, feature.name)
        explained += covariance
        # A feature's contribution is beta times its quantification, in standard deviations of attainment.
        size = sqrt(spread)
        sign = 1
        if feature.name in fitted.coefficients and fitted.coefficients[feature.name] < 0:
            sign = -1  # a feature of one number keeps its direction
        beta = sign * size / (sqrt(variance) * float(points))
        centre = sum((c * e for c, e in zip(counts, effects, strict=True)), Fraction(0)) / weight
        names = fitted.specification.categories(feature.name) if effects else (None,)
        for number, name in enumerate(names):
            effect = effects[number] if effects else None
            rows.append(
                {
                    "feature": feature.name,
                    "category": name,
                    "count": float(Fraction(counts[number] if effects else weight, equations.weight_units)),
                    "effect": float("nan") if effect is None else float(effect),
                    "quantification": (
                        float("nan") if effect is None or not size else sign * float(effect - centre) / size
                    ),
                    "beta": beta,
                    "importance": covariance,
                }
            )
    for row in rows:
        row["importance"] = float(row["importance"] / explained)  # type: ignore[operator]
    return pd.DataFrame(rows)


def _of_feature(fitted: Solved, name: str) -> tuple[list[int], list[Fraction], Fraction, Fraction]:
    """Give counts and effects per category, and the contribution's variance and covariance with attainment.

    A feature without categories has neither counts nor effects. Points are the unit.
    """
    equations, statistics = fitted.equations, fitted.statistics
    weight, total = equations.total_weight, equations.total
    points = Fraction(1, equations.units)
    if name in {feature.name for feature in fitted.specification.categorical}:
        columns = [f"{name}[{one}]" for one in fitted.specification.categories(name)]
        places = [statistics.columns.index(column) for column in columns]
        counts = [statistics.cross[0][place] for place in places]
        attained = [statistics.cross[place][statistics.columns.index(ATTAINMENT)] for place in places]
        effects = _effects(fitted, name)
        mean = sum((c * e for c, e in zip(counts, effects, strict=True)), Fraction(0)) / weight
        square = sum((c * e * e for c, e in zip(counts, effects, strict=True)), Fraction(0)) / weight
        product = sum((a * e for a, e in zip(attained, effects, strict=True)), Fraction(0)) / weight
        return counts, effects, square - mean**2, (product - mean * Fraction(total, weight)) * points
    position = equations.columns.index(name)
    coefficient = fitted.exact[position] / equations.scales[position]
    sums = equations.gram[0][position]
    variance = Fraction(equations.gram[position][position], weight) - Fraction(sums, weight) ** 2
    covariance = Fraction(equations.moments[position], weight) - Fraction(sums * total, weight**2)
    return [], [], coefficient**2 * variance, coefficient * covariance * points


def _effects(fitted: Solved, name: str) -> list[Fraction]:
    categories = fitted.specification.categories(name)
    if scale := scale_of(name, fitted.scale_values):
        values = [Fraction(scale.values[one]) for one in categories]
        return [fitted.coefficients[name] * (value - values[0]) for value in values]
    return [fitted.coefficients.get(f"{name}[{one}]", Fraction(0)) for one in categories]
