"""Fitting scale values, and the coefficients that belong to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, get_args

import numpy as np

from oab_funding.errors import InputError, Place
from oab_funding.exact import round_exact
from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.collect import collect_statistics
from oab_funding.indicator.features import EducationFeature
from oab_funding.indicator.fit import FittedIndicator, fit_statistics
from oab_funding.indicator.scale_values.alternate import Level, Scaling, alternate
from oab_funding.indicator.scale_values.quadratic import Floats, education_quadratic
from oab_funding.indicator.scale_values.values import ScaleValues
from oab_funding.indicator.specification import SCORE_PLACES, Specification
from oab_funding.indicator.statistics import SufficientStatistics

if TYPE_CHECKING:
    import pandas as pd

TOLERANCE = 1e-10
"""Scale values settle linearly: a last move of this size leaves less than 1e-8 to go, far below the decimals
that are published."""

MOST_ROUNDS = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class ScaleValueFit:
    """Scale values, as found and as published, with the exact fit that belongs to the published ones.

    Parameters
    ----------
    fitted
        The exact fit, given the published scale values.
    level
        ``"ordinal"`` or ``"nominal"``.
    unrounded
        Scale values before rounding, shape (k,), by name of feature.
    losses
        Sum of squared residuals after each round of the alternation.
    rounding_margin
        How far the unrounded value that lies nearest to it lies from where rounding changes, in class
        numbers. Above 1e-8 the published values do not depend on the machine.
    minima
        How many different ends the alternation found from its three starts; the best one is taken.
    shared, scale_school_mean
        As asked for; see `fit_scale_values`.
    """

    fitted: FittedIndicator
    level: Level
    unrounded: Mapping[str, Floats]
    losses: tuple[float, ...]
    rounding_margin: float
    minima: int
    shared: bool = True
    scale_school_mean: bool = True

    def quantifications(self) -> pd.DataFrame:
        """Give every category of every feature its count and quantification; see `quantifications`."""
        return self.fitted.quantifications()

    @property
    def scale_values(self) -> tuple[ScaleValues, ...]:
        """The published scale values."""
        return self.fitted.scale_values

    @property
    def rounds(self) -> int:
        """Rounds of alternation."""
        return len(self.losses) - 1

    def to_frame(self) -> pd.DataFrame:
        """Give one row per feature and class.

        Returns
        -------
        DataFrame
            `feature`, `category`, `scale_value` (Decimal), `effect` (in points, against the lowest class) and
            `standardised`: the scale value with mean 0 and variance 1 over the children of the sample (not
            for the school mean, whose classes no child has).
        """
        import pandas as pd

        rows = [
            row for scale in self.scale_values for name in scale.features for row in self._rows(scale, name)
        ]
        return pd.DataFrame(rows)

    def _rows(self, scale: ScaleValues, name: str) -> list[dict[str, object]]:
        statistics, coefficient = self.fitted.statistics, float(self.fitted.coefficients[name])
        classes = [str(number) for number in self.fitted.specification.class_numbers]
        values = np.array([float(scale.values[one]) for one in classes])
        standardised = np.full(len(values), np.nan)
        if f"{name}[{classes[0]}]" in statistics.columns:
            counts = np.array(
                [statistics.cross[0][statistics.columns.index(f"{name}[{one}]")] for one in classes],
                dtype=np.float64,
            )
            total = float(statistics.cross[0][0])
            mean = counts @ values / total
            standardised = (values - mean) / np.sqrt(counts @ (values - mean) ** 2 / total)
        return [
            {
                "feature": name,
                "category": one,
                "scale_value": round_exact(scale.values[one], SCORE_PLACES),
                "effect": coefficient * (value - values[0]),
                "standardised": standard,
            }
            for one, value, standard in zip(classes, values.tolist(), standardised.tolist(), strict=True)
        ]


def fit_scale_values(
    children: CodedChildren | SufficientStatistics,
    specification: Specification,
    level: Level = "ordinal",
    *,
    shared: bool = True,
    scale_school_mean: bool = True,
    places: int = 4,
    tolerance: float = TOLERANCE,
    most_rounds: int = MOST_ROUNDS,
) -> ScaleValueFit:
    """Fit the indicator with scale values for the classes of education.

    Origin, stay and debt restructuring keep a coefficient per category, which is what nominal scaling gives a
    feature that shares its scale values with no other.

    Parameters
    ----------
    children
        Coded pupils, or their sufficient statistics; the work is done on the latter.
    specification
        The one they were coded by.
    level
        ``"ordinal"``: scale values never descend with the class number. ``"nominal"``: they are free.
    shared
        One set of scale values for mother, father and school mean, or a set for each.
    scale_school_mean
        Whether the school mean is the mean of the mothers' scale values, or stays that of class numbers.
    places
        Decimals of the published scale values, at most six; rounded by the rule of the specification.
    tolerance
        The largest move of a scale value that counts as none, in class numbers.
    most_rounds
        How often to try.

    Returns
    -------
    ScaleValueFit
        Normalised: in each set the smallest scale value is the lowest class number and the largest one the
        highest. The coefficients are exact given the published scale values; standard errors of
        `fitted` take those as given too.

    Raises
    ------
    InputError
        There is no feature of education, the alternation does not converge, all classes of a feature get the
        same scale value, or the fit is refused; see `fit`.

    Examples
    --------
    >>> from oab_funding.indicator.coding import code_children
    >>> from oab_funding.indicator.specification_file import load_specification
    >>> from oab_funding.synthetic import country
    >>> made_up, specification = country(6_000, seed=1), load_specification("cbs-2019")
    >>> coded = code_children(made_up.pupils, made_up.sites, specification)
    >>> result = fit_scale_values(coded, specification)
    >>> list(result.scale_values[0].values.values())[:3], result.fitted.columns[:3]
    (['1.0000', '2.2053', '2.7539'], ('start', 'education_mother', 'education_father'))
    """
    _check(level, places)
    sample = children if isinstance(children, CodedChildren) else None
    statistics = (
        collect_statistics(children, specification) if isinstance(children, CodedChildren) else children
    )
    fit_statistics(statistics, specification)  # what it refuses is refused here, with its own words
    names, sets, scaling = scaled(
        statistics, specification, level, shared, scale_school_mean, tolerance, most_rounds
    )
    published = _published(scaling, names, sets, specification, places)
    return ScaleValueFit(
        fit_statistics(statistics, specification, sample, published),
        level,
        {name: scaling.values[own] for name, own in zip(names, sets, strict=True)},
        scaling.losses,
        _margin(scaling.values, specification, places),
        scaling.minima,
        shared,
        scale_school_mean,
    )


def scaled(
    statistics: SufficientStatistics,
    specification: Specification,
    level: Level,
    shared: bool = True,
    scale_school_mean: bool = True,
    tolerance: float = TOLERANCE,
    most_rounds: int = MOST_ROUNDS,
) -> tuple[tuple[str, ...], tuple[int, ...], Scaling]:
    """Find scale values, unrounded: names of the features, the set each uses, and where it ended.

    The arguments are those of `fit_scale_values`.
    """
    names = _features(specification, scale_school_mean)
    sets = (0,) * len(names) if shared else tuple(range(len(names)))
    quadratic = education_quadratic(statistics, specification, names)
    return names, sets, alternate(quadratic, sets, level, tolerance, most_rounds)


def _check(level: str, places: int) -> None:
    if level not in get_args(Level):
        raise InputError("is no level of scaling", Place(value=level), "choose ordinal or nominal")
    if not 0 <= places <= SCORE_PLACES:
        raise InputError("is no number of decimals", Place(value=places), f"choose 0 to {SCORE_PLACES}")


def _features(specification: Specification, scale_school_mean: bool) -> tuple[str, ...]:
    names = [feature.name for feature in specification.features if isinstance(feature, EducationFeature)]
    if not names:
        raise InputError(
            f"the specification {specification.name} has no feature of education", remedy="use fit"
        )
    mean = specification.school_mean
    return (*names, mean.name) if mean is not None and scale_school_mean else tuple(names)


def _published(
    scaling: Scaling,
    names: Sequence[str],
    sets: Sequence[int],
    specification: Specification,
    places: int,
) -> tuple[ScaleValues, ...]:
    rule, classes = specification.rounding.rule, [str(number) for number in specification.class_numbers]
    return tuple(
        ScaleValues(
            features=tuple(name for name, used in zip(names, sets, strict=True) if used == own),
            values={
                one: format(round_exact(Fraction(value), places, rule), "f")
                for one, value in zip(classes, row, strict=True)
            },
        )
        for own, row in enumerate(scaling.values.tolist())
    )


def _margin(values: Floats, specification: Specification, places: int) -> float:
    """Distance from the nearest point at which rounding changes; the two ends are set, not found."""
    low, high = min(specification.class_numbers), max(specification.class_numbers)
    inner = values[(values != low) & (values != high)]
    steps = inner * 10**places - (0.5 if specification.rounding.rule.startswith("half") else 0.0)
    return float(np.min(np.abs(steps - np.round(steps)), initial=0.5)) / 10**places
