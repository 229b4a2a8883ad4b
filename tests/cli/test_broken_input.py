"""Every broken input gets exit 2 and one sentence, leaves nothing behind and overwrites nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tables.broken import BROKEN, Broken

from .conftest import Ran

GOOD = "site_id,pupils,score_raw,score\n00AP00,100,102.62,33.02\n00AR00,142,19.46,0.00\n"
Command = Callable[..., Ran]


def refused(ran: Ran) -> str:
    """Check that a command was refused in one sentence, and give it."""
    assert ran.code == 2, ran
    assert ran.out == ""
    lines = ran.err.strip().splitlines()
    assert len(lines) == 1, ran.err
    assert lines[0].startswith("error: ")
    assert "Traceback" not in ran.err
    return lines[0]


def left(folder: Path, *known: str) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name not in known)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.csv"
    path.write_text(GOOD)
    return path


def test_the_catalogue_is_large() -> None:
    assert len(BROKEN) >= 60
    assert len({str(broken) for broken in BROKEN}) == len(BROKEN)


@pytest.mark.parametrize("broken", BROKEN, ids=str)
def test_broken_files(broken: Broken, tmp_path: Path, good: Path, command: Command) -> None:
    inputs, outputs = tmp_path / "in", tmp_path / "out"
    inputs.mkdir()
    outputs.mkdir()
    path = broken.write(inputs)
    out = outputs / "grants.csv"
    scores, sites = (good, ["--sites", path]) if broken.kind == "register" else (path, [])
    out.write_text("precious")
    arguments = ["allocate", "schools", "--scores", scores, *sites, "--period", "2020-2021", "--out", out]
    message = refused(command(*arguments, "--overwrite", "--bundle", outputs / "run"))
    if "\0" not in str(path):  # the operating system's own limit, which the option parser meets first
        assert [part for part in broken.says if part not in message] == [], message
    assert out.read_text() == "precious"
    assert left(outputs) == ["grants.csv"]


@pytest.mark.parametrize("broken", BROKEN[::8], ids=str)
def test_broken_files_leave_nothing_behind(
    broken: Broken, tmp_path: Path, good: Path, command: Command
) -> None:
    (tmp_path / "in").mkdir()
    scores = ["--scores", good, "--sites"] if broken.kind == "register" else ["--scores"]
    where = [broken.write(tmp_path / "in"), "--period", "2020-2021", "--out", tmp_path / "grants.csv"]
    refused(command("allocate", "schools", *scores, *where, "--bundle", tmp_path / "run"))
    assert left(tmp_path, "in", "good.csv") == []


OPTIONS = {
    "no such period": (["--period", "2019"], "no regulation covers the period '2019'"),
    "unknown price": (["--period", "2024"], "the price per unit of 2024 is not known here"),
    "disputed share": (["--period", "2022-2023", "--price", "600"], "is disputed"),
    "share above one": (["--period", "2020-2021", "--share", "134%"], "is not between 0% and 100%"),
    "share as word": (["--period", "2020-2021", "--share", "half"], "share"),
    "price with comma": (["--period", "2020-2021", "--price", "559,50"], "price"),
    "price in mills": (["--period", "2020-2021", "--price", "559.505"], "whole cents"),
    "price of nothing": (["--period", "2020-2021", "--price", "0"], "--price: is below what it may be"),
    "negative price": (["--period", "2020-2021", "--price", "-1"], "give an amount of above 0"),
    "price and budget": (
        ["--period", "2020-2021", "--price", "1", "--budget", "1"],
        "a price or a budget, not both",
    ),
    "budget of nothing": (["--period", "2020-2021", "--budget", "0"], "--budget: is below what it may be"),
    "no transition": (["--period", "2023", "--price", "1", "--old-base", "BASE"], "has no transition"),
    "gainers unknown": (
        ["--period", "2021-2022", "--price", "1", "--old-base", "BASE"],
        "gains, and the gainers' share is not known here",
    ),
    "gainers above losers": (
        ["--period", "2020-2021", "--old-base", "BASE", "--gainers", "51%"],
        "above the losers'",
    ),
    "no base": (["--period", "2020-2021", "--old-base", "SHORT"], "school 00AR has a score but no old base"),
    "whim": (
        ["--period", "2020-2021", "--old-base", "BASE", "--missing-base", "whim"],
        "--missing-base: should be",
    ),
    "rounding": (["--period", "2020-2021", "--amount-rounding", "sideways"], "--amount-rounding: should be"),
    "one register twice": (
        ["--period", "2020-2021", *["--sites", "SITES"] * 2],
        "the same file, byte for byte",
    ),
    "no such option": (["--period", "2020-2021", "--nope"], "No such option"),
    "no period": ([], "Missing option '--period'"),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_broken_options(name: str, tmp_path: Path, good: Path, command: Command) -> None:
    files = {"BASE": tmp_path / "base.csv", "SHORT": tmp_path / "short.csv", "SITES": tmp_path / "sites.csv"}
    files["BASE"].write_text("school_id,old_base\n00AP,1.00\n00AR,1.00\n")
    files["SHORT"].write_text("school_id,old_base\n00AP,1.00\n")
    files["SITES"].write_text("site_id,school_id\n00AP00,00AP\n")
    before = left(tmp_path)
    options, says = OPTIONS[name]
    arguments = [files.get(option, option) for option in options]
    out = tmp_path / "grants.csv"
    message = refused(command("allocate", "schools", "--scores", good, "--out", out, *arguments))
    assert says in message
    assert left(tmp_path) == before


def test_taken_output_is_refused_before_anything_is_read(tmp_path: Path, command: Command) -> None:
    out = tmp_path / "grants.csv"
    out.write_text("precious")
    message = refused(
        command("allocate", "schools", "--scores", "absent.csv", "--period", "2020-2021", "--out", out)
    )
    assert "already exists; choose another name or pass --overwrite" in message
    assert out.read_text() == "precious"


@pytest.mark.parametrize(
    ("out", "says"),
    [
        ("folder", "is a folder; name a file in it"),
        ("grants.docx", "its ending .docx is not that of a table"),
        ("grants", "its ending (none) is not that of a table"),
        ("absent/grants.csv", "its folder does not exist"),
    ],
)
def test_outputs_that_cannot_be(out: str, says: str, tmp_path: Path, good: Path, command: Command) -> None:
    (tmp_path / "folder").mkdir()
    path = tmp_path / out
    assert says in refused(
        command("allocate", "schools", "--scores", good, "--period", "2020-2021", "--out", path)
    )
    assert left(tmp_path, "good.csv", "folder") == []


def test_bundle_folder_that_is_taken(tmp_path: Path, good: Path, command: Command) -> None:
    taken = tmp_path / "run"
    taken.mkdir()
    (taken / "thesis.txt").write_text("precious")
    out = tmp_path / "grants.csv"
    arguments = [
        "allocate",
        "schools",
        "--scores",
        good,
        "--period",
        "2020-2021",
        "--out",
        out,
        "--bundle",
        taken,
    ]
    assert "is a folder that is not empty" in refused(command(*arguments))
    assert "is a folder that is not empty" in refused(command(*arguments, "--overwrite"))
    assert "so it is not replaced" in refused(command(*arguments, "--overwrite-bundle"))
    assert (taken / "thesis.txt").read_text() == "precious"
    assert not out.exists()


def test_full_disk(tmp_path: Path, good: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("oab_funding.tables.output.write_csv", full)
    out = tmp_path / "grants.csv"
    message = refused(command("allocate", "schools", "--scores", good, "--period", "2020-2021", "--out", out))
    assert "No space left on device" in message
    assert left(tmp_path) == ["good.csv"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_no_permission(tmp_path: Path, good: Path, command: Command) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    out = closed / "grants.csv"
    assert "may not be written" in refused(
        command("allocate", "schools", "--scores", good, "--period", "2020-2021", "--out", out)
    )


def test_no_permission_as_the_system_says_it(
    tmp_path: Path, good: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", denied)
    out = tmp_path / "grants.csv"
    message = refused(command("allocate", "schools", "--scores", good, "--period", "2020-2021", "--out", out))
    assert "may not be written; is it open in Excel? close it and try again" in message


CALCULATIONS = {
    "no toml": ("format = ", "is not a TOML file"),
    "not utf-8": (b"title = '\xff'", "is not UTF-8"),
    "nothing to do": ('format = 1\ntitle = "T"', "computes nothing"),
    "no title": ('format = 1\n[schools]\nperiod = "2023"\nscores = "s.csv"', "title: is missing"),
    "unknown key": (
        'format = 1\ntitle = "T"\n[schools]\nperiod = "2023"\nscores = "s.csv"\ncolour = "red"',
        "schools.colour",
    ),
    "number for text": (
        'format = 1\ntitle = "T"\n[schools]\nperiod = 2023\nscores = "s.csv"',
        "schools.period: should be a valid string (found 2023)",
    ),
    "float price": (
        'format = 1\ntitle = "T"\n[schools]\nperiod = "2023"\nscores = "s.csv"\nprice = 559.5',
        'schools.price: write amounts as text, such as "559.50" (found 559.5)',
    ),
    "two mistakes": ("format = 2\n[schools]\nperiod = 1", "format"),
    "absent file": (
        'format = 1\ntitle = "T"\n[schools]\nperiod = "2020-2021"\nscores = "s.csv"',
        "s.csv: does not exist; check the path",
    ),
    "no scores": ('format = 1\ntitle = "T"\n[schools]\nperiod = "2020-2021"', "schools: give scores"),
}


@pytest.mark.parametrize("name", CALCULATIONS)
def test_broken_calculation_files(name: str, tmp_path: Path, command: Command) -> None:
    text, says = CALCULATIONS[name]
    path = tmp_path / "calculation.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert says in refused(command("run", path, "--out", tmp_path / "run"))
    assert left(tmp_path) == ["calculation.toml"]


def test_all_mistakes_of_a_calculation_file_at_once(tmp_path: Path, command: Command) -> None:
    path = tmp_path / "calculation.toml"
    path.write_text('format = 2\n[schools]\nperiod = 1\nshare = "140%"\n')
    message = refused(command("run", path, "--out", tmp_path / "run"))
    for part in (
        "format",
        "title: is missing",
        "schools.period",
        "schools.share: is not between 0% and 100%",
    ):
        assert part in message


@pytest.mark.parametrize("words", [["verify"], ["replay"], ["explain", "--site", "00AP00"]])
def test_folders_that_are_no_bundle(words: list[str], tmp_path: Path, command: Command) -> None:
    head, *tail = words
    assert "absent" in refused(command(head, tmp_path / "absent", *tail))
    if head == "explain":
        assert "manifest.json" in refused(command(head, tmp_path, *tail))
