"""The identity of a table: a hash of what it says, not of how it is stored.

The bytes of a Parquet file change with codec, writer and version; the content hash does not.

What this does not prove: that the content is right, or who made it. Two tables with one hash say the same.
"""

from __future__ import annotations

import hashlib
import math
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from oab_funding.audit.logical import LogicalColumn, in_key_order
from oab_funding.tables.columns import day_numbers, filled, is_known

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
    present = np.packbits(is_known(column.values), bitorder="little")
    return [_view(present), *_VALUES[column.kind](column.values)]


def _whole(array: pa.Array[Any]) -> list[bytes | memoryview]:
    return [_view(filled(array, 0).astype("<i8", copy=False))]


def _day(array: pa.Array[Any]) -> list[bytes | memoryview]:
    return [_view(day_numbers(array).astype("<i8"))]


def _yes_no(array: pa.Array[Any]) -> list[bytes | memoryview]:
    return [_view(filled(array, False))]


def _null(array: pa.Array[Any]) -> list[bytes | memoryview]:
    return []


def _text(array: pa.Array[Any]) -> list[bytes | memoryview]:
    if not len(array):
        return []
    _, offsets, data = array.buffers()
    ends = np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
    lengths = np.diff(ends).astype("<u8", copy=False)
    if array.null_count and lengths[~is_known(array)].any():  # text hides where there is no value
        return _text(array.fill_null(""))
    return [_view(lengths), memoryview(data)[ends[0] : ends[-1]]] if data is not None else [_view(lengths)]


def _decimal(array: pa.Array[Any]) -> list[bytes | memoryview]:
    scale = array.type.scale
    if not len(array):
        return [bytes(_U64)]
    words = np.frombuffer(array.buffers()[1], "<i8").reshape(-1, 2)[array.offset : array.offset + len(array)]
    if array.null_count:
        words = words * is_known(array)[:, None]
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


_PREFIX = b"oab-funding table content 1\n"


def content_hash(table: pa.Table, key: Sequence[str]) -> str:
    """Hash the logical content of a table with SHA-256 (FIPS 180-4).

    The hash depends on the names of the columns, their logical types, the key, and the values row by row. It
    does not depend on the order of rows or columns, chunks, dictionaries, the width of integers and text,
    the precision and scale of decimals, or what is stored where a value is empty.

    Let ``u64(n)`` be n in 8 bytes, least significant first, and ``name(s)`` be u64(length) + the UTF-8 of s::

        content = SHA-256( "oab-funding table content 1" + line feed
                           + u64(rows) + u64(columns in the key) + name(k) for each of these, in their order
                           + u64(columns)
                           + for each column, by the UTF-8 bytes of its name:
                             name(column) + name(type) + SHA-256(presence + values), 32 bytes )

    Rows stand in the order of the key (see `in_key_order`). *Presence* is one bit per row, 1 where there is a
    value, the first row in the lowest bit of the first byte, filled up with zero bits. *Values* go by type,
    and an absent value counts as 0, false or empty text:

    - ``whole``: 8 bytes per row, two's complement, least significant first;
    - ``decimal``: u64(scale), then 16 bytes per row, two's complement, least significant first, of the value
      times 10**scale, where scale is the least at which every value of the column is whole (0 if all are);
    - ``text``: u64(length in bytes) per row, then all UTF-8 bytes in one run;
    - ``yes-no``: one byte per row, 0 or 1;
    - ``day``: 8 bytes per row, as ``whole``: days since 1970-01-01;
    - ``null`` (a column that has no type because it has no value): nothing.

    Parameters
    ----------
    table
        The table.
    key
        The columns that identify a row.

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    InputError
        See `in_key_order`; or a column is of a type without exact values, such as floats.

    Examples
    --------
    >>> from decimal import Decimal
    >>> one = pa.table({"site_id": ["00AP00", "00AR00"], "score": [Decimal("1.50"), Decimal("2.00")]})
    >>> wide = pa.schema([("site_id", pa.large_string()), ("score", pa.decimal128(12, 6))])
    >>> two = one.take([1, 0]).cast(wide)
    >>> content_hash(one, ["site_id"]) == content_hash(two, ["site_id"])
    True
    """
    columns = in_key_order(table, key)
    whole = hashlib.sha256(_PREFIX + _u64(table.num_rows) + _u64(len(key)) + b"".join(map(_name, key)))
    whole.update(_u64(table.num_columns))
    for column in sorted(columns, key=lambda column: column.name.encode()):
        content = hashlib.sha256()
        for part in column_bytes(column):
            content.update(part)
        whole.update(_name(column.name) + _name(column.kind) + content.digest())
    return whole.hexdigest()


class ContentHashes:
    """Content hashes of tables, each computed once while its table is alive: an Arrow table never changes."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, tuple[str, ...]], tuple[weakref.ref[pa.Table], str]] = {}

    def __call__(self, table: pa.Table, key: tuple[str, ...]) -> str:
        """Give the content hash of a table under a key; see `content_hash`."""
        known = self._known.get((id(table), key))
        if known is not None and known[0]() is table:  # an id is used again once its table is gone
            return known[1]
        content = content_hash(table, key)
        self._known[id(table), key] = (weakref.ref(table), content)
        return content


def _u64(number: int) -> bytes:
    return number.to_bytes(8, "little")


def _name(text: str) -> bytes:
    data = text.encode()
    return _u64(len(data)) + data
