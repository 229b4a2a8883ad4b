"""Reading input files: bytes once, hashed once, then parsed, with every trouble said in one sentence."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.tables import parquet
from oab_funding.tables.conform import Checked, conform
from oab_funding.tables.csv_text import parse_csv, read_csv
from oab_funding.tables.given import GivenTable
from oab_funding.tables.headers import names_all
from oab_funding.tables.schema import TableSchema
from oab_funding.tables.source import SourceFile
from oab_funding.tables.workbook import WORKBOOKS, find_table, holds_table

__all__ = ["read_csv", "read_source", "read_table"]

PARQUET = (".parquet", ".pq")


def read_source(path: str | Path | SourceFile) -> SourceFile:
    """Read a file whole; one that was read already is given back.

    Raises
    ------
    InputError
        There is no such file, it is a folder, it may not be read, or it is empty.

    Examples
    --------
    >>> read_source("no such file.csv")
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: no such file.csv: does not exist; check the path
    """
    if isinstance(path, SourceFile):
        return path
    path = Path(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("does not exist", Place(str(path)), "check the path") from error
    except IsADirectoryError as error:
        raise InputError("is a folder", Place(str(path)), "name a file in it") from error
    except PermissionError as error:
        raise InputError(
            "may not be read",
            Place(str(path)),
            "is it open in Excel? close it and try again; else ask for permission to read it",
        ) from error
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read ({error})", Place(str(path)), "check the path") from error
    if not data:
        raise InputError("is empty", Place(str(path)), "give a file with content")
    return SourceFile(path.name, data)


def read_table(source: str | Path | SourceFile, schema: TableSchema) -> pa.Table:
    """Read a table from a CSV file, a Parquet file or a workbook and check it against its schema.

    Parameters
    ----------
    source
        Path of the file, the file as already read, or a frame in its place.
    schema
        What the table must be.

    Returns
    -------
    pyarrow.Table
        See `conform`.

    Raises
    ------
    InputError
        The file cannot be read, or its content does not keep to the schema.
    """
    file = read_source(source)
    if isinstance(file, GivenTable):
        return conform(Checked(file.table, file.schema), schema, f"`{file.argument}`", first_row=1)
    if file.suffix == ".csv":
        text = parse_csv(file)
        return conform(text.table, schema, file.name, text.first_row)
    if file.suffix in PARQUET:
        return conform(read_parquet(file), schema, file.name, first_row=1)
    if file.suffix in WORKBOOKS:
        found = find_table(file, schema)
        return conform(found.table, schema, found.name, found.first_row)
    raise _no_table(file)


def could_be(source: str | Path | SourceFile, schema: TableSchema) -> bool:
    """Say whether the headers of a file name the columns that identify a row of a schema.

    Raises
    ------
    InputError
        The file cannot be read.

    Examples
    --------
    >>> from oab_funding.tables.grant_tables import MUNICIPAL_DECISIONS, SCHOOL_DECISIONS
    >>> file = SourceFile("besluit.csv", b"BRIN;Bedrag")
    >>> could_be(file, SCHOOL_DECISIONS), could_be(file, MUNICIPAL_DECISIONS)
    (True, False)
    """
    file = read_source(source)
    key = TableSchema(schema.name, tuple(schema[name] for name in schema.key), schema.key)
    if file.suffix == ".csv":
        return names_all(parse_csv(file).table.column_names, key)
    if file.suffix in PARQUET:
        return names_all(parquet.parquet_schema(file.data, file.name).names, key)
    if file.suffix in WORKBOOKS:
        return holds_table(file, key)
    raise _no_table(file)


def read_parquet(file: SourceFile) -> pa.Table:
    """Read a Parquet file as it is, by no schema; see `parquet.read_parquet`."""
    return parquet.read_parquet(file.data, name=file.name)


def _no_table(file: SourceFile) -> InputError:
    return InputError(
        f"its ending {file.suffix or '(none)'} is not that of a table",
        Place(file.name),
        "give a .csv, .parquet or .xlsx file",
    )
