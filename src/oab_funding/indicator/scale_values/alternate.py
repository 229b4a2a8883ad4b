"""Alternating least squares: coefficients for given scale values, scale values for given coefficients.

Sources
-------
F. W. Young, J. de Leeuw and Y. Takane (1976), Regression with qualitative and quantitative variables: an
alternating least squares method with optimal scaling features, Psychometrika 41, 505-529,
https://doi.org/10.1007/BF02296972. A. Gifi (1990), Nonlinear Multivariate Analysis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from oab_funding.errors import InputError
from oab_funding.indicator.scale_values.monotone import monotone_minimum
from oab_funding.indicator.scale_values.quadratic import Floats, Quadratic

Level: TypeAlias = Literal["ordinal", "nominal"]
"""Whether scale values must ascend with the class number, or are free."""


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """Where the alternation ended.

    Parameters
    ----------
    values
        Scale values per set, shape (sets, k), from the lowest to the highest class number.
    coefficients
        One per feature, shape (j,).
    losses
        Sum of squared residuals after each round; it never rises.
    """

    values: Floats
    coefficients: Floats
    losses: tuple[float, ...]


def alternate(
    quadratic: Quadratic, sets: tuple[int, ...], level: Level, tolerance: float, most_rounds: int
) -> Scaling:
    """Alternate, from the class numbers, until no scale value moves.

    Parameters
    ----------
    quadratic
        The sum of squares.
    sets
        For each feature, the number of the set of scale values that it uses.
    level
        Whether they must ascend.
    tolerance
        The largest move that counts as none, in class numbers.
    most_rounds
        How often to try.

    Returns
    -------
    Scaling
        Normalised: the smallest value of a set is the lowest class number and the largest one the highest,
        and a set rises with the class number on the whole.

    Raises
    ------
    InputError
        The values of a set become all equal, or it does not converge.
    """
    values: Floats = np.tile(np.array(quadratic.classes, dtype=np.float64), (max(sets) + 1, 1))
    losses: list[float] = []
    for _ in range(most_rounds):
        coefficients, loss = _coefficients(quadratic, sets, values)
        losses.append(loss)
        moved = _normalised(_values(quadratic, sets, coefficients, values, level), quadratic, sets, level)
        move = float(np.max(np.abs(moved - values)))
        values = moved
        if move <= tolerance:
            coefficients, loss = _coefficients(quadratic, sets, values)
            return Scaling(values, coefficients, (*losses, loss))
    raise InputError(
        f"the scale values still move by {move:.1e} after {most_rounds} rounds",
        remedy="allow more rounds or a larger tolerance, or give more children",
    )


def _coefficients(quadratic: Quadratic, sets: tuple[int, ...], values: Floats) -> tuple[Floats, float]:
    """Solve for one coefficient per feature; give the sum of squares too."""
    features, size = len(sets), len(quadratic.classes)
    spread = np.zeros((features * size, features))
    for feature, own in enumerate(sets):
        spread[feature * size : (feature + 1) * size, feature] = values[own]
    linear = spread.T @ quadratic.linear
    coefficients: Floats = np.linalg.solve(spread.T @ quadratic.square @ spread, linear)
    return coefficients, quadratic.constant - float(coefficients @ linear)


def _values(
    quadratic: Quadratic, sets: tuple[int, ...], coefficients: Floats, values: Floats, level: Level
) -> Floats:
    """Solve for all scale values at once."""
    size = len(quadratic.classes)
    spread = np.zeros((len(sets) * size, values.size))
    for feature, own in enumerate(sets):
        rows, columns = np.arange(size) + feature * size, np.arange(size) + own * size
        spread[rows, columns] = coefficients[feature]
    square, linear = spread.T @ quadratic.square @ spread, spread.T @ quadratic.linear
    if level == "nominal":
        # Adding a number to a whole set changes nothing, so the solution of least norm is taken.
        free: Floats = np.linalg.lstsq(square, linear, rcond=1e-12)[0]
        return free.reshape(values.shape)
    return monotone_minimum(square, linear, values.ravel(), size).reshape(values.shape)


def _normalised(values: Floats, quadratic: Quadratic, sets: tuple[int, ...], level: Level) -> Floats:
    classes = np.array(quadratic.classes, dtype=np.float64)
    low, high = classes.min(), classes.max()
    smallest, widest = values.min(axis=1, keepdims=True), np.ptp(values, axis=1, keepdims=True)
    for own in np.flatnonzero(widest[:, 0] <= 1e-9 * (high - low)):
        names = [name for name, used in zip(quadratic.features, sets, strict=True) if used == own]
        raise InputError(
            f"the classes of {', '.join(names)} all get the same scale value",
            remedy="leave the feature out" if level == "nominal" else "leave it out or take nominal scaling",
        )
    normalised = low + (high - low) * (values - smallest) / widest
    falling = (normalised @ (classes - classes.mean())) < 0
    normalised[falling] = low + high - normalised[falling]
    return normalised
