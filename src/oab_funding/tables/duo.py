"""Registers of school sites as DUO publishes them: which board, municipality and province a site belongs to.

Sources: DUO open data, "Gemiddelde afstand tussen woonadres leerling en schoolvestiging" (with the pupils of
every site on 1 October) and "Alle vestigingen basisonderwijs". Names of municipalities and schools are kept
as printed; the former file of 2019 prints "Noardeast-FryslÔn".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.tables.conform import conform
from oab_funding.tables.duo_text import Lines, decode, header_of, parse
from oab_funding.tables.files import read_source, read_table
from oab_funding.tables.kinds import SITE_PATTERN
from oab_funding.tables.register_tables import SITES
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
    lines = parse(_file(source), _DISTANCES)
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
    lines = parse(_file(source), _REGISTER)
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
    file = _file(source)
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


def _file(source: str | Path | SourceFile) -> SourceFile:
    return source if isinstance(source, SourceFile) else read_source(source)


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
