"""Making replicates: how many of which kind, in blocks that any pool can work on, and their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import floor

import numpy as np
from numpy.typing import NDArray

from oab_funding.analysis.uncertainty.replicate import Block, Kind, block
from oab_funding.analysis.uncertainty.state import State
from oab_funding.errors import InputError, Place
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.parts.sources import Each, in_turn

BLOCK = 50
"""Replicates that are made together: the piece of work that a pool is given."""

MOST_REPLICATES = 20_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How many replicates are made, of which seed, and how wide intervals are.

    Parameters
    ----------
    replicates
        With all that is not certain drawn.
    parts
        With one source of doubt alone, for each of them; 0 for none.
    seed
        Of all draws.
    level
        Probability of an interval.
    """

    replicates: int = 1000
    parts: int = 50
    seed: int = 1
    level: Fraction = Fraction(95, 100)

    def __post_init__(self) -> None:
        if not 0 < self.level < 1:
            raise InputError(
                "is no probability", Place(value=self.level, argument="level"), "give one such as 95%"
            )
        if self.replicates > MOST_REPLICATES or self.rank < 1:
            least = -(-2 // (1 - self.level)) - 1
            place = Place(value=self.replicates, argument="replicates")
            remedy = f"give {least} to {MOST_REPLICATES}"
            raise InputError(f"is no number of replicates for an interval of {self.level}", place, remedy)
        if not 0 <= self.parts <= MOST_REPLICATES or self.parts == 1:
            place = Place(value=self.parts, argument="parts")
            raise InputError("is no number of replicates", place, f"give 0, or 2 to {MOST_REPLICATES}")

    @property
    def rank(self) -> int:
        """The lower end is the replicate of this rank from below, the upper end that from above."""
        return floor((1 - self.level) / 2 * (self.replicates + 1))

    def work(self, kinds: Sequence[Kind]) -> list[tuple[int, int, Kind]]:
        """Divide the replicates into blocks."""
        found: list[tuple[int, int, Kind]] = []
        for kind in kinds:
            count = self.replicates if kind == "all" else self.parts
            found += [(first, min(BLOCK, count - first), kind) for first in range(0, count, BLOCK)]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """Replicates of one stream by kind, each in ascending number.

    Parameters
    ----------
    names
        The institutions.
    raw, score
        A and the score in hundredths, int32 of shape (replicates, institutions).
    nation
        C, G and the line in millionths, shape (replicates, 3).
    """

    names: tuple[str, ...]
    raw: Mapping[Kind, NDArray[np.int32]]
    score: Mapping[Kind, NDArray[np.int32]]
    nation: Mapping[Kind, Int64Array]


def make(
    state: State, plan: Plan, each: Each = in_turn, on_step: Callable[[str], None] | None = None
) -> dict[str, Made]:
    """Make all replicates of a state, by stream; the same bits however the work is divided.

    Parameters
    ----------
    state
        What they are made from.
    plan
        How many.
    each
        Goes through the blocks: `in_turn`, `with_executor(...)` or `with_dask`.
    on_step
        Called with how far the work is.
    """
    sources: list[Kind] = ["imputation", "seed"]
    if state.coefficients is not None:
        sources.insert(1, "coefficients")
    work = plan.work(["all", *(sources if plan.parts else [])])
    total, done = sum(count for _, count, _ in work), 0
    found: dict[Kind, list[Block]] = {}
    results = iter(each(partial(block, state, plan.seed), work))
    for _, count, kind in work:
        if on_step is not None:
            on_step(f"replicate {done + 1} of {total}")
        found.setdefault(kind, []).append(next(results))
        done += count
    return {
        stream.name: Made(
            stream.names,
            {kind: np.concatenate([one.raw[at] for one in blocks]) for kind, blocks in found.items()},
            {kind: np.concatenate([one.score[at] for one in blocks]) for kind, blocks in found.items()},
            {kind: np.concatenate([one.nation[at] for one in blocks]) for kind, blocks in found.items()},
        )
        for at, stream in enumerate(state.streams)
    }


def content_hash(made: Mapping[str, Made]) -> str:
    """SHA-256 of all scores and national figures, of every kind and stream."""
    digest = hashlib.sha256()
    for stream in sorted(made):
        one = made[stream]
        digest.update(repr((stream, one.names)).encode())
        for kind in sorted(one.score):
            digest.update(repr((kind, one.score[kind].shape)).encode())
            for values in (one.raw[kind], one.score[kind]):
                digest.update(np.ascontiguousarray(values, dtype="<i4").tobytes())
            digest.update(np.ascontiguousarray(one.nation[kind], dtype="<i8").tobytes())
    return digest.hexdigest()
