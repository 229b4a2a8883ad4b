"""Drawing at random for each part of the made-up country, independent of the other parts.

A part draws from a stream of its own, so that a change in one part (another way to draw sites, say) leaves
the draws of all others as they were. Streams depend on the seed and the part only: not on threads or order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.synthetic.shape import Knots

PARTS = (
    "municipalities", "sites", "schools", "changes", "roll", "moves", "families", "stay", "gaps",
    "attainment", "ids", "old scheme",
)  # fmt: skip
"""Parts in the order of their stream numbers; a new part goes at the end, so that the others keep theirs."""


def stream(seed: int, part: str) -> np.random.Generator:
    """Give the random numbers of one part.

    Parameters
    ----------
    seed
        Seed of the country, zero or more.
    part
        One of `PARTS`.

    Raises
    ------
    InputError
        The seed is negative.

    Examples
    --------
    >>> int(stream(1, "sites").integers(1000)) == int(stream(1, "sites").integers(1000))
    True
    """
    if seed < 0:
        raise InputError("is negative", Place("seed", value=seed), "give zero or a positive whole number")
    sequence = np.random.SeedSequence(seed, spawn_key=(PARTS.index(part),))
    return np.random.Generator(np.random.PCG64DXSM(sequence))


Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def by_rank(raw: Floats, knots: Knots) -> Floats:
    """Give the values of a distribution to `raw` by rank, so that the distribution is hit whatever the seed.

    Parameters
    ----------
    raw
        Shape (n,): only the order counts.
    knots
        Share of the sites below a value, and the value; straight lines between.

    Examples
    --------
    >>> by_rank(np.array([5.0, -1.0]), ((0.0, 0.0), (1.0, 8.0))).tolist()
    [6.0, 2.0]
    """
    rank = np.empty(raw.size)
    rank[np.argsort(raw, kind="stable")] = (np.arange(raw.size) + 0.5) / max(raw.size, 1)
    shares, values = zip(*knots, strict=True)
    drawn: Floats = np.interp(rank, shares, values)
    return drawn


def standard(values: Floats) -> Floats:
    """Shift and scale to mean 0 and standard deviation 1 (all zero where nothing varies)."""
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 0 else np.zeros(values.size)


def apportion(weights: Floats, total: int, minimum: int = 0) -> Ints:
    """Divide `total` in whole parts by weight, each at least `minimum`; the rest goes by largest remainder.

    Examples
    --------
    >>> apportion(np.array([1.0, 1.0, 2.0]), 9, minimum=1).tolist()
    [3, 2, 4]
    """
    free = total - minimum * weights.size
    exact = weights / weights.sum() * free
    parts: Ints = np.floor(exact).astype(np.int64)
    order = np.argsort(parts - exact, kind="stable")
    parts[order[: free - int(parts.sum())]] += 1
    parts += minimum
    return parts


def pick(rng: np.random.Generator, shares: Floats, rows: Ints) -> NDArray[np.int8]:
    """Draw a category for each row from the shares of its group.

    Parameters
    ----------
    rng
        Random numbers.
    shares
        Shape (groups, categories), rows adding up to 1.
    rows
        Shape (n,): the group of each row.
    """
    upper = np.cumsum(shares, axis=1)[:, :-1]
    draw = rng.random(rows.size)
    chosen = np.zeros(rows.size, dtype=np.int8)
    for edge in upper.T:
        chosen += draw >= edge[rows]
    return chosen


def chance(rng: np.random.Generator, logit: Floats) -> Bools:
    """Draw true with the probability that belongs to each log-odds."""
    drawn: Bools = rng.random(logit.size) < 1 / (1 + np.exp(-logit))
    return drawn
