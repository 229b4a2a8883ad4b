"""Which more cells to leave out, so that none that must stay hidden can be recomputed from sums.

For every cell that must stay hidden a programme looks for the cheapest way to move it while every sum stays
what it is; the cells that move with it are left out too (J. P. Kelly, B. L. Golden and A. A. Assad, "Cell
suppression: disclosure protection for sensitive tabular data", *Networks* 22, 1992). It is cheap, not the
cheapest over all cells together. What it gives is proven afterwards, by `possible`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from oab_funding.analysis.disclosure.cells import Layer

_OUT = 1e-6


def suppressed(
    layer: Layer, needs: Mapping[int, int], hidden: Iterable[int], fixed: Iterable[int] = ()
) -> set[int]:
    """Choose the cells of a layer to leave out.

    Parameters
    ----------
    layer
        The cells; those that must stay hidden have a value.
    needs
        By position of a cell that must stay hidden, how wide its interval must be at least.
    hidden
        Cells that are left out already.
    fixed
        Cells that a reader knows anyway, such as those of a place without children: they protect nothing.

    Examples
    --------
    >>> from oab_funding.analysis.disclosure.cells import Cell, layer_of
    >>> sites = [Cell((name,), "pupils", value) for name, value in (("a", 3), ("b", 200), ("c", 90))]
    >>> layer = layer_of("pupils", sites, "total", margins_known=True)
    >>> sorted(suppressed(layer, {0: 9}, []))
    [0, 2]
    """
    out = {*hidden, *needs}
    programme = _Programme(layer, set(fixed))
    for at in sorted(needs, key=lambda at: (-needs[at], at)):
        value = layer.cells[at].value or 0
        down = needs[at] // 2 if layer.signed else min(value, needs[at])
        for move in (-down, needs[at] - down):
            if move:
                out |= programme.moved(at, move, out)
    return out


class _Programme:
    """Moves of cells that leave every sum as it is."""

    def __init__(self, layer: Layer, fixed: set[int]) -> None:
        from scipy import sparse

        self._values = [cell.value for cell in layer.cells]
        size = len(self._values)
        rows, columns, signs = [], [], []
        for number, one in enumerate(layer.equations):
            for at in one.parts:
                rows.append(number)
                columns.append(at)
                signs.append(1.0)
            if one.total is not None:
                rows.append(number)
                columns.append(one.total)
                signs.append(-1.0)
        shape = (len(layer.equations), size)
        moves = sparse.csr_array((signs, (rows, columns)), shape=shape) if rows else None
        self._sums = None if moves is None else sparse.hstack([moves, -moves]).tocsr()
        # A cell is worth what it counts; the position settles between two that are worth the same.
        worth = [1 + abs(value or 0) + at / (size + 1) for at, value in enumerate(self._values)]
        self._worth = np.array(worth) / max(worth)
        far = np.full(size, np.inf)
        down = far if layer.signed else np.array([float(value or 0) for value in self._values])
        self._limits = np.concatenate([far, down])
        still = [at in fixed or value is None for at, value in enumerate(self._values)]
        self._limits[np.tile(still, 2)] = 0

    def moved(self, at: int, move: int, out: set[int]) -> set[int]:
        """Give the cells that move with one; none where nothing can make up for it."""
        from scipy import optimize

        if self._sums is None:
            return {at}
        size = len(self._values)
        cost, limits = self._worth.copy(), self._limits.copy()
        cost[list(out)] *= _OUT
        own, other = (at, size + at) if move > 0 else (size + at, at)
        least = np.zeros(2 * size)
        least[own] = limits[own] = abs(move)
        limits[other] = 0
        found = optimize.linprog(
            np.tile(cost, 2),
            A_eq=self._sums,
            b_eq=np.zeros(self._sums.shape[0]),
            bounds=np.column_stack([least, limits]),
            method="highs",
        )
        if found.x is None:
            return {at}
        return {at, *np.flatnonzero((found.x > _OUT).reshape(2, size).any(axis=0)).tolist()}
