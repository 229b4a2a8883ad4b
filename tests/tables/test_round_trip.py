"""Every table comes back as it was written, whatever the ending: with empty cells, and without rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from oab_funding.analysis import difference, scenario
from oab_funding.errors import InputError
from oab_funding.grants.terms import schema_with_terms
from oab_funding.indicator.imputation import tables as imputation_tables
from oab_funding.run.steps import SCHEMAS
from oab_funding.tables import (
    child_tables,
    grant_tables,
    preschool_tables,
    register_tables,
    score_tables,
)
from oab_funding.tables.conform import conform
from oab_funding.tables.csv_text import read_csv
from oab_funding.tables.files import read_parquet, read_source, read_table
from oab_funding.tables.output import write_table
from oab_funding.tables.schema import Column, Day, Number, TableSchema, Whole, YesNo, flags
from oab_funding.tables.workbook import read_sheets

_ROOMS = (
    child_tables,
    difference,
    grant_tables,
    imputation_tables,
    preschool_tables,
    register_tables,
    scenario,
    score_tables,
)


def every_schema() -> Iterator[TableSchema]:
    """Every table of a journal, and those that only a question about a run, or a person, writes."""
    yield from SCHEMAS.values()
    for room in _ROOMS:
        yield from (value for value in vars(room).values() if isinstance(value, TableSchema))
    yield schema_with_terms(grant_tables.SCHOOL_GRANTS)
    yield schema_with_terms(grant_tables.MUNICIPAL_GRANTS)


EVERY = {id(schema): schema for schema in every_schema()}.values()
_TEXTS = {
    "site_id": ("00AP00", "00AR01"),
    "school_id": ("00AP", "00AR"),
    "municipality_code": ("GM0001", "GM0363"),
    "new_code": ("GM0002", "GM0003"),
    "target": ("00AR00", "00AS"),
    "change": ("closes", "joins"),
    "kind": ("pupil", "toddler"),
    "flags": ("a", "b, c"),
}


def sample(column: Column, row: int) -> Any:
    """A value that a column may hold, another one in every row."""
    kind = column.kind
    if isinstance(kind, Number):
        return Decimal(12345 + row if kind.maximum is None else row).scaleb(-kind.places)
    if isinstance(kind, Whole):
        return max(kind.minimum or 0, 2) + row
    if isinstance(kind, (YesNo, Day)):
        return row == 0 if isinstance(kind, YesNo) else date(2019, 10, 1 + row)
    return _TEXTS.get(column.name, ("Fryslân = 1", '0012, "x";\ty'))[row]


def written(schema: TableSchema, rows: list[dict[str, Any]], path: Path) -> pa.Table:
    table = pa.Table.from_pylist(rows, schema.arrow())
    write_table(table, path)
    return table


ENDINGS = pytest.mark.parametrize("ending", [".csv", ".parquet", ".xlsx"])
TABLES = pytest.mark.parametrize("schema", EVERY, ids=lambda schema: schema.name)


def test_there_are_many_tables() -> None:
    assert len(EVERY) > 40


@ENDINGS
@TABLES
def test_every_table_is_read_back_equal(schema: TableSchema, ending: str, tmp_path: Path) -> None:
    whole = [{column.name: sample(column, row) for column in schema.columns} for row in (0, 1)]
    empty = {column.name: None for column in schema.columns if column.nullable}
    if ending != ".parquet" and "flags" in empty and schema["flags"].kind == flags:
        empty["flags"] = ""  # an empty cell of text says that there is no flag
    table = written(schema, [whole[0], whole[1] | empty], tmp_path / f"t{ending}")
    assert read_table(tmp_path / f"t{ending}", schema) == table


@ENDINGS
@TABLES
def test_a_table_without_rows_keeps_its_columns(schema: TableSchema, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"t{ending}"
    table = written(schema, [], path)
    file = read_source(path)
    if ending == ".xlsx":
        rows = next(sheet.rows for sheet in read_sheets(file) if sheet.name == "Tabel 1")
        header = [name for name in rows[-1] if name]  # below the title and the labels, and nothing below it
        assert set(header) <= set(schema.names)
        found = pa.table({str(name): pa.array([], pa.string()) for name in header})
    else:
        found = read_csv(file) if ending == ".csv" else read_parquet(file)
    assert conform(found, schema, empty=True) == table
    with pytest.raises(InputError, match="holds no rows"):
        read_table(path, schema)
