"""Amounts of replicates are those that the law gives for their scores, on one date and on two."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

import oab_funding as oab
from oab_funding.analysis.uncertainty.amounts import EARLIER_DRAWN, EARLIER_GIVEN, paid_in
from oab_funding.analysis.uncertainty.intervals import Found, find
from oab_funding.analysis.uncertainty.making import Plan
from oab_funding.errors import InputError
from oab_funding.synthetic import country

PLAN = Plan(replicates=39, parts=0, seed=2)
MADE = country(800, seed=4)


def of_date(day: Any, model: Any, **parts: Any) -> oab.Run:
    children = {"reference_date": day.day, "pupils": day.pupils, "toddlers": day.toddlers, "sites": day.sites}
    indicator = {"indicator": {"model": oab.SourceFile("model.json", model.to_json())}}
    rest: dict[str, Any] = {"imputation": {"rounds": 2, "school": "level"}}
    return oab.run(oab.Calculation(title="T", children=children, **rest, **indicator, **parts))


@pytest.fixture(scope="module")
def model() -> oab.Model:
    values = {"start": "528", "school_mean": "0.8"} | {
        f"education_mother[{n}]": str(n / 2) for n in range(2, 9)
    }
    return oab.supplied_model(values, "cbs-2019", label="made up", source="made up", others="0")


@pytest.fixture(scope="module")
def earlier(model: oab.Model) -> oab.Run:
    return of_date(MADE.previous, model)


@pytest.fixture(scope="module")
def later(model: oab.Model, earlier: oab.Run) -> oab.Run:
    previous = earlier.table("municipality_scores")
    part = {"year": 2021, "previous": previous, "budget": "500000.00"}
    return of_date(MADE.now, model, municipalities=part)


@pytest.fixture(scope="module")
def one_date(later: oab.Run) -> Found:
    return find(later, PLAN)


def granted(later: oab.Run, scores: pa.Table, previous: pa.Table) -> dict[str, Any]:
    done = oab.municipal_grants(scores, previous, year=2021, budget="500000.00")
    table = done.table.to_pylist()
    return {row["municipality_code"]: row["amount"] for row in table}


def as_scores(made: Any, number: int) -> pa.Table:
    rows = zip(made.names, made.raw["all"][number].tolist(), made.score["all"][number].tolist(), strict=True)
    return pa.Table.from_pylist(
        [
            {"municipality_code": code, "score_raw": f"{raw / 100:.2f}", "score": f"{score / 100:.2f}"}
            for code, raw, score in rows
        ]
    )


@pytest.mark.parametrize("number", [0, pytest.param(38, marks=pytest.mark.thorough)])
def test_on_one_date_the_earlier_scores_stay(number: int, later: oab.Run, one_date: Found) -> None:
    paid = paid_in(later, "municipalities", one_date.made)
    assert paid.label == EARLIER_GIVEN
    assert paid.label in one_date.labels
    assert paid.amounts is not None
    scores = as_scores(one_date.made["municipalities"], number)
    expected = granted(later, scores, later.table("earlier_municipality_scores"))
    codes = paid.units.levels[0].codes
    assert {code: cents / 100 for code, cents in zip(codes, paid.amounts[number].tolist(), strict=True)} == {
        code: float(amount) for code, amount in expected.items()
    }


@pytest.mark.thorough
def test_on_two_dates_both_are_drawn(later: oab.Run, earlier: oab.Run, one_date: Found) -> None:
    both = find(later, PLAN, earlier=earlier)
    assert EARLIER_DRAWN in both.labels
    assert EARLIER_GIVEN not in both.labels
    made = both.made
    assert (
        made["municipalities"].score["all"].tolist() == one_date.made["municipalities"].score["all"].tolist()
    )
    paid = paid_in(later, "municipalities", made)
    assert paid.amounts is not None
    expected = granted(
        later, as_scores(made["municipalities"], 5), as_scores(made["earlier municipalities"], 5)
    )
    assert sorted(paid.amounts[5].tolist()) == sorted(int(amount * 100) for amount in expected.values())
    assert both.figures["sha256"] != one_date.figures["sha256"]


def test_an_earlier_run_must_be_of_the_earlier_date_and_the_same_coefficients(
    later: oab.Run, earlier: oab.Run
) -> None:
    with pytest.raises(InputError, match="the earlier date is 2018-10-01"):
        find(later, PLAN, earlier=later)
    plain = oab.supplied_model({"start": "528"}, "cbs-2019", label="x", source="x", others="0")
    file = oab.SourceFile("model.json", plain.to_json())
    other = replace(earlier, sources={**earlier.sources, "indicator.model": file})
    with pytest.raises(InputError, match="scored with other coefficients"):
        find(later, PLAN, earlier=other)


def test_children_and_scores_must_be_of_the_same_institutions(later: oab.Run, one_date: Found) -> None:
    made = one_date.made["municipalities"]
    fewer = replace(made, names=("GM0001", *made.names[1:]))
    with pytest.raises(InputError, match="at other institutions"):
        paid_in(later, "municipalities", {"municipalities": fewer})
