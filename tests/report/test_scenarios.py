"""The page of scenarios."""

from __future__ import annotations

import pytest

import oab_funding as oab
from oab_funding.errors import InputError

SCORES = {"site_id": ["00AP00", "00AR00"], "pupils": [80, 300], "score": ["33.02", "10.00"]}


def test_rule_in_force_winners_and_shares() -> None:
    found = oab.scenario(oab.school_grants(SCORES, period="2020-2021"), price=["600.00", "400.00"])
    page = found.page("en")
    assert page.count("<svg") == 2
    assert page.count("<h2") == 4
    assert "price = 600.00" in page
    assert "1,337.31" in page, "the largest gain"
    assert "-5,266.69" in page, "the largest loss"
    with pytest.raises(InputError):
        found.page("fr")  # type: ignore[arg-type]
