"""The pages with commands as their readers use them: one after another, in one folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.reading import ROOT, agree, reader

DOCS = ROOT / "docs"

WORDS = [
    "achterstandsscore",
    "bekostiging",
    "beschikking",
    "bezwaar",
    "drempel",
    "excel",
    "goab",
    "herverdeling",
    "jaarrekening",
    "onderbouwing",
    "onderwijsachterstandenbeleid",
    "overgangsregeling",
    "powershell",
    "rekenkamer",
    "standaardfouten",
    "terugvordering",
    "uitkeringsplafond",
    "voorschoolse",
    "vve",
    "windows",
]
"""Words that people of the field type into the search of these pages."""


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
        pytest.param("uncertainty", 3, marks=pytest.mark.thorough),
    ],
)
def test_commands_one_after_another(
    page: str, least: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert reader(None, capfd).follow(DOCS / "how-to" / f"{page}.md", published=False) >= least


@pytest.mark.published
@pytest.mark.parametrize(
    ("page", "least"),
    [
        pytest.param("how-to/allocate-schools", 11, marks=pytest.mark.thorough),
        ("tutorial", 8),
        pytest.param("how-to/audit", 15, marks=pytest.mark.thorough),
    ],
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


@pytest.mark.parametrize("page", ["auditor", "municipality", "statistician"])
def test_a_page_for_someone_as_it_stands(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert reader(None, capfd).follow(DOCS / "for" / f"{page}.md") >= 4


@pytest.mark.published
@pytest.mark.parametrize(
    "page",
    [
        "README",
        pytest.param("docs/for/controller", marks=pytest.mark.thorough),
        pytest.param("docs/for/journalist", marks=pytest.mark.thorough),
        pytest.param("docs/for/policy-analyst", marks=pytest.mark.thorough),
    ],
)
def test_a_page_with_published_figures_as_it_stands(
    page: str,
    tmp_path: Path,
    published_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert reader(published_data, capfd).follow(ROOT / f"{page}.md") >= 3


def test_the_words_people_search_for_are_there() -> None:
    every = "\n".join(page.read_text(encoding="utf-8").lower() for page in DOCS.rglob("*.md"))
    assert [word for word in WORDS if word not in every] == []


def test_dots_stand_for_lines() -> None:
    assert agree(["a", "...", "d"], ["a", "b", "c", "d"])
    assert agree(["..."], [])
    assert not agree(["a", "...", "d"], ["a", "b", "c"])
    assert not agree(["a"], ["a", "b"])
    assert agree(["a: 1 ..."], ["a: 1 and 2"])
    assert not agree(["a: 3 ..."], ["a: 1 and 2"])
