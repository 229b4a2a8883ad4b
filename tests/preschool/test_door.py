from fractions import Fraction
from typing import Any

import pandas as pd
import pytest

import oab_funding as oab
from oab_funding.errors import InputError


def grants(amount: str = "492000000.00") -> pd.DataFrame:
    return pd.DataFrame({"municipality_code": ["GM0363"], "amount": [amount]})


def counts(toddlers: Any = 40000, **more: Any) -> pd.DataFrame:
    return pd.DataFrame({"municipality_code": ["GM0363"], "toddlers": [toddlers], **more})


def row(*tables: pd.DataFrame, **terms: Any) -> dict[str, Any]:
    return oab.preschool(*tables, **terms).table.to_pylist()[0]


@pytest.mark.parametrize(
    ("grant", "year", "each"), [("492000000.00", 2021, "19.218750"), ("462000000.00", 2019, "18.046875")]
)
def test_the_yardstick_of_the_nation(grant: str, year: int, each: str) -> None:
    assert str(row(grants(grant), counts(), year=year, hour_price="8")["yardstick"]) == each


def test_hbo_workers_cost_nothing_before_2022_and_ten_hours_a_child_since() -> None:
    before = row(grants(), counts(100), year=2021, hour_price="8", hbo_wage="50")
    since = row(grants(), counts(100), year=2022, hour_price="8", hbo_wage="50")
    own = row(grants(), counts(100, toddlers_1_january=[80]), year=2022, hour_price="8", hbo_wage="50")
    target = row(
        grants(),
        counts(100, toddlers_1_january=[80]),
        year=2022,
        hour_price="8",
        hbo_wage="50",
        hbo_count="target",
    )
    assert [r["cost"] - before["cost"] for r in (since, own, target)] == [50000, 40000, 50000]


def test_staff_hours_are_an_eighth() -> None:
    assert row(grants(), counts(100), year=2021, hour_price="8")["staff_hours"] == 8000


def test_several_values_are_variants() -> None:
    found = oab.preschool(grants(), counts(10), year=2021, hour_price=["8", "9"], reach=["80%", "90%", 1])
    assert found.table.column("variant").to_pylist() == [1, 2, 3, 4, 5, 6]
    assert any(label.startswith("what-if") for label in found.labels)


def test_every_result_says_that_it_is_a_comparison() -> None:
    found = oab.preschool(grants(), counts(10), year=2021, hour_price="8")
    assert "not tied to a group" in found.labels[0]
    assert "158 and 160" in found.labels[1]
    for lang, word in (("nl", "vergelijking"), ("en", "comparison")):
        text = found.explain("GM0363", lang=lang)
        assert word in text
        assert "158" in text
        assert "entitle" not in text


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"hour_price": 8.5}, "hour_price.*float is not exact"),
        ({"hour_price": "-1"}, "hour_price.*below"),
        ({"hour_price": "8", "year": 2022}, "hbo_wage.*needed"),
        ({"hour_price": "8", "hours": "639.99"}, "hours.*below what the law asks"),
        ({"hour_price": "8", "reach": "101%"}, "reach"),
        ({"hour_price": "8", "tariff": "9", "charged_hours": 17}, "more than the cost"),
        ({"hour_price": "8", "hbo_count": "all"}, "hbo_count.*no option"),
        (
            {"hour_price": "8", "year": 2026, "hbo_wage": "1", "allowance_share": "10%"},
            "ceiling.*not known|2026",
        ),
        ({"hour_price": "8", "year": "twenty"}, "year.*not a year"),
        ({"hour_price": []}, "no what-if"),
    ],
)
def test_refusals(terms: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        oab.preschool(grants(), counts(10), **{"year": 2021, **terms})


@pytest.mark.parametrize("toddlers", [-1, "1.5"])
def test_counts_are_whole_and_not_negative(toddlers: Any) -> None:
    with pytest.raises(InputError, match="toddlers"):
        oab.preschool(grants(), counts(toddlers), year=2021, hour_price="8")


def test_fewer_hours_when_told_are_labelled() -> None:
    found = oab.preschool(grants(), counts(10), year=2021, hour_price="8", hours=639, below_law=True)
    assert "fewer hours than the law asks for, as told" in found.labels


def test_a_municipality_without_a_grant_is_refused() -> None:
    with pytest.raises(InputError, match="no grant, the first is GM0999"):
        oab.preschool(grants(), counts().replace("GM0363", "GM0999"), year=2021, hour_price="8")


def test_row_order_does_not_matter() -> None:
    two = pd.DataFrame(
        {"municipality_code": ["GM0002", "GM0001"], "amount": ["1.00", "2.00"], "toddlers": [1, 2]}
    )
    first = oab.preschool(two, two, year=2021, hour_price="8")
    second = oab.preschool(two[::-1], two[::-1], year=2021, hour_price="8")
    assert first.table.equals(second.table)
    assert first.figures["left"] == Fraction(3) - 3 * 640 * 8
