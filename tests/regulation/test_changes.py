"""What-if copies of the law: what can be changed, within which bounds, and what they say."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from oab_funding.errors import InputError
from oab_funding.regulation import Statutes, regulation

LAW = regulation("school-score", "2019-10-01")


def test_a_change_says_what_it_is_instead_of_what() -> None:
    changed = LAW.what_if(threshold_share="10%", reliable_above=50)
    assert changed.formula.threshold_share == Fraction(1, 10)
    assert changed.labels == (
        "what-if: threshold_share 10% instead of 12%",
        "what-if: reliable_above 50 instead of 40",
    )
    assert LAW.labels == ()


def test_a_change_of_a_change_is_one_change_and_back_is_none() -> None:
    once = LAW.what_if(threshold_share="10%")
    assert once.what_if(threshold_share="11%").labels == ("what-if: threshold_share 11% instead of 12%",)
    assert once.what_if(threshold_share="12%") == LAW


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"threshold": "10%"}, "cannot be changed"),
        ({"threshold_share": 0.1}, "float"),
        ({"threshold_share": "101%"}, "between"),
        ({"threshold_share": 10}, "share or a percentage"),
        ({"target_share": "0%"}, "none or all"),
        ({"target_share": "100%"}, "none or all"),
        ({"reliable_above": "1.5"}, "out of bounds"),
        ({"reliable_above": -1}, "out of bounds"),
        ({"reliable_above": 1001}, "out of bounds"),
    ],
)
def test_what_the_form_of_the_law_does_not_allow_is_refused(values: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        LAW.what_if(**values)


def test_toddlers_keep_an_age_from_which_and_until_which_they_count() -> None:
    law = regulation("municipality-score", "2019-10-01")
    with pytest.raises(InputError, match="toddlers"):
        law.what_if(toddler_from_months=law.formula.toddler_until_months)


def test_only_the_key_of_the_changed_law_is_changed() -> None:
    law = regulation("municipality-score", "2019-10-01").what_if(threshold_share="6%")
    statutes = Statutes.shipped().with_laws([law])
    assert statutes.look_up("municipality-score", "2019-10-01").labels == law.labels
    assert statutes.look_up("municipality-score", "2018-10-01").labels == ()
    assert statutes.look_up("school-score", "2019-10-01").labels == ()


def test_two_laws_of_one_key_are_refused() -> None:
    with pytest.raises(InputError, match="two laws"):
        Statutes.shipped().with_laws([LAW, LAW.what_if(threshold_share="10%")])
