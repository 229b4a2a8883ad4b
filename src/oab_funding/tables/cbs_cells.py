"""Reading single cells of a CBS workbook: site, count, score, flags, or an error that names the cell."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn

from oab_funding.errors import InputError, Place
from oab_funding.tables.cbs_layout import UNKNOWN_SIGN
from oab_funding.tables.kinds import SITE_PATTERN

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
