from typing import Any

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
