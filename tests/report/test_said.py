"""The report in Dutch: every text of the sections has one, and nothing else is changed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markupsafe import Markup

import oab_funding.report
from oab_funding.report.document import Column, Grid, PageSection, Picture
from oab_funding.report.page import report_page
from oab_funding.report.said import said_in, say_section
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
    import tomllib

    path = Path(oab_funding.report.__path__[0]) / "phrases" / "report.nl.toml"
    texts = tomllib.loads(path.read_text("utf-8"))
    for english, dutch in texts.items():
        assert set(re.findall(r"\{.\}", english)) == set(re.findall(r"\{.\}", dutch)), english
    return set(texts)


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
