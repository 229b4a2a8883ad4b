from __future__ import annotations

import sys
from pathlib import Path

import pytest

from oab_funding.cli import run


def test_without_shiny_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "shiny", None)
    scores = tmp_path / "scores.csv"
    scores.write_text("site_id,score\n00AP00,33.02\n", encoding="utf-8")
    assert run(["web", "--scores", str(scores)]) == 2
    captured = capsys.readouterr()
    assert captured.err == 'error: the page needs shiny; pip install "oab-funding[web]"\n'
    assert captured.out == ""


def test_a_file_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["web", "--scores", "nowhere.xlsx"]) == 2
    assert "nowhere.xlsx" in capsys.readouterr().err
