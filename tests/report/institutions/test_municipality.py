"""What the approved texts do not show: the choices that a run can make otherwise."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from oab_funding.errors import DamagedError, InputError
from oab_funding.report.explain import explain
from oab_funding.run.run import Run
from report.municipal_runs import before_transition, both_streams, municipal_run, priced_run
from report.runs import small_run


def told(run: Run, code: str = "GM0637") -> str:
    return " ".join(explain(run, municipality=code, lang="en").split())


def test_an_unknown_municipality_gets_those_that_come_near() -> None:
    with pytest.raises(InputError, match="near it: GM0637"):
        told(municipal_run(), "GM0638")
    with pytest.raises(InputError, match=r"near it: GM0637 \(Zoetermeer\)"):
        told(both_streams(), "GM0638")
    with pytest.raises(InputError, match="the run has no table totals_municipality"):
        told(small_run(totals_municipality=None))


def test_each_stream_stands_without_the_other() -> None:
    own, schools, both = told(municipal_run()), told(small_run()), told(both_streams())
    for text in ("Grant to the municipality, 2021", "art. 4 lid 2", "Budget: an example"):
        assert text in own
        assert text in both
        assert text not in schools
    for text in ("Grants of schools, 2020-2021", "Sites in this municipality", "art. 28 lid 1", "EUR 559.50"):
        assert text in schools
        assert text in both
        assert text not in own
    assert "Municipality GM0637" in own
    assert "Municipality Zoetermeer (GM0637)" in both


def test_scores_alone_can_be_explained() -> None:
    run = municipal_run()
    calculation = SimpleNamespace(**vars(run.calculation) | {"municipalities": None})
    tables = {name: table for name, table in run.tables.items() if name.startswith("municipality_")}
    text = told(replace(run, calculation=calculation, tables=tables, records=run.records[:1]))
    assert "score = 155.00" in text
    assert "art. 3" in text
    assert "Grant to" not in text


def test_a_what_if_shows_the_date_of_the_children() -> None:
    run = municipal_run()
    day = run.calculation.children.reference_date.replace(year=2020)  # type: ignore[union-attr]
    children = SimpleNamespace(reference_date=day)
    calculation = SimpleNamespace(**vars(run.calculation) | {"children": children})
    assert "on the reference date 1 October 2020" in told(replace(run, calculation=calculation))


def test_children_of_the_schools_do_not_date_scores_that_came_as_a_table() -> None:
    run = priced_run()
    children = SimpleNamespace(reference_date=date(2020, 10, 1))
    calculation = SimpleNamespace(**vars(run.calculation) | {"children": children})
    text = told(replace(run, calculation=calculation))
    assert "on the reference date 1 October 2019" in text
    assert "2020" not in text.split("Where it stands")[0]


def test_a_municipality_without_a_grant_of_its_own_rests_on_the_articles_of_schools() -> None:
    run = both_streams()
    tables = {
        name: table.filter(pc.not_equal(table.column("municipality_code"), "GM0637"))
        if name in ("municipal_grants", "municipality_scores", "earlier_municipality_scores")
        else table
        for name, table in run.tables.items()
    }
    text = told(replace(run, tables=tables))
    assert "Grants of schools, 2020-2021" in text
    assert "BWBR0003862" in text
    assert "BWBR0041370" not in text


def test_with_averaging_after_aggregation_there_is_no_single_sum() -> None:
    run = municipal_run()
    record = replace(run.records[0], figures={**run.records[0].figures, "rounds": 10})
    text = told(replace(run, records=(record, *run.records[1:])))
    assert "50 x 535.25" not in text
    assert "A = 300.00" in text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"rule": {"remainder": "half_up"}}, "amount = EUR 140,399.30 rounded half up to cents"),
        ({}, "amount = EUR 140,399.30 in cents by largest remainder"),
        ({"rule": {"price_rounding": "cents"}}, "amount = EUR 140,399.30 rounded half up to cents"),
        ({"rule": {"price_rounding": "cents"}}, "rounded to cents by the choice of this run"),
        (
            {
                "figures": {"price": "93600/100", "J": "93600468/100"},
                "rule": {"price_rounding": "cents"},
                "rows": {"GM0637": {"amount_new": "140400.00", "amount": "155300.00"}},
            },
            "J / K = EUR 936.00",
        ),
        ({"rule": {"eligibility": "formula"}}, "entitled because H + I is above 0, by the choice"),
        ({}, "x 25% = EUR 10,353,350,000/66,667 -> EUR 155,299.47 in cents by largest"),
        ({"figures": {"not_covered_by_gainers": "1/100"}}, "-> EUR 155,299.47 rounded half up to cents."),
        ({"rule": {"remainder": "half_up"}}, "-> EUR 155,299.47 rounded half up to cents."),
    ],
)
def test_the_choices_of_the_run_are_said(changed: dict[str, Any], said: str) -> None:
    assert said in told(municipal_run(**changed))


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({}, "set so that the total is kept"),
        ({"gainers_share_solved": False}, "share for municipalities that do not lose paid"),
        (
            {"gainers_share_capped": True, "not_covered_by_gainers": "12345/2"},
            "the law allows no more. The total is not kept: EUR 6,172.50 is not covered",
        ),
        ({"not_covered_by_gainers": "1/8"}, "and then rounded: EUR 0.13 more is paid"),
    ],
)
def test_the_kind_of_the_gainers_share_is_said(figures: dict[str, Any], said: str) -> None:
    text = told(municipal_run(figures=figures), "GM0363")
    assert "c = 99,335/664,008 -> 14.9599101216%" in text
    assert said in text
    assert ("set so that the total is kept" in text) == (figures == {})


NOT_ENTITLED = {"GM1926": {"eligible": False, "topped_up": False, "amount_new": "0.00", "amount": "15000.00"}}


@pytest.mark.parametrize("reading", ["minimum", "formula"])
def test_who_is_not_entitled_is_told_why(reading: str) -> None:
    text = told(municipal_run(rows=NOT_ENTITLED, rule={"eligibility": reading}), "GM1926")
    why = {
        "minimum": "not above 0 on either date: no grant, and no minimum",
        "formula": "not entitled because H + I is 0, by the choice of this run",
    }
    assert why[reading] in text
    assert "becomes the minimum" not in text


def test_an_old_grant_may_count_for_nothing_or_be_unknown() -> None:
    rows = {"GM1926": NOT_ENTITLED["GM1926"] | {"grant_2018": None, "share": None}}
    nothing = told(municipal_run(rows=rows, transition={"ineligible": "nothing"}), "GM1926")
    assert "its grant of 2018 then counts for nothing" in nothing
    exempt = told(municipal_run(rows=rows), "GM1926")
    assert "No grant of 2018 was given for this municipality" in exempt


def test_a_year_without_a_transition_has_no_such_section() -> None:
    run = before_transition()
    year = SimpleNamespace(**vars(run.calculation.municipalities) | {"year": 2025})
    calculation = SimpleNamespace(**vars(run.calculation) | {"municipalities": year, "children": None})
    text = told(replace(run, calculation=calculation))
    assert "Transition" not in text
    assert "on the reference date 1 February 2024" in text
    assert "2022-04-01" in text


def test_where_the_law_file_knows_the_budget_its_source_is_named() -> None:
    run = municipal_run()
    known = SimpleNamespace(year=2020, price=None, budget=None, source="not stated")
    calculation = SimpleNamespace(**vars(run.calculation) | {"municipalities": known, "children": None})
    text = told(replace(run, calculation=calculation))
    assert "Budget: letter to parliament, dossier 27 020, 2020" in text


def test_merged_municipalities_are_listed_and_labelled() -> None:
    text = told(priced_run(), "GM0363")
    assert "GM9999 500 230.00 50.00" in text
    assert "estimate: a merger was estimated" in text
    other = told(priced_run(), "GM0637")
    assert "GM9999" not in other
    assert "estimate" not in other
    assert "taken as it was given, from later.csv" in other


def test_a_table_without_children_says_nothing_of_them() -> None:
    run = priced_run()
    table = run.tables["municipality_scores"]
    place = table.column_names.index("children")
    empty = table.set_column(place, "children", pa.nulls(table.num_rows, pa.int64()))
    text = told(replace(run, tables={**run.tables, "municipality_scores": empty}))
    assert "E = 500" not in text
    assert "E = 480" in text


def test_the_largest_price_keeps_its_places() -> None:
    rows = {"GM0637": {"amount_new": "75399.00", "amount": "106549.25"}}
    figures = {"price": Decimal("502.66"), "J": Decimal("502662.5133")}
    run = municipal_run(figures=figures, rows=rows, rule={"price_rounding": "cents"})
    assert "J / K = EUR 502.66 " in told(run)


@pytest.mark.parametrize("figures", [{"K": "1001"}, {"J": "936001"}, {"cost_of_top_ups": "64001"}])
def test_a_price_that_does_not_follow_is_not_printed(figures: dict[str, Any]) -> None:
    with pytest.raises(DamagedError, match=r"[KJ] is recorded as .*, but what the run holds gives"):
        told(municipal_run(figures=figures))
