from typing import Any

import pandas as pd
import pytest

import oab_funding as oab
from oab_funding.errors import InputError


def test_without_toddlers_and_a_price_of_the_hour_only_the_break_even_is_said() -> None:
    found = oab.municipal_outlook("1699.20", "1709.17", price="520", year=2026)
    row = found.preschool.table.to_pylist()[0]
    assert row["break_even_toddlers"] == int(row["grant"] / (640 * row["hour_price"]))
    assert any("childcare allowance in 2025" in label for label in found.labels)
    assert any("no wage" in label for label in found.labels)
    assert any("only where the grant breaks even" in label for label in found.labels)


def test_what_is_given_is_not_labelled_as_left_out() -> None:
    given: dict[str, Any] = {"toddlers": 100, "hour_price": "10", "hbo_wage": "40"}
    found = oab.municipal_outlook("1699.20", "1709.17", price="520", year=2025, **given)
    assert found.preschool.table.to_pylist()[0]["to_be_bought"] == 640_000 + 40_000
    assert not any("no wage" in label or "childcare allowance in" in label for label in found.labels)


@pytest.mark.parametrize("score", ["-1", "1.005", 1.5])
def test_what_is_no_score_is_refused(score: Any) -> None:
    with pytest.raises(InputError, match="score"):
        oab.municipal_outlook(score, "1.00", price="520", year=2025)


@pytest.mark.parametrize(("name", "value"), [("code", "0363"), ("toddlers", -1), ("toddlers", 1.0)])
def test_what_is_no_code_or_number_of_toddlers_is_refused(name: str, value: Any) -> None:
    with pytest.raises(InputError, match=name):
        oab.municipal_outlook("1.00", "1.00", price="520", year=2025, **{name: value})


def test_it_says_what_the_three_questions_say() -> None:
    tables = [
        pd.DataFrame({"municipality_code": ["GM0363"], "score_raw": [score], "score": [score]})
        for score in ("1810.00", "1800.50")
    ]
    found = oab.municipal_outlook(
        "1810",
        "1800.5",
        price="502.66",
        year=2024,
        code="GM0363",
        toddlers=90,
        hour_price="11",
        hbo_wage="41",
    )
    grant = oab.forecast_municipalities(*tables, year=2024, price="502.66")
    following = oab.forecast_municipalities(tables[0], tables[0], year=2025, price="502.66")
    counts = pd.DataFrame({"municipality_code": ["GM0363"], "toddlers": [90]})
    compared = oab.preschool(grant, counts, year=2024, hour_price="11", hbo_wage="41")
    assert found.grant.table.equals(grant.table)
    assert found.next_year.table.equals(following.table)
    assert found.preschool.table.equals(compared.table)
