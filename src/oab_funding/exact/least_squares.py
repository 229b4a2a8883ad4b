"""Least squares without rounding: normal equations in whole numbers, coefficients as fractions.

Columns that depend on each other are named.

The elimination is fraction-free: every number that occurs is a minor of the matrix, so every division is
exact and no number grows beyond Hadamard's bound (E. H. Bareiss, Sylvester's identity and multistep
integer-preserving Gaussian elimination, Mathematics of Computation 22:565-578, 1968).

The pivots are the diagonal in the given order, which needs no search: the leading minors of a matrix of cross
products X'X are positive as long as the columns are independent, and the first one that is zero belongs to a
column that depends on those before it. Symmetry halves the work. A matrix for which this does not hold was
summed wrongly and is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from operator import index, mul

from oab_funding.errors import InputError, Place
from oab_funding.exact.fraction import Exact, to_fraction


def least_squares(
    X: Sequence[Sequence[Exact]], y: Sequence[Exact], names: Sequence[str] | None = None
) -> tuple[Fraction, ...]:
    """Fit ``y`` on the columns of ``X`` by ordinary least squares, exactly.

    Every column is cleared of its denominators, so the cross products are whole numbers, and `solve_exact`
    solves the normal equations in whole numbers. An intercept is a column of ones.

    Parameters
    ----------
    X
        Rows of exact numbers, shape (n, p) with n >= p; anything `to_fraction` reads.
    y
        Exact numbers, shape (n,).
    names
        Names of the p columns; ``x1``, ``x2``, ... if left out.

    Returns
    -------
    tuple of Fraction
        The p coefficients.

    Raises
    ------
    InputError
        If the shapes do not fit, a number is not exact (a float, for example), or columns depend on each
        other; the dependent columns are named.

    Examples
    --------
    >>> least_squares([[1, "0.1"], [1, "0.2"], [1, "0.4"]], ["1.2", "1.4", "1.8"], ["one", "slope"])
    (Fraction(1, 1), Fraction(2, 1))
    """
    labels = column_names(names, len(X[0]) if len(X) else 0)
    _check_shape(X, y, labels)
    scaled = [_cleared([row[j] for row in X], name) for j, name in enumerate(labels)]
    target, y_scale = _cleared(y, "y")
    columns = [column for column, _ in scaled]
    cross = [[_dot(left, right) for right in columns] for left in columns]
    solution = solve_exact(cross, [_dot(column, target) for column in columns], labels)
    return tuple(value * scale / y_scale for value, (_, scale) in zip(solution, scaled, strict=True))


def _check_shape(X: Sequence[Sequence[Exact]], y: Sequence[Exact], labels: tuple[str, ...]) -> None:
    if not labels:
        raise InputError("X has no rows or no columns", remedy="pass at least one of each")
    for number, row in enumerate(X, start=1):
        if len(row) != len(labels):
            raise InputError(f"has {len(row)} values for {len(labels)} columns", Place(file="X", row=number))
    if len(y) != len(X):
        raise InputError(f"y has {len(y)} values for {len(X)} rows of X", remedy="pass one value per row")
    if len(X) < len(labels):
        raise InputError(
            f"X has {len(X)} rows for {len(labels)} columns", remedy="pass at least as many rows"
        )


def _cleared(column: Sequence[Exact], name: str) -> tuple[list[int], int]:
    """Multiply a column by the smallest number that makes it whole; give both."""
    exact = [
        value if type(value) is int else to_fraction(value, Place(column=name, row=row))
        for row, value in enumerate(column, start=1)
    ]
    scale = lcm(*(value.denominator for value in exact))
    return [value.numerator * (scale // value.denominator) for value in exact], scale


def _dot(left: list[int], right: list[int]) -> int:
    return sum(map(mul, left, right))


@dataclass(frozen=True, slots=True)
class Dependency:
    """A column that is a combination of earlier ones.

    Parameters
    ----------
    column
        Name of the dependent column.
    on
        Names of the earlier columns in the combination; empty if the column holds only zeros.
    coefficients
        Their coefficients, none of them 0.

    Examples
    --------
    >>> str(Dependency("c", on=("a", "b"), coefficients=(Fraction(1), Fraction(-2))))
    'column c is a combination of a and b'
    """

    column: str
    on: tuple[str, ...]
    coefficients: tuple[Fraction, ...]

    def __str__(self) -> str:
        if not self.on:
            return f"column {self.column} holds only zeros"
        kind = "multiple" if len(self.on) == 1 else "combination"
        return f"column {self.column} is a {kind} of {_listing(self.on)}"


@dataclass(frozen=True, slots=True)
class _Triangle:
    """The eliminated matrix: row i starts at column i; `pivots` are the rows of independent columns."""

    rows: list[list[int]]
    pivots: list[int]

    def solve(self, column: int, before: int) -> dict[int, Fraction]:
        """Express a column in the independent columns with an index below `before`."""
        used = [pivot for pivot in self.pivots if pivot < before]
        # The last pivot is the determinant of the system: by Cramer's rule the solution times it is whole.
        determinant = self.rows[used[-1]][0] if used else 1
        scaled: dict[int, int] = {}
        for i in reversed(used):
            row = self.rows[i]
            known = sum(row[j - i] * value for j, value in scaled.items())
            scaled[i] = (determinant * row[column - i] - known) // row[0]
        return {i: Fraction(value, determinant) for i, value in scaled.items()}


def solve_exact(
    A: Sequence[Sequence[int]], b: Sequence[int], names: Sequence[str] | None = None
) -> tuple[Fraction, ...]:
    """Solve the normal equations ``A x = b`` exactly.

    Parameters
    ----------
    A
        Matrix of cross products X'X, symmetric, whole numbers of any size, shape (p, p).
    b
        Cross products X'y, shape (p,).
    names
        Names of the p columns of X; ``x1``, ``x2``, ... if left out.

    Returns
    -------
    tuple of Fraction
        The only solution, p numbers.

    Raises
    ------
    InputError
        If the shapes do not fit, a number is not whole, A cannot be a matrix of cross products, or columns of
        X depend on each other; the dependent columns are named.

    Examples
    --------
    >>> solve_exact([[2, 1], [1, 2]], [1, 0])
    (Fraction(2, 3), Fraction(-1, 3))
    """
    labels = column_names(names, len(A))
    matrix = _checked(A, labels)
    if len(b) != len(matrix):
        raise InputError(f"{len(b)} right-hand sides for {len(matrix)} equations")
    sides = [_whole(side, name) for side, name in zip(b, labels, strict=True)]
    triangle = _eliminate(
        [[*row[i:], side] for i, (row, side) in enumerate(zip(matrix, sides, strict=True))], labels
    )
    if found := _dependencies(triangle, labels):
        raise InputError(
            "; ".join(map(str, found)),
            remedy=f"leave out {_listing([dependency.column for dependency in found])}",
        )
    solution = triangle.solve(len(matrix), len(matrix))
    return tuple(solution[i] for i in range(len(matrix)))


def dependencies(A: Sequence[Sequence[int]], names: Sequence[str] | None = None) -> tuple[Dependency, ...]:
    """Name every column of X that is a combination of the columns before it.

    Parameters
    ----------
    A
        Matrix of cross products X'X, symmetric, whole numbers of any size, shape (p, p).
    names
        Names of the p columns of X; ``x1``, ``x2``, ... if left out.

    Returns
    -------
    tuple of Dependency
        In the order of the columns; empty if X has full rank.

    Raises
    ------
    InputError
        If the shape does not fit, a number is not whole, or A cannot be a matrix of cross products.

    Examples
    --------
    >>> print(*dependencies([[1, 0, 1], [0, 1, 1], [1, 1, 2]], ["dutch", "abroad", "all"]))
    column all is a combination of dutch and abroad
    """
    labels = column_names(names, len(A))
    matrix = _checked(A, labels)
    return _dependencies(_eliminate([row[i:] for i, row in enumerate(matrix)], labels), labels)


def column_names(names: Sequence[str] | None, count: int) -> tuple[str, ...]:
    """Check the names of the columns, or make them up.

    Parameters
    ----------
    names
        Different names, or none.
    count
        Number of columns.

    Returns
    -------
    tuple of str
        The names given, or ``x1``, ``x2``, ...

    Raises
    ------
    InputError
        If there are more or fewer names than columns, or two are equal.

    Examples
    --------
    >>> column_names(None, 2)
    ('x1', 'x2')
    """
    labels = tuple(names) if names is not None else tuple(f"x{i}" for i in range(1, count + 1))
    if len(labels) != count:
        raise InputError(f"{len(labels)} names for {count} columns", remedy="pass one name per column")
    if len(set(labels)) != count:
        raise InputError("two columns have the same name", Place(value=labels), "pass different names")
    return labels


def _eliminate(rows: list[list[int]], labels: tuple[str, ...]) -> _Triangle:
    pivots, previous = list[int](), 1
    for k in range(len(rows)):
        pivot_row, pivot = rows[k], rows[k][0]
        # Columns of X'X beyond the square, the right-hand side, say nothing about it.
        if pivot < 0 or (pivot == 0 and any(pivot_row[: len(rows) - k])):
            raise InputError(
                "is no matrix of cross products X'X", Place(column=labels[k]), "check how it was summed"
            )
        if pivot == 0:
            continue
        for i in range(k + 1, len(rows)):
            factor = pivot_row[i - k]
            pairs = zip(rows[i], pivot_row[i - k :], strict=True)
            rows[i] = [(pivot * own - factor * above) // previous for own, above in pairs]
        pivots.append(k)
        previous = pivot
    return _Triangle(rows, pivots)


def _dependencies(triangle: _Triangle, labels: tuple[str, ...]) -> tuple[Dependency, ...]:
    found = []
    for column in sorted(set(range(len(labels))) - set(triangle.pivots)):
        terms = sorted((i, value) for i, value in triangle.solve(column, column).items() if value)
        on = tuple(labels[i] for i, _ in terms)
        found.append(Dependency(labels[column], on, tuple(value for _, value in terms)))
    return tuple(found)


def _checked(A: Sequence[Sequence[int]], labels: tuple[str, ...]) -> list[list[int]]:
    for name, row in zip(labels, A, strict=True):
        if len(row) != len(labels):
            raise InputError(f"has {len(row)} numbers in a matrix of {len(labels)} rows", Place(column=name))
    matrix = [[_whole(number, name) for number in row] for name, row in zip(labels, A, strict=True)]
    for i, name in enumerate(labels):
        for j in range(i):
            if matrix[i][j] != matrix[j][i]:
                raise InputError(f"{name} and {labels[j]} break the symmetry", remedy="pass X'X")
    return matrix


def _whole(number: int, name: str) -> int:
    try:
        return index(number)
    except TypeError:
        raise InputError("is not a whole number", Place(column=name, value=number)) from None


def _listing(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
