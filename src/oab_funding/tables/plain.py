"""Short columns of plain values as Arrow columns, from their bytes.

`pyarrow.array` asks pandas whether a list is one of its own, and so loads pandas: half a second that a
question about one municipality need not wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from operator import index
from typing import Any

import numpy as np
import pyarrow as pa


def plain_array(values: Sequence[Any], kind: pa.DataType) -> pa.Array[Any]:
    """Make an Arrow column of texts, whole numbers or truth values, None where empty.

    Parameters
    ----------
    values
        The values, shape (n,).
    kind
        Type of the column; other types than these three go by way of `pyarrow.array`.

    Returns
    -------
    pyarrow.Array
        Shape (n,).

    Raises
    ------
    TypeError, OverflowError
        A value is of another type, or too large for it.

    Examples
    --------
    >>> plain_array(["GM0363", None], pa.string()).to_pylist(), plain_array([True], pa.bool_()).to_pylist()
    (['GM0363', None], [True])
    """
    if kind == pa.string():
        buffers = _texts(values)
    elif kind == pa.int64():
        units = [0 if value is None else index(value) for value in values]
        buffers = [pa.py_buffer(np.array(units, dtype=np.int64))]
    elif kind == pa.bool_():
        buffers = [_bits([_truth(value) for value in values])]
    else:
        return pa.array(values, kind)
    return pa.Array.from_buffers(kind, len(values), [validity(values), *buffers])


def validity(values: Sequence[Any]) -> pa.Buffer | None:
    """Give the bits that say which values are there; None where all are."""
    return _bits([value is not None for value in values]) if None in values else None


def _texts(values: Sequence[str | None]) -> list[pa.Buffer]:
    written = [b"" if value is None else str.encode(value) for value in values]
    ends = np.array(list(accumulate(map(len, written), initial=0)), dtype=np.int32)
    return [pa.py_buffer(ends), pa.py_buffer(b"".join(written))]


def _truth(value: Any) -> bool:
    if value is not None and not isinstance(value, bool | np.bool_):
        raise TypeError(f"{value!r} is neither true nor false")
    return bool(value)


def _bits(truths: Sequence[bool]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(np.array(truths, dtype=bool), bitorder="little"))
