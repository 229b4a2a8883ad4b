"""Columns of exact decimals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.exact import FixedPoint

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
units = st.lists(st.integers(INT64_MIN, INT64_MAX) | st.integers(-999, 999), max_size=10)


def column(values: list[int], places: int) -> FixedPoint:
    return FixedPoint(np.array(values, dtype=np.int64), places)


@given(units, st.integers(0, 38))
def test_fractions_and_total(values: list[int], places: int) -> None:
    numbers = [Fraction(value, 10**places) for value in values]
    fixed = column(values, places)
    assert list(fixed.to_fractions()) == numbers
    assert fixed.total() == sum(numbers)
    assert type(fixed.total()) is Fraction
    assert len(fixed) == len(values)


@given(units, st.integers(0, 38))
def test_there_and_back_through_arrow_and_text(values: list[int], places: int) -> None:
    fixed = column(values, places)
    array = fixed.to_arrow()
    assert array.type == pa.decimal128(38, places)
    assert FixedPoint.from_arrow(array) == fixed
    assert FixedPoint.from_decimals(array.to_pylist(), places) == fixed
    assert FixedPoint.from_decimals(map(str, array.to_pylist()), places) == fixed


def test_whole_numbers_from_arrow_have_no_places() -> None:
    assert FixedPoint.from_arrow(pa.chunked_array([[1], [2, 3]])) == column([1, 2, 3], 0)


def test_precision_reaches_arrow() -> None:
    assert column([150], 2).to_arrow(5).type == pa.decimal128(5, 2)


@given(units, st.integers(0, 20), st.integers(0, 38))
def test_rescale_keeps_every_number_or_refuses(values: list[int], places: int, new: int) -> None:
    scaled = [Fraction(value, 10**places) * 10**new for value in values]
    fits = all(number.denominator == 1 and INT64_MIN <= number <= INT64_MAX for number in scaled)
    if fits:
        assert column(values, places).rescale(new) == column([int(number) for number in scaled], new)
    else:
        with pytest.raises(InputError, match=f"passes 63 bits|has digits after decimal {new};"):
            column(values, places).rescale(new)


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        (922337203685477580, True),
        (922337203685477581, False),
        (-922337203685477580, True),
        (-922337203685477581, False),
    ],
)
def test_rescale_at_the_ends_of_64_bits(value: int, fits: bool) -> None:
    if fits:
        assert column([value], 0).rescale(1).units.tolist() == [value * 10]
    else:
        with pytest.raises(InputError, match="passes 63 bits; use fewer decimal places"):
            column([value], 0).rescale(1)
    assert column([INT64_MIN], 3).rescale(3).units.tolist() == [INT64_MIN]
    with pytest.raises(InputError, match="has digits after decimal 2"):
        column([INT64_MIN], 3).rescale(2)


def test_zeros_go_to_any_grid() -> None:
    assert column([0, 0], 0).rescale(38) == column([0, 0], 38)


@pytest.mark.parametrize(
    ("rule", "expected"), [("half_up", [1, -1]), ("half_even", [0, 0]), ("up", [1, 0]), ("down", [0, -1])]
)
def test_rounded(rule: str, expected: list[int]) -> None:
    assert column([5, -5], 3).rounded(2, rule) == column(expected, 2)  # type: ignore[arg-type]


def test_half_up_is_the_default() -> None:
    assert column([25, -25], 1).rounded(0) == column([3, -3], 0)


def test_the_caller_cannot_change_it() -> None:
    mine = np.array([1, 2])
    fixed = FixedPoint(mine, 0)
    mine[0] = 9
    assert fixed.units.tolist() == [1, 2]
    for product in (fixed, fixed.rescale(2), fixed.rounded(0), FixedPoint.from_decimals([1], 0)):
        with pytest.raises(ValueError, match="read-only"):
            product.units[0] = 9
    with pytest.raises(ValueError, match="read-only"):
        FixedPoint.from_arrow(pa.array([1])).units[0] = 9
    with pytest.raises(FrozenInstanceError):
        fixed.places = 3  # type: ignore[misc]


def test_equality_is_that_of_units_and_places() -> None:
    assert column([1], 2) == column([1], 2)
    assert column([1], 2) != column([1], 3)
    assert column([1], 2) != column([2], 2)
    assert column([1], 2) != column([1, 1], 2)
    assert column([1], 2) != "0.01"
    with pytest.raises(TypeError, match="unhashable"):
        hash(column([1], 2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: FixedPoint(np.array([0.5]), 2), "column units: holds float64 instead of"),
        (
            lambda: FixedPoint(np.array([1]), -1),
            "value -1: is not a number of decimal places; choose 0 to 38",
        ),
        (lambda: FixedPoint(np.array([1]), 39), "value 39: is not a number of decimal places"),
        (lambda: FixedPoint(np.array([1]), True), "value True: is not a number of decimal places"),
        (lambda: column([1], 2).rescale(39), "value 39: is not a number of decimal places"),
        (lambda: column([1], 2).rounded(-1), "value -1: is not a number of decimal places"),
        (lambda: FixedPoint.from_decimals([], 1.5), "value 1.5: is not a number of decimal places"),
        (
            lambda: FixedPoint.from_decimals(["1.50", "1.505"], 2),
            "row 2, value '1.505': has more than 2 decimals; round it first",
        ),
        (lambda: FixedPoint.from_decimals(["1/3"], 2), "row 1, value '1/3': has more than 2 decimals"),
        (lambda: FixedPoint.from_decimals([2**63], 0), "row 1, value 9223372036854775808: passes 63 bits"),
        (
            lambda: FixedPoint.from_decimals([Decimal(-(2**63) - 1)], 0),
            "row 1, value Decimal('-9223372036854775809'): passes 63 bits; use fewer decimal places",
        ),
        (lambda: FixedPoint.from_decimals(["1,5"], 2), "row 1, value '1,5': has a decimal comma"),
        (lambda: FixedPoint.from_decimals([1, 0.5], 2), "row 2, value 0.5: a float is not exact"),
        (lambda: FixedPoint.from_arrow(pa.array([0.5]), "score"), "column score: is double"),
        (
            lambda: column([15], 1).rescale(0),
            "has digits after decimal 0; round by a named rule first: rounded(places, rule)",
        ),
        (lambda: column([1], 1).rounded(2), "cannot round 1 places to 2; use rescale"),
        (lambda: column([1], 1).rounded(0, "nearest"), "value 'nearest': is not a rounding rule"),
        (lambda: column([1], 5).to_arrow(4), "precision 4 does not suit 5 places"),
    ],
)
def test_refusals(call: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(message)


def test_the_ends_of_64_bits_are_accepted() -> None:
    assert FixedPoint.from_decimals([INT64_MIN, INT64_MAX], 0).units.tolist() == [INT64_MIN, INT64_MAX]
    assert FixedPoint.from_decimals([], 2) == column([], 2)
