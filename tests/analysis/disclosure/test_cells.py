"""How cells are tied together."""

from __future__ import annotations

import pytest

from oab_funding.analysis.disclosure.cells import Cell, Equation, layer_of
from oab_funding.errors import InputError


def cells(values: dict[tuple[str, ...], int | None]) -> list[Cell]:
    return [Cell(key, "n", value) for key, value in values.items()]


def test_a_total_is_tied_to_its_parts_in_nested_places() -> None:
    values = {("A", "1"): 3, ("A", "2"): 4, ("B", "3"): 5, ("A", "t"): 7, ("B", "t"): 5, ("t", "t"): 12}
    layer = layer_of("n", cells(values), "t", margins_known=False)
    said = {
        (layer.cells[one.total or 0].key, tuple(layer.cells[at].key for at in one.parts))
        for one in layer.equations
    }
    assert said == {
        (("A", "t"), (("A", "1"), ("A", "2"))),
        (("B", "t"), (("B", "3"),)),
        (("t", "t"), (("A", "t"), ("B", "t"))),
    }


def test_a_total_over_two_columns_at_once_is_tied_to_the_finest() -> None:
    layer = layer_of("n", cells({("A", "1"): 3, ("B", "2"): 4, ("t", "t"): 7}), "t", margins_known=False)
    assert layer.equations == (Equation((0, 1), 2),)


def test_what_a_total_leaves_is_a_cell() -> None:
    layer = layer_of("n", cells({("A",): 3, ("t",): 7}), "t", margins_known=True)
    rest = [cell for cell in layer.cells if not cell.listed]
    assert [(cell.key, cell.value) for cell in rest] == [(("t",), 4)]
    assert layer.equations[0] == Equation((0, 2), 1)


@pytest.mark.parametrize(("whole", "may_lack"), [(2, True), (2, False), (4, False)])
def test_parts_that_do_not_add_up_are_refused(whole: int, may_lack: bool) -> None:
    with pytest.raises(InputError, match="do not add up"):
        layer_of("n", cells({("A",): 3, ("t",): whole}), "t", margins_known=False, may_lack=may_lack)


def test_margins_known_from_elsewhere_are_every_way_to_sum_out() -> None:
    values = {("A", "x"): 1, ("A", "y"): 2, ("B", "x"): 3, ("B", "y"): 4}
    layer = layer_of("n", cells(values), "t", margins_known=True)
    assert sorted(one.amount for one in layer.equations) == [3, 4, 6, 7, 10]
    assert layer_of("n", cells(values), "t", margins_known=False).equations == ()


def test_a_margin_of_one_cell_or_with_an_empty_one_is_none() -> None:
    assert not layer_of("n", cells({("A", "x"): 1, ("B", "y"): None}), "t", margins_known=True).equations


def test_the_order_of_the_rows_does_not_matter() -> None:
    values = {("A",): 3, ("B",): 5, ("t",): 8}
    turned = dict(reversed(values.items()))
    first, second = (layer_of("n", cells(one), "t", margins_known=True) for one in (values, turned))
    assert first == second
