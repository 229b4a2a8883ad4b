"""Explanations and the report of the made-up country of the package: both streams, from children."""

import re

import pytest

from oab_funding.api.runs import run
from oab_funding.report.explain import explain
from oab_funding.report.letters.letter import letter
from oab_funding.report.page import report_page
from oab_funding.run.opened import open_run
from oab_funding.run.run import Run
from oab_funding.synthetic.files import shipped_country
from report.pages import read_page


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Run:
    out = tmp_path_factory.mktemp("made-up") / "run"
    run(shipped_country() / "calculation.toml", out)
    return open_run(out)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_municipality_can_be_explained(lang: str, opened: Run) -> None:
    numbers = {"nl": (".", ","), "en": (",", ".")}[lang]
    for row in opened.table("municipal_grants").to_pylist():
        text = explain(opened, municipality=row["municipality_code"], lang=lang)
        amount = f"{row['amount']:,}".translate(str.maketrans(",.", "".join(numbers)))
        assert f"EUR {amount}" in text
        assert ("minimum" in text) is True
        assert "BWBR0041370" in text
        assert "BWBR0003862" in text


def test_the_report_is_the_one_the_opened_run_gives(opened: Run) -> None:
    page = (opened.path / "report.html").read_text("utf-8")
    said, problems = read_page(page)
    assert problems == []
    assert page == report_page(opened)
    for text in ("Municipalities (gemeenten)", "Indicator (onderwijsscore)", "Imputation (bijschatten)"):
        assert text in said
    assert page.count("<svg ") == 5
    assert "Features of the indicator (cbs-2019)" in said


def test_the_spread_of_a_site_stands_in_its_explanation(opened: Run) -> None:
    row = max(opened.table("site_imputation").to_pylist(), key=lambda row: row["score_spread"])
    text = explain(opened, site=row["site_id"], lang="en")
    assert f"{row['score_low']:,} .. {row['score_high']:,}" in text


ENGLISH = re.compile(
    r"\b(the|and|with|not|are|from|which|by|for|has|have|how|what|does|were|schools|sites|grants|children|"
    r"municipalities|without|above|below|after|before|total|amount|price|share|paid|unknown|yes|no)\b"
)
"""Words by which English is known; the Dutch text has none of them."""


def english(text: str) -> set[str]:
    """The lines of a text in which English is left; names of tables, files and licences do not count."""
    said = re.sub(
        r"\S+\.(csv|parquet|toml)|\w+_\w+|[a-z]+\.[a-z]\S*|oab-funding \w+|CC BY|schools (?=\d)", "", text
    )
    return {found[0] for found in ENGLISH.finditer(said.lower())}


def test_nothing_of_the_dutch_report_is_left_in_english(opened: Run) -> None:
    said, problems = read_page(report_page(opened, lang="nl"))
    assert problems == []
    assert english(said) == set()


def test_nothing_of_a_dutch_explanation_or_letter_is_left_in_english(opened: Run) -> None:
    asked = [{"municipality": code} for code in ("GM3001", "GM3002", "GM3003")]
    asked += [{"school": code} for code in ("99AA", "99BA", "99DC")]
    asked += [{"site": "99BA00"}, {"board": "BG0001"}]
    for who in asked:
        assert english(explain(opened, **who)) == set()  # type: ignore[arg-type]
        assert english(letter(opened, earlier=opened, **who)) == set()  # type: ignore[arg-type]


def test_english_would_be_seen() -> None:
    assert english("Weggelaten: pupils at schools, tables/site_grants.parquet") == {"schools"}


def test_every_school_and_municipality_gets_a_letter(opened: Run) -> None:
    for name, kind in (("school_grants", "school"), ("municipal_grants", "municipality")):
        for row in opened.table(name).to_pylist():
            text = letter(opened, lang="en", **{kind: next(iter(row.values()))})  # type: ignore[arg-type]
            assert row["amount"] == 0 or f"EUR {row['amount']:,}" in text
