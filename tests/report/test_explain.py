"""Whole explanations against files that were read and approved by eye."""

from pathlib import Path

import pytest

from oab_funding.errors import InputError
from oab_funding.report.explain import explain
from oab_funding.report.text import WIDTH
from report.municipal_runs import before_transition, both_streams, municipal_run, priced_run
from report.pages import read_page
from report.runs import bare_run, small_run, with_transition

GOLDEN = Path(__file__).parent / "golden"

RUNS = {
    "before": small_run,
    "transition": with_transition,
    "bare": bare_run,
    "municipal": municipal_run,
    "municipal_before": before_transition,
    "both": both_streams,
    "priced": priced_run,
}
ASKED = [
    ("before", {"site": "00AP00"}),
    ("before", {"site": "00AP01"}),
    ("before", {"site": "00AZ00"}),
    ("before", {"school": "00AP"}),
    ("before", {"board": "41646"}),
    ("before", {"municipality": "GM0637"}),
    ("transition", {"school": "00AP"}),
    ("transition", {"school": "00AZ"}),
    ("transition", {"school": "31MX"}),
    ("transition", {"board": "41646"}),
    ("bare", {"site": "00AP00"}),
    ("bare", {"school": "00AP"}),
    ("municipal", {"municipality": "GM0637"}),
    ("municipal", {"municipality": "GM1926"}),
    ("municipal_before", {"municipality": "GM0363"}),
    ("both", {"municipality": "GM0637"}),
    ("priced", {"municipality": "GM0363"}),
]
CASES = [(run, asked, lang) for run, asked in ASKED for lang in ("nl", "en")]


def name_of(run: str, asked: dict[str, str], lang: str) -> str:
    ((kind, code),) = asked.items()
    return f"{run}-{kind}-{code}-{lang}.txt"


@pytest.mark.parametrize(("run", "asked", "lang"), CASES, ids=lambda value: str(value))
def test_the_text_is_as_approved(run: str, asked: dict[str, str], lang: str) -> None:
    text = explain(RUNS[run](), lang=lang, **asked)  # type: ignore[arg-type]
    assert text == (GOLDEN / name_of(run, asked, lang)).read_text("utf-8")


def test_no_approved_text_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {name_of(*case) for case in CASES}


@pytest.mark.parametrize(("run", "asked", "lang"), CASES, ids=lambda value: str(value))
def test_the_page_says_what_the_text_says(run: str, asked: dict[str, str], lang: str) -> None:
    text = explain(RUNS[run](), lang=lang, **asked)  # type: ignore[arg-type]
    page = explain(RUNS[run](), lang=lang, format="html", **asked)  # type: ignore[arg-type]
    said, problems = read_page(page)
    assert problems == []
    words = {word.rstrip(":") for word in text.split() if any(character.isdigit() for character in word)}
    assert len(words) > 10
    assert words - {word.rstrip(":") for word in said.split()} == set()
    assert f'<html lang="{lang}">' in page


@pytest.mark.parametrize(("run", "asked", "lang"), CASES, ids=lambda value: str(value))
def test_no_line_is_too_wide(run: str, asked: dict[str, str], lang: str) -> None:
    text = explain(RUNS[run](), lang=lang, **asked)  # type: ignore[arg-type]
    assert max(map(len, text.splitlines())) <= WIDTH


def test_dutch_text_is_what_one_gets() -> None:
    assert explain(small_run(), site="00AP00") == explain(
        small_run(), site="00AP00", lang="nl", format="text"
    )


@pytest.mark.parametrize("form", ["text", "html"])
def test_every_label_of_the_run_stands_above_the_first_figure(form: str) -> None:
    labels = ("made-up data", "what-if: scores of 2020-10-01 instead of 2019-10-01")
    for asked in ({"site": "00AP00"}, {"school": "00AP"}, {"board": "41646"}, {"municipality": "GM0637"}):
        text = explain(small_run(labels=labels), lang="en", format=form, **asked)  # type: ignore[arg-type]
        head = text[: text.index("559.50")]
        assert "made-up data" in head
        assert "1 October 2020" in " ".join(head.split())


def test_names_cannot_write_the_page() -> None:
    page = explain(small_run(labels=("<script>alert(1)</script>",)), school="00AP", format="html")
    assert "<script>" not in page
    assert "De &lt;Proef&gt; &amp; Co" in page


@pytest.mark.parametrize("asked", [{}, {"site": "00AP00", "school": "00AP"}])
def test_exactly_one_institution_is_named(asked: dict[str, str]) -> None:
    with pytest.raises(InputError, match="name one site, school, board or municipality"):
        explain(small_run(), **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [{"lang": "fr"}, {"format": "pdf"}])
def test_unknown_languages_and_formats_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(InputError, match="choose"):
        explain(small_run(), site="00AP00", **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("asked", [{"site": " 00ap00"}, {"school": "00ap"}, {"municipality": "gm0637 "}])
def test_a_code_may_be_in_small_letters(asked: dict[str, str]) -> None:
    ((kind, code),) = asked.items()
    assert explain(small_run(), **asked) == explain(small_run(), **{kind: code.strip().upper()})  # type: ignore[arg-type]
