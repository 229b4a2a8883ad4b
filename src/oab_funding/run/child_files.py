"""What files of children may carry into a run bundle: only columns that a calculation knows.

A bundle holds its inputs byte for byte and travels. A column that no step uses, such as a citizen service
number, would travel along unseen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from oab_funding.errors import InputError, Place
from oab_funding.tables.child_tables import PUPILS, SCORED_CHILDREN, TODDLERS
from oab_funding.tables.csv_text import parse_csv
from oab_funding.tables.headers import match_headers
from oab_funding.tables.parquet import parquet_schema
from oab_funding.tables.schema import TableSchema
from oab_funding.tables.source import SourceFile
from oab_funding.tables.workbook import find_table

_CHILDREN = {"children.pupils": PUPILS, "children.toddlers": TODDLERS, "children.scored": SCORED_CHILDREN}


def check_child_columns(sources: Mapping[str, SourceFile]) -> None:
    r"""Refuse files of children with columns that no calculation knows.

    Parameters
    ----------
    sources
        The input files by role, as `inputs.gather` gives them.

    Raises
    ------
    InputError
        A file has such a column; it is named.

    Examples
    --------
    >>> text = b"Child-ID,kind,site_id,education_score,asylum_seeker,bsn\n1,pupil,00AP00,530.5,false,9\n"
    >>> check_child_columns({"children.scored": SourceFile("a.csv", text)})
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: a.csv, column bsn: no calculation uses this column, and a bundle would ...
    """
    for role, schema in _CHILDREN.items():
        if (file := sources.get(role)) is None:
            continue
        headers = _headers(file, schema)
        known = set(match_headers(headers, schema, file.name).values())
        for header in headers:
            if header not in known:
                problem = "no calculation uses this column, and a bundle would pass it on"
                raise InputError(problem, Place(file.name, column=header), "take it out of the file")


def _headers(file: SourceFile, schema: TableSchema) -> Sequence[str]:
    if file.suffix in (".parquet", ".pq"):
        names: Sequence[str] = parquet_schema(file.data, file.name).names
        return names
    if file.suffix == ".csv":
        return parse_csv(file).table.column_names
    return find_table(file, schema).table.column_names
