"""Alternating least squares: coefficients for given scale values, scale values for given coefficients.

Sources
-------
F. W. Young, J. de Leeuw and Y. Takane (1976), Regression with qualitative and quantitative variables: an
alternating least squares method with optimal scaling features, Psychometrika 41, 505-529,
https://doi.org/10.1007/BF02296972. A. Gifi (1990), Nonlinear Multivariate Analysis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from oab_funding.errors import InputError
from oab_funding.indicator.scale_values.quadratic import Floats, Quadratic

Level: TypeAlias = Literal["ordinal", "nominal"]
"""Whether scale values must ascend with the class number, or are free."""


_SAME_VALUES = 1e-4
"""Ends whose scale values differ by no more, in class numbers, are one minimum: far above what is left to go
when the values settle."""

_LOWER = 1e-9
"""A sum of squares is lower by at least this share of the whole: far above what arithmetic leaves over."""


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
    minima
        How many different ends the alternation found from its starts; above 1 there are local minima.
    """

    values: Floats
    coefficients: Floats
    losses: tuple[float, ...]
    minima: int = 1


def alternate(
    quadratic: Quadratic, sets: tuple[int, ...], level: Level, tolerance: float, most_rounds: int
) -> Scaling:
    """Alternate, from several starts, until no scale value moves, and take the best end.

    The starts are the class numbers, the best fit of rank one to the free effects of the classes, and its
    mirror image. Of ends that are equally good the first start's is taken.

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
        From every start the values of a set become all equal, or do not converge.
    """
    ends: list[Scaling] = []
    failures: list[InputError] = []
    for start in _starts(quadratic, sets, level):
        try:
            ends.append(_from(start, quadratic, sets, level, tolerance, most_rounds))
        except InputError as error:
            failures.append(error)
    if not ends:
        raise failures[0]
    best = ends[0]
    for end in ends[1:]:
        if end.losses[-1] < best.losses[-1] - _LOWER * quadratic.constant:
            best = end
    return replace(best, minima=_count_different(ends))


def _count_different(ends: Sequence[Scaling]) -> int:
    different: list[Floats] = []
    for end in ends:
        if all(np.max(np.abs(end.values - other)) > _SAME_VALUES for other in different):
            different.append(end.values)
    return len(different)


def _starts(quadratic: Quadratic, sets: tuple[int, ...], level: Level) -> list[Floats]:
    """Class numbers; the free effects by their best fit of rank one, per set; and these upside down."""
    numbers = np.array(quadratic.classes, dtype=np.float64)
    size = len(numbers)
    plain: Floats = np.tile(numbers, (max(sets) + 1, 1))
    free = np.linalg.lstsq(quadratic.square, quadratic.linear, rcond=1e-12)[0].reshape(-1, size)
    weights = np.diagonal(quadratic.square).reshape(-1, size)
    starts = [plain]
    for sign in (1.0, -1.0):
        start = plain.copy()
        for own in range(len(plain)):
            members = [feature for feature, used in enumerate(sets) if used == own]
            direction = sign * _rank_one(free[members], weights[members].sum(axis=0))
            if level == "ordinal":
                own_weights = np.diag(weights[members].sum(axis=0))
                direction = monotone_minimum(own_weights, own_weights @ direction, numbers, size)
            if np.ptp(direction) > 0:
                low, widest = direction.min(), np.ptp(direction)
                start[own] = numbers.min() + np.ptp(numbers) * (direction - low) / widest
        starts.append(start)
    return starts


def _rank_one(effects: Floats, weights: Floats) -> Floats:
    """Give the scale whose multiples come nearest to the effects of several features, by weighted squares."""
    length = np.sqrt(np.maximum(weights, np.finfo(np.float64).tiny))
    centred = effects - np.average(effects, axis=1, weights=length**2)[:, None]
    direction: Floats = np.linalg.svd(centred * length, full_matrices=False)[2][0] / length
    return direction if direction @ np.arange(len(direction)) >= 0 else -direction


def _from(
    start: Floats,
    quadratic: Quadratic,
    sets: tuple[int, ...],
    level: Level,
    tolerance: float,
    most_rounds: int,
) -> Scaling:
    values = start
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


_STEP = 1e-13
"""Steps smaller than this part of the range of the numbers are no progress in doubles."""

_MOST_STEPS = 100_000


def monotone_minimum(square: Floats, linear: Floats, start: Floats, size: int) -> Floats:
    """Minimise ``q' square q - 2 linear' q`` over q that ascend within each block.

    Isotonic regression solves this where `square` is diagonal. Otherwise the quadratic is majorised by one
    that is, and touches it where the last step ended; its minimum is an isotonic regression, and no step goes
    up. Iterative majorisation for optimal scaling: J. de Leeuw (1994),
    https://doi.org/10.1007/978-3-642-46808-7_28. Isotonic regression itself by scipy.

    Parameters
    ----------
    square
        Positive semidefinite, shape (b k, b k).
    linear
        Shape (b k,).
    start
        Where to begin, shape (b k,).
    size
        Length k of a block.

    Returns
    -------
    ndarray of float64
        Shape (b k,); ascending within each block, to the bit.

    Raises
    ------
    InputError
        It does not converge.

    Examples
    --------
    >>> square, linear = np.diag([1.0, 1.0, 2.0]), np.array([1.0, 3.0, 4.0])
    >>> monotone_minimum(square, linear, np.zeros(3), size=3).round(6).tolist()
    [1.0, 2.333333, 2.333333]
    """
    from scipy.optimize import isotonic_regression as isotonic

    # A symmetric matrix is at most the diagonal one of its absolute row sums (Gershgorin).
    weights = np.abs(square).sum(axis=1)
    if not weights.any():
        return np.zeros_like(start)  # nothing depends on the numbers, so none is larger than another
    weights = np.maximum(weights, weights.max() * np.finfo(np.float64).eps)
    values = start
    for _ in range(_MOST_STEPS):
        aim = values - (square @ values - linear) / weights
        blocks = [slice(first, first + size) for first in range(0, len(aim), size)]
        stepped = np.concatenate([isotonic(aim[b], weights=weights[b]).x for b in blocks])
        done = np.max(np.abs(stepped - values)) <= _STEP * max(1.0, float(np.ptp(stepped)))
        values = stepped
        if done:
            return values
    raise InputError(
        "the ascending scale values do not settle", remedy="give more children, or take nominal scaling"
    )
