"""Probabilities on an integer grid, so that drawing a class is a comparison of whole numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oab_funding.indicator.imputation.draws import Keys
from oab_funding.indicator.imputation.elementary import Floats

GRID_BITS = 32
"""Cumulative probabilities are whole multiples of 2^-32."""

Grid = NDArray[np.uint64]


def cumulative_grid(probabilities: Floats) -> Grid:
    """Cumulative probabilities of all classes but the last, in units of 2^-32, rounded down.

    Parameters
    ----------
    probabilities
        Shape (..., classes), adding up to 1.

    Returns
    -------
    numpy.ndarray
        Shape (classes - 1, rows): one row per vector of probabilities, in the order of memory.

    Examples
    --------
    >>> cumulative_grid(np.array([0.25, 0.25, 0.5])).tolist()
    [[1073741824], [2147483648]]
    """
    cumulative = np.add.accumulate(probabilities, axis=-1)[..., :-1]
    scaled = np.ldexp(cumulative, GRID_BITS).astype(np.uint64)
    return np.ascontiguousarray(scaled.reshape(-1, scaled.shape[-1]).T)


def draw_class(grid: Grid, place: NDArray[np.int64], bits: Keys) -> NDArray[np.int8]:
    """Class from 0 that the high 32 of the 64 random bits fall into.

    Parameters
    ----------
    grid
        From `cumulative_grid`.
    place
        Row of the grid for each draw.
    bits
        From `draw_bits`.

    Examples
    --------
    >>> grid = cumulative_grid(np.array([0.25, 0.25, 0.5]))
    >>> bits = np.array([2**62 - 1, 2**62, 2**63], dtype=np.uint64)
    >>> draw_class(grid, np.array([0, 0, 0]), bits).tolist()
    [0, 1, 2]
    """
    high = bits >> np.uint64(64 - GRID_BITS)
    drawn = np.zeros(len(high), dtype=np.int8)
    for threshold in grid:
        drawn += high >= threshold[place]
    return drawn
