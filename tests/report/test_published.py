"""Explanations and the report of the published scores of 1-10-2019 (CBS, table of February 2020)."""

from pathlib import Path

import pytest

from oab_funding.api.runs import run
from oab_funding.report.explain import explain
from oab_funding.run.opened import open_run
from oab_funding.run.run import Run
from report.pages import read_page

pytestmark = pytest.mark.published


@pytest.fixture(scope="module")
def opened(published_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("published")
    scores = published_data / "cbs" / "achterstandsscores-scholen-2019.xlsx"
    name = "gemiddelde-afstand-tussen-woonadres-leerling-en-schoolvestiging-2019-2020.csv"
    register = next((published_data / "duo").glob(f"*{name}"))
    file = folder / "calculation.toml"
    file.write_text(
        'format = 1\ntitle = "Published"\n[schools]\nperiod = "2020-2021"\n'
        f"scores = '{scores}'\nsites = ['{register}']\n",
        "utf-8",
    )
    run(file, folder / "run")
    return open_run(folder / "run")


def test_an_opened_run_can_be_explained(opened: Run) -> None:
    text = explain(opened, site="00AP00")
    for line in (
        "E = 100 ",
        "A = 102,62 ",
        "B = 100 x 12% x 6.075.022/1.047.345 = 24.300.088/349.115 -> 69,604824\n",
        "score = 33,02 ",
    ):
        assert line in text
    assert "EUR 18.474,69" in text


def test_the_total_of_a_municipality(opened: Run) -> None:
    text = explain(opened, municipality="GM0363", lang="en")
    assert text.startswith("Municipality Amsterdam (GM0363)")
    assert "total" in text


def test_the_report_holds_the_published_figures(opened: Run) -> None:
    said, problems = read_page((opened.path / "report.html").read_text("utf-8"))
    assert problems == []
    for figure in (
        "6,295",
        "6,173",
        "1,396,457",
        "1,215,004.40",
        "561,736.12",
        "535.26",
        "529.46",
        "209,469",
        "EUR 314,291,359.14",
        "EUR 314,291,365.28",
        "2,510",
        "top 1% hold 14.1%, the top 5% hold 44.8%, the top 10% hold 67.6%, the top 20% hold 89.8%",
    ):
        assert figure in said
    assert "EUR 1,619,730.12" in said  # 13EK00: 2,894.96 x 559.50
