"""Small workbooks in the layout of CBS, built cell by cell."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import xlsxwriter

Cells = list[list[Any]]
Sheets = dict[str, Cells]

SITE = "School (BRIN vestiging)"
TITLE = "Achterstandsscore per basisschoolvestiging, 1 oktober 2019"
RAW_TITLE = "Achterstandsscore zonder drempel per basisschoolvestiging, 1 oktober 2019"
RAW = "Achterstandsscore zonder drempel"

SHEETS: Sheets = {
    "Voorblad": [
        [],
        [],
        ["Achterstandsscores basisscholen, 2019"],
        ["CBS, team Onderwijs"],
        [],
        ["Februari 2020"],
    ],
    "Toelichting": [
        ["Achterstandsscores"],
        ["De waardes van C en G: in 2019 was de waarde van C 535,26. G bedroeg in 2019 529,46. "],
    ],
    "Tabel 1": [
        ["Tabel 1"],
        [TITLE],
        [],
        [SITE, "Aantal bekostigde leerlingen", "Achterstandsscore", ""],
        [],
        ["00AP00", 100, 33.02, ""],
        ["00AR00", 142, 0, ""],
        ["31MX00", 5, 18.32, "a"],
        [],
        ["Bron: CBS"],
        ["a Te weinig leerlingen."],
    ],
    "Tabel 2": [
        ["Tabel 2"],
        [RAW_TITLE],
        [],
        [SITE, RAW, f"{RAW} \n(onderbouw)", f"{RAW} \n(bovenbouw)", ""],
        [],
        ["00AP00", 102.62, 26.17, 76.45, "b"],
        ["00AR00", 19.46, 10.33, 9.14, ""],
        ["31MX00", 21.8, 5.46, 16.34, "a, b, c"],
        [],
        ["Bron: CBS"],
        ["a Te weinig leerlingen."],
        ["b Te weinig leerlingen in de onderbouw."],
    ],
}
"""A sound workbook of three sites; row n of a table stands at index n - 1."""


def sheets() -> Sheets:
    """Give a copy of the sound workbook to change."""
    return copy.deepcopy(SHEETS)


def cell(sheet: str, row: int, column: int, value: Any) -> Callable[[Sheets], None]:
    """Make a change that puts a value into a cell; the row as a person counts it, the column from 0."""

    def change(book: Sheets) -> None:
        book[sheet][row - 1][column] = value

    return change


def book_bytes(content: Mapping[str, Cells]) -> bytes:
    """Write sheets into a workbook."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "nan_inf_to_errors": True})
    for name, rows in content.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if isinstance(value, str):
                    sheet.write_string(row, column, value)
                else:
                    sheet.write(row, column, value)
    book.close()
    return stream.getvalue()


def write_book(path: Path, content: Mapping[str, Cells] = SHEETS) -> Path:
    """Write sheets into a workbook file."""
    path.write_bytes(book_bytes(content))
    return path
