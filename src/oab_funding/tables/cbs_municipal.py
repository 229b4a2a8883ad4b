"""Reading scores of municipalities: any table of them, or a workbook in the manner of CBS, by its headers.

No workbook of CBS with scores of municipalities was at hand when this was written: nothing goes by position,
a column of codes is one that begins with a code such as GM0363, a score is a column whose header says "met
drempel" or "zonder drempel", and a date holds for the columns below it. What does not fit is refused with
what was looked for and what was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.tables.cbs_layout import date_in, date_in_dutch, words
from oab_funding.tables.conform import conform
from oab_funding.tables.files import read_source, read_table
from oab_funding.tables.schema import MUNICIPALITY_PATTERN
from oab_funding.tables.score_tables import MUNICIPALITY_SCORES
from oab_funding.tables.source import SourceFile
from oab_funding.tables.workbook import WORKBOOKS, Row, Sheet, cell_text, read_sheets

_HEADER_WITHIN: Final = 100
_LONGEST: Final = 120
"""Characters of a header; what is longer is an explanation."""
_CODE: Final = re.compile(MUNICIPALITY_PATTERN)
_SOUGHT: Final = (
    "a sheet with a column of codes such as GM0363 and columns whose headers say "
    '"met drempel" and "zonder drempel"'
)
_REMEDY: Final = "or give a table with the columns municipality_code, score_raw, score"


@dataclass(frozen=True, slots=True)
class _Figures:
    """A column of figures of one date: what it is, its header, and its cells as text by municipality."""

    sheet: str
    name: str
    header: str
    day: date | None
    first_row: int
    cells: dict[str, str]


def read_municipality_scores(source: str | Path | SourceFile, day: date | None = None) -> pa.Table:
    r"""Read scores of municipalities from a table of them, or from a workbook in the manner of CBS.

    Parameters
    ----------
    source
        Path of the file, or the file as already read.
    day
        The reference date (teldatum) asked for. A workbook that states its dates must have this one; without
        it the workbook may hold one date only.

    Returns
    -------
    pyarrow.Table
        Columns of `MUNICIPALITY_SCORES`.

    Raises
    ------
    InputError
        The file cannot be read, it is not clear which columns hold the scores of the date, a municipality
        occurs twice or in one of the columns only, or a value does not fit.

    Examples
    --------
    >>> text = b"Gemeentecode;Score zonder drempel;Achterstandsscore\nGM0363;300,25;200,5\n"
    >>> read_municipality_scores(SourceFile("scores.csv", text)).to_pylist()[0]["score"]
    Decimal('200.50')
    """
    file = read_source(source)
    if file.suffix not in WORKBOOKS:
        return read_table(file, MUNICIPALITY_SCORES)
    sheets = read_sheets(file)
    if not any(_header_row(sheet.rows) is not None for sheet in sheets):
        try:
            return read_table(file, MUNICIPALITY_SCORES)
        except InputError as error:
            if "names the columns" not in error.problem:
                raise
            raise InputError(
                f"holds no scores of municipalities; looked for {_SOUGHT}; found {_seen(sheets)}",
                Place(file.name),
                f"choose CBS's workbook of municipalities, {_REMEDY}",
            ) from error
    found = [column for sheet in sheets for column in _columns(file.name, sheet)]
    return _joined(file.name, _of_one_date(file.name, found, day))


def _header_row(rows: Sequence[Row]) -> int | None:
    """Give the index of the last row above the first code that names a score among other columns."""
    first = next((index for index, row in enumerate(rows[:_HEADER_WITHIN]) if any(map(_is_code, row))), 0)
    for index in reversed(range(first)):
        filled = [cell for cell in rows[index] if str(cell).strip()]
        if len(filled) > 1 and {_figure(cell) for cell in filled} & {"score", "score_raw"}:
            return index
    return None


def _figure(cell: object) -> str | None:
    """Name the column of figures that stands under a header cell."""
    text = words(cell) if isinstance(cell, str) and len(cell) <= _LONGEST else ""
    if "zonder drempel" in text:
        return "score_raw"
    if "met drempel" in text or text.startswith("achterstandsscore"):
        return "score"
    return "children" if "aantal kinderen" in text or ("peuters" in text and "leerlingen" in text) else None


def _is_code(cell: object) -> bool:
    return isinstance(cell, str) and _CODE.fullmatch(cell.strip()) is not None


def _columns(file: str, sheet: Sheet) -> Iterator[_Figures]:
    header = _header_row(sheet.rows)
    if header is None:
        return
    if sheet.error is not None:
        problem = f"cell {sheet.error} holds an error such as #N/A"
        raise InputError(problem, Place(file, sheet.name), "mend the formula")
    named = {
        index: name for index, cell in enumerate(sheet.rows[header]) if (name := _figure(cell)) is not None
    }
    first, codes, rows = _body(file, sheet, header, list(named))
    for index, name in named.items():
        text = " ".join(str(sheet.rows[header][index]).split())
        cells = dict(zip(codes, (cell_text(row[index]).strip() for row in rows), strict=True))
        yield _Figures(sheet.name, name, text, _day(sheet.rows[: header + 1], index), first, cells)


def _body(file: str, sheet: Sheet, header: int, figures: list[int]) -> tuple[int, list[str], list[Row]]:
    """Give the number of the first row, the codes and the rows of a table; beside it no figure may stand."""
    below = sheet.rows[header + 1 :]
    column = next(index for row in below for index, cell in enumerate(row) if _is_code(cell))
    numbers = [number for number, row in enumerate(below) if _is_code(row[column])]
    first, last = numbers[0], numbers[-1]
    codes: list[str] = []
    for number, row in enumerate(below):
        place = Place(file, sheet.name, row=number + header + 2)
        if not first <= number <= last:
            if any(isinstance(row[index], (int, float)) for index in figures):
                raise InputError("has a figure but no municipality code", place, "take the row out")
            continue
        code = str(row[column]).strip()
        if not _is_code(code):
            raise InputError("is no municipality code such as GM0363", _at(place, code), "mend the row")
        if code in codes:
            raise InputError("occurs twice", _at(place, code), "each may stand in one row only")
        codes.append(code)
    return first + header + 2, codes, list(below[first : last + 1])


def _at(place: Place, value: str) -> Place:
    """Give a place in a row with the value of its code."""
    return Place(place.file, place.sheet, "municipality_code", place.row, value)


def _day(rows: Sequence[Row], column: int) -> date | None:
    """Give the date that holds for a column: in the lowest row that states one, the nearest to its left."""
    for row in reversed(rows):
        for cell in reversed(row[: column + 1]):
            if isinstance(cell, str) and (day := date_in(cell)) is not None:
                return day
    return None


def _of_one_date(file: str, found: Sequence[_Figures], day: date | None) -> dict[str, _Figures]:
    """Choose the columns of one date: a score, a raw score, and perhaps the number of children."""
    days = sorted({column.day for column in found if column.day is not None})
    stated = ", ".join(map(date_in_dutch, days))
    if days and day is not None and day not in days:
        raise InputError(
            f"holds scores of {stated}, not of {date_in_dutch(day)}",
            Place(file),
            "give the workbook of that date",
        )
    if day is None and len(days) > 1:
        raise InputError(f"holds scores of several dates: {stated}", Place(file), "keep the sheets of one")
    wanted = day if days and day is not None else next(iter(days), None)
    chosen: dict[str, _Figures] = {}
    for column in found:
        if column.day not in (None, wanted):
            continue
        if column.name in chosen:
            both = " and ".join(
                f"{one.header!r} on sheet {one.sheet}" for one in (chosen[column.name], column)
            )
            raise InputError(
                f"has two columns that could be {column.name}: {both}", Place(file), "keep one of the two"
            )
        chosen[column.name] = column
    if missing := {"score", "score_raw"} - chosen.keys():
        seen = ", ".join(f"{column.header!r}" for column in found)
        raise InputError(
            f"has no column for {' and '.join(sorted(missing))}; looked for {_SOUGHT}; found {seen}",
            Place(file),
            f"choose CBS's workbook of municipalities, {_REMEDY}",
        )
    return chosen


def _joined(file: str, chosen: dict[str, _Figures]) -> pa.Table:
    """Put columns of one or two sheets beside each other, by code."""
    first = chosen["score"]
    for column in chosen.values():
        if alone := sorted(column.cells.keys() ^ first.cells.keys()):
            raise InputError(
                "stands on one of the two sheets only",
                Place(file, column.sheet, "municipality_code", value=alone[0]),
                "give every municipality on both",
            )
    table = {"municipality_code": list(first.cells)} | {
        name: [column.cells[code] or None for code in first.cells] for name, column in chosen.items()
    }
    arrays = {name: pa.array(values, pa.string()) for name, values in table.items()}
    sheets = " and ".join(dict.fromkeys(column.sheet for column in chosen.values()))
    return conform(pa.table(arrays), MUNICIPALITY_SCORES, f"{file}, sheet {sheets}", first.first_row)


def _seen(sheets: Sequence[Sheet]) -> str:
    heads = [
        f"{sheet.name} ({', '.join(texts[:4])})"
        for sheet in sheets
        if (texts := [str(cell)[:40] for row in sheet.rows[:20] for cell in row if str(cell).strip()])
    ]
    return "; ".join(heads[:6]) or "empty sheets"
