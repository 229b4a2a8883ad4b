"""What must be said with a table, such as "fitted on synthetic data", carried along in the file itself.

Parquet and a workbook's cover have room for it; CSV has not, so there it stands in what the command prints.
"""

from __future__ import annotations

import json
from pathlib import Path

from oab_funding.errors import InputError
from oab_funding.tables.files import read_source
from oab_funding.tables.given import GivenTable
from oab_funding.tables.parquet import LABELS_KEY, parquet_schema
from oab_funding.tables.source import SourceFile
from oab_funding.tables.workbook import read_sheets
from oab_funding.tables.workbook_writer import COVER, LABEL


def labels_of(source: SourceFile | Path) -> tuple[str, ...]:
    """Give the labels that a file carries, read already or not; none where it cannot carry any.

    Examples
    --------
    >>> labels_of(SourceFile("scores.csv", b"site_id,score"))
    ()
    """
    if isinstance(source, GivenTable):
        return source.labels
    if source.suffix.lower() == ".xlsx":
        return _labels_of_cover(source if isinstance(source, SourceFile) else read_source(source))
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
        covers = [sheet for sheet in read_sheets(file) if sheet.name == COVER]
    except InputError:
        return ()  # reading the table says what is wrong with the file
    return tuple(str(row[1]) for sheet in covers for row in sheet.rows if row[0] == LABEL and len(row) > 1)
