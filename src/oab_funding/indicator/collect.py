"""Collecting the sufficient statistics of coded children.

No matrix of zeros and ones is built. The categories of a child combine to one number, its cell; the children
are counted per cell, and everything that does not involve the school follows from a few thousand cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError
from oab_funding.exact import group_counts, group_sums, total
from oab_funding.exact.integers import Int64Array
from oab_funding.indicator.category_codes import UNKNOWN
from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.school_mean import mother_counts
from oab_funding.indicator.specification import Specification
from oab_funding.indicator.statistics import SufficientStatistics, z_columns

_MOST_CELLS = 2**20
"""With more combinations of categories than this, only those that occur are numbered."""

_Sample: TypeAlias = NDArray[np.bool_]


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
        counted of everyone it is known of (with a sample of counted children only: of those).

    Raises
    ------
    InputError
        The children were coded by another specification, or are toddlers.
    """
    _check_coded(coded, specification)
    sample, left_out = select_sample(coded, specification)
    sizes = tuple(len(specification.categories(feature.name)) for feature in specification.categorical)
    names = [feature.name for feature in specification.categorical]
    rows = slice(None) if sample.all() else np.flatnonzero(sample)
    codes = [coded.codes[name][rows] for name in names]
    place = coded.place[rows].astype(np.int64)
    ability, attainment = (column[rows].astype(np.int64) for column in (coded.ability, coded.attainment))
    cells = _count_cells(codes, sizes, ability, attainment)
    squares = (total(ability * ability), total(ability * attainment), total(attainment * attainment))
    sums = _place_sums(codes, sizes, place, len(coded.places), ability, attainment)
    return SufficientStatistics(
        specification.sha256,
        coded.reference_date,
        z_columns(specification),
        _cross(cells, sizes, squares),
        coded.places,
        sums,
        count_mothers(coded, specification),
        left_out,
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
    if specification.sample.population == "counted":
        wanted = {"not counted": coded.counted, **wanted}
    sample, left_out = np.ones(len(coded), dtype=np.bool_), {}
    for reason, holds in wanted.items():
        before = int(sample.sum())
        sample &= holds
        if lost := before - int(sample.sum()):
            left_out[reason] = lost
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


def _count_cells(
    codes: list[NDArray[np.int8]], sizes: tuple[int, ...], ability: Int64Array, attainment: Int64Array
) -> _Cells:
    cell = codes[0].astype(np.int64)
    for code, size in zip(codes[1:], sizes[1:], strict=True):
        cell *= size
        cell += code
    number, numbers = cell, np.arange(prod(sizes) if prod(sizes) <= _MOST_CELLS else 0)
    if prod(sizes) > _MOST_CELLS:
        numbers, number = np.unique(cell, return_inverse=True)
    decoded = np.stack(np.unravel_index(numbers, sizes), axis=1).astype(np.int64)
    sums = [group_sums(column, number, len(numbers)) for column in (ability, attainment)]
    return _Cells(decoded, group_counts(number, len(numbers)), *sums)


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


def _place_sums(
    codes: list[NDArray[np.int8]],
    sizes: tuple[int, ...],
    place: Int64Array,
    places: int,
    ability: Int64Array,
    attainment: Int64Array,
) -> Int64Array:
    blocks = [group_counts(place, places).reshape(places, 1)]
    for code, size in zip(codes, sizes, strict=True):
        blocks.append(group_counts(place * size + code, places * size).reshape(places, size))
    blocks += [group_sums(column, place, places).reshape(places, 1) for column in (ability, attainment)]
    return np.hstack(blocks)
