"""What stands in the files of tables, and at which paths they are written."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from oab_funding.tables.output import check_table_path, write_table

from .places import full_disk, names, refusal

TABLE = pa.table({"score": pa.array([Decimal("33.02")], pa.decimal128(12, 2)), "name": ['x, "y"']})


# --- one file


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_existing_output_is_kept_without_overwrite(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"out{ending}"
    path.write_bytes(b"precious")
    with refusal("already exists", "`overwrite`", path.name):
        write_table(TABLE, path)
    assert path.read_bytes() == b"precious"
    write_table(TABLE, path, overwrite=True)
    assert path.read_bytes() != b"precious"
    assert names(tmp_path) == [path.name]


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_full_disk_while_writing(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = "csv" if ending == ".csv" else "parquet"
    monkeypatch.setattr(f"oab_funding.tables.output.write_{target}", full_disk)
    with refusal("cannot be written (No space left on device)", "free some space", f"out{ending}"):
        write_table(TABLE, tmp_path / f"out{ending}")
    assert names(tmp_path) == []


def test_paths_that_cannot_be_written(tmp_path: Path) -> None:
    with refusal("its ending .txt is not that of a table", ".csv, .parquet or .xlsx"):
        write_table(TABLE, tmp_path / "out.txt")
    with refusal("its ending (none)"):
        write_table(TABLE, tmp_path / "out")
    with refusal("its ending .docx"):
        check_table_path(tmp_path / "out.docx")
    assert names(tmp_path) == []


# --- what is written


def test_csv_as_text(tmp_path: Path) -> None:
    table = pa.table(
        {
            "share": pa.array([Decimal(0), Decimal("0.265500000001")], pa.decimal128(18, 12)),
            "price": pa.array([Decimal("-0.5"), None], pa.decimal128(18, 2)),
            "topped_up": [True, None],
            "name": ['x, "y"', ""],
        }
    )
    write_table(table, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == (
        b'share,price,topped_up,name\n0.000000000000,-0.50,true,"x, ""y"""\n0.265500000001,,,\n'
    )


def test_parquet_stores_scores_with_six_places_and_money_with_two(tmp_path: Path) -> None:
    money = pa.array([Decimal("314291359.14")], pa.decimal128(18, 2))
    write_table(TABLE.append_column("amount", money), tmp_path / "out.parquet")
    stored = pq.read_schema(tmp_path / "out.parquet")
    assert stored.field("score").type == pa.decimal128(12, 6)
    assert stored.field("amount").type == pa.decimal128(18, 2)


def test_a_score_too_large_for_its_store(tmp_path: Path) -> None:
    table = pa.table({"score": pa.array([Decimal("1000000.00")], pa.decimal128(12, 2))})
    with refusal("column score", "1,000,000 or more", "write it as .csv"):
        write_table(table, tmp_path / "out.parquet")
    assert names(tmp_path) == []


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    for ending in (".csv", ".parquet"):
        for name in ("one", "two"):
            write_table(TABLE, tmp_path / f"{name}{ending}")
        assert (tmp_path / f"one{ending}").read_bytes() == (tmp_path / f"two{ending}").read_bytes()
