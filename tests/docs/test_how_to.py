"""The how-to pages as their readers use them: every command of a page, one after another, in one folder."""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from oab_funding.cli import main

PAGES = Path(__file__).parents[2] / "docs" / "how-to"
NAMES = ("allocate-schools", "allocate-municipalities")
BLOCK = re.compile(r'^```(console|csv title="([^"]+)")\n(.*?)^```$', re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Command:
    """A command of a page, and what the page says that it prints."""

    words: list[str]
    printed: list[str]

    @property
    def needs(self) -> list[str]:
        """The published files that it reads."""
        return [word for word in self.words if word.startswith(("achterstands", "gemiddelde", "03-09"))]


def commands(block: str) -> list[Command]:
    """The commands of a block, each with the lines below it."""
    starts = list(COMMAND.finditer(block))
    ends = [*(start.start() for start in starts[1:]), len(block)]
    return [
        Command(shlex.split(start[1].replace("\\\n", " ")), block[start.end() : end].strip("\n").splitlines())
        for start, end in zip(starts, ends, strict=True)
    ]


def agree(shown: list[str], printed: list[str]) -> bool:
    """Whether the lines shown are those printed; a line of three dots stands for any number of them."""
    if not shown:
        return not printed
    if shown[0] == "...":
        return any(agree(shown[1:], printed[start:]) for start in range(len(printed) + 1))
    return bool(printed) and shown[0] == printed[0] and agree(shown[1:], printed[1:])


def fetch(name: str, data: Path | None) -> None:
    """Put a published file into the folder, or skip."""
    found = next(data.rglob(name), None) if data is not None else None
    if found is None:
        pytest.skip(f"{name} is not at hand: OAB_FUNDING_DATA is not set")
    if not Path(name).exists():
        shutil.copyfile(found, name)


def follow(page: str, data: Path | None, capfd: pytest.CaptureFixture[str], published: bool) -> int:
    """Do what a page says, and compare; give how many commands were run."""
    ran = 0
    for kind, name, block in BLOCK.findall((PAGES / f"{page}.md").read_text(encoding="utf-8")):
        if kind != "console":
            if Path(name).exists():
                assert Path(name).read_text(encoding="utf-8") == block, name
            Path(name).write_text(block, encoding="utf-8")
            continue
        for command in commands(block):
            if command.needs and not published:
                continue
            for needed in command.needs:
                fetch(needed, data)
            assert command.words[0] == "oab-funding"
            capfd.readouterr()
            with pytest.raises(SystemExit) as stop:
                main(command.words[1:])
            captured = capfd.readouterr()
            printed = (captured.out + captured.err).splitlines()
            assert agree(command.printed, printed), (command, printed)
            assert stop.value.code == (2 if command.printed[0].startswith("error: ") else 0)
            ran += 1
    return ran


@pytest.mark.parametrize("page", NAMES)
def test_commands_one_after_another(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert follow(page, None, capfd, published=False) >= 6


@pytest.mark.published
def test_commands_on_the_published_files_as_well(
    tmp_path: Path,
    published_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert follow("allocate-schools", published_data, capfd, published=True) >= 11


def test_dots_stand_for_lines() -> None:
    assert agree(["a", "...", "d"], ["a", "b", "c", "d"])
    assert agree(["..."], [])
    assert not agree(["a", "...", "d"], ["a", "b", "c"])
    assert not agree(["a"], ["a", "b"])
