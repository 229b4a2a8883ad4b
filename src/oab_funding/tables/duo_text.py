"""Reading the semicolon-separated text files of DUO into columns, with the row numbers of the file."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import Final

from oab_funding.errors import InputError, Place
from oab_funding.tables.source import SourceFile

_NEITHER: Final = "is neither UTF-8 nor ISO-8859-1 text"
_GARBLED: Final = "holds letters garbled by a wrong encoding"
_SIGNS: Final = (
    ("[\x00-\x08\x0e-\x1f\x7f]", _NEITHER),
    # UTF-8 read as if it were ISO-8859-1 and saved again: a lead byte's letter, a continuation byte's sign.
    ("[\u00c2-\u00f4][\u0080-\u00bf]|\ufffd|\u00e2\u20ac", _GARBLED),
    ("[\x80-\x9f]", _NEITHER),
)
"""What a text must not hold, and what it means if it does; the first that applies is said."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Rows of a file: their numbers, shape (n,), and their columns by upper-case name, each shape (n,)."""

    file: str
    numbers: list[int]
    columns: dict[str, list[str]]

    def place(self, column: str, index: int) -> Place:
        """Name one cell."""
        return Place(self.file, column=column, row=self.numbers[index], value=self.columns[column][index])


def decode(file: SourceFile) -> str:
    r"""Decode UTF-8 or ISO-8859-1, whichever the bytes are; refuse what is neither, or was garbled before.

    Raises
    ------
    InputError
        The bytes are neither encoding, or hold text that went through the wrong one.

    Examples
    --------
    >>> decode(SourceFile("register.csv", "Fryslân".encode("iso-8859-1")))
    'Fryslân'
    """
    try:
        text = file.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = file.data.decode("iso-8859-1")
    for sign, meaning in _SIGNS:
        if bad := re.search(sign, text):
            around = text[max(0, bad.start() - 12) : bad.end() + 12]
            place = Place(file.name, row=text.count("\n", 0, bad.start()) + 1, value=around)
            raise InputError(
                meaning, place, "download the file again from DUO, and do not save it from a program"
            )
    return text


def header_of(text: str) -> list[str]:
    r"""Give the column names, in upper case and with spaces for underscores.

    Examples
    --------
    >>> header_of("BRIN_NUMMER;VESTIGINGSNUMMER\n00AP;00\n")
    ['BRIN NUMMER', 'VESTIGINGSNUMMER']
    """
    return [_name(cell) for cell in next(csv.reader(io.StringIO(text), delimiter=";"), [])]


def parse(file: SourceFile, needed: tuple[str, ...]) -> Lines:
    r"""Read the columns that are needed.

    Raises
    ------
    InputError
        A column is missing or doubled, a row has another number of values, or there are no rows.

    Examples
    --------
    >>> lines = parse(SourceFile("register.csv", b"BRIN_NUMMER;NAAM\n00AP; Wereldwijs\n"), ("BRIN NUMMER",))
    >>> lines.numbers, lines.columns
    ([2], {'BRIN NUMMER': ['00AP']})
    """
    text = decode(file)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    numbers: list[int] = []
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            numbers.append(reader.line_num)
    except csv.Error as error:
        raise InputError(
            f"cannot be parsed ({error})", Place(file.name, row=reader.line_num), "mend that row"
        ) from error
    while rows and not rows[-1]:
        rows.pop()
    header = [_name(cell) for cell in rows[0]] if rows else []
    _check_header(file, header, needed)
    _check_rows(file, rows, numbers, len(header))
    columns = {name: [row[header.index(name)].strip() for row in rows[1:]] for name in needed}
    return Lines(file.name, numbers[1 : len(rows)], columns)


def _check_header(file: SourceFile, header: list[str], needed: tuple[str, ...]) -> None:
    for name in needed:
        if header.count(name) > 1:
            raise InputError(
                "the column occurs twice", Place(file.name, column=name, row=1), "keep one of the two"
            )
        if name not in header:
            found = ", ".join(header[:12])[:160] or "no columns at all"
            raise InputError(
                f"the column {name} is missing (found: {found})",
                Place(file.name, row=1),
                "give the file as DUO publishes it, with semicolons",
            )


def _check_rows(file: SourceFile, rows: list[list[str]], numbers: list[int], width: int) -> None:
    if len(rows) < 2:
        raise InputError("holds no rows", Place(file.name), "give at least one site")
    for row, number in zip(rows, numbers, strict=False):
        if len(row) != width:
            raise InputError(
                f"has {len(row)} values, not {width}", Place(file.name, row=number), "mend that row"
            )


def _name(cell: str) -> str:
    return " ".join(cell.replace("_", " ").split()).upper()
