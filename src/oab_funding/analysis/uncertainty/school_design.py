"""The design of a fit with its cross products per school, in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oab_funding.exact import group_counts, group_sums
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.collect import count_mothers
from oab_funding.indicator.school_mean import school_means
from oab_funding.indicator.specification import Specification


@dataclass(frozen=True, slots=True, eq=False)
class SchoolDesign:
    """The design as categories and measures: what the cross products per school are counted from.

    Parameters
    ----------
    school
        School of each child, shape (n,).
    schools
        How many there are.
    codes, sizes, references
        Category of each feature, how many it has, and which is left out of the design.
    measures
        The columns that are no category, whole and centred: school mean and ability, as far as there are.
    attainment
        Whole and centred.
    centres
        What was taken off.
    """

    school: Int64Array
    schools: int
    codes: tuple[NDArray[np.int8], ...]
    sizes: tuple[int, ...]
    references: tuple[int, ...]
    measures: tuple[Int64Array, ...]
    attainment: Int64Array
    centres: tuple[int, int, int]

    @classmethod
    def of(
        cls,
        pupils: CodedChildren,
        specification: Specification,
        rows: NDArray[np.int64],
        school: Int64Array,
        schools: int,
    ) -> SchoolDesign:
        """Take the columns of some pupils, each at one of so many schools."""
        features = specification.categorical
        measures, centres = list[Int64Array](), [0, 0]
        if specification.school_mean is not None:
            means = school_means(count_mothers(pupils, specification), specification)
            measures.append(means[pupils.place[rows]])
        if specification.ability is not None:
            measures.append(pupils.ability[rows].astype(np.int64))
        first = 0 if specification.school_mean is not None else 1
        for at, values in enumerate(measures):
            centres[first + at] = _middle(values)
        attainment = pupils.attainment[rows].astype(np.int64)
        middle = _middle(attainment)
        return cls(
            school,
            schools,
            tuple(pupils.codes[one.name][rows] for one in features),
            tuple(len(specification.categories(one.name)) for one in features),
            tuple(
                specification.categories(one.name).index(str(specification.reference(one.name)))
                for one in features
            ),
            tuple(values - centres[first + at] for at, values in enumerate(measures)),
            attainment - middle,
            (centres[0], centres[1], middle),
        )

    def products(self) -> Int64Array:
        """Give the cross products of every school, shape (schools, products)."""
        blocks = [self._kept(number) for number in range(len(self.codes))]
        width = 1 + sum(map(len, blocks)) + len(self.measures)
        first = np.cumsum([1, *map(len, blocks)])
        gram = np.zeros((self.schools, width, width), dtype=np.int64)
        moments = np.zeros((self.schools, width), dtype=np.int64)
        gram[:, 0, 0] = group_counts(self.school, self.schools)
        moments[:, 0] = group_sums(self.attainment, self.school, self.schools)
        for one, kept in enumerate(blocks):
            here = slice(first[one], first[one] + len(kept))
            gram[:, here, 0] = self._counts(one)[:, kept]
            moments[:, here] = self._sums(self.attainment, one)[:, kept]
            for other in range(one + 1):
                both = self._pairs(one, other)[:, kept][:, :, blocks[other]]
                gram[:, here, first[other] : first[other] + len(blocks[other])] = both
        for at, values in enumerate(self.measures):
            row = width - len(self.measures) + at
            gram[:, row, 0] = group_sums(values, self.school, self.schools)
            moments[:, row] = group_sums(values * self.attainment, self.school, self.schools)
            for one, kept in enumerate(blocks):
                gram[:, row, first[one] : first[one] + len(kept)] = self._sums(values, one)[:, kept]
            for before, others in enumerate(self.measures[: at + 1]):
                column = width - len(self.measures) + before
                gram[:, row, column] = group_sums(values * others, self.school, self.schools)
        rows, columns = np.tril_indices(width)
        return np.hstack([gram[:, rows, columns], moments])

    def _kept(self, number: int) -> list[int]:
        return [code for code in range(self.sizes[number]) if code != self.references[number]]

    def _cell(self, number: int) -> Int64Array:
        return self.school * self.sizes[number] + self.codes[number]

    def _counts(self, number: int) -> Int64Array:
        size = self.sizes[number]
        return group_counts(self._cell(number), self.schools * size).reshape(self.schools, size)

    def _sums(self, values: Int64Array, number: int) -> Int64Array:
        size = self.sizes[number]
        return group_sums(values, self._cell(number), self.schools * size).reshape(self.schools, size)

    def _pairs(self, one: int, other: int) -> Int64Array:
        shape = (self.schools, self.sizes[one], self.sizes[other])
        cells = self._cell(one) * shape[2] + self.codes[other]
        return group_counts(cells, shape[0] * shape[1] * shape[2]).reshape(shape)


def _middle(values: Int64Array) -> int:
    """Give a whole number near the mean; taking it off keeps products small."""
    return int(values.sum()) // len(values)
