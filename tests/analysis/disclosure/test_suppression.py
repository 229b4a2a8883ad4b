"""No cell that must stay hidden can be recomputed: all tables that fit are counted out."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from oab_funding.analysis.disclosure.cells import Cell, layer_of
from oab_funding.analysis.disclosure.possible import hidden_bounds, possible
from oab_funding.analysis.disclosure.suppression import suppressed

from .tables import every_table, margins

NEED = 3


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=6, max_size=6))
def test_hidden_cells_keep_their_interval_where_any_pattern_does(values: list[int]) -> None:
    keys = [(row, column) for row in "AB" for column in "xyz"]
    table = dict(zip(keys, values, strict=True))
    layer = layer_of("n", [Cell(key, "n", value) for key, value in table.items()], "t", margins_known=True)
    needs = {at: NEED for at, value in enumerate(values) if 0 < value <= NEED}
    out = suppressed(layer, needs, [])
    shown = {key: None if at in out else value for at, (key, value) in enumerate(table.items())}
    tables = list(every_table(shown, margins(table)))
    everything = list(every_table(dict.fromkeys(keys), margins(table)))
    for at in needs:
        reached = {one[keys[at]] for one in tables}
        best = {one[keys[at]] for one in everything}
        wide = max(reached) - min(reached)
        # Protected, or no pattern at all could protect it.
        moves = (min(values[at], NEED), NEED - min(values[at], NEED))
        could = min(best) <= values[at] - moves[0] and max(best) >= values[at] + moves[1]
        assert wide >= NEED or not could


def test_the_smallest_other_cell_goes_with_it() -> None:
    cells = [Cell((name,), "n", value) for name, value in (("a", 2), ("b", 500), ("c", 40), ("d", 90))]
    layer = layer_of("n", cells, "t", margins_known=True)
    assert suppressed(layer, {0: 9}, []) == {0, 2}
    assert suppressed(layer, {0: 9}, [3]) == {0, 3}, "one that is out already costs nothing"
    assert suppressed(layer, {0: 9}, [], fixed=[2]) == {0, 3}


def test_two_ways_need_four_cells() -> None:
    values = {("A", "x"): 2, ("A", "y"): 50, ("B", "x"): 60, ("B", "y"): 70}
    layer = layer_of("n", [Cell(key, "n", value) for key, value in values.items()], "t", margins_known=True)
    assert suppressed(layer, {0: 9}, []) == {0, 1, 2, 3}
    found = possible(layer, hidden_bounds(layer, range(4)), [0])
    assert (found[0].low, found[0].high) == (0, 52)


def test_the_one_cell_of_its_total_takes_the_total_along() -> None:
    values = {("A", "1"): 4, ("A", "t"): 4, ("B", "2"): 30, ("B", "3"): 20, ("B", "t"): 50, ("t", "t"): 54}
    layer = layer_of("n", [Cell(key, "n", value) for key, value in values.items()], "t", margins_known=False)
    out = {layer.cells[at].key for at in suppressed(layer, {0: 9}, [])}
    assert {("A", "1"), ("A", "t")} < out


def test_where_nothing_can_make_up_for_it_only_the_cell_itself_goes() -> None:
    layer = layer_of("n", [Cell(("a",), "n", 2), Cell(("t",), "n", 2)], "t", margins_known=True)
    assert suppressed(layer, {0: 9}, [], fixed=[1]) == {0}
