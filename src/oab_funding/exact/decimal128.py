"""Arrow columns as whole units of 64 bits and back, without a Python object per value."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.exact.integers import Int64Array, int64_vector, magnitude

MOST_DIGITS = 38
"""The most digits an Arrow decimal128 holds."""

# A decimal128 is two 64-bit words in the byte order of the machine.
_LOW, _HIGH = (0, 1) if sys.byteorder == "little" else (1, 0)


def units_from_arrow(array: pa.Array[Any] | pa.ChunkedArray[Any], name: str | None = None) -> Int64Array:
    """Read an Arrow column of decimals or whole numbers as whole units of its own scale.

    Parameters
    ----------
    array
        Type decimal128 or any integer type, shape (n,), no value missing.
    name
        Name of the column, for the error.

    Returns
    -------
    ndarray of int64
        Shape (n,): the unscaled values, in memory of their own.

    Raises
    ------
    InputError
        If the type is another one, a value is missing, or a value passes 63 bits.

    Examples
    --------
    >>> from decimal import Decimal
    >>> units_from_arrow(pa.array([Decimal("1.50"), Decimal("-0.25")]))
    array([150, -25])
    """
    place = Place(column=name)
    decimal = pa.types.is_decimal128(array.type)
    if not decimal and not pa.types.is_integer(array.type):
        raise InputError(f"is {array.type}, not exact decimals", place, "pass decimal128 or whole numbers")
    if array.null_count:
        raise InputError(f"has missing values ({array.null_count})", place, "fill or drop them")
    chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    read = _decimal_units if decimal else _integer_units
    return np.concatenate([np.empty(0, dtype=np.int64), *(read(chunk, name) for chunk in chunks)])


def units_to_arrow(units: Int64Array, precision: int, places: int) -> pa.Array[Any]:
    """Write whole units as an Arrow column of decimals.

    Parameters
    ----------
    units
        Whole units of ``10**-places``, shape (n,).
    precision
        Digits before and after the decimal point together, 1 to 38 and at least `places`.
    places
        Digits after the decimal point, 0 or more.

    Returns
    -------
    pyarrow.Array
        Type ``decimal128(precision, places)``, shape (n,).

    Raises
    ------
    InputError
        If the precision is out of range or a value has more digits.

    Examples
    --------
    >>> units_to_arrow(np.array([3302]), precision=10, places=2)[0]
    <pyarrow.Decimal128Scalar: Decimal('33.02')>
    """
    lowest = max(places, 1)
    if not lowest <= precision <= MOST_DIGITS:
        raise InputError(
            f"precision {precision} does not suit {places} places", remedy=f"choose {lowest} to {MOST_DIGITS}"
        )
    if magnitude(units) >= 10**precision:
        raise InputError(
            f"{magnitude(units)} units have more than {precision} digits", remedy="choose a larger precision"
        )
    words = np.empty((units.size, 2), dtype=np.int64)
    words[:, _LOW] = units
    words[:, _HIGH] = units >> 63
    return pa.Array.from_buffers(
        pa.decimal128(precision, places), units.size, [None, pa.py_buffer(words.data)]
    )


def _decimal_units(chunk: pa.Array[Any], name: str | None) -> Int64Array:
    if not len(chunk):
        return np.empty(0, dtype=np.int64)
    buffer: Any = chunk.buffers()[1]
    words = np.frombuffer(buffer, dtype=np.int64, count=2 * (chunk.offset + len(chunk))).reshape(-1, 2)
    low: Int64Array = words[chunk.offset :, _LOW]
    # The high word of a number of 64 bits repeats its sign.
    wrong = np.flatnonzero(words[chunk.offset :, _HIGH] != low >> 63)
    if wrong.size:
        raise InputError("passes 63 bits", Place(column=name, value=chunk[int(wrong[0])].as_py()))
    return low


def _integer_units(chunk: pa.Array[Any], name: str | None) -> Int64Array:
    return int64_vector(chunk.to_numpy(zero_copy_only=False), name or "units")
