"""How the command line ends when something is wrong: one sentence, a code, no traceback."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from oab_funding import cli
from oab_funding.cli import TRACEBACK, run
from oab_funding.cli.app import app

PROGRAM = [sys.executable, "-m", "oab_funding"]
SCORES = "site_id,score\n00AP00,33.02\n"


def allocate(*more: str) -> list[str]:
    return [*PROGRAM, "allocate", "schools", "--scores", "scores.csv", "--period", "2020-2021", *more]


def test_arguments_are_told_as_options(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "scores.csv").write_text(SCORES)
    words = ["allocate", "schools", "--scores", str(tmp_path / "scores.csv"), "--period", "2020-2021"]
    assert run([*words, "--price", "1", "--budget", "1", "--out", str(tmp_path / "o.csv")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert "`" not in said


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["allocate", "--scores", "x.csv", "schools"], "put it after `oab-funding allocate"),
        (["allocate", "schools", "{file}"], "did you mean --scores {file}?"),
        (["allocate", "schools", "--score", "x.csv"], "No such option"),
        (["no-such-command"], "No such command"),
        (["run"], "Missing argument"),
    ],
)
def test_slips_get_a_hint(
    words: list[str], hint: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "scores.csv"
    file.write_text(SCORES)
    assert run([word.format(file=file) for word in words]) == 2
    assert hint.format(file=file) in capsys.readouterr().err


@pytest.mark.parametrize("word", ["sc\udcff.csv", "a\x00b"])
def test_words_that_are_no_text_are_refused(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["allocate", "schools", "--scores", word, "--period", "2020-2021"]) == 2
    assert "holds bytes that are no UTF-8 text; rename the file" in capsys.readouterr().err


def test_a_fault_of_the_program_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise KeyError("amount")

    monkeypatch.setattr(cli, "parser", lambda: fails)
    assert run(["verify", "."]) == 2
    said = capsys.readouterr().err
    assert "a case it does not know (KeyError: 'amount')" in said
    assert said.count("\n") == 1
    monkeypatch.setenv(TRACEBACK, "1")
    with pytest.raises(KeyError):
        run(["verify", "."])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_behind_the_output_is_said(tmp_path: Path) -> None:
    (tmp_path / "scores.csv").write_text(SCORES)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            allocate("--out", "g.csv"),
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_stops_early_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "scores.csv").write_text(SCORES)
    with subprocess.Popen(
        allocate("--out", "g.csv"), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
    assert process.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_leaves_nothing_behind(number: int, tmp_path: Path) -> None:
    command = [*PROGRAM, "synth", "--out", "country", "--pupils", "400000"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(1.5)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in said
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - hidden names count too


def test_brackets_are_no_mark_up_on_a_terminal(on_terminal: Callable[..., tuple[int, str]]) -> None:
    code, shown = on_terminal(
        "allocate", "schools", "--scores", "no[red].csv", "--period", "[/red]", "--out", "o.csv"
    )
    assert code == 2
    assert "[red]" in shown or "[/red]" in shown
    assert "MarkupError" not in shown


def test_control_characters_do_not_reach_a_terminal(
    on_terminal: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    (tmp_path / "scores.csv").write_text(SCORES)
    _, shown = on_terminal(
        *("allocate", "schools", "--scores", "scores.csv", "--period", "2020-2021"),
        *("--price", "1.00", "--source", "a\x1b[2Jb", "--out", "o.csv"),
    )
    assert "\x1b[2J" not in shown
    assert re.search(r"a\\x1b\[2Jb", shown)


@pytest.fixture
def on_terminal(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Run a command with a pseudo-terminal for its output."""
    pty = pytest.importorskip("pty")

    def command(*words: str) -> tuple[int, str]:
        leader, follower = pty.openpty()
        process = subprocess.Popen(
            [*PROGRAM, *words], cwd=tmp_path, stdin=follower, stdout=follower, stderr=follower
        )
        os.close(follower)
        shown = b""
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
        os.close(leader)
        return process.wait(timeout=60), shown.decode("utf-8", "replace")

    return command


def test_every_command_prints_through_the_terminal_module() -> None:
    assert app.info.name == "oab-funding"
    folder = Path(__file__).parents[2] / "src" / "oab_funding" / "cli"
    others = [path for path in folder.glob("*.py") if path.name not in ("terminal.py", "app.py")]
    assert [
        path.name for path in others if "typer.echo" in path.read_text() or "print(" in path.read_text()
    ] == []
