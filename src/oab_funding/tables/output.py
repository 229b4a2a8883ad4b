"""Tables as files that other programs read: CSV, Parquet, workbooks."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.errors import InputError, Place
from oab_funding.tables.parquet import with_labels, write_parquet
from oab_funding.tables.whole import check_free, output_file
from oab_funding.tables.workbook_writer import Cover, workbook_bytes


def write_table(
    table: pa.Table, path: str | Path, overwrite: bool = False, labels: Sequence[str] = ()
) -> None:
    """Write one table; see `write_tables`."""
    write_tables({Path(path).stem: table}, path, Cover(labels=labels), overwrite)


def write_tables(
    tables: Mapping[str, pa.Table], path: str | Path, cover: Cover, overwrite: bool = False
) -> None:
    """Write tables to .xlsx, or the first of them to .csv or .parquet, by the ending of the path.

    Parquet and workbook take the labels along; CSV has no room for them.

    Scores with two places or more go into Parquet as decimal128(12, 6); CSV shows each column's own places.

    Raises
    ------
    InputError
        Another ending, a path that is taken, or a failure to write.
    """
    check_table_path(path, overwrite)
    with output_file(path, overwrite) as temporary:
        first = next(iter(tables.values()))
        if Path(path).suffix.lower() == ".csv":
            write_csv(first, temporary)
        elif Path(path).suffix.lower() == ".xlsx":
            temporary.write_bytes(workbook_bytes(tables, cover))
        else:
            write_parquet(with_labels(first, cover.labels), temporary)


def check_table_path(path: str | Path, overwrite: bool = False) -> None:
    """Refuse an output path that is taken or does not end as a table does, before any work is done.

    Raises
    ------
    InputError
        See `check_free`; or another ending.
    """
    check_free(path, overwrite)
    suffix = Path(path).suffix.lower()
    if suffix not in (".csv", ".parquet", ".pq", ".xlsx"):
        raise InputError(
            f"its ending {suffix or '(none)'} is not that of a table",
            Place(str(path)),
            "end it in .csv, .parquet or .xlsx",
        )


def write_csv(table: pa.Table, path: Path) -> None:
    """Write a table as CSV (UTF-8, comma, decimal point, header), quotes only where they are needed."""
    path.write_bytes(csv_bytes(table))


def csv_bytes(table: pa.Table) -> bytes:
    r"""Give a table as the bytes of a CSV file.

    Examples
    --------
    >>> csv_bytes(pa.table({"site_id": ["00AP00"], "score": [None]}))
    b'site_id,score\n00AP00,\n'
    """
    columns = [_as_text(table.column(name)) for name in table.column_names]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table.column_names)
    writer.writerows(zip(*columns, strict=True))
    return stream.getvalue().encode("utf-8")


def _as_text(column: Any) -> list[str]:
    if pa.types.is_boolean(column.type):
        column = pc.if_else(column, "true", "false")
    show = _plain_decimal if pa.types.is_decimal(column.type) else str
    return ["" if value is None else show(value) for value in column.to_pylist()]


def _plain_decimal(value: Decimal) -> str:
    return format(value, "f")  # str would write a zero of twelve places as 0E-12
