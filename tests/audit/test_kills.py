"""Runs that are killed, that meet a full disk, or that two people start at once: the place stays whole."""

import os
import random
import resource
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

import oab_funding as oab
from bundles import write_inputs, write_run
from oab_funding.audit import verify
from oab_funding.audit.place import write_folder
from oab_funding.errors import InputError

MOMENTS = 100 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 2
COMMAND = (
    "import sys\n"
    "import oab_funding.audit.place as place\n"
    "from oab_funding.cli import main\n"
    "writes = place.output_folder\n"
    "def said(*given):\n"
    "    print('writing', flush=True)\n"
    "    return writes(*given)\n"
    "place.output_folder = said\n"
    "main()\n"
)
"""The command itself, that says when it starts to write."""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    return write_inputs(tmp_path_factory.mktemp("inputs"))


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """An earlier bundle, of another calculation."""
    return write_run(tmp_path_factory.mktemp("earlier"), title="Twelve schools, before")


def started(inputs, place):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    words = [sys.executable, "-c", COMMAND, "run", str(inputs), "--out", str(place), "--overwrite"]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)


def written(folder):
    """Give the bytes of a bundle by path."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def parts(place):
    return [path for path in place.parent.iterdir() if path != place]


def test_a_run_killed_at_a_random_moment_leaves_the_earlier_bundle_or_the_whole_new_one(
    inputs, other, tmp_path
):
    """Half of the moments lie anywhere in the run, half in the time in which it writes."""
    start = time.monotonic()
    first = started(inputs, tmp_path / "first" / "run")
    assert first.stdout.readline() == b"writing\n"
    before = time.monotonic() - start
    assert first.communicate()[1] == b""
    after = time.monotonic() - start - before
    new, old = verify(tmp_path / "first" / "run").root, verify(other).root
    place, seen = tmp_path / "place" / "run", []
    for moment in range(MOMENTS):
        draw = random.Random(moment)
        shutil.rmtree(place, ignore_errors=True)
        if earlier := draw.random() < 0.7:
            shutil.copytree(other, place)
        process = started(inputs, place)
        if draw.random() < 0.5:
            process.stdout.readline()
            time.sleep(draw.uniform(0, after))
        else:
            time.sleep(draw.uniform(0, before + after))
        process.kill()
        process.communicate()
        assert place.exists() or not earlier
        if place.exists():
            found = verify(place)
            assert found.ok, (moment, found.problems)
            assert found.root in ((old, new) if earlier else (new,))
            seen.append(found.root)
        if place.parent.exists():
            assert len(parts(place)) <= 1, moment
            assert not [part for part in parts(place) if verify(part).ok], moment
    assert started(inputs, place).communicate()[1] == b""
    assert verify(place).root == new
    assert parts(place) == []
    if MOMENTS >= 100:
        assert set(seen) == {old, new}


@pytest.mark.parametrize("overwrite", [False, True])
def test_two_that_write_to_one_place_at_once(overwrite, other, tmp_path):
    one = written(other)
    two = {**one, "report.html": b"another"}  # as `verify` would say of it
    place = tmp_path / "run"
    for _ in range(max(8, MOMENTS // 4)):
        shutil.rmtree(place, ignore_errors=True)
        if overwrite:
            shutil.copytree(other, place)
        ready = Barrier(2)

        def write(files, ready=ready):
            ready.wait()
            try:
                write_folder(place, files, overwrite)
            except InputError:
                return False
            return True

        with ThreadPoolExecutor(2) as both:
            done = list(both.map(write, [one, two]))
        assert any(done)
        assert overwrite or not all(done)
        assert written(place) in (one, two)
        assert parts(place) == []


@pytest.mark.thorough
def test_two_runs_to_one_place_at_once(inputs, tmp_path):
    for number in range(10):
        place = tmp_path / str(number) / "run"
        for process in [started(inputs, place), started(inputs, place)]:
            process.communicate()
        assert verify(place).ok
        assert parts(place) == []


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own of so many bytes; only an administrator can have one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = []

    def mount(size):
        if mounted:
            subprocess.run(["umount", disk], check=True)
            mounted.clear()
        words = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk]
        try:
            failed = subprocess.run(words, capture_output=True, check=False).returncode
        except OSError:
            failed = 1
        if failed:
            pytest.skip("only an administrator can make a disk of so many bytes")
        mounted.append(size)
        return disk

    yield mount
    if mounted:
        subprocess.run(["umount", disk], check=True)


def pages(folder):
    """Give what the files of a bundle take on such a disk: whole pages."""
    page = resource.getpagesize()
    return sum(-(-len(data) // page) * page for data in written(folder).values())


@pytest.mark.parametrize("earlier", [False, True])
def test_a_full_disk_keeps_what_was_there(earlier, inputs, other, small_disk, tmp_path):
    oab.run(inputs, tmp_path / "run")
    files, root, before = written(tmp_path / "run"), verify(tmp_path / "run").root, verify(other).root
    needed, page = pages(tmp_path / "run"), resource.getpagesize()
    kept = pages(other) if earlier else 0
    for room in [page, needed // 3, needed // 2, needed - page]:
        place = small_disk(kept + room) / "run"
        if earlier:
            shutil.copytree(other, place)
        with pytest.raises(InputError, match="No space left on device"):
            write_folder(place, files, overwrite=True)
        assert place.exists() is earlier
        assert not earlier or verify(place).root == before
        assert parts(place) == []
    write_folder(small_disk(kept + needed + 8 * page) / "run", files, overwrite=True)
    assert verify(place).root == root


def test_files_that_may_not_grow(inputs, other, tmp_path):
    place = Path(shutil.copytree(other, tmp_path / "run"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(InputError, match="cannot be written"):
            oab.run(inputs, place, overwrite=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert verify(place).root == verify(other).root
    assert parts(place) == []
