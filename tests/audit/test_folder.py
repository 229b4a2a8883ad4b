import hashlib
import os

import pytest

from oab_funding.audit.folder import Folder, check_paths, readable
from oab_funding.errors import DamagedError, InputError


@pytest.mark.parametrize("path", ["a", "a/b.csv", "0", "a b/c-d_e+f.parquet", "_x", "a..b"])
def test_safe_paths(path):
    check_paths([path])


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "../a",
        "a/../b",
        ".a",
        "a/.b",
        "a\\b",
        "c:a",
        "a\n",
        "a\0",
        "é",
        "a.",
        "a ",
        " a",
        "-a",
        "~",
    ],
)
def test_unsafe_paths(path):
    with pytest.raises(InputError, match="is no safe name"):
        check_paths(["ok", path])


@pytest.mark.parametrize("paths", [["a", "a"], ["a/B", "a/b"], ["a", "a/b"], ["A/b", "a"], ["a/b/c", "a/b"]])
def test_two_things_under_one_name(paths):
    with pytest.raises(InputError, match="is the name of two things"):
        check_paths(paths)


def test_names_are_shown_in_printable_characters():
    assert readable("é/x y") == "é/x y"
    assert readable(os.fsdecode(b"bad\xff\n")) == "'bad\\udcff\\n'"


def test_lists_files_and_folders(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / ".x").write_bytes(b"123")
    found = Folder.scan(tmp_path)
    assert (dict(found.files), found.folders, found.problems) == ({"a/.x": 3}, {"a", "a/b"}, ())
    assert found.read("a/.x", 3) == b"123"


def test_reads_only_what_it_found(tmp_path):
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "secret").write_bytes(b"x")
    found = Folder.scan(inside)
    for name in ("../secret", str(tmp_path / "secret"), "absent"):
        with pytest.raises(DamagedError, match="is missing"):
            found.read(name, 9)


def test_a_size_that_differs_or_a_file_that_vanished(tmp_path):
    (tmp_path / "a").write_bytes(b"123")
    found = Folder.scan(tmp_path)
    with pytest.raises(DamagedError, match="has 3 bytes, more than the 2"):
        found.read("a", 2)
    (tmp_path / "a").write_bytes(b"1234")
    with pytest.raises(DamagedError, match="was changed while it was read"):
        found.read("a", 9)
    (tmp_path / "a").unlink()
    with pytest.raises(DamagedError, match="cannot be read"):
        found.read("a", 9)
    os.mkfifo(tmp_path / "a")
    with pytest.raises(DamagedError, match="was changed while it was read"):
        found.read("a", 9)
    (tmp_path / "a").unlink()
    (tmp_path / "b").write_bytes(b"123")
    (tmp_path / "a").symlink_to(tmp_path / "b")
    with pytest.raises(DamagedError, match="cannot be read"):
        found.read("a", 9)


def test_hashes_in_pieces(tmp_path):
    data = bytes(range(256)) * 10_000
    (tmp_path / "a").write_bytes(data)
    assert Folder.scan(tmp_path).sha256("a") == hashlib.sha256(data).hexdigest()


def test_links_and_devices_are_problems_and_are_not_opened(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    found = Folder.scan(tmp_path)
    assert not found.files
    assert [problem.split()[0] for problem in found.problems] == ["gone", "loop", "pipe"]


def test_a_folder_that_cannot_be_read_is_a_problem(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("oab_funding.audit.folder.os.scandir", refuse)
    assert Folder.scan(tmp_path).problems == ("the folder . cannot be read (Permission denied)",)
