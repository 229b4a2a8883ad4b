"""Parquet with its labels, read on the thread that asks, within bounds that the footer states.

Arrow's reader threads can abort a process that ends while they wind down (apache/arrow#34314), so none is
started; and a footer that promises more than a table of this field can hold is refused unread.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.tables.parquet_footer import Footer, read_footer

_ROWS: Final = 200_000_000
_COLUMNS: Final = 1_000
_BYTES: Final = 16 * 2**30
"""Bounds far above the largest table of the field: every child of the country in ten rounds of imputation."""


LABELS_KEY: Final = b"oab_funding.labels"
"""Where a file keeps what must be said with it."""

_SCORE_DIGITS: Final = 12
_SCORE_PLACES: Final = 6


def read_parquet(
    source: bytes | str | Path, columns: Sequence[str] | None = None, name: str | None = None
) -> pa.Table:
    """Read a Parquet file, whole or some of its columns, checksums verified.

    Parameters
    ----------
    source
        The bytes of the file, or its path.
    columns
        Names of the columns to read (default: all).
    name
        Name to use in messages (default: that of the path).

    Raises
    ------
    InputError
        The file is not a whole Parquet file, or its footer announces a table beyond all bounds.

    Examples
    --------
    >>> import pyarrow.parquet
    >>> stream = io.BytesIO()
    >>> pyarrow.parquet.write_table(pa.table({"score": [1]}), stream)
    >>> read_parquet(stream.getvalue()).to_pylist()
    [{'score': 1}]
    """
    import pyarrow.parquet

    place = Place(_name(source, name))
    opened = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        _check_size(read_footer(source), place)
        with pyarrow.parquet.ParquetFile(opened, pre_buffer=False, page_checksum_verification=True) as file:
            return file.read(columns=None if columns is None else list(columns), use_threads=False)
    except InputError:
        raise
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        raise damaged(error, place) from error


def open_parquet(path: str | Path, place: Place, dictionaries: Sequence[str] = ()) -> pa.parquet.ParquetFile:
    """Open a Parquet file to be read a part at a time, within the same bounds and with the same checks.

    Parameters
    ----------
    path
        The file.
    place
        Where to say that something is wrong.
    dictionaries
        Columns of text to read as dictionaries.

    Raises
    ------
    InputError
        See `read_parquet`.
    """
    import pyarrow.parquet

    try:
        _check_size(read_footer(path), place)
        file = pyarrow.parquet.ParquetFile(
            path, read_dictionary=list(dictionaries), pre_buffer=False, page_checksum_verification=True
        )
    except InputError:
        raise
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        raise damaged(error, place) from error
    return file


def parquet_schema(source: bytes | str | Path, name: str | None = None) -> pa.Schema:
    """Give the columns and metadata of a Parquet file, nothing decoded; see `read_parquet` for errors."""
    import pyarrow.parquet

    opened = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        read_footer(source)
        with pyarrow.parquet.ParquetFile(opened, pre_buffer=False) as file:
            return file.schema_arrow
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        raise damaged(error, Place(_name(source, name))) from error


def _name(source: bytes | str | Path, name: str | None) -> str:
    return name or ("Parquet table" if isinstance(source, bytes) else Path(source).name)


def damaged(error: BaseException, place: Place) -> InputError:
    """Say that a Parquet file is not whole."""
    detail = " ".join(str(error).split())[:160]
    return InputError(f"is not a whole Parquet file ({detail})", place, "write or download it again")


def _check_size(footer: Footer, place: Place) -> None:
    for found, most, what in (
        (footer.rows, _ROWS, "rows"),
        (len(footer.columns), _COLUMNS, "columns"),
        (sum(group.size for group in footer.groups), _BYTES, "bytes when unpacked"),
    ):
        if found > most:
            raise InputError(f"announces {found:,d} {what}", place, f"give a table of at most {most:,d}")


def parquet_rows(data: bytes) -> int:
    """Give the number of rows of a Parquet file that was read before."""
    return read_footer(data).rows


def with_labels(table: pa.Table, labels: Sequence[str]) -> pa.Table:
    """Attach labels to a table, to be written with it.

    Examples
    --------
    >>> with_labels(pa.table({"score": [1]}), ["made-up data"]).schema.metadata
    {b'oab_funding.labels': b'["made-up data"]'}
    """
    if not labels:
        return table
    return table.replace_schema_metadata({LABELS_KEY: json.dumps(list(labels), ensure_ascii=False).encode()})


def write_parquet(table: pa.Table, path: Path | io.BytesIO) -> None:
    """Write a table as Parquet, to a file or into memory."""
    import pyarrow.parquet

    arrays = [_as_stored(name, table.column(name)) for name in table.column_names]
    stored = pa.table(arrays, names=table.column_names, metadata=table.schema.metadata)
    pyarrow.parquet.write_table(stored, path, write_page_checksum=True)


def _as_stored(name: str, column: Any) -> Any:
    """Scores are stored with six places whatever they show; see the tables' reference."""
    kind = column.type
    if not (pa.types.is_decimal(kind) and kind.precision == _SCORE_DIGITS and kind.scale < _SCORE_PLACES):
        return column
    try:
        return column.cast(pa.decimal128(_SCORE_DIGITS, _SCORE_PLACES))
    except pa.ArrowInvalid as error:
        limit = 10 ** (_SCORE_DIGITS - _SCORE_PLACES)
        raise InputError(
            f"holds a number of {limit:,d} or more", Place(column=name), "write it as .csv"
        ) from error
