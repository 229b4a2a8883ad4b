"""What a table that a person asked for is written with: cover, names beside codes, one sheet per total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from oab_funding.tables.source import HashedFile, SourceFile

GRANTS_OF_SCHOOLS = (
    "school_grants",
    "site_grants",
    "totals_board",
    "totals_municipality",
    "totals_province",
    "school_calendar",
)
GRANTS_OF_MUNICIPALITIES = ("municipal_grants",)
"""The sheets of a workbook of grants, as far as the calculation gave them."""

_PLACED = ("board_id", "municipality_code", "municipality_name", "province")


def write_asked(
    tables: Mapping[str, Any],
    out: Path,
    overwrite: bool,
    *,
    title: str,
    labels: Sequence[str] = (),
    sources: Sequence[str] = (),
    register: Any = None,
) -> None:
    """Write tables as asked: a workbook of all of them, or the first as .csv or .parquet.

    Parameters
    ----------
    tables
        By name, the one asked for first.
    out, overwrite
        See `tables.output.write_tables`.
    title, labels, sources
        For the cover.
    register
        A table of sites, for the names beside the codes and the place of each school; None without one.

    Raises
    ------
    InputError
        See `tables.output.write_tables`.
    """
    from oab_funding.tables.output import write_tables
    from oab_funding.tables.workbook_writer import Cover

    names: dict[str, dict[str, str]] = {}
    if register is not None and out.suffix.lower() == ".xlsx":
        rows = sorted(register.to_pylist(), key=lambda row: str(row["site_id"]))
        names = _names(rows)
        tables = {name: _placed(table, rows) for name, table in tables.items()}
    write_tables(tables, out, Cover(title, labels, sources, names), overwrite)


def files_said(*files: SourceFile | HashedFile | None) -> list[str]:
    """Name input files, as they were read, with their SHA-256, for the cover."""
    return [f"{file.name} (SHA-256 {file.sha256})" for file in files if file is not None]


def read_all(*paths: Path | None) -> list[SourceFile | None]:
    """Read files once, so that what is computed from and what the cover names are the same bytes.

    Raises
    ------
    InputError
        One of them cannot be read.
    """
    from oab_funding.tables.files import read_source

    return [None if path is None else read_source(path) for path in paths]


def _names(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """Give names by code; a school's name is that of its first site."""
    names: dict[str, dict[str, str]] = {"site_id": {}, "school_id": {}, "municipality_code": {}}
    for code, name in (
        ("site_id", "name"),
        ("school_id", "name"),
        ("municipality_code", "municipality_name"),
    ):
        for row in rows:
            if row.get(code) is not None and row.get(name) is not None:
                names[code].setdefault(row[code], row[name])
    return {code: known for code, known in names.items() if known}


def _placed(table: Any, rows: Sequence[Mapping[str, Any]]) -> Any:
    """Put board, municipality and province of its first site beside each school of a table of schools."""
    import pyarrow as pa

    if "school_id" not in table.column_names or "site_id" in table.column_names:
        return table
    first: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        first.setdefault(row["school_id"], row)
    schools = table.column("school_id").to_pylist()
    for at, name in enumerate((name for name in _PLACED if any(name in row for row in rows)), 1):
        values = [first.get(school, {}).get(name) for school in schools]
        table = table.add_column(at, name, pa.array(values, pa.string()))
    return table
