import json
import os
import signal
import subprocess
import sys
import time

import pytest

from audit.conftest import bundle
from oab_funding.audit import place, verify
from oab_funding.audit.exchange import exchange
from oab_funding.audit.place import check_bundle_place, remove_leftovers, write_folder
from oab_funding.errors import InputError

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
        monkeypatch.setattr(place, "exchange", lambda one, two: False)
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
        monkeypatch.setattr(place, "exchange", lambda one, two: False)
    bundle(tmp_path / "run") if overwrite else (tmp_path / "run").mkdir()
    settle = place._settle_folders

    def meanwhile(*arguments):
        settle(*arguments)
        (tmp_path / "run/mine").write_text("mine")

    monkeypatch.setattr(place, "_settle_folders", meanwhile)
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
    monkeypatch.setattr(place, "exchange", late)
    with pytest.raises(InputError, match="holds mine, which is not part of the bundle"):
        write_folder(tmp_path / "run", FILES, overwrite=True)
    assert (tmp_path / "run/mine").read_text() == "mine"
    assert (tmp_path / "run/manifest.json").exists()


def test_leftovers_of_a_process_that_is_gone_are_removed_and_no_others(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    prefix = place._prefix(tmp_path / "run")
    names = {
        f"{prefix}{gone.pid}-abcdefgh": False,
        f"{prefix}{os.getpid()}-abcdefgh": True,
        f".run-00000000-{gone.pid}-abcdefgh": True,
        f"{place._prefix(tmp_path / 'other')}{gone.pid}-abcdefgh": True,
        f"{prefix}{gone.pid}": True,
    }
    for name in names:
        (tmp_path / name / "inputs").mkdir(parents=True)
    remove_leftovers(tmp_path / "run")
    assert {name: (tmp_path / name).exists() for name in names} == names


def test_two_folders_change_places(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).write_text("")
    if not exchange(tmp_path / "one", tmp_path / "two"):
        pytest.skip("this system cannot exchange folders")
    assert held(tmp_path / "one") == {"two"}
    assert not exchange(tmp_path / "one", tmp_path / "absent")
    assert held(tmp_path / "one") == {"two"}


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_run_that_is_told_to_end_leaves_nothing(name, tmp_path):
    """The command line takes the signal as Ctrl-C; what was half written goes with it."""
    from bundles import write_inputs

    inputs = tmp_path / "inputs"
    inputs.mkdir()
    out = tmp_path / "out"
    code = (
        "import sys, time; import oab_funding.audit.place as place; from oab_funding.cli import main\n"
        "place._put = lambda *a: (print('here', flush=True), time.sleep(60))\n"
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
