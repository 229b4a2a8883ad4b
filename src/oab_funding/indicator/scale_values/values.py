"""Scale values: one number per class of education, shared by one or more features, as published decimals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from pydantic import Field

from oab_funding.exact import to_fraction
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.features import EducationFeature, Name
from oab_funding.indicator.normal_equations import design_columns
from oab_funding.indicator.school_mean import rounded_means, school_means
from oab_funding.indicator.specification import SCORE_PLACES, Specification
from oab_funding.regulation.values import Part
from oab_funding.tables.documents import Form

ScaleText = Annotated[str, Form(r"[0-9]{1,2}(\.[0-9]{1,6})?", "a number such as 2.5, of at most six places")]
"""A scale value as text: at most six decimals, not below 0."""


class ScaleValues(Part):
    """The numbers that stand for the classes of education in some features.

    A feature with scale values is one column of the design, which holds the number of the child's class; the
    school mean is then the mean of the mothers' numbers.

    Parameters
    ----------
    features
        Names of the features that use these numbers.
    values
        By number of the class, as text, from 0 to below 100 and with at most six decimals.

    Examples
    --------
    >>> own = ScaleValues(features=("education_mother",), values={"1": "1", "2": "2.25", "3": "3"})
    >>> own.units("2")
    2250000
    """

    features: Annotated[tuple[Name, ...], Field(min_length=1)]
    values: dict[str, ScaleText]

    def units(self, category: str) -> int:
        """Scale value of a class in units of the last decimal of a score."""
        return int(to_fraction(self.values[category]) * 10**SCORE_PLACES)


def scale_of(feature: str, scale_values: Sequence[ScaleValues]) -> ScaleValues | None:
    """Find the scale values of a feature, if it has any."""
    return next((one for one in scale_values if feature in one.features), None)


def scaled_columns(specification: Specification, scale_values: Sequence[ScaleValues]) -> tuple[str, ...]:
    """Name the columns of the design: a feature with scale values has one column, by its own name.

    Examples
    --------
    >>> from oab_funding.indicator.specification_file import load_specification
    >>> classes = {str(number): str(number) for number in range(1, 9)}
    >>> own = ScaleValues(features=("education_mother", "education_father"), values=classes)
    >>> scaled_columns(load_specification("cbs-2019"), [own])[:4]
    ('start', 'education_mother', 'education_father', 'origin[western]')
    """
    names = {
        column: column.partition("[")[0] if scale_of(column.partition("[")[0], scale_values) else column
        for column in design_columns(specification)
    }
    return tuple(dict.fromkeys(names.values()))


def scaled_school_means(
    counts: Int64Array, specification: Specification, scale_values: Sequence[ScaleValues] = ()
) -> Int64Array:
    """Give the rounded school means of the mothers' scale values, or of their class numbers without any.

    Parameters
    ----------
    counts
        Mothers per place and class, shape (s, k).
    specification
        Whose rounding to use.
    scale_values
        Those of the model.

    Returns
    -------
    ndarray of int64
        Shape (s,), in units of the last decimal of a school mean; `NO_MEAN` where no mother is counted.

    Examples
    --------
    >>> from oab_funding.indicator.specification_file import load_specification
    >>> classes = {str(number): f"{number}.5" for number in range(1, 9)}
    >>> own = ScaleValues(features=("school_mean",), values=classes)
    >>> scaled_school_means(np.array([[1, 2, 0, 0, 0, 0, 0, 0]]), load_specification("cbs-2019"), [own])
    array([2166667])
    """
    feature, rounding = specification.school_mean, specification.rounding
    scale = None if feature is None else scale_of(feature.name, scale_values)
    if scale is None:
        return school_means(counts, specification)
    # A sum of millionths over so many times the mothers, who add nothing, is the mean in coarser units.
    units = [scale.units(str(number)) for number in specification.class_numbers]
    times = 10 ** (SCORE_PLACES - rounding.school_mean_places)
    padded = np.column_stack([counts, counts.sum(axis=1) * (times - 1)])
    return rounded_means(padded, [*units, 0], 0, rounding.rule)


def check_scale_values(specification: Specification, scale_values: Sequence[ScaleValues]) -> None:
    """Refuse scale values that do not belong to a specification.

    Raises
    ------
    ValueError
        A feature is unknown, cannot have scale values, or has them twice; or they are not those of the
        classes of education.
    """
    classes = {str(number) for number in specification.class_numbers}
    mean = specification.school_mean
    able = {feature.name for feature in specification.features if isinstance(feature, EducationFeature)}
    able |= {mean.name} if mean is not None else set()
    seen: set[str] = set()
    for one in scale_values:
        for name in one.features:
            if name not in able:
                raise ValueError(f"{name} cannot have scale values: only {', '.join(sorted(able))} can")
            if name in seen:
                raise ValueError(f"the scale values of {name} occur twice")
            seen.add(name)
        if set(one.values) != classes:
            raise ValueError(
                f"the scale values of {', '.join(one.features)} are not those of the classes of education"
            )
