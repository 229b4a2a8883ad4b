"""Whether texts are all different, exactly, without holding them: a column of any length, part by part.

Each text becomes a number of 64 bits. Texts whose numbers differ differ; that is certain, and nearly always
the whole answer. Where numbers are equal the texts themselves are compared. Eight bytes a text are held, and
where even that is too much the column is read several times, each time for a share of the numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.errors import InputError

Columns = Iterable["pa.ChunkedArray[Any]"]
"""The parts of a column of text, from the start each time they are gone through."""

MOST_HELD = 1 << 24
"""Numbers held at a time."""

_ROWS = 1 << 18
_SEED = 20191001

Numbers = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class TextSet:
    """What is known of the texts of a column.

    Parameters
    ----------
    count
        How many there are.
    fingerprint
        A number of 64 bits that does not depend on their order, and that other texts share by chance only.
    doubled
        The first text in the order of code points that occurs twice, or None.
    """

    count: int
    fingerprint: int
    doubled: str | None


def survey_texts(columns: Columns) -> TextSet:
    """Find out whether all texts of a column differ.

    Parameters
    ----------
    columns
        The parts of the column.

    Raises
    ------
    InputError
        A text is missing.
    TypeError
        The parts can be gone through only once.

    Examples
    --------
    >>> survey_texts([pa.chunked_array([["b", "a"]]), pa.chunked_array([["b"]])]).doubled
    'b'
    """
    if isinstance(columns, Iterator):
        raise TypeError("the parts are gone through several times: give a list, or what starts anew")
    count, fingerprint = 0, 0
    held: list[Numbers] | None = []
    for part in columns:
        for numbers, _ in _numbered(part):
            count += numbers.size
            fingerprint = (fingerprint + int(numbers.sum())) % 2**64
            held = _hold(held, numbers) if count <= MOST_HELD else None
    shares = -(-count // MOST_HELD)
    parts = [held] if held is not None else (_share(columns, share, shares) for share in range(shares))
    suspects = np.concatenate([_equal(part) for part in parts])
    return TextSet(count, fingerprint, _doubled_among(columns, suspects) if suspects.size else None)


def _hold(held: list[Numbers] | None, numbers: Numbers) -> list[Numbers] | None:
    if held is not None:
        held.append(numbers)
    return held


def _share(columns: Columns, share: int, shares: int) -> list[Numbers]:
    """Read the numbers that leave a rest of `share` when divided by `shares`."""
    every = (numbers for part in columns for numbers, _ in _numbered(part))
    return [numbers[numbers % np.uint64(shares) == share] for numbers in every]


def _equal(parts: list[Numbers]) -> Numbers:
    """Find the numbers that occur twice; the parts are let go of."""
    numbers = np.concatenate([*parts, np.empty(0, dtype=np.uint64)])
    parts.clear()
    numbers.sort()
    return np.unique(numbers[1:][numbers[1:] == numbers[:-1]])


def _doubled_among(columns: Columns, suspects: Numbers) -> str | None:
    times: Counter[str] = Counter()
    for part in columns:
        for numbers, texts in _numbered(part):
            suspect = np.isin(numbers, suspects, kind="sort")  # by a table, numpy 2.0 overflows
            times.update(texts.filter(pa.array(suspect)).to_pylist())
    return min((text for text, occurs in times.items() if occurs > 1), default=None)


def _numbered(column: pa.ChunkedArray[Any]) -> Iterator[tuple[Numbers, pa.Array[Any]]]:
    if column.null_count:
        raise InputError("an id is empty", remedy="fill it in")
    for chunk in column.chunks:
        for start in range(0, len(chunk), _ROWS):
            texts = chunk.slice(start, _ROWS)
            yield _numbers(texts.cast(pa.large_string())), texts


def _numbers(texts: pa.Array[Any]) -> Numbers:
    """Give each text a number: its bytes times odd factors by place, summed modulo 2**64, and stirred."""
    _, ends, content = texts.buffers()
    bounds = np.frombuffer(ends, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(content or b"", dtype=np.uint8)[bounds[0] : bounds[-1]]
    lengths = np.diff(bounds)
    longest = int(lengths.max())
    factors = np.random.PCG64(_SEED).random_raw(longest) | np.uint64(1)
    if longest and int(lengths.min()) == longest:
        rows = data.reshape(-1, longest)
        sums = np.zeros(len(rows), dtype=np.uint64)
        for place in range(longest):
            sums += (rows[:, place].astype(np.uint64) + np.uint64(1)) * factors[place]
    else:
        sums = _uneven_sums(data, lengths, factors)
    return _stirred(sums)


def _uneven_sums(data: NDArray[np.uint8], lengths: NDArray[np.int64], factors: Numbers) -> Numbers:
    starts = np.cumsum(lengths) - lengths
    places = np.arange(data.size) - np.repeat(starts, lengths)
    terms = (data.astype(np.uint64) + np.uint64(1)) * factors[places]
    sums = np.zeros(lengths.size, dtype=np.uint64)
    filled = lengths > 0  # a text without bytes has no term of its own
    if filled.any():
        sums[filled] = np.add.reduceat(terms, starts[filled])
    return sums


def _stirred(sums: Numbers) -> Numbers:
    """Spread every bit over all bits, one to one (the finaliser of SplitMix64)."""
    sums = (sums ^ (sums >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    sums = (sums ^ (sums >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return sums ^ (sums >> np.uint64(31))
