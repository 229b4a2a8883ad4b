"""Exact least squares: against its own definition, and against the certified values of NIST.

Source of the certified values and data: NIST Statistical Reference Datasets, linear regression,
https://www.itl.nist.gov/div898/strd/ (Norris, Longley, Wampler1, Wampler4, NoInt1).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import lcm
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.exact import dependencies, least_squares, round_exact

# Observations of Norris, y then x.
NORRIS = """
0.1 0.2 338.8 337.4 118.1 118.2 888.0 884.6 9.2 10.1 228.1 226.5 668.5 666.3 998.5 996.3 449.1 448.6
778.9 777.0 559.2 558.2 0.3 0.4 0.1 0.6 778.1 775.5 668.8 666.9 339.3 338.0 448.9 447.5 10.8 11.6
557.7 556.0 228.3 228.1 998.0 995.8 888.8 887.6 119.6 120.2 0.3 0.3 0.6 0.3 557.6 556.8 339.3 339.1
888.0 887.2 998.5 999.0 778.9 779.0 10.2 11.1 117.6 118.3 228.9 229.2 668.4 669.1 449.2 448.9 0.2 0.5
"""
CERTIFIED_NORRIS = ("-0.262323073774029", "1.00211681802045")

numbers = st.integers(-3, 3) | st.fractions(-9, 9, max_denominator=30) | st.decimals(-9, 9, places=3)
Number = int | Fraction | Decimal


def to_certified_digits(value: Fraction, certified: str) -> Decimal:
    exponent = Decimal(certified).as_tuple().exponent
    assert isinstance(exponent, int)
    return round_exact(value, -exponent)


def test_norris() -> None:
    words = NORRIS.split()
    assert len(words) == 72
    fitted = least_squares([[1, x] for x in words[1::2]], words[::2], ["one", "x"])
    assert [to_certified_digits(*pair) for pair in zip(fitted, CERTIFIED_NORRIS, strict=True)] == [
        Decimal(certified) for certified in CERTIFIED_NORRIS
    ]


def powers(count: int) -> Callable[[list[str]], list[Number]]:
    return lambda xs: [Fraction(xs[0]) ** power for power in range(count)]


DESIGNS: dict[str, Callable[[list[str]], list[Number]]] = {
    "Norris": powers(2),
    "Longley": lambda xs: [1, *map(Decimal, xs)],
    "Wampler1": powers(6),
    "Wampler4": powers(6),
    "NoInt1": lambda xs: [Decimal(xs[0])],
}


@pytest.mark.published
@pytest.mark.skipif("OAB_FUNDING_DATA" not in os.environ, reason="OAB_FUNDING_DATA is not set")
@pytest.mark.parametrize("name", DESIGNS)
def test_every_certified_digit(name: str) -> None:
    text = (Path(os.environ["OAB_FUNDING_DATA"]) / "nist" / f"{name}.dat").read_text(encoding="ascii")
    certified = re.findall(r"^\s+B\d\s+(\S+)\s+\S+\s*$", text, flags=re.MULTILINE)
    rows = [line.split() for line in text.rpartition("Data:")[2].splitlines()[1:] if line.strip()]
    fitted = least_squares([DESIGNS[name](row[1:]) for row in rows], [row[0] for row in rows])
    assert len(certified) == len(fitted)
    got = [to_certified_digits(*pair) for pair in zip(fitted, certified, strict=True)]
    assert got == [Decimal(value) for value in certified]


designs = st.integers(1, 3).flatmap(
    lambda p: st.lists(st.lists(numbers, min_size=p, max_size=p), min_size=p, max_size=6)
)


@given(designs, st.data())
def test_residuals_are_orthogonal_to_every_column(X: list[list[Number]], data: st.DataObject) -> None:
    y = [data.draw(numbers) for _ in X]
    columns = [[Fraction(value) for value in column] for column in zip(*X, strict=True)]
    cross = [[sum(a * b for a, b in zip(u, v, strict=True)) for v in columns] for u in columns]
    common = lcm(*(value.denominator for row in cross for value in row))
    assume(not dependencies([[int(value * common) for value in row] for row in cross]))
    fitted = least_squares(X, y)
    residuals = [
        Fraction(target) - sum(Fraction(value) * b for value, b in zip(row, fitted, strict=True))
        for row, target in zip(X, y, strict=True)
    ]
    for column in columns:
        assert sum(value * residual for value, residual in zip(column, residuals, strict=True)) == 0


@given(st.permutations(range(5)))
def test_row_order_does_not_matter(order: list[int]) -> None:
    X = [[1, Fraction(1, 3)], [1, "0.25"], [1, Decimal("7.5")], [1, "12%"], [1, -4]]
    y = ["1/7", 2, "3.5", Decimal("-1.25"), Fraction(2, 9)]
    expected = least_squares(X, y)  # type: ignore[arg-type]
    assert least_squares([X[i] for i in order], [y[i] for i in order]) == expected  # type: ignore[arg-type]


def test_an_exact_fit_is_found_exactly() -> None:
    X = [[1, "0.1", 3], [1, "0.2", 1], [1, "0.7", 4], [1, "0.9", 1]]
    y = [Fraction(1, 3) + Fraction(row[1]) * -7 + row[2] * Fraction(5, 11) for row in X]  # type: ignore[arg-type,operator]
    assert least_squares(X, y) == (Fraction(1, 3), Fraction(-7), Fraction(5, 11))  # type: ignore[arg-type]


def test_numbers_beyond_64_bits() -> None:
    assert least_squares([[2**70], [2**71]], [3 * 2**70, 3 * 2**71]) == (Fraction(3),)


def test_the_structural_trap_is_named() -> None:
    """Born here and origin Dutch are the same column."""
    X = [[1, 0, 0, "0.5"], [1, 1, 1, "1.5"], [1, 0, 0, "2"], [1, 1, 1, "0.1"], [1, 0, 0, 9]]
    with pytest.raises(InputError) as caught:
        least_squares(X, [1, 2, 3, 4, 5], ["one", "born_here", "origin_dutch", "school_mean"])
    assert str(caught.value) == "column origin_dutch is a multiple of born_here; leave out origin_dutch"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: least_squares([[1, 0.5], [1, 2]], [1, 2], ["one", "x"]),
            "column x, row 1, value 0.5: a float is not exact; pass text or a Decimal, for example '0.5'",
        ),
        (lambda: least_squares([[1], [1]], [1, 2.5]), "column y, row 2, value 2.5: a float is not exact"),
        (lambda: least_squares([["1,5"]], [1]), "column x1, row 1, value '1,5': has a decimal comma"),
        (lambda: least_squares([[True]], [1]), "column x1, row 1, value True: bool is not an exact number"),
        (lambda: least_squares([[1, 2]], [1]), "X has 1 rows for 2 columns; pass at least as many rows"),
        (lambda: least_squares([[1], [1, 2]], [1, 1]), "X, row 2: has 2 values for 1 columns"),
        (lambda: least_squares([[1], [1]], [1]), "y has 1 values for 2 rows of X; pass one value per row"),
        (lambda: least_squares([], []), "X has no rows or no columns; pass at least one of each"),
        (lambda: least_squares([[]], [1]), "X has no rows or no columns"),
        (lambda: least_squares([[1]], [1], ["a", "b"]), "2 names for 1 columns"),
        (
            lambda: least_squares([[1, 2, 3], [1, 0, 1], [1, 1, 2]], [1, 2, 3], ["a", "b", "c"]),
            "column c is a combination of a and b; leave out c",
        ),
    ],
)
def test_refusals(call: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(message)


def test_as_many_rows_as_columns_suffice() -> None:
    assert least_squares([[1, 1], [1, 2]], [3, 5]) == (Fraction(1), Fraction(2))


def test_nist_noint2_typed_in() -> None:
    """NIST StRD, NoInt2: y = B1 x on three points; certified estimate 0.727272727272727."""
    (slope,) = least_squares([[4], [5], [6]], [3, 4, 4])
    assert slope == Fraction(8, 11)
    assert f"{float(slope):.15f}" == "0.727272727272727"


def test_nist_wampler2_typed_in() -> None:
    """NIST StRD, Wampler2: a quintic on 0..20 whose certified estimates are 1, 0.1, 0.01, ... exactly."""
    certified = [Fraction(1, 10**power) for power in range(6)]
    rows = [[x**power for power in range(6)] for x in range(21)]
    responses = [sum(c * value for c, value in zip(certified, row, strict=True)) for row in rows]
    assert list(least_squares(rows, responses)) == certified
