"""The bytes of a column that its content hash is taken over; `content_hash` declares them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.audit.logical import LogicalColumn

_U64 = 8
_DECIMAL = 16
_INT64_DIGITS = 18  # 10**18 is the last power of ten in 64 bits


def column_bytes(column: LogicalColumn) -> list[bytes | memoryview]:
    """Give the bytes of a column, as `content_hash` declares them.

    Returns
    -------
    list of bytes
        The parts, to be hashed one after the other: presence first, then the values.
    """
    present = np.packbits(_numpy(pc.is_valid(column.values)).astype(bool), bitorder="little")
    return [_view(present), *_VALUES[column.kind](column.values)]


def _whole(array: pa.Array[Any]) -> list[bytes | memoryview]:
    return [_view(_numpy(_filled(array, 0)).astype("<i8", copy=False))]


def _day(array: pa.Array[Any]) -> list[bytes | memoryview]:
    return _whole(array.cast(pa.int32()).cast(pa.int64()))


def _yes_no(array: pa.Array[Any]) -> list[bytes | memoryview]:
    return [_view(_numpy(_filled(array, False)).astype("u1"))]


def _null(array: pa.Array[Any]) -> list[bytes | memoryview]:
    return []


def _text(array: pa.Array[Any]) -> list[bytes | memoryview]:
    values = _filled(array, "")
    if not len(values):
        return []
    _, offsets, data = values.buffers()
    ends = np.frombuffer(offsets, np.int64)[values.offset : values.offset + len(values) + 1]
    lengths = _view(np.diff(ends).astype("<u8", copy=False))
    return [lengths, memoryview(data)[ends[0] : ends[-1]]] if data is not None else [lengths]


def _decimal(array: pa.Array[Any]) -> list[bytes | memoryview]:
    values, scale = _filled(array, pa.scalar(0, array.type)), array.type.scale
    if not len(values):
        return [bytes(_U64)]
    words = np.frombuffer(values.buffers()[1], "<i8").reshape(-1, 2)
    words = words[values.offset : values.offset + len(values)]
    zeros, units = _narrow(words[:, 0], scale) if _fits(words) else _wide(words, scale)
    return [(scale - zeros).to_bytes(_U64, "little"), units]


def _fits(words: npt.NDArray[np.int64]) -> bool:
    """Say whether every value fits in 64 bits with its sign."""
    return bool((words[:, 1] == words[:, 0] >> 63).all())


def _narrow(units: npt.NDArray[np.int64], scale: int) -> tuple[int, memoryview]:
    divisor = np.gcd.reduce(np.abs(units).view(np.uint64))  # unsigned: -2**63 has no opposite in 64 bits
    zeros = _zeros(int(divisor), scale)
    units = units // 10 ** min(zeros, _INT64_DIGITS)  # more zeros than that, and every value is zero
    return zeros, _view(np.stack([units, units >> 63], axis=1).astype("<i8", copy=False))


def _wide(words: npt.NDArray[np.int64], scale: int) -> tuple[int, bytes]:
    units = [int.from_bytes(word.tobytes(), "little", signed=True) for word in words]
    zeros = _zeros(math.gcd(*units), scale)
    return zeros, b"".join((unit // 10**zeros).to_bytes(_DECIMAL, "little", signed=True) for unit in units)


def _zeros(divisor: int, scale: int) -> int:
    """How many of the places are zero in every value, given the greatest common divisor of the values."""
    zeros = 0
    while zeros < scale and divisor % 10 ** (zeros + 1) == 0:
        zeros += 1
    return zeros


def _filled(array: pa.Array[Any], value: object) -> Any:
    """Overwrite what hides under nulls, so that only values count."""
    return array.fill_null(value) if array.null_count else array


def _numpy(array: Any) -> npt.NDArray[Any]:
    values: npt.NDArray[Any] = array.to_numpy(zero_copy_only=False)
    return values


def _view(values: npt.NDArray[Any]) -> memoryview:
    return np.ascontiguousarray(values).view("u1").reshape(-1).data


_VALUES: dict[str, Callable[[pa.Array[Any]], list[bytes | memoryview]]] = {
    "whole": _whole,
    "decimal": _decimal,
    "text": _text,
    "yes-no": _yes_no,
    "day": _day,
    "null": _null,
}
