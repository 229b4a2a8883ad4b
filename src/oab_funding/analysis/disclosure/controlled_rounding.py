"""Counts rounded to a base so that parts still add up to their totals.

Every count becomes one of the two multiples next to it; those that together move least are taken, with all
sums of the table kept. For tables of two ways there always is one (L. H. Cox, "A constructive procedure for
unbiased controlled rounding", *JASA* 82, 1987); for more there may be none.
"""

from __future__ import annotations

import numpy as np

from oab_funding.analysis.disclosure.cells import Layer


def rounded(layer: Layer, base: int) -> tuple[list[int], bool]:
    """Round the counts of a layer.

    Parameters
    ----------
    layer
        Counts, none of them left out.
    base
        What every count becomes a multiple of.

    Returns
    -------
    tuple
        The rounded counts, and whether all sums are kept; without that each is the nearest multiple.

    Examples
    --------
    >>> from oab_funding.analysis.disclosure.cells import Cell, layer_of
    >>> sites = [Cell(("a",), "n", 3), Cell(("b",), "n", 3), Cell(("c",), "n", 3), Cell(("total",), "n", 9)]
    >>> rounded(layer_of("n", sites, "total", margins_known=False), 5)
    ([5, 5, 0, 10], True)
    """
    values = np.array([cell.value for cell in layer.cells], dtype=np.int64)
    low = values // base * base
    up = _raised(layer, low, values - low, base)
    if up is None:
        return [int(value) for value in (2 * values + base) // (2 * base) * base], False
    return [int(value) for value in low + base * up], True


def _raised(layer: Layer, low: np.ndarray, above: np.ndarray, base: int) -> np.ndarray | None:
    """Say which counts go up, or that there is no table with all sums kept."""
    from scipy import optimize, sparse

    size = len(low)
    # What going up moves more than going down; the position settles between equals.
    cost = (base - 2.0 * above) + np.arange(size) / (size + 1) / 2
    rows, columns = list[int](), list[int]()
    signs, sums = list[float](), list[int]()
    for one in layer.equations:
        if one.total is None:
            continue
        terms = [*((at, 1) for at in one.parts), (one.total, -1)]
        rows += [len(sums)] * len(terms)
        columns += [at for at, _ in terms]
        signs += [float(sign) for _, sign in terms]
        sums.append(-sum(sign * int(low[at]) for at, sign in terms) // base)
    ties = []
    if sums:
        matrix = sparse.csr_array((signs, (rows, columns)), shape=(len(sums), size))
        ties = [optimize.LinearConstraint(matrix, sums, sums)]
    free = (above > 0).astype(float)
    found = optimize.milp(cost, constraints=ties, bounds=optimize.Bounds(0, free), integrality=np.ones(size))
    if found.x is None:
        return None
    up = np.rint(found.x).astype(np.int64)
    return up if _adds_up(layer, low + base * up) else None


def _adds_up(layer: Layer, values: np.ndarray) -> bool:
    return all(
        sum(int(values[at]) for at in one.parts) == int(values[one.total])
        for one in layer.equations
        if one.total is not None
    )
