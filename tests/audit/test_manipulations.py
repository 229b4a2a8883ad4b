"""Random manipulations without a hash made anew: every one is noticed, and none brings a command down."""

import os
import random
import shutil
from contextlib import suppress
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from bundles import write_run
from oab_funding.audit import verify
from oab_funding.errors import OabError
from oab_funding.run.opened import open_run

TIMES = 5000 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 75


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return write_run(tmp_path_factory.mktemp("whole"))


def _edited(change):
    def manipulate(path, draw):
        data = path.read_bytes()
        path.write_bytes(change(data, draw))
        return path.read_bytes() != data

    return manipulate


def _flip(data, draw):
    at = draw.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << draw.randrange(8))]) + data[at + 1 :]


def _cut(data, draw):
    return data[: draw.randrange(len(data))]


def _add(data, draw):
    return data + draw.randbytes(draw.randint(1, 50))


def _insert(data, draw):
    at = draw.randrange(len(data))
    return data[:at] + draw.randbytes(draw.randint(1, 9)) + data[at:]


def _swap_lines(data, draw):
    lines = data.split(b"\n")
    one, two = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


def _other_encoding(data, draw):
    text = data.decode("latin-1")
    return draw.choice(
        [b"\xef\xbb\xbf" + data, text.encode("utf-16"), data.replace(b"\n", b"\r\n") + b"\r\n"]
    )


def swap(path, draw):
    run = _run(path)
    other = draw.choice(sorted(file for file in run.rglob("*") if file.is_file() and file != path))
    one, two = path.read_bytes(), other.read_bytes()
    path.write_bytes(two)
    other.write_bytes(one)
    return one != two


def link(path, draw):
    target = path.with_name("moved")
    path.rename(target)
    path.symlink_to(draw.choice([target, Path("/dev/zero"), Path("nowhere"), _run(path)]))
    return True


def hard_named(path, draw):
    path.with_name(draw.choice(["copy", "\u202etxt", "a\u0301", ".x", "NUL"])).write_bytes(path.read_bytes())
    return True


def renamed(path, draw):
    name = draw.choice([path.name.upper(), f" {path.name}", f"{path.name}.", "x"])
    path.rename(path.with_name(name))
    return name != path.name


def pipe(path, draw):
    path.unlink()
    os.mkfifo(path)
    return True


def folder(path, draw):
    path.unlink()
    path.mkdir()
    return True


def gone(path, draw):
    path.unlink()
    return True


def sparse(path, draw):
    os.truncate(path, path.stat().st_size + draw.choice([1, 1 << 20, 30 << 30]))
    return True


def deep(path, draw):
    (path.parent / "/".join(["d"] * draw.randint(1, 100))).mkdir(parents=True, exist_ok=True)
    return True


def encoded_again(path, draw):
    path = draw.choice(sorted((_run(path) / "tables").iterdir()))
    before = path.read_bytes()
    pq.write_table(pq.read_table(path), path, compression=draw.choice(["gzip", "zstd", "none"]))
    return path.read_bytes() != before


def _run(path):
    return next(parent for parent in path.parents if (parent.name == "run"))


EDITS = [_flip, _cut, _add, _insert, _swap_lines, _other_encoding]
OTHERS = [swap, link, hard_named, renamed, pipe, folder, gone, sparse, deep, encoded_again]
KINDS = {change.__name__.strip("_"): _edited(change) for change in EDITS} | {
    kind.__name__: kind for kind in OTHERS
}


@pytest.mark.parametrize("name", KINDS)
def test_every_manipulation_is_noticed(name, whole, bounded, tmp_path):
    _read(whole)
    for seed in range(-(-TIMES // len(KINDS))):
        draw = random.Random(f"{name} {seed}")
        run = Path(shutil.copytree(whole, tmp_path / str(seed) / "run"))
        path = draw.choice(sorted(file for file in run.rglob("*") if file.is_file()))
        if draw.random() < 0.3:
            path = run / draw.choice(["manifest.json", "journal.jsonl"])
        changed = KINDS[name](path, draw)
        with bounded():
            assert verify(run).ok is not changed, (name, seed, path)
            with suppress(OabError):
                _read(run)
        shutil.rmtree(tmp_path / str(seed))


def _read(run):
    opened = open_run(run)
    for table in sorted(opened.manifest.tables()):
        opened.table(table)
    assert opened.calculation
    assert opened.statutes
    assert opened.sources
