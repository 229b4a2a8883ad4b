"""Collecting the sufficient statistics of coded children.

No matrix of zeros and ones is built. The categories of a child combine to one number, its cell; the children
are counted per cell, and everything that does not involve the school follows from a few thousand cells. Per
school, features with few categories are counted together. Weights are whole millionths: where children have
them, counts are sums of weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.exact import group_counts, group_sums, total
from oab_funding.exact.sums import INT64_MAX, Int64Array, magnitude
from oab_funding.indicator.category_codes import UNKNOWN, Codes, paired
from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.school_mean import mother_counts
from oab_funding.indicator.specification import Specification
from oab_funding.indicator.statistics import SufficientStatistics, z_columns

_MOST_CELLS = 2**20
"""With more combinations of categories than this, only those that occur are numbered."""

_COUNTED_TOGETHER = 2**7
"""Combinations of categories that are counted together per place: the counts stay in the cache."""

_LOW_BITS = 20
"""Weights are multiplied in two parts, so that with two measures below 2**20 nothing passes 63 bits."""

_Sample: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """The children of the sample: a code per block of features, what was measured, and their weights."""

    blocks: tuple[_Block, ...]
    place: NDArray[np.int32]
    ability: Int64Array
    attainment: Int64Array
    weights: Int64Array | None

    def counts(self, codes: NDArray[np.integer], groups: int) -> Int64Array:
        """Count the children of each group, or add up their weights."""
        if self.weights is None:
            return group_counts(codes, groups)  # type: ignore[arg-type]
        return group_sums(self.weights, codes, groups)  # type: ignore[arg-type]

    def sums(self, values: Int64Array, codes: NDArray[np.integer], groups: int) -> Int64Array:
        """Add up a measure in each group, times the weights."""
        weighted = values if self.weights is None else _times(values, self.weights)
        return group_sums(weighted, codes, groups)  # type: ignore[arg-type]

    def product(self, one: Int64Array, other: Int64Array) -> int:
        """Add up the products of two measures, times the weights."""
        products = one * other
        if self.weights is None:
            return total(products)
        low = total(_times(products, self.weights & (2**_LOW_BITS - 1)))
        return (total(_times(products, self.weights >> _LOW_BITS)) << _LOW_BITS) + low


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Features counted together: the sizes of each, and one code per child for all of them."""

    sizes: tuple[int, ...]
    codes: NDArray[np.signedinteger]


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Children per combination of categories: its codes, how many, their abilities and attainments."""

    codes: Int64Array
    count: Int64Array
    ability: Int64Array
    attainment: Int64Array


def collect_statistics(coded: CodedChildren, specification: Specification) -> SufficientStatistics:
    """Collect the sufficient statistics of coded pupils.

    Parameters
    ----------
    coded
        Pupils, or any part of them.
    specification
        The one they were coded by.

    Returns
    -------
    SufficientStatistics
        Of the children whose attainment, ability and features are all known; the mothers' education is
        counted of everyone it is known of (with a sample of counted children only: of those), without
        weights: the school mean describes the school and not the sample.

    Raises
    ------
    InputError
        The children were coded by another specification, or are toddlers.
    """
    _check_coded(coded, specification)
    sample, left_out = select_sample(coded, specification)
    sizes = tuple(len(specification.categories(feature.name)) for feature in specification.categorical)
    names = [feature.name for feature in specification.categorical]
    chosen = np.flatnonzero(sample)
    blocks = _blocks([coded.codes[name] for name in names], sizes)
    rows = _Rows(
        tuple(_Block(block.sizes, np.take(block.codes, chosen)) for block in blocks),
        np.take(coded.place, chosen),
        np.take(coded.ability, chosen).astype(np.int64),
        np.take(coded.attainment, chosen).astype(np.int64),
        None if coded.weights is None else np.take(coded.weights, chosen),
    )
    squares = (
        rows.product(rows.ability, rows.ability),
        rows.product(rows.ability, rows.attainment),
        rows.product(rows.attainment, rows.attainment),
    )
    return SufficientStatistics(
        specification.sha256,
        coded.reference_date,
        z_columns(specification),
        _cross(_count_cells(rows, sizes), sizes, squares),
        coded.places,
        _place_sums(rows, len(coded.places)),
        count_mothers(coded, specification),
        left_out,
        None if coded.weights is None else len(chosen),
    )


def select_sample(coded: CodedChildren, specification: Specification) -> tuple[_Sample, Mapping[str, int]]:
    """Select the children that enter the fit, and count the others by the first reason that holds.

    Returns
    -------
    tuple
        A mask of shape (n,), and the number left out by reason; reasons that hold for nobody are not named.
    """
    wanted = {
        "attainment unknown": coded.attainment_known,
        "ability unknown": coded.ability_known,
        **{f"{f.name} unknown": coded.codes[f.name] != UNKNOWN for f in specification.categorical},
    }
    if specification.ability is None:
        del wanted["ability unknown"]
    if coded.weights is not None:
        wanted["without weight"] = coded.weights > 0
    if specification.sample.population == "counted":
        wanted = {"not counted": coded.counted, **wanted}
    sample, left_out = np.ones(len(coded), dtype=np.bool_), {}
    for reason, holds in wanted.items():
        before = np.count_nonzero(sample)
        sample &= holds
        if lost := before - np.count_nonzero(sample):
            left_out[reason] = int(lost)
    return sample, left_out


def _check_coded(coded: CodedChildren, specification: Specification) -> None:
    if coded.kind != "pupil":
        raise InputError("toddlers have no attainment to fit", remedy="give pupils")
    if coded.specification_sha256 != specification.sha256:
        raise InputError(
            f"the children were not coded by the specification {specification.name}", remedy="code them by it"
        )


def count_mothers(coded: CodedChildren, specification: Specification) -> Int64Array:
    """Count the mothers of known education per place and class: of everyone, or of the children who count."""
    classes = len(specification.education_classes)
    if specification.school_mean is None:
        return np.zeros((len(coded.places), classes), dtype=np.int64)
    codes = coded.codes[specification.school_mean.of]
    if specification.sample.population == "counted":
        codes = np.where(coded.counted, codes, np.int8(UNKNOWN))
    return mother_counts(codes, coded.place, len(coded.places), classes)


def _times(values: Int64Array, weights: Int64Array) -> Int64Array:
    if magnitude(values) * magnitude(weights) > INT64_MAX:
        raise InputError(
            "the weights are too large", Place(argument="weights"), "divide them all by a number"
        )
    return values * weights


def _blocks(codes: Sequence[Codes], sizes: Sequence[int]) -> tuple[_Block, ...]:
    """Put features together as long as their categories have few combinations."""
    blocks: list[_Block] = []
    for code, size in zip(codes, sizes, strict=True):
        if blocks and prod(blocks[-1].sizes) * size <= _COUNTED_TOGETHER:
            last = blocks.pop()
            blocks.append(_Block((*last.sizes, size), last.codes * np.int16(size) + code))
        else:
            blocks.append(_Block((size,), code))
    return tuple(blocks)


def _count_cells(rows: _Rows, sizes: tuple[int, ...]) -> _Cells:
    combinations = prod(sizes)
    codes = rows.blocks[0].codes
    for block in rows.blocks[1:]:
        codes = paired(codes, block.codes, prod(block.sizes), combinations)
    number = codes.astype(np.int64)
    if combinations <= _MOST_CELLS:
        numbers = np.arange(combinations)
    else:
        numbers, number = np.unique(number, return_inverse=True)
    decoded = np.stack(np.unravel_index(numbers, sizes), axis=1).astype(np.int64)
    sums = [rows.sums(column, number, len(numbers)) for column in (rows.ability, rows.attainment)]
    return _Cells(decoded, rows.counts(number, len(numbers)), *sums)


def _cross(
    cells: _Cells, sizes: tuple[int, ...], squares: tuple[int, int, int]
) -> tuple[tuple[int, ...], ...]:
    """Add up z z': children per pair of categories, and sums of ability and attainment."""
    first = np.cumsum([1, *sizes])
    width = int(first[-1]) + 2
    cross = np.zeros((width, width), dtype=np.int64)
    # The column of ones is a feature with one category.
    columns = np.column_stack([np.zeros(len(cells.codes), dtype=np.int64), cells.codes + first[:-1]])
    for left in columns.T:
        for right in columns.T:
            np.add.at(cross, (left, right), cells.count)
        for column, values in ((width - 2, cells.ability), (width - 1, cells.attainment)):
            np.add.at(cross[:, column], left, values)
    cross[width - 2 :, :-2] = cross[:-2, width - 2 :].T
    rows = cross.tolist()
    rows[-2][-2:] = [squares[0], squares[1]]
    rows[-1][-2:] = [squares[1], squares[2]]
    return tuple(tuple(row) for row in rows)


def _place_sums(rows: _Rows, places: int) -> Int64Array:
    """Add up z per place; categories first and places last while counting, so that sums run along rows."""
    place = rows.place.astype(np.int64)
    features = []
    for block in rows.blocks:
        cells = prod(block.sizes) * places
        pairs = rows.counts(paired(block.codes, rows.place, places, cells), cells)
        together = pairs.reshape(*block.sizes, places)
        for axis in range(len(block.sizes)):
            features.append(together.sum(axis=tuple(set(range(len(block.sizes))) - {axis})))
    measures = [rows.sums(column, place, places) for column in (rows.ability, rows.attainment)]
    columns = [features[0].sum(axis=0), *(row for feature in features for row in feature), *measures]
    return np.column_stack(columns)
