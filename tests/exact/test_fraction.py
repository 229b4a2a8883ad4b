"""Reading exact numbers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError, Place
from oab_funding.exact import to_fraction


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12%", Fraction(12, 100)),
        ("12 %", Fraction(12, 100)),
        ("34.55%", Fraction(3455, 10000)),
        ("-5/12", Fraction(-5, 12)),
        ("  559.50 ", Fraction(55950, 100)),
        (".5", Fraction(1, 2)),
        ("+7", Fraction(7)),
        ("1.5e3", Fraction(1500)),
        ("-0.358191792925910E-01", Fraction(-358191792925910, 10**16)),
        (Decimal("1E-7"), Fraction(1, 10**7)),
        (Decimal("-0"), Fraction(0)),
        (Decimal("0E+999999999999"), Fraction(0)),
        (2**70, Fraction(2**70)),
        (Fraction(5, 12), Fraction(5, 12)),
        (np.int64(-3), Fraction(-3)),
        (np.uint64(2**64 - 1), Fraction(2**64 - 1)),
    ],
)
def test_reads_exactly(value: int | Fraction | Decimal | str, expected: Fraction) -> None:
    result = to_fraction(value)
    assert result == expected
    assert type(result) is Fraction
    assert type(result.numerator) is int


@given(st.integers(-(10**40), 10**40), st.integers(0, 30))
def test_decimal_and_its_text_are_the_same_number(units: int, places: int) -> None:
    sign, digits, _ = Decimal(units).as_tuple()
    number = Decimal((sign, digits, -places))
    assert to_fraction(number) == to_fraction(str(number)) == Fraction(units, 10**places)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (0.1, "value 0.1: a float is not exact; pass text or a Decimal, for example '0.1'"),
        (float("nan"), "value nan: a float is not exact; pass text or a Decimal, for example 'nan'"),
        (True, "value True: bool is not an exact number; write a number such as 559.50, 34.55% or 5/12"),
        (None, "NoneType is not an exact number; write a number such as 559.50, 34.55% or 5/12"),
        ("34,55%", "value '34,55%': has a decimal comma; write a decimal point: '34.55%'"),
        (
            "1.234,56",
            "value '1.234,56': has a comma; write a decimal point and no thousands separators: '1234.56'",
        ),
        ("1/0", "value '1/0': divides by zero; write a number such as 559.50, 34.55% or 5/12"),
        ("", "value '': is not a number; write a number such as 559.50, 34.55% or 5/12"),
        ("1_000", "value '1_000': is not a number; write a number such as 559.50, 34.55% or 5/12"),
        ("٣", "value '٣': is not a number; write a number such as 559.50, 34.55% or 5/12"),
        ("1e99999", "value '1e99999': is not a number; write a number such as 559.50, 34.55% or 5/12"),
        ("-inf", "value '-inf': is not finite; pass a finite number"),
        ("NaN", "value 'NaN': is not finite; pass a finite number"),
        (Decimal("Infinity"), "value Decimal('Infinity'): is not finite; pass a finite number"),
        (Decimal("sNaN"), "value Decimal('sNaN'): is not finite; pass a finite number"),
        (
            Decimal("1E+10000"),
            "value Decimal('1E+10000'): is out of range; exponents reach from -9999 to 9999",
        ),
        (
            Decimal("1E-10000"),
            "value Decimal('1E-10000'): is out of range; exponents reach from -9999 to 9999",
        ),
    ],
)
def test_refuses_what_is_not_exact(value: object, message: str) -> None:
    with pytest.raises(InputError) as caught:
        to_fraction(value)  # type: ignore[arg-type]
    assert str(caught.value) == message


def test_the_error_says_where() -> None:
    with pytest.raises(
        InputError, match=r"^prices.csv, column price, row 3, value '5,5': has a decimal comma"
    ):
        to_fraction("5,5", Place("prices.csv", column="price", row=3))


def test_refuses_numpy_floats() -> None:
    with pytest.raises(InputError, match="a float is not exact"):
        to_fraction(np.float64(0.5))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="a float is not exact"):
        to_fraction(np.float32(0.5))  # type: ignore[arg-type]
