"""Files and folders appear whole or not at all, and never over something by accident."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from oab_funding.tables import whole
from oab_funding.tables.whole import check_directory_free, check_free, output_directory, output_file

from .places import full_disk, names, refusal

# --- one file


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_block_that_fails_leaves_everything_as_it_was(overwrite: bool, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    if overwrite:
        path.write_text("precious")
    with pytest.raises(ZeroDivisionError), output_file(path, overwrite) as temporary:
        temporary.write_text(f"half {1 / 0}")
    assert names(tmp_path) == (["out.csv"] if overwrite else [])
    assert not overwrite or path.read_text() == "precious"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_truly_full_device(tmp_path: Path) -> None:
    with refusal("cannot be written", "No space left"), output_file(tmp_path / "out.csv") as temporary:
        temporary.symlink_to("/dev/full")
        temporary.write_text("much")
    assert names(tmp_path) == []


def test_full_disk_while_moving_into_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.csv"
    path.write_text("precious")
    monkeypatch.setattr(Path, "replace", full_disk)
    with refusal("cannot be written"), output_file(path, overwrite=True) as temporary:
        temporary.write_text("new")
    assert names(tmp_path) == ["out.csv"]
    assert path.read_text() == "precious"


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(whole.tempfile, "mkdtemp", refuse)
    with refusal("may not be written", "a folder you may write to"), output_file(tmp_path / "out.csv"):
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with refusal("may not be written"), output_file(tmp_path / "out.csv"):
            pass
    finally:
        tmp_path.chmod(0o700)


def test_the_usual_permissions(tmp_path: Path) -> None:
    with output_file(tmp_path / "out.csv") as temporary:
        temporary.write_text("")
    (tmp_path / "usual").touch()
    assert (tmp_path / "out.csv").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_places_where_no_file_can_be_written(tmp_path: Path) -> None:
    with refusal("is a folder", "name a file in it"):
        check_free(tmp_path)
    with refusal("its folder does not exist", "make"):
        check_free(tmp_path / "no" / "out.csv")


def test_what_comes_while_a_file_is_written_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with refusal("already exists", "`overwrite`"), output_file(path) as temporary:
        temporary.write_text("new")
        path.write_text("precious")
    assert names(tmp_path) == ["out.csv"]
    assert path.read_text() == "precious"


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
    with refusal("is a folder that is not empty", "`overwrite`"), output_directory(path):
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
        if self.name == "new":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(whole, "exchange", lambda one, two: False)
    monkeypatch.setattr(Path, "rename", fail_into_place)
    with refusal("cannot be written"), output_directory(path, overwrite=True):
        pass
    assert names(tmp_path) == ["manifest.json", "run"]
    assert (path / "manifest.json").read_text() == "old"


@pytest.mark.parametrize("there", [False, True])
def test_the_earlier_folder_is_put_back_where_its_place_is_empty(there: bool, tmp_path: Path) -> None:
    earlier = tmp_path / "run.earlier-0a1b2c3d-123"
    earlier.mkdir()
    (tmp_path / "run.earlier").mkdir()
    if there:
        (tmp_path / "run").mkdir()
    whole.restore_earlier(tmp_path / "run")
    assert earlier.exists() is there
    assert (tmp_path / "run").exists()
    assert (tmp_path / "run.earlier").exists()


@pytest.mark.parametrize("path", ["no/where/run", "\0", "x" * 5000])
def test_nothing_is_put_back_where_nothing_can_be(path: str, tmp_path: Path) -> None:
    whole.restore_earlier(tmp_path / path)
    assert names(tmp_path) == []


def test_leftovers_of_a_process_that_is_gone_are_removed_and_no_others(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    machine = whole._machine()
    kept = {
        f".run-{machine}-{gone.pid}-abcdefgh": False,
        f"run.earlier-{machine}-{gone.pid}": False,
        f".run-{machine}-{os.getpid()}-abcdefgh": True,
        f"run.earlier-{machine}-{os.getpid()}": True,
        f".run-00000000-{gone.pid}-abcdefgh": True,
        f".other-{machine}-{gone.pid}-abcdefgh": True,
        f".run-{machine}-{gone.pid}": True,
        "run": True,
    }
    for name in kept:
        (tmp_path / name / "inputs").mkdir(parents=True)
    whole.remove_leftovers(tmp_path / "run")
    assert {name: (tmp_path / name).exists() for name in kept} == kept


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "run").touch()
    with refusal("is a file", "name a folder"), output_directory(tmp_path / "run", overwrite=True):
        pass
