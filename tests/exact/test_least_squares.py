"""Exact least squares: against its own definition, plain fractions and the certified values of NIST.

Dependent columns are held against Gauss-Jordan elimination of X itself in plain fractions. Source of the
certified values and data: NIST Statistical Reference Datasets, linear regression,
https://www.itl.nist.gov/div898/strd/ (Norris, Longley, Wampler1, Wampler4, NoInt1).
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import lcm
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.exact import Dependency, dependencies, least_squares, round_exact, solve_exact
from oab_funding.exact.least_squares import column_names

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


def test_nist_noint1_typed_in() -> None:
    """NIST StRD, NoInt1: y = B1 x for x from 60 to 70; certified estimate 2.07438016528926."""
    (slope,) = least_squares([[x] for x in range(60, 71)], list(range(130, 141)))
    assert f"{float(slope):.14f}" == "2.07438016528926"


WAMPLER = (759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048)
"""What Wampler3 of NIST StRD adds to its polynomial at x from 0 to 10; 11 to 20 mirror that."""


@pytest.mark.parametrize(
    ("name", "times"), [("Wampler1", 0), ("Wampler3", 1), ("Wampler4", 100), ("Wampler5", 10**4)]
)
def test_nist_wampler_typed_in(name: str, times: int) -> None:
    """A quintic with all coefficients 1, and disturbances orthogonal to it: certified are six ones."""
    rows = [[x**power for power in range(6)] for x in range(21)]
    noise = [times * WAMPLER[min(x, 20 - x)] for x in range(21)]
    responses = [sum(row) + more for row, more in zip(rows, noise, strict=True)]
    assert list(least_squares(rows, responses)) == [Fraction(1)] * 6
    if name == "Wampler3":
        assert (responses[0], responses[4], responses[12], responses[20]) == (760, 3888, 273291, 3369180)


def test_nist_longley_from_statsmodels() -> None:
    """NIST StRD, Longley, from the observations that come with statsmodels."""
    data = pytest.importorskip("statsmodels.datasets.longley").load_pandas().data
    names = ["GNPDEFL", "GNP", "UNEMP", "ARMED", "POP", "YEAR"]
    rows = [[1, *(Decimal(str(value)) for value in row)] for row in data[names].to_numpy().tolist()]
    fitted = least_squares(rows, [int(value) for value in data["TOTEMP"]])
    certified = (
        "-3482258.63459582",
        "15.0618722713733",
        "-0.0358191792925910",
        "-2.02022980381683",
        "-1.03322686717359",
        "-0.0511041056535807",
        "1829.15146461355",
    )
    got = [to_certified_digits(*pair) for pair in zip(fitted, certified, strict=True)]
    assert got == [Decimal(value) for value in certified]


def test_nist_wampler2_typed_in() -> None:
    """NIST StRD, Wampler2: a quintic on 0..20 whose certified estimates are 1, 0.1, 0.01, ... exactly."""
    certified = [Fraction(1, 10**power) for power in range(6)]
    rows = [[x**power for power in range(6)] for x in range(21)]
    responses = [sum(c * value for c, value in zip(certified, row, strict=True)) for row in rows]
    assert list(least_squares(rows, responses)) == certified


Matrix = list[list[int]]
entries = st.integers(-2, 2) | st.integers(-(2**70), 2**70)
whole_designs = st.integers(1, 5).flatmap(
    lambda p: st.lists(st.lists(entries, min_size=p, max_size=p), min_size=1, max_size=7)
)


def cross(X: Matrix) -> Matrix:
    columns = list(zip(*X, strict=True))
    return [[sum(a * b for a, b in zip(u, v, strict=True)) for v in columns] for u in columns]


def by_hand(X: Matrix) -> dict[int, dict[int, Fraction]]:
    """Give for every dependent column its coefficients on the independent ones before it."""
    rows = [[Fraction(value) for value in row] for row in X]
    pivots: list[int] = []
    found: dict[int, dict[int, Fraction]] = {}
    for j in range(len(rows[0])):
        rank = len(pivots)
        chosen = next((i for i in range(rank, len(rows)) if rows[i][j]), None)
        if chosen is None:
            found[j] = {pivot: rows[i][j] for i, pivot in enumerate(pivots) if rows[i][j]}
            continue
        rows[rank], rows[chosen] = rows[chosen], rows[rank]
        rows[rank] = [value / rows[rank][j] for value in rows[rank]]
        for i, row in enumerate(rows):
            if i != rank:
                rows[i] = [a - row[j] * b for a, b in zip(row, rows[rank], strict=True)]
        pivots.append(j)
    return found


@given(whole_designs)
def test_dependencies_are_those_of_the_columns(X: Matrix) -> None:
    expected = tuple(
        Dependency(f"x{j + 1}", tuple(f"x{i + 1}" for i in terms), tuple(terms.values()))
        for j, terms in by_hand(X).items()
    )
    assert dependencies(cross(X)) == expected


@given(whole_designs, st.data())
def test_solution_satisfies_the_equations(X: Matrix, data: st.DataObject) -> None:
    A = cross(X)
    assume(not by_hand(X))
    b = [data.draw(st.integers(-(2**70), 2**70)) for _ in A]
    x = solve_exact(A, b)
    assert all(type(value) is Fraction for value in x)
    assert [sum(a * value for a, value in zip(row, x, strict=True)) for row in A] == b


@given(st.integers(1, 2**70), st.integers(-(2**70), 2**70))
def test_one_equation(a: int, b: int) -> None:
    assert solve_exact([[a]], [b]) == (Fraction(b, a),)


def test_parts_of_the_data_add_up() -> None:
    """X'X is a sum over rows, so it may come in parts, and numpy's integers serve as well."""
    X = np.array([[1, 2], [1, 5], [1, 7], [1, 11]])
    y = np.array([3, 1, 4, 1])
    whole = solve_exact((X.T @ X).tolist(), (X.T @ y).tolist())
    A = X[:1].T @ X[:1] + X[1:].T @ X[1:]
    b = X[:1].T @ y[:1] + X[1:].T @ y[1:]
    assert solve_exact(A, b) == whole  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("dependency", "text"),
    [
        (Dependency("c", (), ()), "column c holds only zeros"),
        (Dependency("c", ("a",), (Fraction(2),)), "column c is a multiple of a"),
        (Dependency("d", ("a", "b"), (Fraction(1), Fraction(1))), "column d is a combination of a and b"),
        (Dependency("e", ("a", "b", "c"), (Fraction(1),) * 3), "column e is a combination of a, b and c"),
    ],
)
def test_dependency_in_words(dependency: Dependency, text: str) -> None:
    assert str(dependency) == text


def test_only_the_columns_involved_are_named() -> None:
    # d = 2a - c; b stands apart.
    X = [[1, 0, 3, -1], [0, 1, 1, -1], [2, 0, 0, 4], [1, 1, 1, 1], [5, 2, 0, 10]]
    assert dependencies(cross(X), ["a", "b", "c", "d"]) == (
        Dependency("d", ("a", "c"), (Fraction(2), Fraction(-1))),
    )


def test_every_dependent_column_is_named_and_the_system_refused() -> None:
    X = [[1, 1, 0, 0, 2], [1, 0, 1, 0, 2], [1, 0, 1, 0, 2]]
    with pytest.raises(InputError) as caught:
        solve_exact(cross(X), [1, 2, 3, 4, 5], ["one", "dutch", "abroad", "never", "two"])
    assert str(caught.value) == (
        "column abroad is a combination of one and dutch; column never holds only zeros; "
        "column two is a multiple of one; leave out abroad, never and two"
    )


def test_one_dependent_column_is_left_out() -> None:
    with pytest.raises(InputError, match=r"column x2 is a multiple of x1; leave out x2$"):
        solve_exact([[1, 2], [2, 4]], [1, 2])


def test_a_model_of_the_usual_size_takes_no_time() -> None:
    draw, p = random.Random(1), 45
    A = cross([[draw.getrandbits(27) for _ in range(p)] for _ in range(2 * p)])
    b = [draw.getrandbits(60) for _ in range(p)]
    start = time.process_time()
    x = solve_exact(A, b)
    # About 0.04 s. Without the exact divisions the numbers would double in length at every step.
    assert time.process_time() - start < 1
    assert sum(a * value for a, value in zip(A[-1], x, strict=True)) == b[-1]


def test_names() -> None:
    assert column_names(["a", "b"], 2) == ("a", "b")
    assert column_names(None, 3) == ("x1", "x2", "x3")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: solve_exact([[0, 1], [1, 0]], [1, 1]),
            "column x1: is no matrix of cross products X'X; check how it was summed",
        ),
        (lambda: solve_exact([[-1]], [1]), "column x1: is no matrix of cross products X'X"),
        (lambda: solve_exact([[1, 2], [2, 1]], [1, 1]), "column x2: is no matrix of cross products X'X"),
        (
            lambda: dependencies([[1, 1, 0], [1, 1, 1], [0, 1, 9]]),
            "column x2: is no matrix of cross products",
        ),
        (lambda: solve_exact([[1, 2], [3, 9]], [1, 1]), "x2 and x1 break the symmetry; pass X'X"),
        (lambda: dependencies([[1, 2], [3, 9]], ["a", "b"]), "b and a break the symmetry"),
        (lambda: solve_exact([[1, 2], [2]], [1, 1]), "column x2: has 1 numbers in a matrix of 2 rows"),
        (lambda: solve_exact([[1]], [1, 1]), "2 right-hand sides for 1 equations"),
        (lambda: solve_exact([[1.0]], [1]), "column x1, value 1.0: is not a whole number"),
        (lambda: solve_exact([[1]], [0.5]), "column x1, value 0.5: is not a whole number"),
        (lambda: solve_exact([[1]], [1], ["a", "b"]), "2 names for 1 columns; pass one name per column"),
        (
            lambda: dependencies([[1, 0], [0, 1]], ["a", "a"]),
            "value ('a', 'a'): two columns have the same name; pass different names",
        ),
    ],
)
def test_refusals_of_the_elimination(call: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(message)


def test_a_dependent_column_leaves_the_right_hand_side_out_of_the_question() -> None:
    # The right-hand side belongs to no X here; what is refused is the dependency, not the sums.
    with pytest.raises(InputError, match="column x2 is a multiple of x1"):
        solve_exact([[1, 1], [1, 1]], [1, 2])
