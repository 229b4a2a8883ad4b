"""Workbooks written: typed, labelled, read back equal."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from oab_funding.errors import InputError
from oab_funding.tables import workbook_writer
from oab_funding.tables.carried_labels import labels_of
from oab_funding.tables.files import read_source
from oab_funding.tables.output import write_tables
from oab_funding.tables.workbook import read_sheets
from oab_funding.tables.workbook_writer import Cover, workbook_bytes


def test_labels_names_and_several_sheets(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    tables = {"grants": pa.table({"school_id": ["00AP"]}), "totals": pa.table({"x": [10**17 + 1]})}
    write_tables(tables, path, Cover("Grants", ["made-up data"], ["CBS"], {"school_id": {"00AP": "De Ark"}}))
    assert labels_of(path) == ("made-up data",)
    sheets = {sheet.name: sheet.rows for sheet in read_sheets(read_source(path))}
    assert list(sheets) == ["Voorblad", "Inhoud", "Toelichting", "Bronbestanden", "Tabel 1", "Tabel 2"]
    assert sheets["Tabel 1"] == [
        ["Tabel 1", ""],
        ["grants", ""],
        ["made-up data", ""],
        ["school_id", "school_name"],
        ["00AP", "De Ark"],
    ]
    assert sheets["Tabel 2"][2:] == [["made-up data"], ["x"], ["100000000000000001"]]
    assert ["Bron", "CBS"] in sheets["Bronbestanden"]
    assert ["school_id:", "school (BRIN)"] in sheets["Toelichting"]
    assert sheets["Inhoud"][-1] == ["Tabel 2", "totals", "totals"]


def test_a_cover_of_before_is_still_read(tmp_path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(tmp_path / "t.xlsx")
    book.add_worksheet("cover").write_row(0, 0, ("label", "made-up data"))
    book.close()
    assert labels_of(tmp_path / "t.xlsx") == ("made-up data",)


def test_cells_are_typed_and_stay_in_sight() -> None:
    table = pa.table(
        {
            "school_id": ["00AP"],
            "year": [2020],
            "pupils": [1234],
            "amount": pa.array([Decimal("1234.50")], pa.decimal128(12, 2)),
        }
    )
    parts = zipfile.ZipFile(io.BytesIO(workbook_bytes({"grants": table}, Cover(labels=["draft"]))))
    forms = parts.read("xl/styles.xml").decode()
    assert 'formatCode="#,##0.00"' in forms
    sheet = parts.read("xl/worksheets/sheet5.xml").decode()
    for said in ('ySplit="4"', 'orientation="landscape"', 'fitToHeight="0"', "<v>1234.5</v>", "<autoFilter"):
        assert said in sheet
    assert 'paperSize="9"' in sheet
    assert "$1:$4" in parts.read("xl/workbook.xml").decode()


def test_the_same_tables_give_the_same_bytes() -> None:
    table = pa.table({"school_id": ["00AP"]})
    assert workbook_bytes({"t": table}, Cover("T")) == workbook_bytes({"t": table}, Cover("T"))


def test_what_a_sheet_cannot_take_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="characters"):
        workbook_bytes({"t": pa.table({"x": ["y" * 40_000]})}, Cover())
    monkeypatch.setattr(workbook_writer, "_ROWS", 1)
    with pytest.raises(InputError, match="has 2 rows"):
        workbook_bytes({"t": pa.table({"x": [1, 2]})}, Cover())
