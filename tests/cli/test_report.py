"""`oab-funding report`."""

from __future__ import annotations

from pathlib import Path

import pytest

import oab_funding as oab
from oab_funding.cli import run

SCORES = "site_id,score\n00AP00,33.02\n"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    (tmp_path / "scores.csv").write_text(SCORES)
    asked = ["allocate", "schools", "--scores", str(tmp_path / "scores.csv"), "--period", "2020-2021"]
    assert run([*asked, "--out", str(tmp_path / "g.csv"), "--bundle", str(tmp_path / "run")]) == 0
    return tmp_path / "run"


def test_it_is_dutch_unless_asked_and_english_is_that_of_the_bundle(bundle: Path, tmp_path: Path) -> None:
    dutch, english = tmp_path / "rapport.html", tmp_path / "again.html"
    assert run(["report", str(bundle), "--out", str(dutch)]) == 0
    assert run(["report", str(bundle), "--out", str(english), "--lang", "en"]) == 0
    assert "Hoe dit te controleren is" in dutch.read_text("utf-8")
    assert oab.open_run(bundle).report("en") == english.read_text("utf-8")
    assert english.read_bytes() == (bundle / "report.html").read_bytes()


@pytest.mark.parametrize(("change", "said"), [(["--lang", "fr"], "choose nl or en"), ([], "already exists")])
def test_what_is_refused(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: list[str], said: str
) -> None:
    out = tmp_path / "page.html"
    if not change:
        out.write_text("mine")
    assert run(["report", str(bundle), "--out", str(out), *change]) == 2
    assert said in capsys.readouterr().err
    assert not out.exists() or out.read_text() == "mine"
