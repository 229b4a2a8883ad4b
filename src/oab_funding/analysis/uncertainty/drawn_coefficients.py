"""Coefficients as another cohort of schools would have given them, one set per replicate.

Schools of the fit are drawn with replacement and the indicator is fitted anew, each school counted as often
as it was drawn: the cluster bootstrap. Cross products per school are whole numbers, so their sums have the
same bits in any order; what follows is elementwise arithmetic. A model from elsewhere may bring its
covariance instead.

Source: A. C. Cameron, J. B. Gelbach and D. L. Miller (2008), Bootstrap-based improvements for inference with
clustered errors, Review of Economics and Statistics 90, 414-427.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from oab_funding.analysis.uncertainty.school_design import SchoolDesign
from oab_funding.errors import InputError, Place
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.collect import select_sample
from oab_funding.indicator.imputation.continuation_ratio import factor, solve
from oab_funding.indicator.imputation.draws import Keys, Purpose, normal_draws
from oab_funding.indicator.imputation.elementary import Floats
from oab_funding.indicator.model import Model
from oab_funding.indicator.normal_equations import START, design_columns
from oab_funding.indicator.scale_values.values import ScaleValues
from oab_funding.indicator.specification import SCORE_PLACES, Specification

MOST_DRAWS = 100
"""A draw of schools that leaves a coefficient undetermined is drawn anew, at most so many times."""

_LARGEST = 2**53
_LOW_BITS = 26


@dataclass(frozen=True, slots=True)
class DrawnModel:
    """A model with other coefficients, to score children with.

    Parameters
    ----------
    specification, specification_sha256, scale_values
        Those of the model.
    values
        Coefficients by column, in units of the last decimal of a score.
    """

    specification: Specification
    specification_sha256: str
    scale_values: tuple[ScaleValues, ...]
    values: Mapping[str, int]

    @classmethod
    def of(cls, model: Model, values: Mapping[str, int] | None = None) -> DrawnModel:
        """Take a model as it is, or with other values for some of its columns."""
        own = {one.column: model.units(one.column) for one in model.coefficients}
        given = own | dict(values or {})
        return cls(model.specification, model.specification_sha256, model.scale_values, given)

    def units(self, column: str) -> int:
        """Coefficient of a column in units of the last decimal of a score."""
        return self.values[column]


class DrawnCoefficients(Protocol):
    """Gives coefficients by the number of a draw."""

    @property
    def method(self) -> str:
        """How they are drawn, in a few words."""
        ...

    def draw(self, seed: int, number: int) -> Mapping[str, int]:
        """Give coefficients by column, in units of the last decimal of a score."""
        ...


def words(seed: int, purpose: Purpose, number: int, count: int, again: int = 0) -> Keys:
    """Give raw words of Philox4x64-10, by seed, purpose and number.

    Examples
    --------
    >>> [f"{word:016x}" for word in words(1, Purpose.REPLICATE, 1, 2)]
    ['33c0f9746e9122f6', 'ec9bb505e6035125']
    """
    counter = np.array([0, 0, 0, again], dtype=np.uint64)
    key = np.array([seed, int(purpose) << 32 | number], dtype=np.uint64)
    found: Keys = np.random.Philox(counter=counter, key=key).random_raw(count)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Refits:
    """The fit on schools drawn with replacement.

    Parameters
    ----------
    specification
        The features.
    columns
        Names of the p columns of the design.
    high, low
        Cross products of every school: floats that are whole numbers, shape (schools, products), in two
        parts of which the higher counts 2**26 times; the products are those of the design with itself (its
        lower triangle, row by row) and with attainment.
    large
        Which products have a higher part that is not 0.
    centres
        What was taken off school mean, ability and attainment, in their units.
    """

    specification: Specification
    columns: tuple[str, ...]
    high: Floats
    low: Floats
    large: NDArray[np.int64]
    centres: tuple[int, int, int]

    method = "schools of the fit drawn with replacement, and fitted anew"

    @classmethod
    def of(cls, pupils: CodedChildren, specification: Specification) -> Refits:
        """Add the cross products up per school.

        Parameters
        ----------
        pupils
            The pupils that the model was fitted on, coded by its specification.
        specification
            Its features.
        """
        rows = np.flatnonzero(select_sample(pupils, specification)[0])
        names = sorted({school for school, _ in pupils.places})
        position = {name: number for number, name in enumerate(names)}
        of_place = np.array([position[school] for school, _ in pupils.places], dtype=np.int64)
        design = SchoolDesign.of(pupils, specification, rows, of_place[pupils.place[rows]], len(names))
        products = design.products()
        high = np.sign(products) * (np.abs(products) >> _LOW_BITS)
        large = np.flatnonzero(high.any(axis=0))
        return cls(
            specification,
            design_columns(specification),
            high[:, large].astype(np.float64),
            (products - (high << _LOW_BITS)).astype(np.float64),
            large,
            design.centres,
        )

    @property
    def schools(self) -> int:
        """How many schools there are."""
        return len(self.high)

    def weights(self, seed: int, number: int, again: int = 0) -> Int64Array:
        """Draw as many schools as there are, with replacement: how often each was drawn."""
        high = words(seed, Purpose.COEFFICIENTS, number, self.schools, again) >> np.uint64(32)
        drawn = (high * np.uint64(self.schools)) >> np.uint64(32)
        return np.bincount(drawn.astype(np.int64), minlength=self.schools)

    def draw(self, seed: int, number: int) -> Mapping[str, int]:
        """Give the coefficients of one draw of schools.

        Raises
        ------
        InputError
            Draws of schools leave a coefficient undetermined, time and again.
        """
        for again in range(MOST_DRAWS):
            try:
                return self.fitted(self.weights(seed, number, again))
            except InputError:
                continue
        raise InputError(
            f"{MOST_DRAWS} draws of {self.schools} schools leave a coefficient undetermined: some category "
            "is found at very few schools",
            remedy="merge categories in the specification, or take the coefficients as given",
        )

    def fitted(self, weights: Int64Array) -> Mapping[str, int]:
        """Give the coefficients with each school counted so often.

        Raises
        ------
        InputError
            They do not determine the coefficients.
        """
        counts, size = weights.astype(np.float64), len(self.columns)
        # Whole numbers below 2**53 on either side: no order of adding up can change the sums.
        sums = counts @ self.low
        sums[self.large] += (counts @ self.high) * float(2**_LOW_BITS)
        gram = np.zeros((size, size))
        rows, columns = np.tril_indices(size)
        gram[rows, columns] = gram[columns, rows] = sums[: len(rows)]
        if not (np.diagonal(gram) > 0).all():
            raise InputError("a column of the design is empty", remedy="merge categories")
        scale = 1.0 / np.sqrt(np.diagonal(gram))
        square = gram * scale * scale[:, None]
        lower = factor(square)
        if np.min(np.diagonal(lower)) < _SINGULAR:
            raise InputError("the columns of the design depend on each other", remedy="merge categories")
        values = solve(lower, sums[len(rows) :] * scale) * scale
        return self._in_units(values, gram[0])

    def _in_units(self, values: Floats, ones: Floats) -> Mapping[str, int]:
        """Bring coefficients to points per unit of each feature, and the start to where the fit has it."""
        specification, rounding = self.specification, self.specification.rounding
        point = float(10**specification.attainment_measure.places)
        found = dict(zip(self.columns, (values / point).tolist(), strict=True))
        mean_centre, ability_centre, attainment_centre = self.centres
        start = found[START] + attainment_centre / point
        if (mean := specification.school_mean) is not None:
            start -= found[mean.name] * mean_centre
            found[mean.name] *= 10**rounding.school_mean_places
        if (ability := specification.ability) is not None:
            if ability.centre == "sample_mean":
                start += found[ability.name] * float(ones[self.columns.index(ability.name)] / ones[0])
            else:
                start -= found[ability.name] * ability_centre
            found[ability.name] *= 10**specification.ability_measure.places
        found[START] = start
        last = 10**rounding.coefficient_places
        unit = 10 ** (SCORE_PLACES - rounding.coefficient_places)
        return {name: int(np.floor(value * last + 0.5)) * unit for name, value in found.items()}


_SINGULAR = 1e-6
"""Below it a column of unit length is a combination of the others."""


@dataclass(frozen=True, slots=True, eq=False)
class Covaried:
    """Coefficients from a normal distribution around those of a model, by the covariance it came with.

    Parameters
    ----------
    model
        With a covariance.
    """

    model: Model

    method = "drawn by the covariance that came with the model"

    def draw(self, seed: int, number: int) -> Mapping[str, int]:
        """Give the coefficients of one draw."""
        given = self.model.covariance
        assert given is not None  # asked before
        root = np.array(given.root())
        noise = normal_draws(
            np.arange(len(given.columns), dtype=np.uint64), seed, number, Purpose.COEFFICIENTS
        )
        values = np.zeros(len(noise))
        for column, one in zip(root.T, noise, strict=True):
            values += column * one
        places = self.model.specification.rounding.coefficient_places
        last, unit = 10**places, 10 ** (SCORE_PLACES - places)
        return {
            name: self.model.units(name) + int(np.floor(value * last + 0.5)) * unit
            for name, value in zip(given.columns, values.tolist(), strict=True)
        }


def check_sums(refits: Refits) -> None:
    """Refuse cross products whose sums could pass 2**53 in a draw of schools.

    Raises
    ------
    InputError
        They could, with every school drawn as the largest one.
    """
    largest = max(float(np.abs(part).max(initial=0.0)) for part in (refits.high, refits.low))
    if largest * refits.schools >= _LARGEST:
        raise InputError(
            "the cross products of the fit are too large to be added up exactly",
            Place(argument="coefficients"),
            "take the coefficients as given",
        )
