"""Workbooks written: typed, labelled, read back equal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from oab_funding.errors import InputError
from oab_funding.tables import workbook_writer
from oab_funding.tables.carried_labels import labels_of
from oab_funding.tables.catalogue import SCHEMAS
from oab_funding.tables.files import read_source, read_table
from oab_funding.tables.output import write_table, write_tables
from oab_funding.tables.schema import Column, Day, Number, TableSchema, Whole, YesNo
from oab_funding.tables.workbook import read_sheets
from oab_funding.tables.workbook_writer import Cover, workbook_bytes

_TEXTS = {
    "site_id": "00AP00",
    "school_id": "00AP",
    "municipality_code": "GM0001",
    "new_code": "GM0002",
    "target": "00AR00",
    "change": "closes",
    "kind": "pupil",
    "flags": "a",
}


def sample(column: Column) -> Any:
    if isinstance(column.kind, Number):
        return Decimal(12345).scaleb(-column.kind.places)
    if isinstance(column.kind, Whole):
        return max(column.kind.minimum or 0, 2)
    if isinstance(column.kind, (YesNo, Day)):
        return True if isinstance(column.kind, YesNo) else date(2019, 10, 1)
    return _TEXTS.get(column.name, "Fryslân = 1")


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".xlsx"])
@pytest.mark.parametrize("schema", {id(s): s for s in SCHEMAS.values()}.values(), ids=lambda s: s.name)
def test_every_table_is_read_back_equal(schema: TableSchema, ending: str, tmp_path: Path) -> None:
    table = pa.Table.from_pylist([{c.name: sample(c) for c in schema.columns}], schema.arrow())
    path = tmp_path / f"t{ending}"
    write_table(table, path)
    assert read_table(path, schema) == table


def test_labels_names_and_several_sheets(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    tables = {"grants": pa.table({"school_id": ["00AP"]}), "totals": pa.table({"x": [10**17 + 1]})}
    write_tables(tables, path, Cover("Grants", ["made-up data"], ["CBS"], {"school_id": {"00AP": "De Ark"}}))
    assert labels_of(path) == ("made-up data",)
    sheets = {sheet.name: sheet.rows for sheet in read_sheets(read_source(path))}
    assert sheets["grants"] == [["school_id", "school_name"], ["00AP", "De Ark"]]
    assert sheets["totals"] == [["x"], ["100000000000000001"]]


def test_what_a_sheet_cannot_take_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="characters"):
        workbook_bytes({"t": pa.table({"x": ["y" * 40_000]})}, Cover())
    monkeypatch.setattr(workbook_writer, "_ROWS", 1)
    with pytest.raises(InputError, match="has 2 rows"):
        workbook_bytes({"t": pa.table({"x": [1, 2]})}, Cover())
