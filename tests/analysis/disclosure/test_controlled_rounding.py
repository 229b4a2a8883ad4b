"""Rounded counts add up, and move as little as any such table does."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from oab_funding.analysis.disclosure.cells import Cell, Layer, layer_of
from oab_funding.analysis.disclosure.controlled_rounding import rounded


def with_totals(values: list[int]) -> Layer:
    """A table of two ways with all its totals."""
    table = dict(zip(product("AB", "xyz"), values, strict=True))
    for row in "AB":
        table[row, "t"] = sum(table[row, column] for column in "xyz")
    for column in ("x", "y", "z", "t"):
        table["t", column] = sum(table[row, column] for row in "AB")
    return layer_of("n", [Cell(key, "n", value) for key, value in table.items()], "t", margins_known=False)


def adds_up(layer: Layer, values: list[int]) -> bool:
    return all(
        sum(values[at] for at in one.parts) == values[one.total] for one in layer.equations if one.total
    )


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=6, max_size=6))
def test_two_ways_are_rounded_with_all_totals_kept_and_least_moved(values: list[int]) -> None:
    layer, base = with_totals(values), 5
    found, kept = rounded(layer, base)
    own = [cell.value or 0 for cell in layer.cells]
    assert kept
    assert adds_up(layer, found)
    assert all(value % base == 0 and abs(value - one) < base for value, one in zip(found, own, strict=True))
    choices = [sorted({one // base * base, -(-one // base) * base}) for one in own]
    moved = [
        sum(abs(value - one) for value, one in zip(table, own, strict=True))
        for table in map(list, product(*choices))
        if adds_up(layer, table)
    ]
    assert sum(abs(value - one) for value, one in zip(found, own, strict=True)) == min(moved)


def test_without_totals_each_count_is_the_nearest_multiple() -> None:
    layer = Layer(
        "n", tuple(Cell((name,), "n", value) for name, value in zip("abc", (2, 3, 10), strict=True)), ()
    )
    assert rounded(layer, 5) == ([0, 5, 10], True)
