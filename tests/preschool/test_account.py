from typing import Any

import pandas as pd
import pytest

import oab_funding as oab
from oab_funding.errors import InputError


def book(*spent: str) -> pd.DataFrame:
    rows = [["GM0363", year, "100.00", amount] for year, amount in enumerate(spent, start=2019)]
    return pd.DataFrame(rows, columns=["municipality_code", "year", "granted", "spent"])


def column(outcome: Any, name: str) -> list[Any]:
    return [int(x) for x in outcome.table.column(name).to_pylist()]


def test_each_year_opens_with_the_balance_of_the_year_before() -> None:
    found = oab.spending_account(book("80.00", "130.00", "90.00", "40.00"), period="2019-2022")
    assert column(found, "opening") == [0, 20, -10, 0]
    assert column(found, "available") == [100, 120, 90, 100]
    assert column(found, "balance") == [20, -10, 0, 60]
    assert column(found, "carried_over") == [0, 0, 0, 50]
    assert column(found, "recovered") == [0, 0, 0, 10]


def test_what_was_carried_in_opens_the_first_year_and_does_not_raise_the_ceiling() -> None:
    carried = pd.DataFrame({"municipality_code": ["GM0363"], "carried_over": ["30.00"]})
    found = oab.spending_account(book("0.00", "0.00", "0.00", "0.00"), period="2019-2022", carried_in=carried)
    assert column(found, "opening")[0] == 30
    assert (column(found, "balance")[-1], column(found, "carried_over")[-1]) == (430, 50)
    assert column(found, "recovered")[-1] == 380


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_it_names_the_code_of_the_accountability_system(lang: str) -> None:
    text = oab.spending_account(book(*["0.00"] * 4), period="2019-2022").explain("GM0363", lang=lang)
    assert "D8" in text
    assert "50" in text


def test_a_period_that_the_law_does_not_have_is_refused() -> None:
    with pytest.raises(InputError, match="is no spending period"):
        oab.spending_account(book(*["0.00"] * 4), period="2019-2021")


def test_carried_in_of_another_municipality_is_refused() -> None:
    carried = pd.DataFrame({"municipality_code": ["GM0001"], "carried_over": ["30.00"]})
    with pytest.raises(InputError, match="GM0001 has no spending"):
        oab.spending_account(book(*["0.00"] * 4), period="2019-2022", carried_in=carried)
