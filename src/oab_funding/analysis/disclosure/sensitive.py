"""Which cells of one table may not be shown: too few children, one contributor, all of one kind.

The form of the rules is that of statistical offices: L. Willenborg and T. de Waal, *Elements of Statistical
Disclosure Control* (2001); A. Hundepool and others, *Statistical Disclosure Control* (2012).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from oab_funding.analysis.disclosure.cells import Key, Layer
from oab_funding.analysis.disclosure.released import Released

Verdict = Literal["pass", "review", "fail"]

VERDICTS: tuple[Verdict, ...] = ("pass", "review", "fail")
"""From the mildest to the strictest."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What may not be shown.

    Parameters
    ----------
    minimum
        The fewest children that a cell may be about; 0 children are no cell.
    group_share
        The largest share of a row's children that may be in one category.
    dominance
        So many of the largest contributors may hold at most that share of a sum; None for no such rule.
    p
        Of the largest contribution, the share that the second largest contributor must be off by at least
        when it estimates it as the sum less its own; None for no such rule.
    """

    minimum: int
    group_share: Fraction
    dominance: tuple[int, Fraction] | None
    p: Fraction | None


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a cell may not be shown, or must be looked at.

    Parameters
    ----------
    layer, at
        Name of the layer, position of the cell in it.
    verdict
        ``"fail"`` or ``"review"``.
    rule
        Which rule it is.
    reason
        In words.
    """

    layer: str
    at: int
    verdict: Verdict
    rule: str
    reason: str


def small_cells(layer: Layer, minimum: int) -> Iterator[Finding]:
    """Find the counts of fewer children than the minimum.

    Examples
    --------
    >>> from oab_funding.analysis.disclosure.cells import Cell
    >>> layer = Layer("pupils", (Cell(("a",), "pupils", 3), Cell(("b",), "pupils", 10)), ())
    >>> [found.reason for found in small_cells(layer, 10)]
    ['3 children, fewer than 10']
    """
    for at, cell in enumerate(layer.cells):
        if cell.value is not None and 0 < cell.value < minimum:
            said = f"{cell.value} children, fewer than {minimum}"
            if not cell.listed:
                said = f"what the total leaves beside its parts is {said}"
            yield Finding(layer.name, at, "fail", "minimum" if cell.listed else "total less parts", said)


def of_one_kind(counts: Layer, table: Released, share: Fraction) -> Iterator[Finding]:
    """Find the rows whose children are all, nearly all, or none in one category."""
    shape = table.shape
    at_key = {(cell.key, cell.column): at for at, cell in enumerate(counts.cells) if cell.listed}
    for key in table.keys if shape.categories else ():
        values = [counts.cells[at_key[(*key, name), name]].value for name in shape.categories]
        whole = counts.cells[at_key[(*key, shape.total), shape.count]].value
        if not whole or any(value is None for value in values):
            continue
        for name, value in zip(shape.categories, values, strict=True):
            assert value is not None  # asked above
            if said := _kind(value, whole, name, share):
                yield Finding(counts.name, at_key[(*key, name), name], said[0], "group", said[1])


def _kind(value: int, whole: int, name: str, share: Fraction) -> tuple[Verdict, str] | None:
    if value == whole:
        return "fail", f"all {whole} children are {name}"
    if value == 0:
        return "review", f"none of {whole} children is {name}"
    if Fraction(value, whole) > share:
        return "fail", f"{value} of {whole} children are {name}, more than {share * 100}%"
    return None


def few_children(sums: Layer, table: Released, minimum: int) -> Iterator[Finding]:
    """Find the sums over fewer children than the minimum."""
    for at, cell in enumerate(sums.cells):
        row = table.row(cell.key) if cell.listed else None
        count = None if row is None else row[table.shape.count]
        if count is not None and 0 < count < minimum:
            said = f"a sum over {count} children, fewer than {minimum}"
            yield Finding(sums.name, at, "fail", "minimum", said)


def dominated(
    sums: Layer, contributions: Mapping[Key, Sequence[int]], thresholds: Thresholds, total: str
) -> Iterator[Finding]:
    """Find the sums that one or a few contributors make up.

    Parameters
    ----------
    sums
        The layer.
    contributions
        By key without totals, what each contributor adds, in the units of the layer.
    thresholds
        The rules.
    total
        The mark of a total.
    """
    for at, cell in enumerate(sums.cells):
        if not cell.listed or cell.value is None:
            continue
        parts = sorted(
            (
                abs(one)
                for key, given in contributions.items()
                if _within(key, cell.key, total)
                for one in given
            ),
            reverse=True,
        )
        if not parts or not (whole := sum(parts)):
            continue
        if thresholds.dominance is not None:
            most, share = thresholds.dominance
            if sum(parts[:most]) > share * whole:
                who = (
                    "the largest contributor holds" if most == 1 else f"the {most} largest contributors hold"
                )
                said = f"{who} more than {share * 100}% of the sum"
                yield Finding(sums.name, at, "fail", "dominance", said)
        if thresholds.p is not None and sum(parts[2:]) < thresholds.p * parts[0]:
            said = f"the second largest contributor knows the largest within {thresholds.p * 100}%"
            yield Finding(sums.name, at, "fail", "p%", said)


def _within(key: Key, whole: Key, total: str) -> bool:
    return all(one in (value, total) for value, one in zip(key, whole, strict=True))
