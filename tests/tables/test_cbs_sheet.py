"""Finding the table on a sheet: where header, columns, rows and footer are, whatever stands around them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from oab_funding.errors import InputError
from oab_funding.tables.cbs_sheet import read_sheet

from .workbooks import SHEETS, Cells


def padded(rows: Cells) -> Cells:
    """Give every row the same length, as a workbook does."""
    width = max(map(len, rows))
    return [[*row, *[""] * (width - len(row))] for row in rows]


TABLE = padded(SHEETS["Tabel 2"])


def test_the_table_as_published() -> None:
    sheet = read_sheet("f.xlsx", "Tabel 2", TABLE)
    assert sheet is not None
    assert sheet.title == "Achterstandsscore zonder drempel per basisschoolvestiging, 1 oktober 2019"
    assert sheet.reference_date == date(2019, 10, 1)
    assert sheet.rows == (6, 7, 8)
    assert sheet.columns == {
        "site_id": ["00AP00", "00AR00", "31MX00"],
        "score_raw": [10262, 1946, 2180],
        "score_raw_lower": [2617, 1033, 546],
        "score_raw_upper": [7645, 914, 1634],
        "flags": [{"b"}, set(), {"a", "b", "c"}],
    }
    assert sheet.notes == ("Bron: CBS", "a Te weinig leerlingen.", "b Te weinig leerlingen in de onderbouw.")


def without(row: int) -> Cells:
    return TABLE[:row] + TABLE[row + 1 :]


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        (without(4), 5),
        ([[""] * 5, [""] * 5, *TABLE], 8),
        ([*TABLE[:6], [""] * 5, *TABLE[6:]], 6),
        ([["", *row] for row in TABLE], 6),
        ([[*row, "", ""] for row in TABLE], 6),
        ([[*row[:2], "", *row[2:]] for row in TABLE], 6),
        ([[*row[:4], "", row[4]] for row in TABLE], 6),
        ([[row[0], *reversed(row[1:4]), row[4]] for row in TABLE], 6),
        ([[*row[:4], "Gemeente" if row is TABLE[3] else "", row[4]] for row in TABLE], 6),
        (TABLE[:8], 6),
        ([*TABLE[1:]], 5),
    ],
    ids=[
        "no blank row",
        "rows above",
        "blank row between",
        "column before",
        "columns after",
        "column between",
        "column before the flags",
        "columns in another order",
        "a column of another kind",
        "no footer",
        "no table number",
    ],
)
def test_moved_tables_read_alike(rows: list[list[Any]], first: int) -> None:
    plain = read_sheet("f.xlsx", "x", TABLE)
    moved = read_sheet("f.xlsx", "x", rows)
    assert plain is not None
    assert moved is not None
    assert moved.columns == plain.columns
    assert (moved.title, moved.reference_date) == (plain.title, plain.reference_date)
    assert moved.rows[0] == first


def test_a_table_without_flags_has_no_column_of_them() -> None:
    sheet = read_sheet("f.xlsx", "x", [row[:4] for row in TABLE])
    assert sheet is not None
    assert "flags" not in sheet.columns


def test_flags_may_have_a_header() -> None:
    rows = [[*row[:4], "Betrouwbaarheid"] if row is TABLE[3] else row for row in TABLE]
    sheet = read_sheet("f.xlsx", "x", rows)
    assert sheet is not None
    assert sheet.columns["flags"][0] == {"b"}


@pytest.mark.parametrize(
    "rows", [[], [[]], [["Achterstandsscores"]], padded(SHEETS["Toelichting"]), [["", 1.0]]]
)
def test_pages_of_text_hold_no_table(rows: Cells) -> None:
    assert read_sheet("f.xlsx", "Toelichting", rows) is None


def test_a_note_beside_the_first_column() -> None:
    rows = [["", *row] for row in TABLE]
    rows[8:] = [["Bron: CBS", *[""] * 5]]
    sheet = read_sheet("f.xlsx", "x", rows)
    assert sheet is not None
    assert sheet.notes == ("Bron: CBS",)


def test_a_code_without_figures_is_no_footer() -> None:
    with pytest.raises(InputError, match="row 9, value '31MX0'"):
        read_sheet("f.xlsx", "x", [*TABLE[:8], ["31MX0", "", "", "", ""]])
