"""Rounding by named rules, against rules written in plain fractions."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.exact import RULES, Rule, round_exact, round_ratio, round_ratio_array, round_units

ORACLES: dict[Rule, Callable[[Fraction], int]] = {
    "half_up": lambda x: (1 if x >= 0 else -1) * math.floor(abs(x) + Fraction(1, 2)),
    "half_even": round,
    "up": math.ceil,
    "down": math.floor,
}
INT64 = st.integers(-(2**63), 2**63 - 1)
rules = st.sampled_from(RULES)
# Halves and their neighbours are rare among random fractions and are what rounding is about.
near_halves = st.builds(
    lambda whole, halves, offset: whole + Fraction(halves, 2) + Fraction(offset, 10**25),
    st.integers(-(10**30), 10**30),
    st.integers(-3, 3),
    st.integers(-1, 1),
)


def test_every_rule_has_an_oracle() -> None:
    assert set(ORACLES) == set(RULES)


@given(st.fractions() | near_halves, st.integers(0, 6), rules)
def test_units_are_those_of_the_oracle(value: Fraction, places: int, rule: Rule) -> None:
    assert round_units(value / 10**places, places, rule) == ORACLES[rule](value)


@pytest.mark.parametrize(
    ("value", "half_up", "half_even", "up", "down"),
    [
        ("2.5", 3, 2, 3, 2),
        ("3.5", 4, 4, 4, 3),
        ("-2.5", -3, -2, -2, -3),
        ("-3.5", -4, -4, -3, -4),
        ("2.4999999999999999999999", 2, 2, 3, 2),
        ("2.5000000000000000000001", 3, 3, 3, 2),
        ("-2.4999999999999999999999", -2, -2, -2, -3),
        ("-2.5000000000000000000001", -3, -3, -2, -3),
        ("0", 0, 0, 0, 0),
        ("-7", -7, -7, -7, -7),
    ],
)
def test_on_and_beside_the_half(value: str, half_up: int, half_even: int, up: int, down: int) -> None:
    got = [round_units(value, 0, rule) for rule in ("half_up", "half_even", "up", "down")]
    assert got == [half_up, half_even, up, down]


@given(st.integers(-(10**60), 10**60), st.integers(1, 10**6), st.integers(0, 40), rules)
def test_decimal_has_the_units_and_the_places(top: int, bottom: int, places: int, rule: Rule) -> None:
    value = Fraction(top, bottom)
    with localcontext() as context:
        context.prec = 1
        result = round_exact(value, places, rule)
    assert result.as_tuple().exponent == -places
    assert Fraction(result) * 10**places == round_units(value, places, rule)


def test_decimal_looks_like_money() -> None:
    assert str(round_exact("561736.12", 2)) == "561736.12"
    assert str(round_exact(Fraction(-1, 1000), 2)) == "0.00"
    assert str(round_exact(Decimal("1E+3"), 2)) == "1000.00"
    assert str(round_exact(2**70, 0)) == "1180591620717411303424"


def test_half_up_is_the_default() -> None:
    assert round_exact("-0.125", 2) == Decimal("-0.13")
    assert round_units("0.125", 2) == 13
    assert round_ratio_array(np.array([5, -5]), 10).tolist() == [1, -1]


@given(st.lists(INT64), st.integers(1, 2**63 - 1) | st.integers(1, 12) | st.integers(2**63, 2**66), rules)
def test_array_is_rounded_as_its_numbers(tops: list[int], bottom: int, rule: Rule) -> None:
    result = round_ratio_array(np.array(tops, dtype=np.int64), bottom, rule)
    assert result.dtype == np.int64
    assert result.tolist() == [ORACLES[rule](Fraction(top, bottom)) for top in tops]


@given(st.integers(-(2**61), 2**61 - 1), st.integers(1, 2**62), rules)
def test_array_at_the_half(whole: int, half: int, rule: Rule) -> None:
    top = (2 * whole + 1) * half
    if abs(top) < 2**63 and half < 2**62:
        assert round_ratio_array(np.array([top]), 2 * half, rule).tolist() == [
            ORACLES[rule](Fraction(top, 2 * half))
        ]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("bottom", [1, 2, 3, 2**62, 2**63 - 1, 2**63, 2**64])
def test_array_at_the_ends_of_64_bits(bottom: int, rule: Rule) -> None:
    tops = [-(2**63), -(2**63) + 1, -(2**62), -1, 0, 1, 2**62, 2**63 - 1]
    result = round_ratio_array(np.array(tops), bottom, rule)
    assert result.tolist() == [ORACLES[rule](Fraction(top, bottom)) for top in tops]


@pytest.mark.parametrize("rule", RULES)
def test_array_is_left_alone(rule: Rule) -> None:
    tops = np.array([149, 150, -150])
    round_ratio_array(tops, 100, rule)[:] = 0
    assert tops.tolist() == [149, 150, -150]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: round_units(0.5, 2), "value 0.5: a float is not exact"),
        (lambda: round_exact(1, -1), "value -1: the number of places is not 0 or more; pass a whole number"),
        (lambda: round_exact(1, 2.0), "value 2.0: the number of places is not 0 or more"),
        (lambda: round_exact(1, True), "value True: the number of places is not 0 or more"),
        (
            lambda: round_units(1, 2, "nearest"),
            "value 'nearest': is not a rounding rule; choose from half_up, half_even, up, down",
        ),
        (lambda: round_ratio_array(np.array([1]), 2, "nearest"), "value 'nearest': is not a rounding rule"),
        (
            lambda: round_ratio_array(np.array([1]), 0),
            "value 0: the denominator is not a whole number above 0",
        ),
        (lambda: round_ratio_array(np.array([1]), 2.5), "value 2.5: the denominator is not a whole number"),
        (lambda: round_ratio_array(np.array([1]), True), "value True: the denominator is not a whole number"),
        (lambda: round_ratio_array(np.array([0.5]), 2), "column numerators: holds float64 instead of whole"),
    ],
)
def test_refusals(call: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(message)


@given(st.integers(-(10**40), 10**40), st.integers(1, 10**30), rules)
def test_a_ratio_is_rounded_as_its_fraction(top: int, bottom: int, rule: Rule) -> None:
    assert round_ratio(top, bottom, rule) == ORACLES[rule](Fraction(top, bottom))


@pytest.mark.parametrize("bottom", [0, -1])
def test_a_ratio_needs_a_denominator_above_0(bottom: int) -> None:
    with pytest.raises(InputError, match="above 0"):
        round_ratio(1, bottom)
