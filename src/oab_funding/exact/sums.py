"""Exact sums of whole numbers, in total and per group.

Integer addition is exact and so gives the same bits in any order and any partition. `numpy.add.at` does it in
one pass, and is the fastest exact way: for 1.6 million values in 6,300 groups about 1.5 ms, against 11 ms for
`numpy.bincount` on halves that float64 holds exactly and 125 ms for sorting and `numpy.add.reduceat`. What it
does not do is notice an overflow. So a bound on the sums is checked first, and where that does not settle the
matter the values are added in halves of 32 bits, which cannot overflow.

What is added up are columns of 64 bits, or it is refused: nothing is cut off or wraps around unseen.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oab_funding.errors import InputError, Place

_HALF = 32
_LOW_HALF = 2**_HALF - 1
# Fewer values than this, and the sum of their halves stays below 2**63.
_MOST_VALUES = 2**31


def total(values: Int64Array) -> int:
    """Add up whole numbers exactly.

    Parameters
    ----------
    values
        Whole numbers, shape (n,).

    Returns
    -------
    int
        The sum, of any size.

    Raises
    ------
    InputError
        If the values are not whole numbers of 64 bits.

    Examples
    --------
    >>> total(np.array([2**62, 2**62, -1])) == 2**63 - 1
    True
    """
    column = _column(values)
    if magnitude(column) * column.size <= INT64_MAX:
        return int(column.sum())
    return (int((column >> _HALF).sum()) << _HALF) + int((column & _LOW_HALF).sum())


def group_sums(values: Int64Array, codes: Int64Array, groups: int) -> Int64Array:
    """Add up whole numbers exactly within each group.

    Parameters
    ----------
    values
        Whole numbers, shape (n,).
    codes
        The group of each value, from 0 up to but not including `groups`, shape (n,).
    groups
        Number of groups.

    Returns
    -------
    ndarray of int64
        Shape (groups,); 0 for a group without values. The same for every order of the values, and equal to
        the sum of the results of the parts for every partition of them.

    Raises
    ------
    InputError
        If the shapes differ, a code is out of range, or the sum of a group passes 63 bits.

    Examples
    --------
    >>> group_sums(np.array([5, 7, -1]), np.array([2, 0, 2]), 3)
    array([7, 0, 4])
    """
    column, places = _column(values), _codes(codes, groups)
    if column.size != places.size:
        raise InputError(f"has {places.size} rows for {column.size} values", Place(column="codes"))
    if magnitude(column) * column.size <= INT64_MAX:
        return _add_up(column, places, groups)
    low = _add_up(column & _LOW_HALF, places, groups)
    high = _add_up(column >> _HALF, places, groups) + (low >> _HALF)
    too_large = np.flatnonzero(high != (high << _HALF) >> _HALF)
    if too_large.size:
        raise InputError(
            f"the sum of group {too_large[0]} passes 63 bits",
            Place(column="values"),
            "use fewer decimal places",
        )
    sums: Int64Array = (high << _HALF) + (low & _LOW_HALF)
    return sums


def group_counts(codes: Int64Array, groups: int) -> Int64Array:
    """Count the rows of each group.

    Parameters
    ----------
    codes
        The group of each row, from 0 up to but not including `groups`, shape (n,).
    groups
        Number of groups.

    Returns
    -------
    ndarray of int64
        Shape (groups,).

    Raises
    ------
    InputError
        If a code is out of range.

    Examples
    --------
    >>> group_counts(np.array([2, 0, 2]), 3)
    array([1, 0, 2])
    """
    return np.bincount(_codes(codes, groups), minlength=groups).astype(np.int64, copy=False)


def _add_up(values: Int64Array, codes: Int64Array, groups: int) -> Int64Array:
    sums = np.zeros(groups, dtype=np.int64)
    np.add.at(sums, codes, values)
    return sums


def _column(values: Int64Array) -> Int64Array:
    if np.size(values) >= _MOST_VALUES:
        raise InputError(
            f"has {np.size(values)} rows", Place(column="values"), "add up parts of fewer than 2**31 rows"
        )
    return int64_vector(values, "values")


def _codes(codes: Int64Array, groups: int) -> Int64Array:
    column = int64_vector(codes, "codes")
    if column.size and (column.min() < 0 or column.max() >= groups):
        row = int(np.flatnonzero((column < 0) | (column >= groups))[0])
        raise InputError(
            "is not the code of a group",
            Place(column="codes", row=row + 1, value=int(column[row])),
            f"codes run from 0 to {groups - 1}",
        )
    return column


Int64Array: TypeAlias = NDArray[np.int64]

INT64_MAX = 2**63 - 1


def int64_vector(values: ArrayLike, name: str) -> Int64Array:
    """Take whole numbers as a contiguous array of int64.

    Parameters
    ----------
    values
        Whole numbers, shape (n,), of any integer type; an empty list is an empty column.
    name
        What the error calls the column.

    Returns
    -------
    ndarray of int64
        Shape (n,); the array itself where it already is one.

    Raises
    ------
    InputError
        If the values have another shape, are not whole numbers, or pass 63 bits.

    Examples
    --------
    >>> int64_vector([1, 2, 3], "cents")
    array([1, 2, 3])
    """
    array = np.asarray(values)
    if array.ndim != 1:
        raise InputError(f"has {array.ndim} dimensions", Place(column=name), "pass one row of numbers")
    if array.size and array.dtype.kind not in "iu":
        raise InputError(
            f"holds {array.dtype} instead of whole numbers of at most 63 bits",
            Place(column=name),
            "pass an array of int64",
        )
    if array.dtype.kind == "u" and array.size and int(array.max()) > INT64_MAX:
        raise InputError("passes 63 bits", Place(column=name, value=int(array.max())))
    return np.ascontiguousarray(array, dtype=np.int64)


def magnitude(values: Int64Array) -> int:
    """Give the largest absolute value of a column, 0 where it is empty.

    Parameters
    ----------
    values
        Whole numbers, shape (n,).

    Returns
    -------
    int
        As a Python integer, because the absolute value of the smallest int64 is not an int64.

    Examples
    --------
    >>> magnitude(np.array([3, -2**63])) == 2**63
    True
    """
    return max(int(values.max()), -int(values.min())) if values.size else 0
