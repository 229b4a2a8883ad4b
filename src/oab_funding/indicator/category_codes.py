"""The code of each category: how the columns of one feature become one small whole number per child.

Complete calendar years and months are counted by comparing days. Someone has been here for five complete
years if the fifth anniversary has come. That is so exactly for those who arrived on or before one day, the
same for everyone: the reference date five years earlier. So one comparison of whole numbers per boundary
codes a column of any length.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.indicator.features import (
    CategoricalFeature,
    EducationFeature,
    OriginFeature,
    StayFeature,
    YesNoFeature,
)
from oab_funding.indicator.specification import Specification
from oab_funding.tables.columns import day_numbers, dictionary_indices, filled, is_known

Codes: TypeAlias = NDArray[np.int8]
"""Positions of categories, `UNKNOWN` where not known."""

UNKNOWN = -1
"""Code of a category that is not known: the last place of a look-up table that has one place more."""


def code_feature(
    feature: CategoricalFeature, table: pa.Table, specification: Specification, reference_date: date
) -> Codes:
    """Code one feature of a conformed table of children.

    Raises
    ------
    InputError
        A value belongs to no category, or contradicts another column; see `code_children`.
    """
    match feature:
        case EducationFeature():
            return code_education(table.column(feature.column), specification.class_numbers, feature.column)
        case OriginFeature():
            mother = code_origins(table.column(feature.mother_column), feature, feature.mother_column)
            father = code_origins(table.column(feature.father_column), feature, feature.father_column)
            return combine_origins(mother, father, feature)
        case StayFeature():
            return code_stay(table, feature, reference_date)
        case YesNoFeature():
            return filled(table.column(feature.column), False).astype(np.int8)


def paired(
    high: NDArray[np.signedinteger], low: NDArray[np.signedinteger], size: int, pairs: int
) -> NDArray[np.signedinteger]:
    """Give pairs of codes, the second below `size`, a number each, in as few bits as hold so many pairs.

    Examples
    --------
    >>> paired(np.array([0, 2], dtype=np.int8), np.array([1, 99], dtype=np.int8), size=100, pairs=300)
    array([  1, 299], dtype=int16)
    """
    bits = np.min_scalar_type(-pairs - 1)  # with a sign, as the codes have
    numbers: NDArray[np.signedinteger] = high.astype(bits, copy=False) * bits.type(size) + low
    return numbers


def code_education(column: pa.ChunkedArray[Any], numbers: Sequence[int], name: str = "education") -> Codes:
    """Code a class of education by its position among the classes.

    Examples
    --------
    >>> code_education(pa.chunked_array([[8, None, 1]]), range(1, 9))
    array([ 7, -1,  0], dtype=int8)
    """
    values = filled(column, 0)
    codes: Codes = _positions(max(max(numbers), int(values.max(initial=0))) + 1, numbers)[values]
    if np.count_nonzero(codes == UNKNOWN) != column.null_count:
        strange = np.flatnonzero((codes == UNKNOWN) & is_known(column))
        place = Place(column=name, row=int(strange[0]) + 2, value=int(values[strange[0]]))
        raise InputError(
            "is no class of the specification", place, f"its classes are {', '.join(map(str, numbers))}"
        )
    return codes


def code_origins(column: pa.ChunkedArray[Any], feature: OriginFeature, name: str) -> Codes:
    """Code the origin of one parent by its group.

    Raises
    ------
    InputError
        An origin is not in the table of origins.
    """
    indices, values = dictionary_indices(column, UNKNOWN)
    position = {group: code for code, group in enumerate(feature.categories)}
    by_value = np.full(len(values) + 1, UNKNOWN, dtype=np.int8)
    for index, value in enumerate(values):
        if value not in feature.groups:
            _refuse_origin(indices, index, value, name)
            continue
        group = feature.groups[value]
        by_value[index] = UNKNOWN if group is None else position[group]
    codes: Codes = np.take(by_value, indices)  # position -1 is the last: not known
    return codes


def combine_origins(mother: Codes, father: Codes, feature: OriginFeature) -> Codes:
    """Combine the groups of two parents into one by the rule of the feature; shapes (n,).

    Examples
    --------
    >>> from oab_funding.indicator.specification_file import load_specification
    >>> origin = load_specification("cbs-2019").feature("origin")
    >>> turkish, dutch, unknown = 4, 0, UNKNOWN
    >>> mothers = np.array([turkish, dutch, unknown, dutch], dtype=np.int8)
    >>> fathers = np.array([dutch, turkish, turkish, unknown], dtype=np.int8)
    >>> combine_origins(mothers, fathers, origin)
    array([4, 4, 4, 0], dtype=int8)
    """
    if feature.combine == "mother_only":
        return mother
    first, second = (mother, father) if feature.combine == "mother_first" else (father, mother)
    home = feature.categories.index(feature.home)
    combined = _chosen((first == home) | (first == UNKNOWN), second, first)
    if feature.one_parent_unknown == "known_parent":
        combined = _chosen(combined == UNKNOWN, first, combined)
    return combined


def code_stay(table: pa.Table, feature: StayFeature, reference_date: date) -> Codes:
    """Code the mother's length of stay: complete years between her arrival and the reference date.

    Raises
    ------
    InputError
        A mother arrived after the reference date, or was born here and has a date of arrival.
    """
    arrivals = table.column(feature.arrival_column)
    born_here = filled(table.column(feature.born_here_column), False)
    known, days = is_known(arrivals), day_numbers(arrivals)
    _check_arrivals(days, known, born_here, feature, reference_date)
    names = [category.name for category in feature.categories]
    interval = np.zeros(len(days), dtype=np.int8)
    for years in feature.boundaries:
        interval += days <= day_number(latest_start(reference_date, 12 * years, feature.leap_day))
    of_interval = np.array([names.index(category.name) for category in feature.intervals], dtype=np.int8)
    others = _chosen(born_here, np.int8(names.index(feature.born_here)), np.int8(UNKNOWN))
    return _chosen(known, np.take(of_interval, interval), others)


def _check_arrivals(
    days: NDArray[np.int32],
    known: NDArray[np.bool_],
    born_here: NDArray[np.bool_],
    feature: StayFeature,
    reference_date: date,
) -> None:
    late = known & (days > day_number(reference_date))
    if late.any():
        place = Place(column=feature.arrival_column, row=int(np.argmax(late)) + 2)
        raise InputError(
            f"lies after the reference date {reference_date}", place, "leave it empty if not known"
        )
    both = known & born_here
    if both.any():
        place = Place(column=feature.arrival_column, row=int(np.argmax(both)) + 2)
        raise InputError(
            f"is given although {feature.born_here_column} is true",
            place,
            "leave it empty for a mother born here",
        )


def _chosen(mask: NDArray[np.bool_], one: Codes | np.int8, other: Codes | np.int8) -> Codes:
    """Take one code where a mask holds and the other elsewhere; numpy's `where` takes ten times as long."""
    codes: Codes = other ^ ((one ^ other) & -mask.view(np.int8))
    return codes


def _positions(size: int, numbers: Sequence[int]) -> Codes:
    table = np.full(size, UNKNOWN, dtype=np.int8)
    table[list(numbers)] = np.arange(len(numbers), dtype=np.int8)
    return table


def _refuse_origin(indices: NDArray[np.int32], index: int, value: str, name: str) -> None:
    """Refuse an origin outside the table; a dictionary may hold values that no row uses."""
    rows = np.flatnonzero(indices == index)
    if rows.size:
        place = Place(column=name, row=int(rows[0]) + 2, value=value)
        raise InputError("is in no group of the table of origins", place, "add it to that table, or mend it")


LeapDay = Literal["1 march", "28 february"]
"""When a year has passed, in a common year, for what happened on 29 February."""

_EPOCH = date(1970, 1, 1).toordinal()


def latest_start(reference_date: date, months: int, leap_day: LeapDay = "1 march") -> date:
    """Find the last day from which so many complete months have passed on the reference date.

    Parameters
    ----------
    reference_date
        The day on which is counted.
    months
        Complete months, 0 or more; twelve to the year.
    leap_day
        When a year has passed, in a common year, since a 29 February.

    Returns
    -------
    date
        Whoever was born or arrived on this day or before has completed at least so many months.

    Examples
    --------
    >>> latest_start(date(2019, 10, 1), 60), latest_start(date(2019, 10, 1), 30)
    (datetime.date(2014, 10, 1), datetime.date(2017, 4, 1))
    >>> latest_start(date(2021, 2, 28), 60), latest_start(date(2021, 2, 28), 60, "28 february")
    (datetime.date(2016, 2, 28), datetime.date(2016, 2, 29))
    """
    year, month = divmod(12 * reference_date.year + reference_date.month - 1 - months, 12)
    last = monthrange(year, month + 1)[1]
    early = leap_day == "28 february" and months % 12 == 0
    if early and (reference_date.month, reference_date.day) == (2, 28) and not isleap(reference_date.year):
        return date(year, 2, last)
    return date(year, month + 1, min(reference_date.day, last))


def day_number(day: date) -> int:
    """Count the days since 1 January 1970, as Arrow's date32 does.

    Examples
    --------
    >>> day_number(date(1970, 1, 2))
    1
    """
    return day.toordinal() - _EPOCH
