"""Scores of municipalities from a workbook in the manner of CBS: by header words, one date, or refused."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from oab_funding.errors import InputError
from oab_funding.tables.cbs_municipal import read_municipality_scores
from oab_funding.tables.source import SourceFile

from .workbooks import Sheets, book_bytes

LATER, EARLIER = date(2018, 10, 1), date(2017, 10, 1)
CODES = ["Gemeentecode", "Gemeentenaam"]
FOOT: list[list[Any]] = [[], ["Bron: CBS"]]
ONE: Sheets = {
    "Voorblad": [["Achterstandsscores gemeenten, 2018"]],
    "Toelichting": [["De achterstandsscore met drempel is die zonder drempel min 5 procent." * 3]],
    "Tabel 1": [
        ["Tabel 1"],
        ["Achterstandsscores zonder drempel en met drempel per gemeente, 1 oktober 2018"],
        [],
        [*CODES, "Aantal kinderen", "Achterstandsscore zonder drempel", "Achterstandsscore met drempel"],
        [],
        ["GM0003", "Appingedam", 900, 120.25, 100],
        ["GM0363", "Amsterdam", 90000, 50000.5, 44000.07],
        *FOOT,
    ],
}
TWO: Sheets = {
    "Tabel 1": [
        ["Tabel 1", "Achterstandsscore per gemeente, 1 oktober 2018"],
        ["Naam", "Code", "Achterstandsscore"],
        ["Appingedam", "GM0003", 100],
        ["Amsterdam", "GM0363", 44000.07],
    ],
    "Tabel 2": [
        ["Tabel 2", "Achterstandsscore zonder drempel per gemeente, 1 oktober 2018"],
        ["Code", "Achterstandsscore zonder drempel"],
        ["GM0363", 50000.5],
        ["GM0003", 120.25],
        *FOOT,
    ],
}
DATES: Sheets = {
    "Cijfers": [
        ["Achterstandsscores van gemeenten"],
        ["", "", "1 oktober 2017", "", "1 oktober 2018", ""],
        [*CODES, "zonder drempel", "met drempel", "zonder drempel", "met drempel"],
        ["GM0003", "Appingedam", 1.5, 1, 120.25, 100],
        ["GM0363", "Amsterdam", 2.5, 2, 50000.5, 44000.07],
    ]
}
SCORES = {"GM0003": ("120.25", "100.00"), "GM0363": ("50000.50", "44000.07")}


def read(sheets: Sheets, day: date | None = None) -> dict[str, tuple[str, str]]:
    table = read_municipality_scores(SourceFile("gemeenten.xlsx", book_bytes(sheets)), day)
    return {row["municipality_code"]: (str(row["score_raw"]), str(row["score"])) for row in table.to_pylist()}


@pytest.mark.parametrize("sheets", [ONE, TWO, DATES])
def test_found_by_words_wherever_it_stands(sheets: Sheets) -> None:
    assert read(sheets, LATER) == SCORES


@pytest.mark.parametrize("sheets", [ONE, TWO])
def test_one_date_needs_not_be_asked_for(sheets: Sheets) -> None:
    assert read(sheets) == SCORES


def test_children_come_along() -> None:
    table = read_municipality_scores(SourceFile("gemeenten.xlsx", book_bytes(ONE)))
    assert table.column("children").to_pylist() == [900, 90000]


def test_the_caller_s_date_chooses_among_several() -> None:
    assert read(DATES, EARLIER) == {"GM0003": ("1.50", "1.00"), "GM0363": ("2.50", "2.00")}


def test_sheets_of_two_dates() -> None:
    older = {name: [[_older(cell) for cell in row] for row in rows] for name, rows in TWO.items()}
    both = TWO | {f"{name} (2017)": rows for name, rows in older.items()}
    assert read(both, LATER) == SCORES
    with pytest.raises(InputError, match=r"holds scores of several dates: 1 oktober 2017, 1 oktober 2018"):
        read(both)


def _older(cell: Any) -> Any:
    return cell.replace("2018", "2017") if isinstance(cell, str) else cell / 2


def test_a_workbook_with_the_columns_of_the_table_is_read_as_one() -> None:
    assert read({"A": [["municipality_code", "score_raw", "score"], ["GM0003", 120.25, 100]]}) == {
        "GM0003": SCORES["GM0003"]
    }


def test_a_text_score_with_a_decimal_comma() -> None:
    changed = copy.deepcopy(ONE)
    for row in changed["Tabel 1"][5:7]:
        row[3:] = [f"{Decimal(str(cell)):.2f}" for cell in row[3:]]
    assert read(changed) == SCORES


def _put(sheet: str, row: int, column: int, value: Any) -> Callable[[Sheets], None]:
    def change(book: Sheets) -> None:
        book[sheet][row - 1][column] = value

    return change


@pytest.mark.parametrize(
    ("sheets", "change", "says"),
    [
        (
            ONE,
            _put("Tabel 1", 4, 4, "Opmerking"),
            "has no column for score; looked for a sheet with a column",
        ),
        (ONE, _put("Tabel 1", 4, 2, "Score met drempel"), "has two columns that could be score: 'Score met"),
        (ONE, _put("Tabel 1", 7, 0, "GM0003"), "sheet Tabel 1, column municipality_code, row 7"),
        (ONE, _put("Tabel 1", 6, 0, "0003"), "row 6: has a figure but no municipality code"),
        (ONE, _put("Tabel 1", 7, 4, "."), "sheet Tabel 1, column score, row 7, value '.'"),
        (ONE, _put("Tabel 1", 7, 4, ""), "sheet Tabel 1, column score, row 7"),
        (ONE, _put("Tabel 1", 7, 3, 1.005), "column score_raw, row 7"),
        (
            ONE,
            _put("Tabel 1", 2, 0, "per gemeente, 1 oktober 2019"),
            "holds scores of 1 oktober 2019, not of",
        ),
        (TWO, _put("Tabel 2", 4, 0, "GM0004"), "sheet Tabel 2, column municipality_code, value 'GM0003'"),
        (
            ONE,
            lambda book: book["Tabel 1"].append(["Nederland", "", 1, 5.5, 4]),
            "row 10: has a figure but no",
        ),
        (ONE, lambda book: book["Tabel 1"].insert(6, []), "row 7, value '': is no municipality code"),
        (
            {"Blad": [["School (BRIN vestiging)", "Achterstandsscore"], ["00AP00", 1]]},
            lambda book: None,
            "holds no scores of municipalities; looked for a sheet with a column of codes such as GM0363 and"
            ' columns whose headers say "met drempel" and "zonder drempel"; found Blad (School (BRIN',
        ),
    ],
)
def test_refused(sheets: Sheets, change: Callable[[Sheets], None], says: str) -> None:
    changed = copy.deepcopy(sheets)
    change(changed)
    with pytest.raises(InputError, match=re.escape(says)):
        read(changed, LATER)
