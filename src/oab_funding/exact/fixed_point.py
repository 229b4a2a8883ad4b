"""Columns of exact decimals as whole units of 64 bits, from Arrow and back, without an object per value."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.exact.rounding import round_ratio_array
from oab_funding.exact.sums import INT64_MAX, Int64Array, int64_vector, magnitude

MOST_DIGITS = 38
"""The most digits an Arrow decimal128 holds."""

# A decimal128 is two 64-bit words in the byte order of the machine.
_LOW, _HIGH = (0, 1) if sys.byteorder == "little" else (1, 0)


def units_from_arrow(
    array: pa.Array[Any] | pa.ChunkedArray[Any], name: str | None = None, places: int | None = None
) -> Int64Array:
    """Read an Arrow column of decimals or whole numbers as whole units of its last place.

    Parameters
    ----------
    array
        Type decimal128 or any integer type, shape (n,), no value missing.
    name
        Name of the column, for the error.
    places
        Digits after the decimal point of the units, 0 or more (default: those of the type).

    Returns
    -------
    ndarray of int64
        Shape (n,), in memory of their own; the same however the column is cut into chunks.

    Raises
    ------
    InputError
        If the type is another one, a value is missing, has more decimals than asked for, or passes 63 bits.

    Examples
    --------
    >>> from decimal import Decimal
    >>> scores = pa.array([Decimal("1.50"), Decimal("-0.20")])
    >>> units_from_arrow(scores), units_from_arrow(scores, places=1)
    (array([150, -20]), array([15, -2]))
    """
    place = Place(column=name)
    decimal = pa.types.is_decimal128(array.type)
    if not decimal and not pa.types.is_integer(array.type):
        raise InputError(f"is {array.type}, not exact decimals", place, "pass decimal128 or whole numbers")
    if array.null_count:
        raise InputError(f"has missing values ({array.null_count})", place, "fill or drop them")
    chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    read = _decimal_units if decimal else _integer_units
    units = np.concatenate([np.empty(0, dtype=np.int64), *(read(chunk, name) for chunk in chunks)])
    return units if places is None else _rescaled(units, places - (array.type.scale if decimal else 0), place)


def units_to_arrow(
    units: Int64Array, precision: int, places: int, known: NDArray[np.bool_] | None = None
) -> pa.Array[Any]:
    """Write whole units as an Arrow column of decimals.

    Parameters
    ----------
    units
        Whole units of ``10**-places``, shape (n,).
    precision
        Digits before and after the decimal point together, 1 to 38 and at least `places`.
    places
        Digits after the decimal point, 0 or more.
    known
        Where there is a value, shape (n,); empty elsewhere (default: everywhere).

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
    valid = None if known is None or known.all() else pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.Array.from_buffers(
        pa.decimal128(precision, places), units.size, [valid, pa.py_buffer(words.data)]
    )


def _rescaled(units: Int64Array, more: int, place: Place) -> Int64Array:
    """Give the same numbers with more places, or with fewer where nothing is lost."""
    if more < 0:
        coarser = round_ratio_array(units, 10**-more, "down")
        if not np.array_equal(coarser, round_ratio_array(units, 10**-more, "up")):
            raise InputError("has more decimals than fit here", place, "round it first, by a named rule")
        return coarser
    factor = 10**more
    if units.any() and max(int(units.max()) * factor, ~(int(units.min()) * factor)) > INT64_MAX:
        raise InputError("passes 63 bits", place, "use fewer decimal places")
    return units * np.int64(factor) if units.any() else units


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
