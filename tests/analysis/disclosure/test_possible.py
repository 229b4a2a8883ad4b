"""Intervals against all tables counted out one by one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oab_funding.analysis.disclosure.cells import Cell, Layer, layer_of
from oab_funding.analysis.disclosure.possible import hidden_bounds, possible
from oab_funding.errors import InputError

from .tables import every_table, margins

KEYS = [(row, column) for row in "AB" for column in "xyz"]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=6, max_size=6), st.sets(st.integers(0, 5), min_size=1))
def test_the_ends_are_those_of_all_possible_tables(values: list[int], hidden: set[int]) -> None:
    table = dict(zip(KEYS, values, strict=True))
    cells = [Cell(key, "n", value) for key, value in table.items()]
    layer = layer_of("n", cells, "t", margins_known=True)
    shown = {key: None if at in hidden else value for at, (key, value) in enumerate(table.items())}
    tables = list(every_table(shown, margins(table)))
    found = possible(layer, hidden_bounds(layer, hidden), hidden)
    for at in hidden:
        reached = [one[KEYS[at]] for one in tables]
        assert (found[at].low, found[at].high) == (min(reached), max(reached))


def test_a_cell_of_no_sum_can_be_anything() -> None:
    layer = Layer("n", (Cell(("A",), "n", 3),), ())
    found = possible(layer, hidden_bounds(layer, [0]), [0])
    assert found[0].low == 0
    assert found[0].high > 10**8


def test_a_sum_that_may_be_below_0_is_not_held_at_0() -> None:
    layer = layer_of("n", [Cell(("A",), "n", -3), Cell(("B",), "n", 5)], "t", margins_known=True, signed=True)
    found = possible(layer, hidden_bounds(layer, [0, 1]), [0])
    assert found[0].low < -(10**8)


def test_left_out_cells_that_fit_no_number_are_refused() -> None:
    cells = [Cell(("A",), "n", None), Cell(("B",), "n", 9), Cell(("t",), "n", 5)]
    layer = layer_of("n", cells, "t", margins_known=False)
    with pytest.raises(InputError, match="no number here fits"):
        possible(layer, hidden_bounds(layer, [0]), [0])
