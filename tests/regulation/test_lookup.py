"""The public look-up."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

import oab_funding as oab
from oab_funding.errors import InputError
from oab_funding.regulation.lookup import regulation


def test_a_day_may_be_text_or_a_date() -> None:
    found = regulation("school-score", date(2019, 10, 1))
    assert found == regulation("school-score", "2019-10-01") == oab.regulation("school-score", "2019-10-01")
    assert found.formula.threshold_share == Fraction(12, 100)


def test_a_year_may_be_text_or_a_number() -> None:
    assert regulation("municipality-grant", 2021) == regulation("municipality-grant", "2021")


@pytest.mark.parametrize(("stream", "key"), [("school-score", "1999-10-01"), ("school-grant", "1999-2000")])
def test_what_no_regulation_covers_is_refused(stream: str, key: str) -> None:
    with pytest.raises(InputError):
        regulation(stream, key)  # type: ignore[call-overload]
