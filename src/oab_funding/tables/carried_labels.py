"""What must be said with a table, such as "fitted on synthetic data", and how it travels in the file itself.

Parquet and a workbook's cover have room for it; CSV has not, so there it stands in what the command prints.
What must be said of a CSV file is how it was read, where it does not say that itself.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from oab_funding.errors import InputError, Place
from oab_funding.tables.csv_text import parse_csv
from oab_funding.tables.duo import is_duo
from oab_funding.tables.files import read_source
from oab_funding.tables.given import GivenTable
from oab_funding.tables.parquet import LABELS_KEY, parquet_schema
from oab_funding.tables.source import SourceFile
from oab_funding.tables.workbook import read_sheets
from oab_funding.tables.workbook_writer import COVERS, LABEL


def labels_of(source: SourceFile | Path) -> tuple[str, ...]:
    """Give the labels that a file carries, read already or not, and what must be said of how it was read.

    Examples
    --------
    >>> labels_of(SourceFile("scores.csv", b"site_id,score"))
    ()
    """
    if isinstance(source, GivenTable):
        return source.labels
    if source.suffix.lower() == ".xlsx":
        return _labels_of_cover(read_source(source))
    if source.suffix.lower() == ".csv":
        file = read_source(source)
        note = "" if is_duo(file) else code_page_note(file)
        return (note,) if note else ()
    if source.suffix.lower() not in (".parquet", ".pq"):
        return ()
    try:
        metadata = parquet_schema(source.data if isinstance(source, SourceFile) else source).metadata or {}
        found = json.loads(metadata.get(LABELS_KEY, b"[]"))
    except (InputError, ValueError, RecursionError):
        return ()  # reading the table says what is wrong with the file
    return tuple(label for label in found if isinstance(label, str)) if isinstance(found, list) else ()


def _labels_of_cover(file: SourceFile) -> tuple[str, ...]:
    try:
        covers = [sheet for sheet in read_sheets(file) if sheet.name in COVERS]
    except InputError:
        return ()  # reading the table says what is wrong with the file
    return tuple(str(row[1]) for sheet in covers for row in sheet.rows if row[0] == LABEL and len(row) > 1)


def code_page_note(file: SourceFile) -> str:
    r"""Say that a file was read in the code page of Windows, and the first letters read so; else nothing.

    Which letters its bytes stand for is a convention that the file itself does not state, so whoever uses the
    table must be able to see it. A whole value is not told: it may be a child's.

    Examples
    --------
    >>> code_page_note(SourceFile("sites.csv", "site_id;name\n00AP00;Fryslân\n".encode("cp1252")))
    'read in the code page of Windows: sites.csv, column name, row 2 holds "â"'
    """
    try:
        file.data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return ""
    try:
        text = parse_csv(file)
    except InputError:
        return ""  # reading the table says what is wrong with the file
    names = text.table.column_names
    rows = [names, *zip(*(column.to_pylist() for column in text.table.columns), strict=True)]
    for row, values in enumerate(rows, text.first_row - 1):
        for name, value in zip(names, values, strict=True):
            if letters := "".join(letter for letter in value if not letter.isascii()):
                return f'{_IN_CODE_PAGE}: {Place(file.name, column=name, row=row)} holds "{letters}"'
    return ""


_IN_CODE_PAGE: Final = "read in the code page of Windows"
