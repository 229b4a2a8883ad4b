"""Least squares under an order: the smallest value of a quadratic over ascending numbers."""

from __future__ import annotations

import numpy as np

from oab_funding.errors import InputError
from oab_funding.indicator.scale_values.quadratic import Floats

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
