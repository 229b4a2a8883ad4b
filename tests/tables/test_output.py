"""Outputs appear whole or not at all, and never over something by accident."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from oab_funding.errors import InputError
from oab_funding.tables.output import (
    check_directory_free,
    check_free,
    check_table_path,
    output_directory,
    output_file,
    write_csv,
    write_table,
)

TABLE = pa.table({"score": pa.array([Decimal("33.02")], pa.decimal128(12, 2)), "name": ['x, "y"']})


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


@contextmanager
def refusal(*says: str) -> Iterator[None]:
    with pytest.raises(InputError) as caught:
        yield
    for part in says:
        assert part in str(caught.value)
    assert caught.value.remedy


def full_disk(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


# --- one file


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_existing_output_is_kept_without_overwrite(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"out{ending}"
    path.write_bytes(b"precious")
    with refusal("already exists", "--overwrite", path.name):
        write_table(TABLE, path)
    assert path.read_bytes() == b"precious"
    write_table(TABLE, path, overwrite=True)
    assert path.read_bytes() != b"precious"
    assert names(tmp_path) == [path.name]


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_block_that_fails_leaves_everything_as_it_was(overwrite: bool, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    if overwrite:
        path.write_text("precious")
    with pytest.raises(ZeroDivisionError), output_file(path, overwrite) as temporary:
        temporary.write_text(f"half {1 / 0}")
    assert names(tmp_path) == (["out.csv"] if overwrite else [])
    assert not overwrite or path.read_text() == "precious"


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_full_disk_while_writing(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = "csv" if ending == ".csv" else "parquet"
    monkeypatch.setattr(f"oab_funding.tables.output.write_{target}", full_disk)
    with refusal("cannot be written (No space left on device)", "free some space", f"out{ending}"):
        write_table(TABLE, tmp_path / f"out{ending}")
    assert names(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_truly_full_device(tmp_path: Path) -> None:
    with refusal("cannot be written", "No space left"), output_file(tmp_path / "out.csv") as temporary:
        temporary.unlink()
        temporary.symlink_to("/dev/full")
        write_csv(TABLE, temporary)
    assert names(tmp_path) == []


def test_full_disk_while_moving_into_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.csv"
    path.write_text("precious")
    monkeypatch.setattr(Path, "replace", full_disk)
    with refusal("cannot be written"):
        write_table(TABLE, path, overwrite=True)
    assert names(tmp_path) == ["out.csv"]
    assert path.read_text() == "precious"


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("oab_funding.tables.output.tempfile.mkstemp", refuse)
    with refusal("may not be written", "a folder you may write to"):
        write_table(TABLE, tmp_path / "out.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with refusal("may not be written"):
            write_table(TABLE, tmp_path / "out.csv")
    finally:
        tmp_path.chmod(0o700)


def test_paths_that_cannot_be_written(tmp_path: Path) -> None:
    with refusal("is a folder", "name a file in it"):
        check_free(tmp_path)
    with refusal("its folder does not exist", "make"):
        check_free(tmp_path / "no" / "out.csv")
    with refusal("its ending .txt is not that of a table", ".csv, .parquet or .xlsx"):
        write_table(TABLE, tmp_path / "out.txt")
    with refusal("its ending (none)"):
        write_table(TABLE, tmp_path / "out")
    with refusal("its ending .docx"):
        check_table_path(tmp_path / "out.docx")
    assert names(tmp_path) == []


def test_the_usual_permissions(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "out.csv")
    (tmp_path / "usual").touch()
    assert (tmp_path / "out.csv").stat().st_mode == (tmp_path / "usual").stat().st_mode


# --- a folder


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "run"
    with output_directory(path) as temporary:
        (temporary / "manifest.json").write_text("{}")
        assert not path.exists()
    assert names(tmp_path) == ["manifest.json", "new", "run"]


def test_a_folder_that_fails_leaves_nothing_not_even_its_parents(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), output_directory(tmp_path / "new" / "deep" / "run") as temporary:
        (temporary / "half").write_text(f"half {1 / 0}")
    assert names(tmp_path) == []


def test_an_empty_folder_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run"
    path.mkdir()
    monkeypatch.chdir(path)
    with output_directory(".") as temporary:
        (temporary / "x").touch()
    assert names(tmp_path) == ["run", "x"]


def test_a_folder_with_something_in_it(tmp_path: Path) -> None:
    path = tmp_path / "run"
    path.mkdir()
    (path / "letter.txt").write_text("precious")
    with refusal("is a folder that is not empty", "--overwrite"), output_directory(path):
        pass
    with refusal("holds no manifest.json", "empty it yourself"), output_directory(path, overwrite=True):
        pass
    assert names(tmp_path) == ["letter.txt", "run"]


def test_a_former_run_is_replaced_only_with_overwrite(tmp_path: Path) -> None:
    path = tmp_path / "run"
    path.mkdir()
    (path / "manifest.json").write_text("old")
    with refusal("is a folder that is not empty"):
        check_directory_free(path)
    with output_directory(path, overwrite=True) as temporary:
        (temporary / "manifest.json").write_text("new")
    assert names(tmp_path) == ["manifest.json", "run"]
    assert (path / "manifest.json").read_text() == "new"


def test_a_former_run_comes_back_if_the_exchange_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run"
    path.mkdir()
    (path / "manifest.json").write_text("old")
    rename = Path.rename

    def fail_into_place(self: Path, target: Path) -> Path:
        if Path(target) == path and self.name != "old":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_into_place)
    with refusal("cannot be written"), output_directory(path, overwrite=True):
        pass
    assert names(tmp_path) == ["manifest.json", "run"]
    assert (path / "manifest.json").read_text() == "old"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "run").touch()
    with refusal("is a file", "name a folder"), output_directory(tmp_path / "run", overwrite=True):
        pass


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
