"""The table on one sheet of a CBS workbook: header, columns, rows, footer; what is wrong names its cell."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NoReturn

from oab_funding.errors import InputError, Place
from oab_funding.tables.cbs_layout import SCORE_HEADER, SITE_HEADER, UNKNOWN_SIGN, column_of, date_in
from oab_funding.tables.schema import SITE_PATTERN

_SITE: Final = re.compile(SITE_PATTERN)
_NUMBER: Final = re.compile(r"(-?)([0-9]+)(?:[.,]([0-9]+))?")
_LIMIT: Final = 10**12  # hundredths; as many digits as the tables keep


@dataclass(frozen=True, slots=True)
class CellPlace:
    """A column of a sheet, to name the cell at fault by its row."""

    file: str
    sheet: str
    column: str

    def refuse(self, row: int, value: object, problem: str, remedy: str) -> NoReturn:
        """Raise an InputError that names the cell."""
        shown = None if value == "" else value
        raise InputError(problem, Place(self.file, self.sheet, self.column, row, shown), remedy)


def site(cell: object, row: int, place: CellPlace) -> str:
    """Read a site code.

    Examples
    --------
    >>> site(" 00AP00 ", 6, CellPlace("scores.xlsx", "Tabel 1", "site_id"))
    '00AP00'
    """
    if isinstance(cell, str):
        code = cell.strip()
        if _SITE.fullmatch(code):
            return code
    elif isinstance(cell, (int, float)):
        place.refuse(row, cell, "is a number, not a site code", "store the code as text, such as 00AP00")
    return place.refuse(
        row, cell, "is not a site code", "give four characters and two digits, such as 00AP00"
    )


def whole(cell: object, row: int, place: CellPlace) -> int:
    """Read a whole number of 0 or more.

    Examples
    --------
    >>> whole(100.0, 6, CellPlace("scores.xlsx", "Tabel 1", "pupils"))
    100
    """
    units = hundredths(cell, row, place)
    if units % 100:
        place.refuse(row, cell, "is not a whole number", "give 0, 1, ...")
    return units // 100


def hundredths(cell: object, row: int, place: CellPlace) -> int:
    """Read a number of 0 or more with at most two decimals, in hundredths.

    A float is taken only where it is the double nearest to such a number.

    Examples
    --------
    >>> place = CellPlace("scores.xlsx", "Tabel 1", "score")
    >>> hundredths(33.02, 6, place), hundredths("33,02", 6, place), hundredths(" 100 ", 6, place)
    (3302, 3302, 10000)
    """
    if isinstance(cell, float):
        units = _from_float(cell, row, place)
    elif isinstance(cell, int) and not isinstance(cell, bool):
        units = 100 * cell
    elif isinstance(cell, str):
        units = _from_text(cell, row, place)
    else:
        place.refuse(row, cell, "is not a number", "give a number such as 33.02")
    if units < 0:
        place.refuse(row, cell, "is below 0", "give 0 or more")
    if units >= _LIMIT:
        place.refuse(row, cell, "is too large", f"give a number below {_LIMIT // 100:,d}")
    return units


def flags(cell: object, row: int, place: CellPlace) -> frozenset[str]:
    """Read reliability flags such as "b, c".

    Examples
    --------
    >>> sorted(flags("b, c", 6, CellPlace("scores.xlsx", "Tabel 2", "flags")))
    ['b', 'c']
    """
    found = re.split(r"[\s,;]+", cell.strip()) if isinstance(cell, str) else [str(cell)]
    letters = frozenset(found) - {""}
    if not letters <= {"a", "b", "c"}:
        place.refuse(row, cell, "is not a flag", 'give letters such as "a" or "b, c", or nothing')
    return letters


Reader = Callable[[object, int, CellPlace], object]


def _from_float(cell: float, row: int, place: CellPlace) -> int:
    if not math.isfinite(cell):
        place.refuse(row, cell, "is not a finite number", "give a number such as 33.02")
    if abs(cell) * 100 >= _LIMIT:
        return _LIMIT if cell > 0 else -_LIMIT
    units = round(cell * 100)
    if units / 100 != cell:
        place.refuse(row, cell, "is not a decimal of 2 places", "round it to 2 decimals first")
    return units


def _from_text(cell: str, row: int, place: CellPlace) -> int:
    text = cell.strip()
    if text == UNKNOWN_SIGN:
        place.refuse(
            row,
            cell,
            "is CBS's sign for unknown or secret, no number",
            "ask for a table that gives the figure",
        )
    if not text:
        place.refuse(row, cell, "is empty, or a formula's error", "give a number such as 33.02")
    match = _NUMBER.fullmatch(text)
    if not match:
        place.refuse(
            row, cell, "is not a number", "give a number such as 33.02, without thousands separators"
        )
    decimals = (match[3] or "").rstrip("0")
    if len(decimals) > 2:
        place.refuse(row, cell, "has more than 2 decimals", "round it to 2 decimals first")
    units = int(match[2][:40] + decimals.ljust(2, "0")) if len(match[2]) <= 40 else _LIMIT
    return -units if match[1] else units


Row = Sequence[Any]

_READERS: Final[Mapping[str, Reader]] = {"site_id": site, "pupils": whole, "flags": flags}
_LONGEST_HEADER: Final = 100
_CODE: Final = re.compile(r"\s*(?=[A-Za-z]*[0-9])[0-9A-Za-z]{4,8}\s*")


@dataclass(frozen=True, slots=True)
class TableSheet:
    """A table as it stands on its sheet.

    Parameters
    ----------
    name
        Name of the sheet.
    title
        Title above the header.
    reference_date
        Date in that title, or None.
    rows
        Row number of every site, as a person counts it; shape (n,).
    columns
        Per column its values; codes as text, counts as whole numbers, scores in hundredths; each shape (n,).
    notes
        Lines below the table.
    """

    name: str
    title: str
    reference_date: date | None
    rows: tuple[int, ...]
    columns: Mapping[str, list[Any]]
    notes: tuple[str, ...]


def read_sheet(file: str, name: str, rows: Sequence[Row]) -> TableSheet | None:
    """Read the table on a sheet; None if the sheet holds none.

    Raises
    ------
    InputError
        Site codes without a header, a doubled column or site, a malformed cell, data after the footer.

    Examples
    --------
    >>> rows = [["School (BRIN vestiging)", "Achterstandsscore"], ["00AP00", 33.02]]
    >>> sheet = read_sheet("scores.xlsx", "Tabel 1", rows)
    >>> sheet.rows, dict(sheet.columns)
    ((2,), {'site_id': ['00AP00'], 'score': [3302]})
    """
    header = next((index for index, row in enumerate(rows) if _is_header(row)), None)
    if header is None:
        _check_no_sites(file, name, rows)
        return None
    labelled = _labelled(file, name, header + 1, rows[header])
    data, notes = _split(file, name, list(enumerate(rows))[header + 1 :], labelled)
    if not data:
        raise InputError("holds no sites", Place(file, name), "give at least one row below the header")
    places = labelled | _flags_column(file, name, rows[header], data, labelled)
    columns = {key: _column(CellPlace(file, name, key), index, data) for key, index in places.items()}
    numbers = tuple(index + 1 for index, _ in data)
    _check_sites(file, name, columns["site_id"], numbers)
    title, day = _title(file, name, rows[:header])
    return TableSheet(name, title, day, numbers, columns, notes)


def _is_header(row: Row) -> bool:
    """Two cells that name columns make a header; running text about scores stands in one cell."""
    named = [cell for cell in row if column_of(cell) is not None and len(cell) < _LONGEST_HEADER]
    return len(named) > 1


def _check_no_sites(file: str, sheet: str, rows: Sequence[Row]) -> None:
    for number, row in enumerate(rows, 1):
        for cell in row:
            if isinstance(cell, str) and re.fullmatch(SITE_PATTERN, cell.strip()):
                raise InputError(
                    "stands below no header that names its columns",
                    Place(file, sheet, row=number, value=cell),
                    f'give the header as CBS does: "{SITE_HEADER}", "{SCORE_HEADER}", ...',
                )


def _labelled(file: str, sheet: str, number: int, header: Row) -> dict[str, int]:
    places: dict[str, int] = {}
    for index, cell in enumerate(header):
        if (name := column_of(cell)) is None:
            continue
        if name in places:
            raise InputError(
                "the column occurs twice", Place(file, sheet, name, number, cell), "keep one of the two"
            )
        places[name] = index
    if "site_id" not in places:
        place = Place(file, sheet, row=number)
        raise InputError("the column site_id is missing", place, f'give it under the header "{SITE_HEADER}"')
    return places


def _split(
    file: str, sheet: str, rows: Sequence[tuple[int, Row]], places: Mapping[str, int]
) -> tuple[list[tuple[int, Row]], tuple[str, ...]]:
    """Part the rows below the header into sites and footer; empty rows are left out."""
    key = places["site_id"]
    values = [index for name, index in places.items() if name != "site_id"]
    data: list[tuple[int, Row]] = []
    notes: list[str] = []
    for index, row in rows:
        filled = any(not _blank(row[place]) for place in values)
        if not filled and not _CODE.fullmatch(str(row[key])):
            notes += [" ".join(cell.split()) for cell in row if isinstance(cell, str) and not _blank(cell)]
        elif notes:
            place = Place(file, sheet, row=index + 1, value=row[key] if not _blank(row[key]) else None)
            raise InputError("stands below the footer", place, "move the row up or delete it")
        else:
            data.append((index, row))
    return data, tuple(notes)


def _flags_column(
    file: str, sheet: str, header: Row, data: Sequence[tuple[int, Row]], places: Mapping[str, int]
) -> dict[str, int]:
    """CBS gives the flags no header: theirs is the one column without a name that holds something."""
    filled = [
        column
        for column, cell in enumerate(header)
        if _blank(cell) and any(not _blank(row[column]) for _, row in data)
    ]
    if not filled:
        return {}
    if "flags" in places or len(filled) > 1:
        column = filled[0] if "flags" in places else filled[1]
        number, cell = next((index + 1, row[column]) for index, row in data if not _blank(row[column]))
        place = Place(file, sheet, f"number {column + 1}", number, cell)
        raise InputError("stands in a column without a header", place, "keep only the flags without one")
    return {"flags": filled[0]}


def _column(place: CellPlace, column: int, data: Sequence[tuple[int, Row]]) -> list[Any]:
    read = _READERS.get(place.column, hundredths)
    return [read(row[column], index + 1, place) for index, row in data]


def _check_sites(file: str, sheet: str, sites: Sequence[str], numbers: Sequence[int]) -> None:
    seen: dict[str, int] = {}
    for code, number in zip(sites, numbers, strict=True):
        if code in seen:
            place = Place(file, sheet, "site_id", number, code)
            raise InputError(
                f"occurs twice, first in row {seen[code]}", place, "each site may stand in one row only"
            )
        seen[code] = number


def _title(file: str, sheet: str, rows: Sequence[Row]) -> tuple[str, date | None]:
    texts = [
        " ".join(cell.split()) for row in rows for cell in row if isinstance(cell, str) and not _blank(cell)
    ]
    dated = {day: text for text in reversed(texts) if (day := date_in(text))}
    if len(dated) > 1:
        days = " and ".join(sorted(str(day) for day in dated))
        raise InputError(f"its titles name {days}", Place(file, sheet), "name one reference date")
    for day, text in dated.items():
        return text, day
    return (texts[-1] if texts else ""), None


def _blank(cell: object) -> bool:
    return isinstance(cell, str) and not cell.strip()
