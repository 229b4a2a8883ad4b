"""The report in Dutch: every text of the sections has one, and nothing else is changed."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

import oab_funding.report
from oab_funding.grants.division import shared_among
from oab_funding.grants.old_amounts import not_paid
from oab_funding.grants.schools import BEFORE_TRANSITION
from oab_funding.indicator.imputation.education import GAPS
from oab_funding.report.document import Column, Grid, PageSection, Picture
from oab_funding.report.page import report_page
from oab_funding.report.phrases import read_phrases
from oab_funding.report.said import said_in, say_section
from oab_funding.report.sections.record import words
from oab_funding.run import steps
from report.indicator_runs import with_indicator
from report.municipal_runs import both_streams
from report.pages import read_page
from report.runs import small_run, with_children, with_transition

SECTIONS = sorted((Path(oab_funding.report.__path__[0]) / "sections").glob("*.py"))
CODE = {
    "T rules that fit",
    "T that fit",
    "T lowest possible",
    "T highest possible",
    "sum of A",
    "sum of scores",
    "left_out: ",
    "--school CODE",
    "--municipality CODE",
    "--site CODE",
    "C - G low",
    "C - G high",
}
"""Names of figures and options, which are no texts of the page."""
PARTS = {
    "Scores of {0}, {1}": ("Scores of {0}, from children", "Scores of {0}, as given"),
    "Price J / K{0}": ("Price J / K rounded to cents", "Price J / K"),
    "{0}, {1}, as published": ("C, national mean, as published",),
    "Accrued in (toegerekend aan)": ("Accrued in (toegerekend aan) {0}",),
    "Paid in (betaald in)": ("Paid in (betaald in) {0}",),
    "the top {0} hold {1}%": ("the top {0} hold {1}",),
    "{0} Sites are counted from the highest score down.": ("Of all score, {0}.",),
    "{0}; not checked: {1} without A or E": ("{0} contradictions; not checked: {1} without A or E",),
    "settled in the published scores": (),
    "settled in the scores as given": (),
    "does not arise": (),
    "solve: {0}": (),
    "from children": (),
    "as given": (),
    " rounded to cents": (),
    "national mean": (),
    "mean of the target group (doelgroep)": (),
    "EUR {0}": (),
}
"""Texts that stand on the page only as part of others, and those that come as the record has them."""


def texts(path: Path) -> Iterator[str]:
    """The texts in the code of a section; holes as {0}, {1}."""
    tree = ast.parse(path.read_text("utf-8"))
    left_out = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr | ast.JoinedStr)
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and (isinstance(node, ast.JoinedStr) or node.value is part)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield holed(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            yield node.value


def holed(node: ast.JoinedStr) -> str:
    said, hole = "", 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            said += str(part.value)
        else:
            said, hole = f"{said}{{{hole}}}", hole + 1
    return said


def is_read(text: str) -> bool:
    words = re.search(r"[A-Za-z]{2,}.* ", text) or re.match(r"[A-Z][a-z]+", text)
    return bool(words) and not text.startswith("<") and text not in CODE


@pytest.mark.parametrize("path", SECTIONS, ids=lambda path: path.stem)
def test_every_text_of_a_section_is_known_in_dutch(path: Path) -> None:
    known = _keys()
    asked = [part for text in texts(path) if is_read(text) for part in PARTS.get(text, (text,))]
    assert [text for text in asked if text not in known] == []


def _keys() -> set[str]:
    found: set[str] = set()
    for kind in ("report", "record"):
        path = Path(oab_funding.report.__path__[0]) / "phrases" / f"{kind}.nl.toml"
        texts = tomllib.loads(path.read_text("utf-8"))
        for english, dutch in texts.items():
            assert set(re.findall(r"\{.\}", english)) == set(re.findall(r"\{.\}", dutch)), english
        found |= set(texts)
    return found


def _gaps(content: object) -> Iterator[dict[str, Any]]:
    """The gaps in a regulation or specification file."""
    if isinstance(content, dict):
        if "question" in content:
            yield content
        content = list(content.values())
    for part in content if isinstance(content, list) else ():
        yield from _gaps(part)


def test_every_question_of_the_regulation_files_is_known_in_dutch() -> None:
    say = said_in("nl")
    files = sorted(Path(oab_funding.__path__[0]).rglob("*.toml"))
    gaps = [gap for file in files for gap in _gaps(tomllib.loads(file.read_text("utf-8")))]
    assert len(gaps) > 20
    asked = [gap[name].replace("`", "") for gap in gaps for name in ("question", "reason")]
    options = [words(option) for gap in gaps for option in (*gap["options"], gap["default"])]
    left = {text for text in (*asked, *options, *GAPS) if say(text) == text}
    assert left <= {"40", "0%", "origins-default.csv", "minimum"}


def test_every_step_is_known_in_dutch() -> None:
    say = said_in("nl")
    known = [step for step in vars(steps).values() if isinstance(step, steps.Step)]
    assert len(known) > 20
    assert [step.name for step in known if say(step.name) == step.name] == []
    based = [step.article for step in known if step.article]
    assert {text for text in based if say(text) == text} == {"WPO art. 121 lid 3, 117-118"}


@pytest.mark.parametrize(
    ("label", "said"),
    [
        (BEFORE_TRANSITION, "vóór de overgangsregeling"),
        (not_paid("old base", {"00AO": Fraction(24000)}), "grondslag van het oude stelsel zonder score"),
        (not_paid("grant of 2018", dict.fromkeys("abcdefghijklm", Fraction(1))), "en nog"),
        (shared_among(1), "budget verdeeld over 1 gemeente"),
        (shared_among(1234), "budget verdeeld over 1234 gemeenten"),
        ("what-if: threshold_share 10% instead of 12%", "wat-als: drempel F 10% in plaats van 12%"),
        ("what-if: scores of 2020-10-01 instead of 2019-10-01", "wat-als: scores van 1 oktober 2020"),
    ],
)
def test_labels_are_said_in_dutch(label: str, said: str) -> None:
    assert said in read_phrases("nl").label(label)
    assert "not paid" not in read_phrases("nl").label(label)


def test_options_are_said_one_by_one_and_data_stay() -> None:
    say = said_in("nl")
    assert say.worded("up, half up, down") == "naar boven, rekenkundig, naar beneden"
    assert say.worded("Fillmore, Springfield") == "Fillmore, Springfield"


RUNS = {
    "before": small_run,
    "transition": with_transition,
    "children": with_children,
    "both": both_streams,
    "indicator": with_indicator,
}


@pytest.mark.parametrize("run", RUNS)
def test_a_dutch_page_is_whole_and_has_no_title_in_english(run: str) -> None:
    said, problems = read_page(report_page(RUNS[run](), lang="nl"))
    assert problems == []
    assert "Hoe dit te controleren is" in said
    for english in ("How to", "Checks (", "Figure Value", "highest scores first", "Largest", "between"):
        assert english not in said


def test_a_dutch_page_has_the_figures_of_the_english_one() -> None:
    dutch, english = (read_page(report_page(small_run(), lang=lang))[0] for lang in ("nl", "en"))
    assert "Bedragen van scholen EUR 65.819,58 vóór de overgangsregeling" in dutch
    assert "k = F x (C - G) ligt tussen 0,696046511 en 0,696049383" in dutch
    assert "De enige school" not in dutch
    turned = english.translate(str.maketrans(",.", ".,"))
    amounts = re.findall(r"EUR [0-9.]+,[0-9]{2}(?![0-9])", dutch)
    assert len(amounts) > 10
    assert sorted(amounts) == sorted(re.findall(r"EUR [0-9.]+,[0-9]{2}(?![0-9])", turned))


def test_english_is_left_as_it_is() -> None:
    section = PageSection("Checks (controles)", (Grid("x", (Column("Figure"),), (("yes",),)),))
    assert say_section(section, said_in("en")) == section


def test_data_in_a_table_are_no_texts() -> None:
    grid = Grid(
        "The only school",
        (Column("School (BRIN)"), Column("Name (naam)"), Column("Score")),
        (("00AP", "Spread", "1"),),
    )
    (said,) = say_section(PageSection("x", (grid,)), said_in("nl")).blocks
    assert isinstance(said, Grid)
    assert said.rows == grid.rows
    assert [column.title for column in said.columns] == ["School (BRIN)", "Naam", "Score"]


def test_numbers_in_a_picture_take_the_marks_of_the_language() -> None:
    svg = Markup(
        '<svg aria-label="Bars: school grants per province"><text>1,000</text><text>top 1%: 14.1%</text>'
        "<text>scores-2019.xlsx, 1.5</text></svg>"
    )
    (said,) = say_section(PageSection("x", (Picture(svg, ""),)), said_in("nl")).blocks
    assert isinstance(said, Picture)
    assert str(said.svg) == (
        '<svg aria-label="Staven: bedragen van scholen per provincie"><text>1.000</text>'
        "<text>top 1%: 14,1%</text><text>scores-2019.xlsx, 1.5</text></svg>"
    )
