"""Every threshold on and beside it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from oab_funding.analysis.disclosure.cells import Cell, Layer
from oab_funding.analysis.disclosure.released import Shape, layers_of, read_released
from oab_funding.analysis.disclosure.sensitive import (
    Thresholds,
    dominated,
    few_children,
    of_one_kind,
    small_cells,
)

HALF = Fraction(1, 2)


@pytest.mark.parametrize(("value", "fails"), [(0, False), (1, True), (9, True), (10, False), (None, False)])
def test_few_children_fail(value: int | None, fails: bool) -> None:
    assert bool(list(small_cells(Layer("n", (Cell(("a",), "n", value),), ()), 10))) is fails


@pytest.mark.parametrize(
    ("target", "verdicts"),
    [(0, ["review"]), (1, []), (90, []), (91, ["fail"]), (100, ["fail"])],
)
def test_all_nearly_all_or_none_of_a_kind(target: int, verdicts: list[str]) -> None:
    frame = {"site_id": ["a"], "pupils": [100], "target": [target]}
    table = read_released(frame, Shape(("site_id",), "pupils", ("target",)))
    counts = layers_of(table, margins_known=False)[0]
    found = list(of_one_kind(counts, table, Fraction(9, 10)))
    assert [one.verdict for one in found] == verdicts
    assert all(counts.cells[one.at].column == "target" for one in found)


def test_nobody_is_of_no_kind() -> None:
    table = read_released(
        {"site_id": ["a"], "pupils": [0], "target": [0]}, Shape(("site_id",), "pupils", ("target",))
    )
    assert not list(of_one_kind(layers_of(table, margins_known=False)[0], table, HALF))


@pytest.mark.parametrize(("pupils", "fails"), [(0, False), (9, True), (10, False)])
def test_a_sum_over_few_children_fails(pupils: int, fails: bool) -> None:
    frame = {"site_id": ["a"], "pupils": [pupils], "score": ["1.00"]}
    table = read_released(frame, Shape(("site_id",), "pupils", (), ("score",)))
    sums = layers_of(table, margins_known=False)[1]
    assert bool(list(few_children(sums, table, 10))) is fails


def rules(parts: list[int], dominance: tuple[int, Fraction] | None, p: Fraction | None) -> list[str]:
    layer = Layer("euros", (Cell(("a",), "euros", sum(parts)), Cell(("t",), "euros", sum(parts))), ())
    thresholds = Thresholds(10, HALF, dominance, p)
    found = list(dominated(layer, {("a",): parts}, thresholds, "t"))
    own, whole = ([one.rule for one in found if one.at == at] for at in (0, 1))
    assert own == whole, "a total is made up of the same contributors"
    return own


@pytest.mark.parametrize(
    ("parts", "found"),
    [([50, 30, 20], []), ([51, 29, 20], ["dominance"]), ([-60, 20, 20], ["dominance"]), ([], []), ([0], [])],
)
def test_the_largest_may_hold_half(parts: list[int], found: list[str]) -> None:
    assert rules(parts, (1, HALF), None) == found


@pytest.mark.parametrize(
    ("parts", "found"), [([100, 80, 10], []), ([100, 80, 9], ["p%"]), ([100, 80, 5, 5], []), ([100], ["p%"])]
)
def test_the_second_largest_must_be_off_by_p_percent(parts: list[int], found: list[str]) -> None:
    assert rules(parts, None, Fraction(1, 10)) == found


def test_two_largest_together() -> None:
    assert rules([40, 35, 25], (2, Fraction(3, 4)), None) == []
    assert rules([40, 36, 24], (2, Fraction(3, 4)), None) == ["dominance"]
