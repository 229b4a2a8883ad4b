from dataclasses import replace

import pytest

from oab_funding.errors import DamagedError, InputError
from oab_funding.report.explain import explain
from oab_funding.run.run import Run
from report.runs import small_run, table_of, with_transition


def with_step(name: str, figures: dict[str, object], parameters: dict[str, object] | None = None) -> Run:
    record = next(record for record in small_run().records if record.name == name)
    changed = replace(
        record,
        figures={**record.figures, **figures},  # type: ignore[dict-item]
        parameters={**record.parameters, **(parameters or {})},  # type: ignore[dict-item]
    )
    return small_run(records={name: changed})


def test_an_unknown_school_gets_those_that_come_near() -> None:
    with pytest.raises(InputError, match=r"near it: .*00AP \(De <Proef> & Co, Zoetermeer\)"):
        explain(small_run(), school="00AX")


def test_a_run_without_grants_of_schools_says_so() -> None:
    with pytest.raises(InputError, match="school '00AP' cannot be looked up"):
        explain(small_run(school_grants=None, site_grants=None), school="00AP")


def test_a_part_of_a_year_stands_in_the_product() -> None:
    run = with_step("grants of schools", {"share_of_annual_amount": "691/2000"})
    with pytest.raises(DamagedError, match=r"amount of 00AP is recorded as 18474.69, but .* gives 6383.01"):
        explain(run, school="00AP", lang="en")
    rows = run.table("school_grants").to_pylist()
    rows[0] |= {"amount_new": "6383.01", "amount": "6383.01"}
    changed = {**run.tables, "school_grants": table_of("school_grants", rows)}
    with pytest.raises(DamagedError, match=r"the amount_new of 00AP is recorded as 6383.01, but .* 18474.69"):
        explain(replace(run, tables=changed), school="00AP", lang="en")
    sites = run.table("site_grants").to_pylist()
    sites[0] |= {"amount_new": "6383.01", "amount": "6383.01"}
    changed |= {"site_grants": table_of("site_grants", sites)}
    with pytest.raises(DamagedError, match=r"what 00AP is accrued is recorded as 6383.01, but .* 18474.69"):
        explain(replace(run, tables=changed), school="00AP", lang="en")
    del changed["school_calendar"]
    run = replace(run, tables=changed)
    text = explain(run, school="00AP", lang="en")
    assert "share = 34.55%" in text
    assert "amount = 33.02 x EUR 559.50 x 34.55% = EUR 6,383.005395 -> EUR 6,383.01" in " ".join(text.split())


def test_a_budget_is_shown_with_what_it_became() -> None:
    figures = {"budget": "65000.00", "budget_as_spent": "6581958/100", "source": "not stated"}
    text = explain(with_step("price per unit", figures), school="00AP", lang="en")
    assert "budget = EUR 65,000.00" in text
    assert "it becomes EUR 65,819.58" in " ".join(text.split())
    assert "Price per unit: source not stated" in text


def test_a_source_given_by_hand_is_quoted() -> None:
    text = explain(with_step("price per unit", {"source": "Stcrt. 2021, 1"}), school="00AP", lang="nl")
    assert "Prijs per punt: Stcrt. 2021, 1" in text
    assert "BWBR0043312" not in text


@pytest.mark.parametrize(
    ("rule", "said"), [("half_up", "half up"), ("half_even", "to the even digit"), ("down", "rounded down")]
)
def test_the_rounding_is_the_one_of_the_run(rule: str, said: str) -> None:
    run = with_step("grants of schools", {}, {"rounding": rule})
    assert said in " ".join(explain(run, school="00AP", lang="en").split())


def test_a_share_that_was_solved_is_said_to_be() -> None:
    given = explain(with_transition(), school="00AZ", lang="en")
    solved = explain(with_transition(solved=True), school="00AZ", lang="en")
    assert "set so that the total is kept" not in given
    assert "set so that the total is kept" in " ".join(solved.split())
    loser = explain(with_transition(solved=True), school="00AP", lang="en")
    assert "set so that the total is kept" not in " ".join(loser.split())


def test_a_run_without_calendar_years_leaves_them_out() -> None:
    assert "Per calendar year" not in explain(small_run(school_calendar=None), school="00AP", lang="en")
