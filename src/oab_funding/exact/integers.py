"""A column of whole numbers of 64 bits, or a refusal: no silent truncation, no silent wrap-around."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oab_funding.errors import InputError, Place

Int64Array: TypeAlias = NDArray[np.int64]

INT64_MIN = -(2**63)
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
