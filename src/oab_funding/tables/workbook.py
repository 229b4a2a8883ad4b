"""Reading a person's table from a workbook: the one sheet, and the row on it, that names the columns."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.tables.headers import names_all
from oab_funding.tables.schema import TableSchema
from oab_funding.tables.workbook_bounds import survey

if TYPE_CHECKING:
    from oab_funding.tables.source import SourceFile

WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls", ".ods")
"""Endings of workbooks. What counts is what the file holds: the old binary .xls itself is refused."""
_OLD: Final = b"\xd0\xcf\x11\xe0"
_HEADER_WITHIN: Final = 100

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's cells from A1 on, empty ones as "", and the address of its first error cell."""

    name: str
    rows: Sequence[Row]
    error: str | None = None


def read_sheets(file: SourceFile) -> list[Sheet]:
    """Read every worksheet of a workbook, after a survey that bounds memory and time.

    Raises
    ------
    InputError
        It is no whole workbook, is protected by a password or in the old binary form, or is too large.
    """
    import python_calamine as calamine

    if file.data.startswith(_OLD):
        raise InputError(
            "is an .xls of before 2007, or protected by a password",
            Place(file.name),
            "open it and save it as .xlsx without a password",
        )
    extents = survey(file.data, file.name)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.data))
        return [
            Sheet(
                sheet.name,
                [*book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)],
                extents[sheet.name].error if sheet.name in extents else None,
            )
            for sheet in book.sheets_metadata
            if sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]
    except (calamine.CalamineError, OSError, ValueError, MemoryError) as error:
        detail = " ".join(str(error).split())[:160]
        raise InputError(
            f"is not a whole workbook ({detail})", Place(file.name), "save it as .xlsx again"
        ) from error


@dataclass(frozen=True, slots=True)
class Found:
    """A table as it stands on a sheet: its cells as text, its place in words, the number of its first row."""

    table: pa.Table
    name: str
    first_row: int


def find_table(file: SourceFile, schema: TableSchema, sheets: Sequence[Sheet] | None = None) -> Found:
    """Find the table of a schema in a workbook, by the names of its columns.

    Of several sheets that name them, the one whose first column is the key is taken: a workbook of grants has
    one of schools and one of their sites. Numbers come as their shortest decimal, days as 2019-10-01, yes and
    no as true and false.

    Raises
    ------
    InputError
        No sheet or more than one names the columns, or the sheet holds an error cell or an empty row.
    """
    named = [
        (sheet, header)
        for sheet in (read_sheets(file) if sheets is None else sheets)
        if (header := header_row(sheet, schema)) is not None
    ]
    if not named:
        names = ", ".join(column.name for column in schema.columns if column.required)
        raise InputError(
            "has no sheet with a row that names the columns", Place(file.name), f"give a header with {names}"
        )
    if len(named) > 1:
        keyed = [(sheet, header) for sheet, header in named if _begins_with_key(sheet.rows[header], schema)]
        named = keyed if len(keyed) == 1 else named
    if len(named) > 1:
        names = " and ".join(sheet.name for sheet, _ in named)
        raise InputError(
            f"holds the table on more than one sheet ({names})", Place(file.name), "keep one of them"
        )
    sheet, header = named[0]
    if sheet.error is not None:
        raise InputError(
            f"cell {sheet.error} holds an error such as #N/A",
            Place(file.name, sheet.name),
            "mend the formula",
        )
    return _table(file.name, sheet, header)


def _begins_with_key(row: Row, schema: TableSchema) -> bool:
    """Say whether the first cell of a header names the first column of the key."""
    key = TableSchema(schema.name, (schema[schema.key[0]],), schema.key[:1])
    return names_all([row[0]] if isinstance(row[0], str) else [], key)


def holds_table(file: SourceFile, schema: TableSchema) -> bool:
    """Say whether a sheet of a workbook names the columns of a schema."""
    return any(header_row(sheet, schema) is not None for sheet in read_sheets(file))


def header_row(sheet: Sheet, schema: TableSchema) -> int | None:
    """Give the index of the row that names every column the schema needs; None if there is none."""
    for index, row in enumerate(sheet.rows[:_HEADER_WITHIN]):
        if names_all([cell for cell in row if isinstance(cell, str)], schema):
            return index
    return None


def _table(file: str, sheet: Sheet, header: int) -> Found:
    rows = [*sheet.rows[header + 1 :]]
    while rows and not any(map(_filled, rows[-1])):
        rows.pop()
    for number, row in enumerate(rows, header + 2):
        if not any(map(_filled, row)):
            raise InputError("is an empty row", Place(file, sheet.name, row=number), "delete the row")
    names = [str(cell).strip() for cell in sheet.rows[header]]
    columns = [
        (name, pa.array([cell_text(row[index]) for row in rows], pa.string()))
        for index, name in enumerate(names)
        if name
    ]
    table = pa.Table.from_arrays([values for _, values in columns], names=[name for name, _ in columns])
    return Found(table, f"{file}, sheet {sheet.name}", header + 2)


def _filled(cell: object) -> bool:
    return not isinstance(cell, str) or bool(cell.strip())


def cell_text(cell: object) -> str:
    """Give a cell as text: numbers as their shortest decimal, days as 2019-10-01, yes as true."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < 2**53
        return str(int(cell)) if whole else format(Decimal(repr(cell)), "f")
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)
