"""Small tables, and every table that a reader must hold for possible, counted out one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

Key = tuple[str, ...]


def every_table(
    shown: Mapping[Key, int | None], sums: Sequence[tuple[Sequence[Key], int]]
) -> Iterator[dict[Key, int]]:
    """All counts of 0 or more in the hidden cells that give the known sums.

    Parameters
    ----------
    shown
        The finest cells; None where hidden.
    sums
        Cells and what they add up to; every hidden cell is in one.
    """
    known = {key: value for key, value in shown.items() if value is not None}
    yield from _filled(known, [key for key, value in shown.items() if value is None], sums)


def _filled(
    known: dict[Key, int], hidden: list[Key], sums: Sequence[tuple[Sequence[Key], int]]
) -> Iterator[dict[Key, int]]:
    left = [(amount - sum(known.get(key, 0) for key in keys), keys) for keys, amount in sums]
    if any(rest < 0 or (rest and all(key in known for key in keys)) for rest, keys in left):
        return
    if not hidden:
        yield known
        return
    first, *others = hidden
    for value in range(min(rest for rest, keys in left if first in keys) + 1):
        yield from _filled({**known, first: value}, others, sums)


def margins(values: Mapping[Key, int]) -> list[tuple[list[Key], int]]:
    """Every sum over one or more places of the keys."""
    width = len(next(iter(values)))
    found: dict[tuple[Key, tuple[int, ...]], list[Key]] = {}
    for out in product((False, True), repeat=width):
        if not any(out):
            continue
        for key in values:
            whole = tuple("" if gone else value for gone, value in zip(out, key, strict=True))
            found.setdefault((whole, tuple(map(int, out))), []).append(key)
    return [(keys, sum(values[key] for key in keys)) for keys in found.values() if len(keys) > 1]
