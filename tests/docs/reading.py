"""Pages as readers use them: files written as shown, commands and Python run in order, output compared."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from oab_funding.cli import main
from oab_funding.synthetic.files import shipped_country

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(
    r'^```(?P<kind>[a-z]+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL
)
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)$", re.MULTILINE)
PUBLISHED = re.compile(
    r"achterstandsscores-scholen-2019\.xlsx|gemiddelde-afstand-[\w-]+\.csv|03-09-2019[\w-]+\.csv"
)
HASH = re.compile(r"[0-9a-f]{64}")
ROOT_LINE = re.compile(r"(root: |the manifest claims root )[0-9a-f]{64}")
ELSEWHERE = {"cp", "sed", "sha256sum"}
"""Programs that a page uses besides this one."""
SETTING_UP = ("make", "pip", "python3", ".venv/bin/pip", ". ", "git", "oab-funding web")
"""What sets up a machine or does not end: not done here."""

TWO_PEOPLE = re.compile(r"openssl|.*--(draft|key|public-key|confirmation)\b")
"""What takes keys with passwords, and a second person on another machine: tests of signing do it."""


@dataclass
class Reader:
    """Someone who follows a page in an empty folder.

    Parameters
    ----------
    data
        Folder with the published files; None where there is none.
    capture
        Gives what was printed since it was last asked.
    """

    data: Path | None
    capture: Callable[[], str]
    roots: dict[str, str] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    ran: int = 0

    def follow(self, page: Path, published: bool = True) -> int:
        """Do what a page says; give how many commands and Python blocks were carried out.

        Without `published`, what needs the published files is passed over.
        """
        text = page.read_text(encoding="utf-8")
        blocks = list(BLOCK.finditer(text))
        for at, block in enumerate(blocks):
            needs = PUBLISHED.findall(block["text"])
            if needs and not published:
                continue
            for name in needs:
                fetch(name, self.data)
            after = blocks[at + 1] if at + 1 < len(blocks) else None
            shown = after["text"] if after and not text[block.end() : after.start()].strip() else None
            if block["kind"] == "console":
                self._console(block["text"], text[block.end() : block.end() + 300].partition("\n#")[0])
            elif block["kind"] == "python" and not block["title"]:
                self._python(block["text"], shown)
            elif block["title"]:
                write(block["title"], block["text"])
        return self.ran

    def _console(self, block: str, after: str) -> None:
        starts = list(COMMAND.finditer(block))
        ends = [*(start.start() for start in starts[1:]), len(block)]
        for start, end in zip(starts, ends, strict=True):
            line = HASH.sub(lambda found: self.roots.get(found[0], found[0]), start[1].replace("\\\n", " "))
            shown = block[start.end() : end].strip("\n").splitlines()
            if line.startswith(SETTING_UP) or TWO_PEOPLE.match(line):
                continue
            code, printed = self._carried_out(line)
            self.ran += 1
            self._compare(line, shown, printed)
            refused = 2 if printed[:1] and printed[0].startswith("error: ") else 0
            expected = 1 if "exit code is 1" in after.lower() and end == len(block) else refused
            assert code == expected, (line, code, printed)

    def _carried_out(self, line: str) -> tuple[int, list[str]]:
        words = shlex.split(line, comments=True)
        if words[0] == "cd":
            enter(words[1])
            return 0, []
        if words[0] != "oab-funding":
            assert words[0] in ELSEWHERE, line
            done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
            return done.returncode, (done.stdout + done.stderr).splitlines()
        target = words[words.index(">") + 1] if ">" in words else None
        self.capture()
        with pytest.raises(SystemExit) as stop:
            main(words[1 : words.index(">")] if target else words[1:])
        printed = self.capture()
        if target:
            Path(target).write_text(printed, encoding="utf-8")
        return int(stop.value.code or 0), [] if target else printed.splitlines()

    def _python(self, block: str, shown: str | None) -> None:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block, "<page>", "exec"), self.names)
        self.ran += 1
        if shown is not None:
            self._compare(block, shown.strip("\n").splitlines(), printed.getvalue().strip("\n").splitlines())

    def _compare(self, what: str, shown: list[str], printed: list[str]) -> None:
        """Hold what a page shows against what was printed; a root is another on every machine."""
        if not shown:
            return
        assert agree(list(map(_no_root, shown)), list(map(_no_root, printed))), (what, printed)
        pairs = zip(*(list(filter(ROOT_LINE.match, lines)) for lines in (shown, printed)), strict=False)
        for one, other in pairs:
            told, found = HASH.findall(one)[0], HASH.findall(other)[0]
            assert self.roots.setdefault(told, found) == found or one.startswith("root: "), (one, other)
            self.roots[told] = found


def _no_root(line: str) -> str:
    return ROOT_LINE.sub(r"\1*", line).rstrip()


def agree(shown: list[str], printed: list[str]) -> bool:
    """Whether the lines shown are those printed; three dots stand for lines, or for the rest of a line."""
    if not shown:
        return not printed
    if shown[0] == "...":
        return any(agree(shown[1:], printed[start:]) for start in range(len(printed) + 1))
    start, cut, _ = shown[0].partition(" ...")
    same = bool(printed) and (printed[0].startswith(start) if cut else shown[0] == printed[0])
    return same and agree(shown[1:], printed[1:])


def write(name: str, text: str) -> None:
    """Write a file that a page shows; where it is there already, hold it against that."""
    if Path(name).exists():
        lines = Path(name).read_text(encoding="utf-8").splitlines()
        assert agree(text.splitlines(), lines), name
        return
    Path(name).write_text(text, encoding="utf-8")


def fetch(name: str, data: Path | None) -> None:
    """Put a published file into the folder, or skip."""
    found = next(data.rglob(name), None) if data is not None else None
    if found is None:
        pytest.skip(f"{name} is not at hand: OAB_FUNDING_DATA is not set")
    if not Path(name).exists():
        shutil.copyfile(found, name)


def enter(folder: str) -> None:
    """Go to a folder of the repository, with a copy of the made-up country in it."""
    assert folder == "data/synthetic", folder
    shutil.copytree(shipped_country(), folder)
    os.chdir(folder)


def reader(data: Path | None, capfd: pytest.CaptureFixture[str]) -> Reader:
    """Give a reader whose commands print into the test."""

    def capture() -> str:
        sys.stdout.flush()
        captured = capfd.readouterr()
        return captured.out + captured.err

    return Reader(data, capture)
