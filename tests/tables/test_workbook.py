"""A person's table in a workbook: found by its header, bounded, refused by the name of sheet and cell."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter

from oab_funding.errors import InputError
from oab_funding.tables.files import read_table
from oab_funding.tables.grant_tables import SCHOOL_DECISIONS
from oab_funding.tables.register_tables import SITES
from oab_funding.tables.source import SourceFile
from oab_funding.tables.workbook_bounds import address, survey

HEADER = ["school_id", "amount"]


def book(sheets: dict[str, list[list[Any]]]) -> bytes:
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = made.add_worksheet(name)
        for row, cells in enumerate(rows):
            sheet.write_row(row, 0, cells)
    made.close()
    return stream.getvalue()


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return stream.getvalue()


def decisions(data: bytes) -> list[dict[str, Any]]:
    return list(read_table(SourceFile("d.xlsx", data), SCHOOL_DECISIONS).to_pylist())


def test_title_rows_other_sheets_and_empty_rows_at_the_end_are_passed_over() -> None:
    rows = [["Decisions"], [], HEADER, ["00AP", 18474.69], ["00AR", 0], ["", ""]]
    assert decisions(book({"Cover": [["about"]], "Data": rows})) == [
        {"school_id": "00AP", "amount": Decimal("18474.69")},
        {"school_id": "00AR", "amount": Decimal("0.00")},
    ]


def test_dutch_names_and_other_capitals_name_the_columns() -> None:
    rows = [["Beschikking 2020"], ["BRIN", "Naam", "Bedrag"], ["00AP", "De Wereld", 18474.69]]
    assert decisions(book({"Blad1": rows})) == [{"school_id": "00AP", "amount": Decimal("18474.69")}]


def test_yes_and_no_and_numbers_in_columns_of_text() -> None:
    rows = [["site_id", "school_id", "excluded", "board_id"], ["00AP00", "00AP", True, 41646]]
    table = read_table(SourceFile("s.xlsx", book({"A": rows})), SITES)
    assert table.to_pylist() == [
        {"site_id": "00AP00", "school_id": "00AP", "board_id": "41646", "excluded": True}
    ]


@pytest.mark.parametrize(
    ("sheets", "says"),
    [
        ({"A": [["school", "money"], ["00AP", 1]]}, "d.xlsx: has no sheet with a row that names the columns"),
        ({"A": [HEADER, ["00AP", 1]], "B": [HEADER, ["00AP", 2]]}, "more than one sheet (A and B)"),
        ({"A": [HEADER, ["00AP", 1], [], ["00AR", 1]]}, "d.xlsx, sheet A, row 3: is an empty row"),
        ({"A": [[], HEADER, ["00AP", 1.005]]}, "d.xlsx, sheet A, column amount, row 3"),
    ],
)
def test_refused(sheets: dict[str, list[list[Any]]], says: str) -> None:
    with pytest.raises(InputError, match=re.escape(says)):
        decisions(book(sheets))


SOUND = book({"A": [HEADER, ["00AP", 1.5]]})
SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("far", ["XFD1048576", "XFD300000"])
def test_a_stray_cell_is_refused_before_a_grid_is_laid_out(far: str) -> None:
    row = re.sub("[A-Z]", "", far)
    stray = f'<row r="{row}"><c r="{far}" s="1"/></row></sheetData>'.encode()
    data = changed(SOUND, SHEET, lambda xml: xml.replace(b"</sheetData>", stray))
    with pytest.raises(InputError, match=f"d.xlsx, sheet A: reaches to cell {far}"):
        decisions(data)


def test_a_count_of_texts_that_lies_is_refused() -> None:
    data = changed(
        SOUND,
        "xl/sharedStrings.xml",
        lambda xml: re.sub(rb'uniqueCount="\d+"', b'uniqueCount="4000000000"', xml),
    )
    with pytest.raises(InputError, match="announces 4,000,000,000 texts and holds 3"):
        decisions(data)


def test_a_part_beyond_all_size_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new, new.open("big.xml", "w") as part:
        for _ in range(210):
            part.write(b" " * 1_000_000)
    with pytest.raises(InputError, match="bytes when unpacked"):
        survey(stream.getvalue(), "d.xlsx")


def test_an_error_cell_is_refused_by_its_address() -> None:
    data = changed(
        SOUND, SHEET, lambda xml: xml.replace(b'<c r="B2"><v>1.5</v>', b'<c r="B2" t="e"><v>#N/A</v>')
    )
    with pytest.raises(InputError, match="sheet A: cell B2 holds an error"):
        decisions(data)


@pytest.mark.parametrize("data", [b"PK", b"\xd0\xcf\x11\xe0 old", SOUND[:-40], b"text"])
def test_no_workbook(data: bytes) -> None:
    with pytest.raises(InputError, match=r"save it as \.xlsx"):
        decisions(data)


@pytest.mark.parametrize(
    ("row", "column", "name"), [(1, 1, "A1"), (2, 26, "Z2"), (3, 27, "AA3"), (9, 703, "AAA9")]
)
def test_addresses(row: int, column: int, name: str) -> None:
    assert address(row, column) == name
