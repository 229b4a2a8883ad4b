"""A table as it is stored in a bundle: what it takes to read it is known before it is read.

A few kilobytes of Parquet can unfold to more than a machine holds. The footer says how many rows and bytes
there will be, so that is held against the manifest and against fixed limits first.

What this does not prove: that the values are right, only that they are those of the bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.tables.parquet_footer import Footer, read_footer

MOST_CELLS = 250_000_000
"""Rows times columns of the largest table that is read: some ten times that of a national calculation."""

MOST_BYTES = 4 << 30
"""Bytes of the largest table that is read, without compression."""


def read_stored(data: bytes, rows: int | None) -> pa.Table:
    """Read a table from the bytes of a Parquet file.

    Parameters
    ----------
    data
        The bytes.
    rows
        How many rows it must have.

    Returns
    -------
    pyarrow.Table
        Text comes as dictionaries.

    Raises
    ------
    ValueError
        It has another number of rows, or would be too large; said as the end of a sentence.
    Exception
        Anything that pyarrow raises on a damaged file.

    Examples
    --------
    >>> import io
    >>> import pyarrow.parquet
    >>> file = io.BytesIO()
    >>> pyarrow.parquet.write_table(pa.table({"n": [1, 2]}), file)
    >>> read_stored(file.getvalue(), 3)
    Traceback (most recent call last):
    ...
    ValueError: has 2 rows, not the 3 of manifest.json
    """
    import pyarrow.parquet

    try:
        footer = read_footer(data)
    except ValueError as error:
        raise pa.ArrowInvalid(str(error)) from error
    _check_footer(footer, rows)
    file = pyarrow.parquet.ParquetFile(
        pa.BufferReader(data), read_dictionary=list(footer.texts), page_checksum_verification=True
    )
    table = file.read(use_threads=False)  # threads may abort the process when it ends
    table.validate()
    if sum(map(_text_bytes, table.columns)) > MOST_BYTES:
        raise ValueError(f"holds more than {MOST_BYTES} bytes of text")
    return table


def _check_footer(footer: Footer, rows: int | None) -> None:
    if footer.rows != rows:
        raise ValueError(f"has {footer.rows} rows, not the {rows} of manifest.json")
    if any(chunk.values != group.rows for group in footer.groups for chunk in group.chunks):
        raise ValueError("has columns of lists, or of another length than its rows")
    if footer.rows * len(footer.columns) > MOST_CELLS:
        raise ValueError(f"has more than {MOST_CELLS} values")
    if sum(chunk.size for group in footer.groups for chunk in group.chunks) > MOST_BYTES:
        raise ValueError(f"has more than {MOST_BYTES} bytes")


def _text_bytes(column: Any) -> int:
    """Count the bytes of a column of text without its dictionaries."""
    return sum(_unfolded(column.chunks)) if pa.types.is_dictionary(column.type) else 0


def _unfolded(chunks: list[Any]) -> Iterator[int]:
    for chunk in chunks:
        if pa.types.is_string(chunk.dictionary.type) or pa.types.is_large_string(chunk.dictionary.type):
            lengths = pc.cast(pc.binary_length(chunk.dictionary), pa.int64())
            yield pc.sum(lengths.take(chunk.indices)).as_py() or 0
