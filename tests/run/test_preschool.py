"""Preschool education as a step of a run: recorded, replayed, reported and explained."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import oab_funding as oab
from oab_funding.cli import run as command
from oab_funding.errors import InputError

FILES = {
    "later.csv": "municipality_code,score_raw,score\nGM0363,2000.00,1700.00\nGM0637,20.00,0.00\n",
    "earlier.csv": "municipality_code,score_raw,score\nGM0363,2000.00,1710.00\nGM0637,20.00,0.00\n",
    "toddlers.csv": "municipality_code,toddlers,toddlers_1_january\nGM0363,150,140\nGM0637,9,\n",
}
MUNICIPALITIES = """format = 1
title = "Two municipalities"

[municipalities]
year = 2024
scores = "later.csv"
previous = "earlier.csv"
price = "502.66"
"""
PRESCHOOL = """
[preschool]
toddlers = "toddlers.csv"
hour_price = "10.25"
hbo_wage = "45.00"
reach = "90%"
tariff = "0.41"
charged_hours = "16"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def carried_out(folder: Path, text: str = MUNICIPALITIES + PRESCHOOL) -> Any:
    (folder / "calculation.toml").write_text(text)
    return oab.run(folder / "calculation.toml", folder / "run")


def test_it_gives_what_the_question_by_itself_gives(folder: Path) -> None:
    done = carried_out(folder)
    alone = oab.preschool(
        done.to_frame("municipal_grants"),
        folder / "toddlers.csv",
        year=2024,
        hour_price="10.25",
        hbo_wage="45",
        reach="90%",
        tariff="0.41",
        charged_hours=16,
    )
    opened = oab.open_run(folder / "run")
    assert opened.table("preschool").equals(alone.step.table)
    assert set(alone.labels) <= set(opened.labels)
    figures = opened.figures("preschool education")
    for name in ("granted", "to_be_bought", "left", "falls_short"):
        assert Fraction(str(figures[name])) == alone.figures[name]


def test_it_is_verified_and_replayed_from_the_law_it_used_alone(folder: Path) -> None:
    carried_out(folder)
    used = oab.open_run(folder / "run").statutes.contents
    assert any("voorschoolse" in name for name in used)
    assert any("kinderopvangtoeslag/2024" in name for name in used)
    assert command(["verify", str(folder / "run")]) == 0
    assert command(["replay", str(folder / "run")]) == 0


def test_an_early_year_is_replayed_with_the_newest_offer_as_its_measure(folder: Path) -> None:
    early = MUNICIPALITIES.replace("2024", "2019") + PRESCHOOL
    carried_out(folder, early)
    row = oab.open_run(folder / "run").table("preschool").to_pylist()[1]
    assert row["yardstick"] * row["toddlers"] * 640 == pytest.approx(row["grant"])
    assert command(["replay", str(folder / "run")]) == 0


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("nl", ("nooit een aanspraak", "86.400,00", "EUR 948.600,00", "een vergelijking met wat")),
        ("en", ("never a claim", "86,400.00", "EUR 948,600.00", "a comparison with what")),
    ],
)
def test_a_municipality_is_explained_with_what_its_grant_buys(folder: Path, lang: Any, said: Any) -> None:
    text = " ".join(carried_out(folder).explain("GM0363", lang).split())
    assert [words for words in said if words not in text] == []


def test_the_report_has_a_section_on_it(folder: Path) -> None:
    carried_out(folder)
    page = (folder / "run" / "report.html").read_text()
    assert "Preschool education against the grant of 2024" in page
    assert "Whose number sets the hours" in page


def test_without_the_section_nothing_is_said_of_it(folder: Path) -> None:
    carried_out(folder, MUNICIPALITIES)
    opened = oab.open_run(folder / "run")
    assert not opened.has("preschool")
    assert "preschool" not in (folder / "run" / "report.html").read_text().lower().split("</script>")[-1]
    assert not any("voorschoolse" in name for name in opened.statutes.contents)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (PRESCHOOL, "no effect without grants of"),
        (MUNICIPALITIES + PRESCHOOL.replace('"10.25"', "10.25"), "write amounts as text"),
        (MUNICIPALITIES + PRESCHOOL.replace('"16"', "16"), "write hours and weeks as text"),
        (MUNICIPALITIES + PRESCHOOL.replace('hbo_wage = "45.00"', ""), "from 2022 on"),
        (MUNICIPALITIES + PRESCHOOL + 'hours = "639"', "below what the law asks for"),
    ],
)
def test_what_cannot_be_accepted(folder: Path, text: str, message: str) -> None:
    if text == PRESCHOOL:
        text = 'format = 1\ntitle = "T"\n[schools]\nperiod = "2024"\nscores = "s.csv"\n' + text
    with pytest.raises(InputError, match=message):
        carried_out(folder, text)
    assert not (folder / "run").exists()
