"""Normal equations and dependent columns, against Gauss-Jordan elimination of X itself in plain fractions."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.exact import Dependency, dependencies, solve_exact
from oab_funding.exact.elimination import column_names

Matrix = list[list[int]]
entries = st.integers(-2, 2) | st.integers(-(2**70), 2**70)
designs = st.integers(1, 5).flatmap(
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


@given(designs)
def test_dependencies_are_those_of_the_columns(X: Matrix) -> None:
    expected = tuple(
        Dependency(f"x{j + 1}", tuple(f"x{i + 1}" for i in terms), tuple(terms.values()))
        for j, terms in by_hand(X).items()
    )
    assert dependencies(cross(X)) == expected


@given(designs, st.data())
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
def test_refusals(call: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(message)


def test_a_dependent_column_leaves_the_right_hand_side_out_of_the_question() -> None:
    # The right-hand side belongs to no X here; what is refused is the dependency, not the sums.
    with pytest.raises(InputError, match="column x2 is a multiple of x1"):
        solve_exact([[1, 1], [1, 1]], [1, 2])
