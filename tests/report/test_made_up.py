"""Explanations and the report of the made-up country of the package: both streams, from children."""

import pytest

from oab_funding.api.runs import run
from oab_funding.report.explain import explain
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
