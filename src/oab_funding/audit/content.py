"""The identity of a table: a hash of what it says, not of how it is stored.

The bytes of a Parquet file change with codec, writer and version; the content hash does not.

What this does not prove: that the content is right, or who made it. Two tables with one hash say the same.
"""

from __future__ import annotations

import hashlib
import weakref
from collections.abc import Sequence

import pyarrow as pa

from oab_funding.audit.column_bytes import column_bytes
from oab_funding.audit.key_order import in_key_order

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
