"""The table on a sheet: where header, columns, rows and footer are, and what single cells say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.tables.cbs_sheet import CellPlace, flags, hundredths, read_sheet, site, whole

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


PLACE = CellPlace("scores.xlsx", "Tabel 1", "score")


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        (33.02, 3302),
        (0.0, 0),
        (-0.0, 0),
        (100, 10000),
        ("33,02", 3302),
        ("33.02", 3302),
        (" 100 ", 10000),
        ("\xa033,0\xa0", 3300),
        ("33,0200", 3302),
        (9999999999.99, 999999999999),
    ],
)
def test_numbers(cell: Any, units: int) -> None:
    assert hundredths(cell, 6, PLACE) == units


@given(st.integers(0, 10**12 - 1))
def test_every_number_of_two_decimals_is_read_from_its_nearest_double(units: int) -> None:
    assert hundredths(units / 100, 6, PLACE) == units
    assert hundredths(f"{units // 100},{units % 100:02d}", 6, PLACE) == units


@given(st.floats(min_value=0, max_value=1e6))
def test_other_doubles_are_refused(value: float) -> None:
    if value == float(f"{value:.2f}"):
        assert hundredths(value, 6, PLACE) == round(float(f"{value:.2f}") * 100)
    else:
        with pytest.raises(InputError, match="2 places"):
            hundredths(value, 6, PLACE)


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (float("nan"), "is not a finite number"),
        (float("inf"), "is not a finite number"),
        (-0.01, "is below 0"),
        ("-1", "is below 0"),
        (1e10, "is too large"),
        (-1e300, "is below 0"),
        ("9" * 50, "is too large"),
        (33.021, "is not a decimal of 2 places"),
        ("33.021", "more than 2 decimals"),
        (".", "unknown or secret"),
        (" . ", "unknown or secret"),
        ("", "is empty"),
        (" ", "is empty"),
        ("-", "is not a number"),
        ("1.000,00", "thousands separators"),
        ("1 000", "is not a number"),
        ("1e3", "is not a number"),
        ("٣٣", "is not a number"),
        (True, "is not a number"),
        (date(2019, 10, 1), "is not a number"),
        (None, "is not a number"),
    ],
)
def test_refused_numbers(cell: Any, says: str) -> None:
    with pytest.raises(InputError) as caught:
        hundredths(cell, 6, PLACE)
    assert says in str(caught.value)
    assert "scores.xlsx, sheet Tabel 1, column score, row 6" in str(caught.value)
    assert caught.value.remedy


def test_whole_numbers() -> None:
    assert whole(100.0, 6, PLACE) == whole("100", 6, PLACE) == whole(100, 6, PLACE) == 100
    with pytest.raises(InputError, match="is not a whole number"):
        whole(100.5, 6, PLACE)


def test_sites() -> None:
    assert site(" 00AP00\n", 6, PLACE) == "00AP00"
    for wrong in ("00ap00", "00AP", "", "00AP00x", 1e5, 12, None, True):
        with pytest.raises(InputError, match="site code"):
            site(wrong, 6, PLACE)


@pytest.mark.parametrize(
    ("cell", "letters"),
    [("", ""), ("a", "a"), ("b, c", "bc"), ("b,c", "bc"), ("c;b", "bc"), (" a b c ", "abc"), ("a, a", "a")],
)
def test_flags(cell: str, letters: str) -> None:
    assert flags(cell, 6, PLACE) == set(letters)


@pytest.mark.parametrize("cell", ["A", "d", "a.", "ab", 1.0, True, "*"])
def test_refused_flags(cell: Any) -> None:
    with pytest.raises(InputError, match="is not a flag"):
        flags(cell, 6, PLACE)
