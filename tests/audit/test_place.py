import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import pytest

from audit.conftest import bundle
from oab_funding.audit import verify
from oab_funding.audit.place import check_bundle_place, write_folder
from oab_funding.errors import InputError
from oab_funding.tables import whole
from oab_funding.tables.exchange import exchange

FILES = {"a": b"1", "in/b": b"2"}


def held(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_absent_empty_and_nested_places(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("absent", "empty", "deep/er"):
        write_folder(tmp_path / name, FILES)
        assert held(tmp_path / name) == set(FILES)
    assert {path.name for path in tmp_path.iterdir()} == {"absent", "empty", "deep"}


@pytest.mark.parametrize("exchanged", [True, False])
def test_a_bundle_is_replaced_only_when_asked(exchanged, tmp_path, monkeypatch):
    if not exchanged:
        monkeypatch.setattr(whole, "exchange", lambda one, two: False)
    bundle(tmp_path / "run")
    with pytest.raises(InputError, match="is a folder that is not empty"):
        write_folder(tmp_path / "run", FILES)
    write_folder(tmp_path / "run", FILES, overwrite=True)
    assert held(tmp_path / "run") == set(FILES)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("name", ["thesis.docx", "tables/notes.txt", ".hidden"])
def test_a_bundle_with_anything_else_in_it_is_left_alone(name, tmp_path):
    bundle(tmp_path / "run")
    (tmp_path / "run" / name).write_text("mine")
    with pytest.raises(InputError, match="which is not part of the bundle, so it is not replaced"):
        write_folder(tmp_path / "run", FILES, overwrite=True)
    assert (tmp_path / "run" / name).read_text() == "mine"


def test_a_folder_with_any_manifest_is_no_bundle(tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app/manifest.json").write_text(json.dumps({"name": "app"}))
    with pytest.raises(InputError, match=r"holds no manifest\.json of a bundle, so it is not replaced"):
        check_bundle_place(tmp_path / "app", overwrite=True)


def test_a_file_a_link_and_a_pipe_inside_are_refused(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link"):
        with pytest.raises(InputError, match=f"is a {name}"):
            check_bundle_place(tmp_path / name, overwrite=True)
    bundle(tmp_path / "run")
    os.mkfifo(tmp_path / "run/pipe")
    with pytest.raises(InputError, match="holds what is not part of the bundle"):
        check_bundle_place(tmp_path / "run", overwrite=True)


@pytest.mark.parametrize("exchanged", [True, False])
@pytest.mark.parametrize("overwrite", [True, False])
def test_what_comes_while_the_bundle_is_written_is_kept(exchanged, overwrite, tmp_path, monkeypatch):
    if not exchanged:
        monkeypatch.setattr(whole, "exchange", lambda one, two: False)
    bundle(tmp_path / "run") if overwrite else (tmp_path / "run").mkdir()
    settle = whole._sync_all

    def meanwhile(*arguments):
        settle(*arguments)
        (tmp_path / "run/mine").write_text("mine")

    monkeypatch.setattr(whole, "_sync_all", meanwhile)
    with pytest.raises(InputError):
        write_folder(tmp_path / "run", FILES, overwrite=overwrite)
    assert (tmp_path / "run/mine").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_what_comes_at_the_last_moment_is_given_back(tmp_path, monkeypatch):
    bundle(tmp_path / "run")

    def late(one, two):
        if not (two / "mine").exists() and not (one / "mine").exists():
            (two / "mine").write_text("mine")
        return exchange(one, two)

    if not exchange(tmp_path / "run", tmp_path / "run"):
        pytest.skip("this system cannot exchange folders")
    monkeypatch.setattr(whole, "exchange", late)
    with pytest.raises(InputError, match="holds mine, which is not part of the bundle"):
        write_folder(tmp_path / "run", FILES, overwrite=True)
    assert (tmp_path / "run/mine").read_text() == "mine"
    assert (tmp_path / "run/manifest.json").exists()


class Killed(BaseException):
    """The process is gone: nothing it still wanted to do is done."""


@contextmanager
def killed_at(boundary, exchanged):
    """End the process at one of its calls that change the disk; say whether it came so far."""
    calls = iter(range(1_000_000))
    come = []

    def last(call, changes=lambda *words: True):
        def counted(*words, **more):
            if come or (changes(*words) and next(calls) == boundary):
                if call is sync and not come:
                    os.ftruncate(words[0], os.fstat(words[0]).st_size // 2)  # what was written is torn
                come.append(call)
                raise Killed
            return None if call is sync else call(*words, **more)

        return counted

    def sync(handle):
        return stat.S_ISREG(os.fstat(handle).st_mode)

    def writes(path, flags, *more):
        return bool(flags & (os.O_WRONLY | os.O_RDWR))

    with pytest.MonkeyPatch.context() as patch:
        for name in ("mkdir", "rename", "replace", "chmod", "unlink", "rmdir"):
            patch.setattr(os, name, last(getattr(os, name)))
        patch.setattr(os, "open", last(os.open, writes))
        patch.setattr(os, "fsync", last(sync, sync))
        patch.setattr(whole, "exchange", last(exchange) if exchanged else lambda one, two: False)
        with suppress(Killed):
            yield come


@pytest.mark.parametrize(
    ("earlier", "exchanged"),
    [
        (True, True),
        (True, False),
        pytest.param(False, True, marks=pytest.mark.thorough),
        pytest.param(False, False, marks=pytest.mark.thorough),
    ],
)
def test_killed_at_any_call_the_place_holds_the_earlier_bundle_or_the_new_one(
    earlier, exchanged, tmp_path, monkeypatch
):
    """At every call that changes the disk: no half bundle verifies, and at most one part is left."""
    old, new = (
        bundle(tmp_path / name, files={"report.html": name.encode()}) for name in ("earlier", "later")
    )
    files = {name: (tmp_path / "later" / name).read_bytes() for name in held(tmp_path / "later")}
    monkeypatch.setattr(whole, "_runs", lambda process: False)
    boundary, roots = 0, []
    while True:
        at = tmp_path / str(boundary)
        at.mkdir()
        place = at / "run"
        if earlier:
            shutil.copytree(tmp_path / "earlier", place)
        with killed_at(boundary, exchanged) as come:
            write_folder(place, files, overwrite=True)
        left = [path for path in at.iterdir() if path != place]
        if earlier or place.exists():
            found = verify(place)
            assert found.ok
            assert found.root in (old, new)
            roots.append(found.root)
        parts = [path for path in left if path.exists() and verify(path).root != old]
        assert len(parts) <= 1
        assert not [path for path in parts if verify(path).ok]
        write_folder(place, files, overwrite=True)
        assert verify(place).root == new
        assert [path.name for path in at.iterdir()] == ["run"]
        if not come:
            break
        boundary += 1
    assert boundary > 2 * len(files)
    assert set(roots) == ({old, new} if earlier else {new})
    assert roots == sorted(roots, key=[old, new].index)


@pytest.mark.parametrize("name", ["SIGTERM", pytest.param("SIGHUP", marks=pytest.mark.thorough)])
def test_a_run_that_is_told_to_end_leaves_nothing(name, tmp_path):
    """The command line takes the signal as Ctrl-C; what was half written goes with it."""
    from bundles import write_inputs

    inputs = tmp_path / "inputs"
    inputs.mkdir()
    out = tmp_path / "out"
    code = (
        "import sys, time; import oab_funding.tables.whole as whole; from oab_funding.cli import main\n"
        "whole._put = lambda *a: (print('here', flush=True), time.sleep(60))\n"
        f"sys.argv[1:] = ['run', {str(write_inputs(inputs))!r}, '--out', {str(out / 'run')!r}]\n"
        "main()"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    assert process.stdout.readline() == b"here\n"
    time.sleep(0.1)
    process.send_signal(getattr(signal, name))
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130, said
    assert not out.exists()


def test_a_written_bundle_is_whole(tmp_path):
    bundle(tmp_path / "run")
    assert verify(tmp_path / "run").ok
