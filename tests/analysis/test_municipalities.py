"""`diff` of municipal grants: budget, minimum, transition, scores of two dates, reorganisation."""

from __future__ import annotations

from typing import Any

import pytest

import oab_funding as oab

CODES = ["GM0001", "GM0002", "GM0003", "GM0004"]


def scores(codes: list[str], score: list[str]) -> dict[str, list[str]]:
    return {
        "municipality_code": codes,
        "score_raw": [str(float(one) + 20) + "0" for one in score],
        "score": score,
    }


NOW = scores(CODES, ["900.00", "310.50", "40.00", "0.00"])
BEFORE = scores(CODES, ["880.00", "290.50", "44.00", "0.00"])
NEXT = scores([*CODES[:3], "GM0005"], ["910.00", "350.50", "61.00", "22.00"])
NEXT_BEFORE = scores([*CODES[:3], "GM0005"], ["900.10", "310.50", "40.00", "12.00"])
OLD = {"municipality_code": CODES, "grant_2018": ["400000", "300000", "1000", "90000"]}


def money(now: Any = NOW, before: Any = BEFORE, **options: Any) -> oab.MunicipalGrants:
    return oab.municipal_grants(now, before, **{"year": 2020, "budget": "1000000", **options})


def what_if() -> Any:
    return oab.regulation("municipality-grant", 2020).what_if(minimum="80000")


def pairs() -> dict[str, tuple[oab.MunicipalGrants, oab.MunicipalGrants]]:
    return {
        "budget": (money(), money(budget="1234567.89")),
        "price": (money(budget=None, price="500.00"), money()),
        "scores": (money(), money(NEXT, BEFORE | {"municipality_code": [*CODES[:3], "GM0005"]})),
        "reorganised": (money(), money(NEXT, NEXT_BEFORE, budget="1100000")),
        "minimum": (money(), money(law=what_if())),
        "rounding": (money(), money(price_rounding="cents")),
        "transition": (money(), money(grants_2018=OLD, gainers="solve")),
        "shares": (
            money(grants_2018=OLD, gainers="solve"),
            money(NOW, NEXT_BEFORE | {"municipality_code": CODES}, grants_2018=OLD, gainers="20%"),
        ),
    }


@pytest.mark.parametrize("name", pairs())
def test_the_causes_add_up(name: str) -> None:
    first, second = pairs()[name]
    found = oab.diff(first, second)
    each = found.to_frame("institutions").query("level == 'municipality'").set_index("institution")
    causes = found.to_frame().query("level == 'municipality'").groupby("institution").amount.sum()
    for run, column in ((first, "first"), (second, "second")):
        for row in run.to_frame().itertuples():
            assert each.loc[row.municipality_code, column] == row.amount
    assert (causes == each.difference.reindex(causes.index)).all()
    assert not found.equal


def test_causes_that_do_not_differ_drop_out() -> None:
    assert oab.diff(*pairs()["budget"]).to_frame().cause.unique().tolist() == ["price"]
    assert oab.diff(*pairs()["minimum"]).to_frame().cause.unique().tolist() == ["minimum"]
    assert oab.diff(*pairs()["rounding"]).to_frame().cause.unique().tolist() == ["rules"]


def test_the_earlier_scores_are_a_cause_of_their_own() -> None:
    found = oab.diff(*pairs()["reorganised"]).to_frame()
    assert found.cause.unique().tolist() == ["price", "scores", "earlier scores"]


def test_what_others_change_is_not_ones_own() -> None:
    """Only the first municipality's scores change under a fixed budget; price is what the others feel."""
    more = scores(CODES, ["990.00", "310.50", "40.00", "0.00"])
    found = (
        oab.diff(money(), money(more)).to_frame().query("level == 'municipality'").set_index("institution")
    )
    assert found.amount["GM0001"] > 0 > found.amount["GM0002"]
