"""The pages with commands as their readers use them: one after another, in one folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.reading import ROOT, agree, reader

DOCS = ROOT / "docs"


@pytest.mark.parametrize(
    ("page", "least"),
    [
        ("allocate-schools", 6),
        ("allocate-municipalities", 6),
        ("aggregate", 2),
        ("preschool", 5),
        ("supply-a-regulation", 1),
        pytest.param("made-up-country", 2, marks=pytest.mark.thorough),
        pytest.param("indicator", 4, marks=pytest.mark.thorough),
    ],
)
def test_commands_one_after_another(
    page: str, least: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert reader(None, capfd).follow(DOCS / "how-to" / f"{page}.md", published=False) >= least


@pytest.mark.published
@pytest.mark.parametrize(
    ("page", "least"), [("how-to/allocate-schools", 11), ("tutorial", 8), pytest.param("how-to/audit", 15, marks=pytest.mark.thorough)]
)
def test_commands_on_the_published_files_as_well(
    page: str,
    least: int,
    tmp_path: Path,
    published_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert reader(published_data, capfd).follow(DOCS / f"{page}.md") >= least


def test_dots_stand_for_lines() -> None:
    assert agree(["a", "...", "d"], ["a", "b", "c", "d"])
    assert agree(["..."], [])
    assert not agree(["a", "...", "d"], ["a", "b", "c"])
    assert not agree(["a"], ["a", "b"])
    assert agree(["a: 1 ..."], ["a: 1 and 2"])
    assert not agree(["a: 3 ..."], ["a: 1 and 2"])
