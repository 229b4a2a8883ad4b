"""Amounts and shares as a person gives them, on and beside every bound."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.exact.given import LARGEST_AMOUNT, change, money, share


@given(st.integers(0, LARGEST_AMOUNT * 100 - 1))
def test_an_amount_is_the_same_in_every_notation(cents: int) -> None:
    euros = Fraction(cents, 100)
    text = f"{cents // 100}.{cents % 100:02d}"
    expected = Decimal(text)
    assert money(text, "price") == money(euros, "price") == money(Decimal(text), "price") == expected
    assert str(money(euros, "price")) == text


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (559.5, "`price`, value 559.5: a float is not exact"),
        (np.float64(559.5), "a float is not exact"),
        ("559,50", "`price`, value '559,50': has a decimal comma; write a decimal point: '559.50'"),
        ("-0.01", "give an amount of 0 or more"),
        (-5, "give an amount of 0 or more"),
        ("0.001", "has parts of a cent"),
        ("5/12", "is no amount"),
        ("5%", "is no amount"),
        (LARGEST_AMOUNT, "is too large; give an amount below EUR 10,000,000,000,000"),
        ("99999999999999999999", "is too large"),
        ("nan", "is not finite"),
        (True, "bool is not an exact number"),
        (None, "NoneType is not an exact number"),
    ],
)
def test_what_is_no_amount_is_refused_by_name(value: Any, says: str) -> None:
    with pytest.raises(InputError) as error:
        money(value, "price")
    assert says in str(error.value)
    assert "`price`" in str(error.value)


def test_the_largest_amount_and_nothing() -> None:
    assert money("9999999999999.99", "budget") == Decimal("9999999999999.99")
    assert money("0", "budget") == 0
    with pytest.raises(InputError, match="above 0"):
        money("0.00", "budget", above_zero=True)
    assert money("0.01", "budget", above_zero=True) == Decimal("0.01")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("100%", Fraction(1)),
        ("0%", Fraction(0)),
        ("0", Fraction(0)),
        ("12/12", Fraction(1)),
        ("0.999999", Fraction(999999, 10**6)),
        (Decimal("0.1"), Fraction(1, 10)),
        (Fraction(5, 12), Fraction(5, 12)),
    ],
)
def test_shares(value: Any, expected: Fraction) -> None:
    assert share(value, "share") == expected


@pytest.mark.parametrize("value", ["1", 1, Fraction(1), "1.0", Decimal(1)])
def test_a_bare_one_only_where_it_is_the_natural_whole(value: Any) -> None:
    assert share(value, "share", whole=True) == 1
    with pytest.raises(InputError, match="could be a share or a percentage"):
        share(value, "target_share")
    with pytest.raises(InputError, match="could be a share or a percentage"):
        change(value, "base_index")


@pytest.mark.parametrize("value", ["1.2", "15", "-1.2", 12, Decimal("1.000001")])
def test_a_percentage_without_its_sign_is_refused(value: Any) -> None:
    for door in (
        lambda: share(value, "x"),
        lambda: share(value, "x", whole=True),
        lambda: change(value, "x"),
    ):
        with pytest.raises(InputError, match="could be a share or a percentage"):
            door()


@pytest.mark.parametrize("value", ["100.01%", "-0.01%", "13/12", "-0.5"])
def test_a_share_outside_its_bounds_is_refused(value: str) -> None:
    with pytest.raises(InputError, match="is not between 0% and 100%"):
        share(value, "share")


@pytest.mark.parametrize("value", [0.1, np.float32(0.5), float("nan")])
def test_no_float_is_a_share_or_a_change(value: Any) -> None:
    for door in (share, change):
        with pytest.raises(InputError, match="a float is not exact"):
            door(value, "share")


def test_changes_on_and_beside_their_bounds() -> None:
    assert change("100%", "i") == 1
    assert change("-99.99%", "i") == Fraction(-9999, 10000)
    assert change("0", "i") == 0
    for outside in ("-100%", "100.01%", "-300%"):
        with pytest.raises(InputError, match="above -100% and at most 100%"):
            change(outside, "i")
