"""Random numbers for each part of the made-up country, independent of the other parts.

A part draws from a stream of its own, so that a change in one part (another way to draw sites, say) leaves
the draws of all others as they were. Streams depend on the seed and the part only: not on threads or order.
"""

from __future__ import annotations

import numpy as np

from oab_funding.errors import InputError, Place

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
