from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import oab_funding as oab
from oab_funding.errors import InputError

CODES = ["GM0001", "GM0002", "GM0003"]


def scores(*points: str, **more: list[str]) -> pd.DataFrame:
    rows = {"municipality_code": CODES[: len(points)], "score_raw": ["9999.00"] * len(points)}
    return pd.DataFrame({**rows, "score": list(points), **more})


def last_year(*rows: tuple[str, bool, str, str]) -> pd.DataFrame:
    names = ["score", "topped_up", "amount_new", "amount"]
    return pd.DataFrame(list(rows), columns=names).assign(municipality_code=CODES[: len(rows)])


def test_a_year_without_a_regulation_takes_the_last_one_and_says_so() -> None:
    known = oab.forecast_municipalities(scores("500.00"), scores("500.00"), year=2026, price="700")
    later = oab.forecast_municipalities(scores("500.00"), scores("500.00"), year=2027, price="700")
    assert later.table.equals(known.table, check_metadata=False)
    assert later.labels == (known.labels[0], "assumed in force: the regulation of 2026")


def test_a_year_with_a_transition_is_labelled() -> None:
    found = oab.forecast_municipalities(scores("500.00"), scores("500.00"), year=2021, price="700")
    assert "before transition" in found.labels


cents = st.integers(0, 300_000).map(lambda x: f"{x / 100:.2f}")


@given(st.lists(cents, min_size=3, max_size=3), st.lists(cents, min_size=3, max_size=3))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_parts_add_up_and_the_budget_is_kept(now: list[str], before: list[str]) -> None:
    if not any(float(x) for x in now + before):
        return
    last = last_year(*((x, False, f"{float(x) * 5:.2f}", f"{float(x) * 5 + 1:.2f}") for x in before))
    found = oab.forecast_municipalities(
        scores(*now), scores(*before), year=2027, budget="5000000", last=last, last_price="5"
    )
    rows = found.table.to_pylist()
    assert sum(row["amount"] for row in rows) == 5_000_000
    for row in rows:
        parts = [row[f"from_{name}"] for name in ("score", "total", "price", "minimum", "transition")]
        assert sum(parts) == row["change"] == row["amount"] - row["last"]


def test_without_a_budget_the_total_is_not_split_and_it_is_said() -> None:
    found = oab.forecast_municipalities(
        scores("1000.00"),
        scores("1000.00"),
        year=2025,
        price="510",
        last=last_year(("900.000", False, "452394.00", "452394.00")),
    )
    row = found.table.to_pylist()[0]
    assert (row["from_score"], row["from_total"], row["from_price"]) == (50266, 0, 7340)
    assert any("from_price" in label for label in found.labels)
    assert any("derived" in label for label in found.labels)


def test_the_minimum_is_a_cause_of_its_own() -> None:
    found = oab.forecast_municipalities(
        scores("100.00"),
        scores("100.00"),
        year=2025,
        price="500",
        last=last_year(("200.000", False, "100000.00", "100000.00")),
    )
    row = found.table.to_pylist()[0]
    assert (row["amount"], row["from_score"], row["from_minimum"]) == (64000, -50000, 14000)


def test_an_interval_where_the_scores_carry_one() -> None:
    later = scores("1000.00", score_low=["900.00"], score_high=["1100.00"])
    row = oab.forecast_municipalities(later, scores("1000.00"), year=2025, price="100").table.to_pylist()[0]
    assert (row["amount_low"], row["amount"], row["amount_high"]) == (95000, 100000, 105000)
    bare = oab.forecast_municipalities(scores("1000.00"), scores("1000.00"), year=2025, price="100")
    assert "amount_low" not in bare.table.column_names


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"budget": "1000000"}, "budget.*all municipalities"),
        ({"price": 5.5}, "float is not exact"),
        ({"price": "5", "budget": "10"}, "budget"),
        ({}, "budget or a price"),
        ({"price": "5", "last": last_year(("1.000", True, "64000.00", "64000.00"))}, "last_price.*not known"),
    ],
)
def test_refusals(more: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        oab.forecast_municipalities(scores("500.00"), scores("500.00"), year=2025, **more)


def test_municipalities_of_one_year_only_are_refused() -> None:
    last = last_year(("1.000", False, "5.00", "5.00"), ("1.000", False, "5.00", "5.00"))
    with pytest.raises(InputError, match="in one of the two years only, the first is GM0002"):
        oab.forecast_municipalities(scores("5.00"), scores("5.00"), year=2025, price="5", last=last)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_explanation_has_the_amount(lang: str) -> None:
    found = oab.forecast_municipalities(scores("5000.00"), scores("5000.00"), year=2025, price="502.66")
    text = found.explain("GM0001", lang=lang).replace(",", "").replace(".", "")
    assert "251330000" in text
    with pytest.raises(InputError, match="choose nl or en"):
        found.explain("GM0001", lang="fr")
    with pytest.raises(InputError, match="not in the table"):
        found.explain("GM0009")


def test_schools() -> None:
    sites = pd.DataFrame({"site_id": ["00AP00", "00AR00"], "score": ["33.02", "0.00"]})
    last = pd.DataFrame(
        {"school_id": ["00AP"], "score": ["30.00"], "amount_new": ["16785.00"], "amount": ["17000.00"]}
    )
    found = oab.forecast_schools(sites, period="2027", price="600", last=last)
    first, new = found.table.to_pylist()
    assert first["amount"] == 19812
    assert (first["from_score"], first["from_price"], first["from_transition"]) == (
        Fraction("1689.69"),
        Fraction("1337.31"),
        Fraction("-215"),
    )
    assert first["from_score"] + first["from_price"] + first["from_transition"] == first["change"]
    assert new["change"] == 0
    assert found.labels[1] == "assumed in force: the regulation of 2026"
    assert "19.812,00" in found.explain("00AP")


@pytest.mark.parametrize("period", ["2018", "2026-2027", "soon"])
def test_a_period_that_is_no_later_year_is_refused(period: str) -> None:
    sites = pd.DataFrame({"site_id": ["00AP00"], "score": ["33.02"]})
    with pytest.raises(InputError, match="no regulation covers the period"):
        oab.forecast_schools(sites, period=period, price="600")
