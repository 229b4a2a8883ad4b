"""Scenarios: each is what the calculation with that change gives; concentration against plain arithmetic."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oab_funding as oab
from analysis.test_child_scores import BEFORE, SITES, grants
from analysis.test_diff import BASE, SCORES
from analysis.test_diff import grants as published
from analysis.test_municipalities import money
from oab_funding.analysis.concentration import gini, lorenz
from oab_funding.errors import InputError
from oab_funding.synthetic import country


def school_law(**changes: str) -> Any:
    return oab.regulation("school-score", "2019-10-01").what_if(**changes)


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ({"threshold_share": "8%"}, {"law": school_law(threshold_share="8%"), "price": "500"}),
        ({"target_share": "20%"}, {"law": school_law(target_share="20%"), "price": "500"}),
        (
            {"target_share": "10%", "threshold_share": "5%", "budget": "90000"},
            {"law": school_law(target_share="10%", threshold_share="5%"), "budget": "90000"},
        ),
        ({"price": "612.34"}, {"price": "612.34"}),
    ],
)
def test_a_scenario_from_children_is_the_calculation_with_that_change(
    settings: dict[str, str], options: dict[str, Any]
) -> None:
    found = oab.scenario(grants(BEFORE, price="500"), **settings).to_frame()
    assert found.total[1] == grants(BEFORE, **options).figures()["total"]
    assert found.total[0] == grants(BEFORE, price="500").figures()["total"]
    assert found.difference[1] == found.total[1] - found.total[0]


@pytest.mark.parametrize("base", [{}, {"old_base": BASE, "gainers": "solve"}])
def test_a_scenario_of_a_published_table_is_the_estimate_with_its_error(base: dict[str, Any]) -> None:
    run = published(**base)
    found = oab.scenario(run, threshold_share=["12%", "10%"], budget="50000").to_frame()
    other = published(law=school_law(threshold_share="10%"), budget="50000", **base)
    assert found.total[2] == other.total
    assert found.largest_error[2] > 0
    assert np.isnan(float(found.largest_error[1] or "nan"))


def test_winners_and_losers_are_those_that_differ() -> None:
    found = oab.scenario(published(), price="600")
    rows = found.to_frame("winners_and_losers").query("level == 'school'")
    before = published().to_frame().set_index("school_id").amount
    after = published(price="600").to_frame().set_index("school_id").amount
    assert rows.institution.tolist() == sorted(before.index[before != after])
    assert (rows.difference.to_numpy() == (after - before)[rows.institution].to_numpy()).all()


def test_municipalities_have_a_minimum() -> None:
    law = oab.regulation("municipality-grant", 2020).what_if(minimum="80000")
    found = oab.scenario(money(), minimum="80000").to_frame()
    assert found.changed_hands[1] > 0
    assert found.total[1] == money(law=law).total
    assert oab.scenario(money(), budget="1100000").to_frame().total[1] == Decimal("1100000.00")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "no parameter"),
        ({"seed": 1}, "no parameter of a scenario"),
        ({"price": 5.5}, "float"),
        ({"price": "5", "budget": "5"}, "both"),
        ({"minimum": "5"}, "no parameter of a scenario"),
        ({"target_share": "10%"}, "from children"),
        ({"threshold_share": "200%"}, "threshold_share"),
        ({"stream": "pupils", "price": "5"}, "stream"),
        ({"price": []}, "no parameter"),
    ],
)
def test_a_wrong_setting_is_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(oab.InputError, match=said):
        oab.scenario(published(), **settings)


def test_a_what_if_says_so() -> None:
    found = oab.scenario(published(), price=["600", "700"])
    assert "what-if: price = 600, 700" in found.labels
    assert found.to_frame("lorenz").query("percent == 100").share.eq(1).all()
    shares = found.to_frame("shares").query("by == 'board'").groupby("scenario").share.sum()
    assert all(abs(share - 1) < Decimal("0.00001") for share in shares)
    assert "size" in found.to_frame("shares").by.tolist()


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_the_gini_coefficient_is_the_mean_difference(amounts: list[int]) -> None:
    total, number = sum(amounts), len(amounts)
    plain = Fraction(sum(abs(a - b) for a in amounts for b in amounts), 2 * number * total) if total else 0
    assert gini(np.array(amounts)) == plain
    curve = lorenz(np.array(amounts), 10)
    assert curve == sorted(curve)


def test_the_command_writes_its_tables(tmp_path: Path) -> None:
    from oab_funding.cli import run

    part = {"scores": {key: SCORES[key] for key in ("site_id", "score")}, "period": "2020-2021"}
    oab.run(oab.Calculation(title="T", schools=part), tmp_path / "RUN")
    words = ["scenario", str(tmp_path / "RUN"), "--set", "price=600,700", "--out", str(tmp_path / "S")]
    assert run(words) == 0
    assert sorted(one.name for one in (tmp_path / "S").iterdir()) == [
        "lorenz.csv",
        "scenarios.csv",
        "scenarios.html",
        "shares.csv",
        "winners_and_losers.csv",
    ]
    assert run(words) == 2
    assert run([*words[:3], "price", "--out", str(tmp_path / "T")]) == 2


@pytest.fixture(scope="module")
def fitted() -> tuple[oab.Run, dict[str, Any]]:
    made = country(2500, seed=5)
    asked = {
        "title": "fitted",
        "children": {
            "reference_date": "2019-10-01",
            "pupils": made.pupils,
            "sites": made.sites,
            "scores_of": "sites",
        },
        "indicator": {"label": "made up"},
        "imputation": {"rounds": 3, "seed": 1},
        "schools": {"period": "2020-2021", "price": "500"},
    }
    return oab.run(oab.Calculation(**asked)), asked


def test_averaging_after_aggregation_is_the_calculation_with_it(
    fitted: tuple[oab.Run, dict[str, Any]],
) -> None:
    run, asked = fitted
    other = oab.run(oab.Calculation(**{**asked, "children": {**asked["children"], "average": "institution"}}))
    found = oab.scenario(run, average=["child", "institution"]).to_frame()
    totals = [one.figures("grants of schools")["total"] for one in (run, run, other)]
    assert found.total.tolist() == totals
    assert found.total[1] != found.total[2]
    back = oab.scenario(other, average="child").to_frame()
    assert back.total.tolist() == [totals[2], totals[0]]


def test_another_model_is_the_calculation_with_it(
    fitted: tuple[oab.Run, dict[str, Any]], tmp_path: Path
) -> None:
    run, asked = fitted
    values = {
        row["column"]: str(row["coefficient"] + (1 if row["column"].startswith("stay") else 0))
        for row in run.table("coefficients").to_pylist()
    }
    model = oab.supplied_model(values, "cbs-2019", label="higher for stay", source="made up")
    oab.write_model(model, tmp_path / "model.toml")
    other = oab.run(oab.Calculation(**{**asked, "indicator": {"model": str(tmp_path / "model.toml")}}))
    found = oab.scenario(run, model=str(tmp_path / "model.toml"), threshold_share=["12%", "10%"]).to_frame()
    assert found.total[1] == other.figures("grants of schools")["total"] != found.total[0]
    assert found.total[2] > found.total[1]


def test_scores_of_children_that_are_not_here_are_not_scored_again() -> None:
    with pytest.raises(InputError, match="scoring its children again"):
        oab.scenario(grants(BEFORE, price="500"), average="institution")


def test_ties_by_order_of_the_ids() -> None:
    tied = BEFORE.assign(education_score=[Decimal(525 + n % 3) for n in range(len(BEFORE))])
    run = grants(tied, price="500")
    found = oab.scenario(run, tie_rule=["share", "order"]).to_frame()
    calculation = oab.Calculation(
        title="T",
        children={"reference_date": "2019-10-01", "scored": tied, "sites": SITES, "tie_rule": "order"},
        schools={"period": "2020-2021", "price": "500"},
    )
    assert found.total[2] == oab.run(calculation).figures("grants of schools")["total"]


def test_euros_per_target_child_are_of_the_scenario() -> None:
    found = oab.scenario(grants(BEFORE, price="500"), target_share=["15%", "20%"]).to_frame()
    size = [60, 60, 80]  # of 400 pupils
    assert [round(float(total) / n, 2) for total, n in zip(found.total, size, strict=True)] == pytest.approx(
        found.per_target_child.astype(float).tolist(), abs=0.01
    )
