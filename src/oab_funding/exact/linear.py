"""Least squares without rounding: the coefficients are fractions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from operator import mul

from oab_funding.errors import InputError, Place
from oab_funding.exact.elimination import Dependency, column_names, dependencies, solve_exact
from oab_funding.exact.fraction import Exact, to_fraction

__all__ = ["Dependency", "dependencies", "least_squares", "solve_exact"]


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
