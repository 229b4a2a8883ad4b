"""`oab-funding explain` into a file, and as a letter."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import oab_funding as oab
from oab_funding.cli import run

SCORES = "site_id,score\n00AP00,33.02\n"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explain")
    (folder / "scores.csv").write_text(SCORES)
    asked = ["allocate", "schools", "--scores", str(folder / "scores.csv"), "--period", "2020-2021"]
    assert run([*asked, "--out", str(folder / "g.csv"), "--bundle", str(folder / "run")]) == 0
    return folder / "run"


def test_an_explanation_goes_into_a_file_by_its_ending(bundle: Path, tmp_path: Path) -> None:
    for name in ("uitleg.txt", "uitleg.html"):
        assert run(["explain", str(bundle), "--school", "00AP", "--out", str(tmp_path / name)]) == 0
    assert (tmp_path / "uitleg.txt").read_text("utf-8") == oab.explain(bundle, school="00AP")
    assert (tmp_path / "uitleg.html").read_text("utf-8") == oab.explain(bundle, school="00AP", format="html")


def test_a_letter_has_what_is_given_above_it(bundle: Path, tmp_path: Path) -> None:
    head = ["--sender", "Gemeente X | Straat 1", "--addressee", "De directie", "--date", "2020-05-01"]
    out = tmp_path / "letter.html"
    asked = ["explain", str(bundle), "--school", "00AP", "--lang", "en", "--letter", str(out)]
    assert run([*asked, *head, "--reference", "7"]) == 0
    written = oab.letter(
        bundle,
        school="00AP",
        lang="en",
        sender="Gemeente X\nStraat 1",
        addressee="De directie",
        day=date(2020, 5, 1),
        reference="7",
    )
    assert out.read_text("utf-8") == written
    assert run(asked) == 2  # it exists
    assert run([*asked, "--overwrite", "--earlier", str(bundle)]) == 0
    assert "What changed" in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--letter", "a.pdf"], "end it in .txt or .html"),
        (["--out", "a"], "end it in .txt or .html"),
        (["--sender", "X"], "--sender: only a letter has it; give --letter a file too"),
        (["--earlier", "X"], "--earlier: only a letter has it"),
        (["--letter", "a.txt", "--out", "b.txt"], "give --letter or --out, not both"),
        (
            ["--letter", "a.txt", "--date", "1 mei"],
            "--date, value '1 mei': is no date",
        ),
    ],
)
def test_what_is_refused(
    bundle: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["explain", str(bundle), "--school", "00AP", *words]) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
