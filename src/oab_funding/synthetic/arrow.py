"""From arrays of numbers to Arrow columns, without a Python object per row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.synthetic.draw import Bools, Ints

ID_LETTER = "K"
ID_DIGITS = 8


def ids(numbers: Ints) -> pa.Array[Any]:
    """Write numbers as ids of equal length.

    Examples
    --------
    >>> ids(np.array([7, 12345678])).to_pylist()
    ['K00000007', 'K12345678']
    """
    width = 1 + ID_DIGITS
    text = np.empty((numbers.size, width), dtype=np.uint8)
    text[:, 0] = ord(ID_LETTER)
    rest = numbers.copy()
    for place in range(width - 1, 0, -1):
        text[:, place] = ord("0") + rest % 10
        rest //= 10
    offsets = np.arange(numbers.size + 1, dtype=np.int32) * width
    return pa.Array.from_buffers(pa.string(), numbers.size, [None, _buffer(offsets), _buffer(text)])


def codes(numbers: NDArray[Any], labels: Sequence[str], known: Bools | None = None) -> pa.Array[Any]:
    """Write numbers of categories as a dictionary column; empty where not known.

    Examples
    --------
    >>> codes(np.array([1, 0]), ["a", "b"]).to_pylist()
    ['b', 'a']
    """
    return pa.DictionaryArray.from_arrays(
        masked(numbers.astype(np.int32), known), pa.array(labels, pa.string())
    )


def masked(values: NDArray[Any], known: Bools | None = None) -> pa.Array[Any]:
    """Write values as they are; empty where not known."""
    column: pa.Array[Any] = pa.array(values) if known is None else pa.array(values, mask=~known)
    return column


def whole(values: NDArray[Any], known: Bools | None = None) -> pa.Array[Any]:
    """Write whole numbers; empty where not known."""
    return masked(values.astype(np.int64), known)


def decimals(units: Ints, places: int, known: Bools | None = None, digits: int = 12) -> pa.Array[Any]:
    """Write whole units of the last place as decimals; empty where not known.

    Examples
    --------
    >>> decimals(np.array([150, -5]), 2).to_pylist()
    [Decimal('1.50'), Decimal('-0.05')]
    """
    words = np.empty((units.size, 2), dtype="<i8")  # a decimal is a 128-bit whole number: low word, then sign
    words[:, 0], words[:, 1] = units, units >> 63
    valid = None if known is None else pa.array(known).buffers()[1]
    return pa.Array.from_buffers(pa.decimal128(digits, places), units.size, [valid, _buffer(words)])


def _buffer(values: NDArray[Any]) -> pa.Buffer:
    return pa.py_buffer(values.tobytes())
