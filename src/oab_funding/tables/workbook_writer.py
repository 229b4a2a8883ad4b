"""Writing tables as a workbook in the layout of CBS's own: cover, contents, explanation, sources, tables.

Every table has a sheet with its title, the labels and a header row that stays in sight, and typed cells:
money and scores are numbers with their decimals, counts whole numbers. What is written is read back equal.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final

import pyarrow as pa

from oab_funding.errors import InputError, Place

COVER: Final = "Voorblad"
COVERS: Final = (COVER, "cover")
"""Names of the cover, as it is written now and as it was written before."""

LABEL: Final = "label"
_HEADER_ROW: Final = 3
_ROWS: Final = 2**20 - _HEADER_ROW - 1
_TEXT: Final = 32_767
_CREATED: Final = datetime(2000, 1, 1)  # one date for all, so that equal tables give equal bytes
_NARROWEST, _WIDEST, _LOOKED_AT = 9, 42, 500
_A4, _PAGES_WIDE = 9, 1
_HOW = (
    "Elke tabel heeft haar eigen werkblad: titel, vermeldingen, een rij met kolomnamen, en de gegevens.",
    "Bedragen zijn in euro's, op centen; scores hebben twee decimalen of meer. Er staan geen formules in.",
    "Een leeg vak betekent: niet bekend, of niet van toepassing.",
    "De kolomnamen zijn die van de bestanden van de berekening; wat ze betekenen, staat hieronder.",
)

Names = Mapping[str, Mapping[str, str]]
"""By column of codes, such as `school_id`: the name of each code, to stand beside it."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What goes with the tables: title, labels such as "made-up data", sources; and names beside codes."""

    title: str = ""
    labels: Sequence[str] = ()
    sources: Sequence[str] = ()
    names: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Book:
    """A workbook that is being written, and its forms of cells."""

    book: Any
    bold: Any
    title: Any
    wrapped: Any


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
    forms = ({"bold": True}, {"bold": True, "font_size": 14}, {"text_wrap": True, "valign": "top"})
    made = _Book(book, *(book.add_format(form) for form in forms))
    named = {name: _with_names(table, cover.names) for name, table in tables.items()}
    sheets = {f"Tabel {number}": name for number, name in enumerate(named, 1)}
    _cover(made, cover)
    _contents(made, sheets)
    _explanation(made, named)
    _sources(made, cover)
    for sheet, name in sheets.items():
        _sheet(made, sheet, name, named[name], cover.labels)
    book.close()
    return stream.getvalue()


def title_of(table: str) -> str:
    """Give the Dutch title of a table, or its name where it has none.

    Examples
    --------
    >>> title_of("school_grants"), title_of("mine")
    ('Bedragen van scholen', 'mine')
    """
    return _texts()["tables"].get(table, table)


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files(__package__).joinpath("workbook.nl.toml").read_text("utf-8"))


def _page(made: _Book, name: str, widths: Sequence[int]) -> Any:
    sheet = made.book.add_worksheet(name)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    sheet.set_paper(_A4)
    sheet.fit_to_pages(_PAGES_WIDE, 0)
    sheet.set_footer("&L&A&R&P / &N")
    return sheet


def _cover(made: _Book, cover: Cover) -> None:
    sheet = _page(made, COVER, (12, 100))
    _write_text(sheet, 2, 0, cover.title, Place(COVER), made.title)
    for row, label in enumerate(cover.labels, 4):
        sheet.write_string(row, 0, LABEL, made.bold)
        _write_text(sheet, row, 1, label, Place(COVER), made.wrapped)


def _contents(made: _Book, sheets: Mapping[str, str]) -> None:
    sheet = _page(made, "Inhoud", (16, 60, 30))
    sheet.write_string(0, 0, "Inhoud", made.title)
    sheet.write_row(3, 0, ("Werkblad", "Inhoud", "Tabel van de berekening"), made.bold)
    pages = {"Toelichting": "Toelichting bij de tabellen", "Bronbestanden": "Waar de gegevens vandaan komen"}
    for row, (name, title) in enumerate(pages.items(), 5):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", string=name)
        sheet.write_string(row, 1, title)
    for row, (name, table) in enumerate(sheets.items(), 6 + len(pages)):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", string=name)
        sheet.write_string(row, 1, title_of(table))
        sheet.write_string(row, 2, table)


def _explanation(made: _Book, tables: Mapping[str, pa.Table]) -> None:
    sheet = _page(made, "Toelichting", (28, 100))
    sheet.write_string(0, 0, "Toelichting bij de tabellen", made.title)
    for row, line in enumerate(_HOW, 2):
        sheet.write_string(row, 0, line)
    there = dict.fromkeys(column for table in tables.values() for column in table.column_names)
    meanings = {column: _texts()["columns"].get(column, "") for column in there}
    first = 3 + len(_HOW)
    sheet.write_row(first, 0, ("Kolom", "Wat erin staat"), made.bold)
    for row, (column, meaning) in enumerate(((c, m) for c, m in meanings.items() if m), first + 1):
        sheet.write_string(row, 0, f"{column}:")  # with a colon: no row of it may pass for a header
        sheet.write_string(row, 1, meaning, made.wrapped)


def _sources(made: _Book, cover: Cover) -> None:
    sheet = _page(made, "Bronbestanden", (12, 130))
    for row, source in enumerate(cover.sources):
        sheet.write_string(row, 0, "Bron", made.bold)
        _write_text(sheet, row, 1, source, Place("Bronbestanden"), made.wrapped)


def _with_names(table: pa.Table, names: Names) -> pa.Table:
    for code, known in names.items():
        title = f"{code.removesuffix('_id').removesuffix('_code')}_name"
        there = table.column_names
        if code in there and title not in there and not (code == "site_id" and "name" in there):
            beside = pa.array([known.get(value) for value in table.column(code).to_pylist()], pa.string())
            table = table.add_column(table.column_names.index(code) + 1, title, beside)
    return table


def _sheet(made: _Book, name: str, table_name: str, table: pa.Table, labels: Sequence[str]) -> None:
    if table.num_rows > _ROWS:
        raise InputError(
            f"has {table.num_rows:,d} rows, more than a sheet takes",
            Place(table_name),
            "write it as .parquet",
        )
    columns = {title: table.column(title).to_pylist() for title in table.column_names}
    sheet = _page(made, name, [_width(title, values) for title, values in columns.items()])
    sheet.write_string(0, 0, name, made.bold)
    sheet.write_string(1, 0, title_of(table_name), made.bold)
    _write_text(sheet, 2, 0, "; ".join(labels), Place(table_name))
    sheet.freeze_panes(_HEADER_ROW + 1, 1)
    sheet.set_landscape()
    sheet.repeat_rows(0, _HEADER_ROW)
    for column, (title, values) in enumerate(columns.items()):
        sheet.write_string(_HEADER_ROW, column, title, made.bold)
        form = made.book.add_format(_form(title, table.schema.field(title).type))
        for row, value in enumerate(values, _HEADER_ROW + 1):
            _write(sheet, row, column, value, form, Place(table_name, column=title, row=row + 1))
    if columns and table.num_rows:
        sheet.autofilter(_HEADER_ROW, 0, _HEADER_ROW + table.num_rows, len(columns) - 1)


def _width(title: str, values: Sequence[Any]) -> int:
    """Give a width in characters: the widest of the header and the first cells, between two bounds."""
    shown = max((len(str(value)) for value in values[:_LOOKED_AT] if value is not None), default=0)
    return min(max(len(title) + 3, shown + 3, _NARROWEST), _WIDEST)


def _form(title: str, kind: pa.DataType) -> dict[str, str]:
    if pa.types.is_date(kind):
        return {"num_format": "yyyy-mm-dd"}
    if pa.types.is_decimal(kind) and kind.scale:
        return {"num_format": "#,##0." + "0" * kind.scale}
    if pa.types.is_integer(kind):
        return {"num_format": "0" if title == "year" else "#,##0"}
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


def _write_text(sheet: Any, row: int, column: int, text: str, place: Place, form: Any = None) -> None:
    if len(text) > _TEXT:
        raise InputError(f"is a text of more than {_TEXT:,d} characters", place, "write it as .parquet")
    sheet.write_string(row, column, text, form)
