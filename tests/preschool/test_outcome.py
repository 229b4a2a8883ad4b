"""Answers show themselves as other results do."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import oab_funding as oab
from oab_funding.errors import InputError
from oab_funding.tables.carried_labels import labels_of
from oab_funding.tables.files import read_source
from oab_funding.tables.workbook import read_sheets


def answer(**more: Any) -> oab.Outcome:
    grants = pd.DataFrame({"municipality_code": ["GM0363"], "amount": ["1000.10"]})
    toddlers = pd.DataFrame({"municipality_code": ["GM0363"], "toddlers": [1]})
    return oab.preschool(grants, toddlers, year=2021, hour_price="1.00", **more)


def test_numbers_are_exact_or_floats() -> None:
    found = answer()
    assert found.to_frame()["left"].tolist() == [Decimal("360.10")]
    assert found.to_frame(numbers="float")["left"].dtype == float
    assert found.to_frame("preschool", numbers="float")["left"].tolist() == [360.1]
    with pytest.raises(InputError, match="no table 'grants'"):
        found.to_frame("grants")


def test_it_says_what_it_is_with_its_labels() -> None:
    found = answer()
    assert repr(found).startswith("<Outcome preschool: 1 row; a comparison with what preschool education")
    page = found._repr_html_()
    assert "GM0363" in page
    assert all(label in page for label in found.labels)


@pytest.mark.parametrize("ending", ["parquet", "xlsx"])
def test_a_file_takes_the_labels_along(tmp_path: Path, ending: str) -> None:
    found = answer()
    found.save(tmp_path / f"answer.{ending}")
    assert labels_of(tmp_path / f"answer.{ending}") == found.labels


def test_an_account_is_saved_with_its_settlement(tmp_path: Path) -> None:
    rows = [["GM0363", year, "100.00", "80.00"] for year in range(2019, 2023)]
    spending = pd.DataFrame(rows, columns=["municipality_code", "year", "granted", "spent"])
    found = oab.spending_account(spending, period="2019-2022")
    assert list(found.tables) == ["spending_account", "spending_settlement"]
    assert found.to_frame("spending_settlement")["carried_over"].tolist() == [Decimal("50.00")]
    found.save(tmp_path / "account.xlsx")
    sheets = {sheet.name for sheet in read_sheets(read_source(tmp_path / "account.xlsx"))}
    assert {"Tabel 1", "Tabel 2"} <= sheets


def test_an_explanation_is_text_or_a_page_and_claims_no_record() -> None:
    found = answer()
    text, page = found.explain("GM0363", "en"), found.explain("GM0363", "en", "html")
    assert page.startswith("<!doctype html>")
    for said in (text, page):
        assert "GM0363" in said
        assert "verify" not in said
    with pytest.raises(InputError, match="is no format"):
        found.explain("GM0363", format="pdf")  # type: ignore[arg-type]
