"""What a reader can still work out about cells that are hidden, or rounded: their lowest and highest value.

A mixed-integer programme finds the extremes; its floats are not trusted. Each extreme comes with a whole
table that agrees with everything that is published, and that table is checked in whole numbers. So an
interval that is given is never wider than what a reader must hold for possible; it may only be narrower.

These are the attacker's problems of M. Fischetti and J. J. Salazar, "Solving the cell suppression problem on
tabular data with linear constraints", *Management Science* 47 (2001).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oab_funding.analysis.disclosure.cells import Equation, Layer
from oab_funding.errors import InputError, Place

FAR = 10**9
"""What is not bounded is tried up to so many units from where it could begin."""

Bounds = Mapping[int, tuple[int, int]]
"""By position of a cell that is not shown as it is, what a reader knows by itself: lowest and highest."""


@dataclass(frozen=True, slots=True)
class Interval:
    """What a cell can be, each end borne out by a whole table.

    Parameters
    ----------
    low, high
        Lowest and highest value, in units of the layer.
    """

    low: int
    high: int

    @property
    def width(self) -> int:
        """How far the ends are apart."""
        return self.high - self.low


def hidden_bounds(layer: Layer, hidden: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Give what is known of cells that are left out: no count is below 0."""
    found = {}
    for at in hidden:
        value = layer.cells[at].value or 0
        found[at] = (value - FAR if layer.signed else 0, value + FAR)
    return found


def possible(layer: Layer, bounds: Bounds, wanted: Iterable[int]) -> dict[int, Interval]:
    """Give what cells can be, for a reader who knows all others and every sum.

    Parameters
    ----------
    layer
        The cells and what ties them together.
    bounds
        The cells that are not shown as they are, with what a reader knows of each by itself.
    wanted
        Positions of the cells to give.

    Raises
    ------
    InputError
        No numbers fit what is published.

    Examples
    --------
    >>> from oab_funding.analysis.disclosure.cells import Cell, layer_of
    >>> sites = [Cell((name,), "pupils", value) for name, value in (("a", 3), ("b", 20), ("c", 9))]
    >>> layer = layer_of("pupils", sites, "total", margins_known=True)
    >>> possible(layer, hidden_bounds(layer, [0, 2]), [0])
    {0: Interval(low=0, high=12)}
    """
    asked = set(wanted)
    found: dict[int, Interval] = {}
    for members, equations in _components(layer, bounds):
        if asked & set(members):
            attack = _Attack(layer, bounds, members, equations)
            found |= {at: attack.interval(at) for at in members if at in asked}
    return dict(sorted(found.items()))


def _components(layer: Layer, bounds: Bounds) -> list[tuple[list[int], list[Equation]]]:
    """Give the hidden cells in groups that no equation ties to another group, with their equations."""
    parent = {at: at for at in bounds}

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    touching = []
    for one in layer.equations:
        mine = [at for at in _members(one) if at in bounds]
        if mine:
            touching.append((mine[0], one))
            for at in mine[1:]:
                parent[max(root(mine[0]), root(at))] = min(root(mine[0]), root(at))
    groups: dict[int, tuple[list[int], list[Equation]]] = {}
    for at in sorted(bounds):
        groups.setdefault(root(at), ([], []))[0].append(at)
    for at, one in touching:
        groups[root(at)][1].append(one)
    return list(groups.values())


def _members(one: Equation) -> tuple[int, ...]:
    return one.parts if one.total is None else (*one.parts, one.total)


class _Attack:
    """The reader's problem in one group of hidden cells."""

    def __init__(
        self, layer: Layer, bounds: Bounds, members: Sequence[int], equations: Sequence[Equation]
    ) -> None:
        self._layer, self._bounds, self._members = layer, bounds, members
        self._number = {at: number for number, at in enumerate(members)}
        self._rows, self._sums = [], []
        for one in equations:
            signs = dict.fromkeys(one.parts, 1)
            if one.total is not None:
                signs[one.total] = -1
            shown = [(at, sign) for at, sign in signs.items() if at not in bounds]
            values = [sign * (layer.cells[at].value or 0) for at, sign in shown]
            self._rows.append([(self._number[at], sign) for at, sign in signs.items() if at in bounds])
            self._sums.append((0 if one.total is not None else one.amount) - sum(values))
        self._matrix = _matrix(self._rows, len(members))

    def interval(self, at: int) -> Interval:
        """Give the lowest and highest of a cell; its own value where neither is borne out."""
        ends = [self._end(at, sign) for sign in (1, -1)]
        value = self._layer.cells[at].value
        if None in ends and value is None:
            key = ", ".join(self._layer.cells[at].key)
            place = Place(column=self._layer.name, value=key)
            raise InputError("no number here fits what is published", place, "check parts and totals")
        low, high = (value if end is None else end for end in ends)
        assert low is not None
        assert high is not None
        return Interval(low, high)

    def _end(self, at: int, sign: int) -> int | None:
        from scipy import optimize

        aim = np.zeros(len(self._members))
        aim[self._number[at]] = sign
        low, high = zip(*(self._bounds[member] for member in self._members), strict=True)
        ties = [optimize.LinearConstraint(self._matrix, self._sums, self._sums)] if self._rows else []
        found = optimize.milp(
            aim,
            constraints=ties,
            bounds=optimize.Bounds(np.array(low, dtype=float), np.array(high, dtype=float)),
            integrality=np.ones(len(aim)),
        )
        if found.x is None:
            return None
        table = [round(float(value)) for value in found.x]
        return table[self._number[at]] if self._fits(table) else None

    def _fits(self, table: Sequence[int]) -> bool:
        """Check in whole numbers that a table agrees with everything that is known."""
        bounds = (self._bounds[member] for member in self._members)
        within = all(low <= value <= high for value, (low, high) in zip(table, bounds, strict=True))
        sums = (sum(sign * table[number] for number, sign in row) for row in self._rows)
        return within and all(found == wanted for found, wanted in zip(sums, self._sums, strict=True))


def _matrix(rows: Sequence[Sequence[tuple[int, int]]], width: int) -> NDArray[np.float64]:
    from scipy import sparse

    entries = [(row, number, sign) for row, signs in enumerate(rows) for number, sign in signs]
    if not entries:
        return np.zeros((len(rows), width))
    row, column, value = zip(*entries, strict=True)
    matrix: NDArray[np.float64] = sparse.csr_array(
        (np.array(value, dtype=float), (row, column)), shape=(len(rows), width)
    )
    return matrix
