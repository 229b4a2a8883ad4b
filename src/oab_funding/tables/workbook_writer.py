"""Writing tables as a workbook: a cover with title, labels and sources, then one sheet a table, typed."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from oab_funding.errors import InputError, Place

COVER: Final = "cover"
LABEL: Final = "label"
_ROWS: Final = 2**20 - 1
_TEXT: Final = 32_767
_SHEET_NAME: Final = 31
_CREATED: Final = datetime(2000, 1, 1)  # one date for all, so that equal tables give equal bytes

Names = Mapping[str, Mapping[str, str]]
"""By column of codes, such as `school_id`: the name of each code, to stand beside it."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What the first sheet says: title, labels such as "made-up data", sources; and names beside codes."""

    title: str = ""
    labels: Sequence[str] = ()
    sources: Sequence[str] = ()
    names: Names = field(default_factory=dict)


def workbook_bytes(tables: Mapping[str, pa.Table], cover: Cover) -> bytes:
    """Give tables as the bytes of an .xlsx workbook; the same tables give the same bytes.

    Raises
    ------
    InputError
        A table has more rows, or a text more characters, than a sheet takes.

    Examples
    --------
    >>> workbook_bytes({"scores": pa.table({"score": [1]})}, Cover())[:2]
    b'PK'
    """
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"created": _CREATED})
    bold = book.add_format({"bold": True})
    front = book.add_worksheet(COVER)
    lines = [("title", cover.title)] if cover.title else []
    lines += [(LABEL, label) for label in cover.labels] + [("source", source) for source in cover.sources]
    for row, (word, line) in enumerate(lines):
        front.write_string(row, 0, word)
        _write_text(front, row, 1, line, Place(COVER))
    for name, table in tables.items():
        _sheet(book, name[:_SHEET_NAME], _with_names(table, cover.names), bold)
    book.close()
    return stream.getvalue()


def _with_names(table: pa.Table, names: Names) -> pa.Table:
    for code, known in names.items():
        title = f"{code.removesuffix('_id').removesuffix('_code')}_name"
        there = table.column_names
        if code in there and title not in there and not (code == "site_id" and "name" in there):
            beside = pa.array([known.get(value) for value in table.column(code).to_pylist()], pa.string())
            table = table.add_column(table.column_names.index(code) + 1, title, beside)
    return table


def _sheet(book: Any, name: str, table: pa.Table, bold: Any) -> None:
    if table.num_rows > _ROWS:
        raise InputError(
            f"has {table.num_rows:,d} rows, more than a sheet takes", Place(name), "write it as .parquet"
        )
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(table.column_names):
        sheet.write_string(0, column, title, bold)
        form = book.add_format(_form(table.schema.field(title).type))
        for row, value in enumerate(table.column(title).to_pylist(), 1):
            _write(sheet, row, column, value, form, Place(name, column=title, row=row + 1))


def _form(kind: pa.DataType) -> dict[str, str]:
    if pa.types.is_date(kind):
        return {"num_format": "yyyy-mm-dd"}
    if pa.types.is_decimal(kind) and kind.scale:
        return {"num_format": "0." + "0" * kind.scale}
    return {}


def _write(sheet: Any, row: int, column: int, value: Any, form: Any, place: Place) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, Decimal)):
        exact = f"{value:f}" if isinstance(value, Decimal) else str(value)
        if Decimal(f"{float(value):.15G}") == value:
            sheet.write_number(row, column, float(value), form)
        else:  # more digits than a spreadsheet keeps
            sheet.write_string(row, column, exact)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime.combine(value, datetime.min.time()), form)
    else:
        _write_text(sheet, row, column, str(value), place)


def _write_text(sheet: Any, row: int, column: int, text: str, place: Place) -> None:
    if len(text) > _TEXT:
        raise InputError(f"is a text of more than {_TEXT:,d} characters", place, "write it as .parquet")
    sheet.write_string(row, column, text)
