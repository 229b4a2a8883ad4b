"""Registers of school sites as DUO publishes them: which board, municipality and province a site belongs to.

Sources: DUO open data, "Gemiddelde afstand tussen woonadres leerling en schoolvestiging" (with the pupils of
every site on 1 October) and "Alle vestigingen basisonderwijs". Names of municipalities and schools are kept
as printed; the former file of 2019 prints "Noardeast-FryslÔn".
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.tables.conform import conform
from oab_funding.tables.files import read_source, read_table
from oab_funding.tables.register_tables import SITES
from oab_funding.tables.schema import SITE_PATTERN
from oab_funding.tables.source import SourceFile

PRIMARY: Final = "bo"
"""School type of ordinary primary education (basisonderwijs), the one that counts."""

_DISTANCES: Final = (
    "BRIN NUMMER",
    "VESTIGINGSNUMMER",
    "INSTELLINGSNAAM VESTIGING",
    "GEMEENTENUMMER",
    "GEMEENTENAAM",
    "PROVINCIE",
    "SOORT PO",
    "BEVOEGD GEZAG NUMMER",
    "LEERLINGEN",
)
_REGISTER: Final = (
    "PROVINCIE",
    "BEVOEGD GEZAG NUMMER",
    "BRIN NUMMER",
    "VESTIGINGSNUMMER",
    "VESTIGINGSNAAM",
    "GEMEENTENUMMER",
    "GEMEENTENAAM",
)


def read_duo_distances(source: str | Path | SourceFile) -> pa.Table:
    """Read the sites of ordinary primary schools (SOORT_PO "Bo") from DUO's file of average distances.

    Parameters
    ----------
    source
        Path of the file, or the file as already read.

    Returns
    -------
    pyarrow.Table
        Columns of `SITES`: `site_id`, `school_id`, `board_id`, `municipality_code`, `municipality_name`,
        `province`, `name`, `school_type`, `pupils`. The distance itself is left out.

    Raises
    ------
    InputError
        The file cannot be read, or a value does not fit.
    """
    lines = parse(read_source(source), _DISTANCES)
    kinds = lines.columns["SOORT PO"]
    keep = [index for index, kind in enumerate(kinds) if kind.casefold() == PRIMARY]
    if not keep:
        place = Place(lines.file, column="SOORT_PO")
        raise InputError('holds no site with "Bo"', place, "give the file with primary schools")
    numbers = [lines.numbers[index] for index in keep]
    columns = {name: [values[index] for index in keep] for name, values in lines.columns.items()}
    kept = Lines(lines.file, numbers, columns)
    schools, parts = columns["BRIN NUMMER"], columns["VESTIGINGSNUMMER"]
    sites = [school + part for school, part in zip(schools, parts, strict=True)]
    _check_sites(kept, sites)
    return _table(kept, sites, "INSTELLINGSNAAM VESTIGING")


def read_duo_register(source: str | Path | SourceFile) -> pa.Table:
    """Read all sites from DUO's register of sites.

    Parameters
    ----------
    source
        Path of the file, or the file as already read.

    Returns
    -------
    pyarrow.Table
        Columns of `SITES` as `read_duo_distances` gives them, without `school_type` and `pupils`: the file
        states neither.

    Raises
    ------
    InputError
        The file cannot be read, or a value does not fit.
    """
    lines = parse(read_source(source), _REGISTER)
    sites = lines.columns["VESTIGINGSNUMMER"]
    _check_sites(lines, sites)
    for index, (site, school) in enumerate(zip(sites, lines.columns["BRIN NUMMER"], strict=True)):
        if site[:4] != school:
            remedy = f"give a site of school {school}"
            raise InputError("is a site of another school", lines.place("VESTIGINGSNUMMER", index), remedy)
    return _table(lines, sites, "VESTIGINGSNAAM")


def read_sites(source: str | Path | SourceFile) -> pa.Table:
    """Read a register of sites of any kind: one of DUO's two files, or any table of `SITES`.

    Parameters
    ----------
    source
        Path of the file, or the file as already read.

    Returns
    -------
    pyarrow.Table
        Columns of `SITES` that the file has.

    Raises
    ------
    InputError
        The file cannot be read, or a value does not fit.
    """
    file = read_source(source)
    reader = _duo_reader(file)
    return reader(file) if reader else read_table(file, SITES)


def is_duo(file: SourceFile) -> bool:
    """Say whether a file is one of DUO's two registers, by its header."""
    return _duo_reader(file) is not None


def _duo_reader(file: SourceFile) -> Callable[[SourceFile], pa.Table] | None:
    if file.suffix != ".csv":
        return None
    first = re.split(rb"[\r\n]", file.data, maxsplit=1)[0]
    if b";" not in first or b"\x00" in first:
        return None
    header = header_of(decode(SourceFile(file.name, first)))
    if "SOORT PO" in header or "LEERLINGEN" in header:
        return read_duo_distances
    return read_duo_register if "VESTIGINGSNUMMER" in header else None


def _check_sites(lines: Lines, sites: list[str]) -> None:
    seen: dict[str, int] = {}
    for index, site in enumerate(sites):
        if not re.fullmatch(SITE_PATTERN, site):
            place = lines.place("VESTIGINGSNUMMER", index)
            raise InputError(f"site {site!r} is not a site code", place, "give a code such as 00AP00")
        if site in seen:
            place = lines.place("VESTIGINGSNUMMER", index)
            first = lines.numbers[seen[site]]
            raise InputError(f"site {site} occurs twice, first in row {first}", place, "keep one of the rows")
        seen[site] = index


def _table(lines: Lines, sites: list[str], name: str) -> pa.Table:
    columns = {
        "site_id": sites,
        "school_id": [site[:4] for site in sites],
        "board_id": lines.columns["BEVOEGD GEZAG NUMMER"],
        "municipality_code": _municipalities(lines),
        "municipality_name": lines.columns["GEMEENTENAAM"],
        "province": lines.columns["PROVINCIE"],
        "name": lines.columns[name],
    }
    if "LEERLINGEN" in lines.columns:
        columns |= {"school_type": [PRIMARY] * len(sites), "pupils": _pupils(lines)}
    return conform(pa.table(columns), SITES, lines.file)


def _municipalities(lines: Lines) -> list[str]:
    codes = lines.columns["GEMEENTENUMMER"]
    for index, code in enumerate(codes):
        if not re.fullmatch("[0-9]{1,4}", code):
            place = lines.place("GEMEENTENUMMER", index)
            raise InputError("is not the number of a municipality", place, "give one to four digits")
    return [f"GM{code:0>4}" for code in codes]


def _pupils(lines: Lines) -> list[str]:
    counts = lines.columns["LEERLINGEN"]
    for index, count in enumerate(counts):
        if not re.fullmatch("[0-9]{1,9}", count):
            raise InputError("is not a number of pupils", lines.place("LEERLINGEN", index), "give 0, 1, ...")
    return counts


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
