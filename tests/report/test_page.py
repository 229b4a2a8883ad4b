from datetime import date

import pytest

from oab_funding.regulation import Statutes
from oab_funding.report.page import report_page
from oab_funding.run.calculation_file import check_calculation
from oab_funding.run.run import Run
from oab_funding.tables.source import SourceFile
from report.municipal_runs import before_transition, both_streams, municipal_run, priced_run
from report.pages import read_page
from report.runs import bare_run, small_run, with_children, with_transition

RUNS = {
    "before": small_run,
    "transition": with_transition,
    "bare": bare_run,
    "children": with_children,
    "municipal": municipal_run,
    "municipal_before": before_transition,
    "both": both_streams,
    "priced": priced_run,
}
INPUTS = {
    "schools.scores": SourceFile("scores & more.xlsx", b"scores"),
    "schools.sites.1": SourceFile("sites.csv", b"x"),
}


@pytest.mark.parametrize("run", RUNS)
def test_the_page_is_whole_and_stands_alone(run: str) -> None:
    _, problems = read_page(report_page(RUNS[run](), INPUTS))
    assert problems == []


@pytest.mark.parametrize("run", RUNS)
def test_the_same_run_gives_the_same_bytes(run: str) -> None:
    assert report_page(RUNS[run](), INPUTS) == report_page(RUNS[run](), INPUTS)


def test_the_figures_of_the_run_stand_on_it() -> None:
    said, _ = read_page(report_page(small_run(), INPUTS))
    for text in (
        "Grants of a small country",
        "for 2020-2021, on the scores of 1 October 2019",
        "School grants (scholen) EUR 65,819.58 before the transition",
        "Schools with a score above 0 3 of 3 schools",
        "Price x sum of scores, exact EUR 65,819.58",
        "k = F x (C - G) lies between 0.696046511 and 0.696049383",
        "C - G lies between 5.8003875 and 5.8004116",
        "T, pupils in the target group, that fits 209,469",
        "lies between 209,463.2 and 209,475.0",
        "Accrued in (toegerekend aan) 2020 EUR 27,424.83",
        "Published scores of 4 sites against the law's formula 0 contradictions",
        "00AZ00 00BB00 164 180.45 66.30 66.29 66.31",
        "Besluit bekostiging WPO (BWBR0003862), art. 36a",
        "CC BY 4.0",
        "oab-funding replay RUN",
    ):
        assert text in said


def test_labels_stand_above_the_figures() -> None:
    page = report_page(small_run(labels=("made-up data", "before transition")), INPUTS)
    assert page.index("made-up data") < page.index("EUR\N{NO-BREAK SPACE}")


def test_a_run_without_labels_has_no_banner() -> None:
    assert 'class="warnings"' not in report_page(small_run(labels=()), INPUTS)


def test_the_largest_grants_come_first() -> None:
    said, _ = read_page(report_page(small_run()))
    part = said[said.index("All 3 schools, the largest grants first") :]
    assert part.index("00AZ") < part.index("00AP") < part.index("31MX")
    assert (
        "00AP De <Proef> & Co Zoetermeer (GM0637), Pijnacker-Nootdorp (GM1926) 2 33.02 EUR 18,474.69" in part
    )


def test_inputs_are_listed_with_their_hashes() -> None:
    said, _ = read_page(report_page(small_run(), INPUTS))
    assert f"schools.scores scores & more.xlsx {INPUTS['schools.scores'].sha256}" in said
    assert "Scores: scores & more.xlsx. Calculation: oab-funding (before transition)." in said


def test_pictures_take_the_colours_of_the_page() -> None:
    page = report_page(small_run(), INPUTS)
    svg = page[page.index("<svg") : page.rindex("</svg>")]
    assert page.count("<svg ") == 3
    assert "#0072b2" not in svg
    assert "var(--accent)" in svg


def test_without_a_register_nothing_is_drawn_by_place() -> None:
    assert report_page(bare_run()).count("<svg ") == 2


def test_a_title_cannot_write_the_page() -> None:
    children = {"reference_date": date(2019, 10, 1), "scored": "children.csv"}
    calculation = check_calculation({"format": 1, "title": "<b>T</b>", "children": children})
    page = report_page(Run(calculation, Statutes({}, {}), (), {}, ("<i>x</i>",)))
    assert "<b>" not in page
    assert "<i>" not in page
    assert read_page(page)[1] == []


def test_the_figures_of_municipalities_stand_on_it() -> None:
    said, _ = read_page(report_page(municipal_run()))
    for text in (
        "Grants to municipalities (specifieke uitkeringen) for 2021, on the scores of 1 October 2019",
        "Municipal grants (gemeenten) EUR 1,000,000.00 after the transition",
        "Municipalities 3 1 at the minimum",
        "Scores of 1 October 2019, from children",
        "Children N: toddlers and pupils 2,600",
        "Line: the highest score in the target group 531.000000",
        "Scores of 1 October 2018, as given",
        "C - G, at most 5.5010000",
        "K, half of the scores of both dates 1,000.005",
        "Raised to the minimum of EUR 64,000.00 1",
        "J, what is left to divide EUR 936,000.00",
        "Price J / K EUR 935.9953200234",
        "c for municipalities that do not 14.9599101216%",
        "All 3 municipalities, the largest grants first",
        "GM0363 850.005 EUR 795,600.70 EUR 700,000.00 EUR 781,298.92",
        "Scores of 3 municipalities of 1 October 2018 against the law's formula 0 contradictions",
        "Municipal grants after the transition, minus the budget EUR 0.00",
        "Grants of 2018 of municipalities without a score, not paid 1",
        "oab-funding explain RUN --municipality CODE how",
        "Besluit specifieke uitkeringen gemeentelijk onderwijsachterstandenbeleid (BWBR0041370), art. 4",
        "Budget an example",
    ):
        assert text in said, text
    grants = said[said.index("All 3 municipalities, the largest") :]
    assert grants.index("GM0363") < grants.index("GM0637") < grants.index("GM1926")
    for text in (
        "Sites (vestigingen)",
        "that the register does not have",
        "Largest school grants",
        "Calendar years",
    ):
        assert text not in said, text


def test_both_streams_stand_on_one_page() -> None:
    page = report_page(both_streams(), INPUTS)
    said, _ = read_page(page)
    assert page.count("<svg ") == 4
    assert "for 2020-2021, on the scores of 1 October 2019; Grants to municipalities" in said
    assert "GM0363 Amsterdam 850.005" in said
    assert said.index("School grants (scholen)") < said.index("Municipal grants (gemeenten)")
    assert "oab-funding explain RUN --school CODE" in said


def test_a_known_price_leaves_out_what_only_a_budget_has() -> None:
    said, _ = read_page(report_page(priced_run()))
    assert "Price J / K EUR 502.66" in said
    assert "J, what is left to divide" not in said
    assert "minus the budget" not in said
    assert "Made of merged municipalities, estimated 1" in said


def test_inputs_are_those_of_the_run_unless_others_are_given() -> None:
    assert "municipalities.code_map map.csv" in read_page(report_page(priced_run()))[0]
    assert "map.csv" not in read_page(report_page(priced_run(), INPUTS))[0]
