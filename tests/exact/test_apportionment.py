"""Largest remainders, against a split that hands out one unit at a time in plain fractions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.exact import Apportionment, largest_remainder, largest_remainder_within

small = st.integers(0, 6)
weights = st.lists(
    small | st.integers(0, 10**25) | st.fractions(0, 50, max_denominator=60), min_size=1, max_size=9
)
totals = st.integers(-(10**30), 10**30) | st.integers(-20, 20)
Weights = list[int | Fraction]


def keys(count: int) -> list[str]:
    # Not ascending, and with an order of code points that differs from the alphabet's.
    return [f"{'zaZA'[i % 4]}{i}" for i in range(count)]


def one_at_a_time(weights: Weights, total: int, order: list[str]) -> list[int]:
    whole = sum(weights, Fraction(0))
    quotas = [Fraction(weight) * abs(total) / whole for weight in weights]
    units = [math.floor(quota) for quota in quotas]
    waiting = sorted(range(len(weights)), key=lambda i: order[i])
    while sum(units) < abs(total):
        best = max(quotas[i] - units[i] for i in waiting)
        chosen = next(i for i in waiting if quotas[i] - units[i] == best)
        units[chosen] += 1
        waiting.remove(chosen)
    return [unit if total >= 0 else -unit for unit in units]


@given(weights, totals)
def test_split_is_that_of_the_oracle(weights: Weights, total: int) -> None:
    assume(any(weights))
    result = largest_remainder(weights, total, keys(len(weights)))
    assert list(result.units) == one_at_a_time(weights, total, keys(len(weights)))
    assert all(type(unit) is int for unit in result.units)


@given(weights, totals)
def test_parts_add_up_and_stay_within_one_unit_of_the_quota(weights: Weights, total: int) -> None:
    assume(any(weights))
    units = largest_remainder(weights, total, keys(len(weights))).units
    assert sum(units) == total
    whole = sum(weights, Fraction(0))
    for unit, weight in zip(units, weights, strict=True):
        assert abs(unit - Fraction(weight) * total / whole) < 1
        assert weight or unit == 0


@given(weights, totals, st.data())
def test_row_order_does_not_matter(weights: Weights, total: int, data: st.DataObject) -> None:
    assume(any(weights))
    order = keys(len(weights))
    result = largest_remainder(weights, total, order)
    shuffled = data.draw(st.permutations(list(zip(weights, order, result.units, strict=True))))
    again = largest_remainder([w for w, _, _ in shuffled], total, [key for _, key, _ in shuffled])
    assert list(again.units) == [unit for _, _, unit in shuffled]
    assert again.ties == result.ties


@given(weights, totals, st.fractions(min_value=Fraction(1, 99), max_value=99))
def test_scaling_the_weights_changes_nothing(weights: Weights, total: int, factor: Fraction) -> None:
    assume(any(weights))
    order = keys(len(weights))
    scaled = [weight * factor for weight in weights]
    assert largest_remainder(scaled, total, order) == largest_remainder(weights, total, order)


@given(st.lists(small, min_size=1, max_size=7), st.integers(-20, 20))
def test_ties_are_visible_exactly_where_another_order_changes_the_split(
    weights: list[int], total: int
) -> None:
    assume(any(weights))
    order = keys(len(weights))
    upside_down = ["".join(chr(300 - ord(sign)) for sign in key) for key in order]
    result = largest_remainder(weights, total, order)
    other = largest_remainder(weights, total, upside_down)
    assert bool(result.ties) == (result.units != other.units)
    whole = sum(weights)
    rests = {key: abs(total) * weight % whole for key, weight in zip(order, weights, strict=True)}
    if result.ties:
        assert len({rests[key] for key in result.ties}) == 1
        assert list(result.ties) == sorted(key for key in order if rests[key] == rests[result.ties[0]])
        moved = {key for key, a, b in zip(order, result.units, other.units, strict=True) if a != b}
        assert moved <= set(result.ties)


def test_ties_go_by_code_point() -> None:
    assert largest_remainder([1, 1, 1], 1, ["a", "Z", "é"]) == Apportionment((0, 1, 0), ("Z", "a", "é"))


def test_a_tie_that_the_order_does_not_decide_is_none() -> None:
    assert largest_remainder([1, 1], 2, ["a", "b"]) == Apportionment((1, 1), ())
    # Quotas 1.4, 1.4 and 0.2: the one unit left over goes to one of the first two.
    assert largest_remainder([7, 7, 1], 3, ["b", "a", "c"]) == Apportionment((1, 2, 0), ("a", "b"))
    # Quotas 0.75, 0.75 and 0.5: both units left over go to the two that are equal.
    assert largest_remainder([3, 3, 2], 2, ["b", "a", "c"]) == Apportionment((1, 1, 0), ())


def test_negative_total_mirrors_the_positive_one() -> None:
    assert largest_remainder([1, 1], -3, ["a", "b"]) == Apportionment((-2, -1), ("a", "b"))


def test_exact_weights_of_every_kind_and_the_result_is_frozen() -> None:
    result = largest_remainder([Fraction(1, 3), Decimal("0.5"), np.int64(1)], 11, ["a", "b", "c"])  # type: ignore[list-item]
    assert result.units == (2, 3, 6)
    with pytest.raises(FrozenInstanceError):
        result.units = ()  # type: ignore[misc]


def test_nothing_to_split() -> None:
    assert largest_remainder([], 0, []) == Apportionment((), ())
    assert largest_remainder([0, 0], 0, ["a", "b"]) == Apportionment((0, 0), ())
    assert largest_remainder([1, 2], 0, ["a", "b"]) == Apportionment((0, 0), ())
    assert largest_remainder_within([], [], [0, 0], []) == Apportionment((), ())


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5) | st.integers(0, 2**70)), max_size=12), st.data()
)
def test_within_groups_as_each_group_alone(items: list[tuple[int, int]], data: st.DataObject) -> None:
    order = keys(len(items))
    parts = [data.draw(totals) for _ in range(4)]
    for group in range(4):
        if not any(weight for code, weight in items if code == group):
            parts[group] = 0
    result = largest_remainder_within([code for code, _ in items], [w for _, w in items], parts, order)
    ties: list[str] = []
    for group, part in enumerate(parts):
        own = [i for i, (code, _) in enumerate(items) if code == group]
        alone = largest_remainder([items[i][1] for i in own], part, [order[i] for i in own])
        assert [result.units[i] for i in own] == list(alone.units)
        ties += alone.ties
    assert list(result.ties) == sorted(ties)


def test_within_takes_arrays_and_gives_python_integers() -> None:
    big = np.array([2**62, 2**62, 1])
    result = largest_remainder_within(np.array([1, 1, 0]), big, np.array([5, 2**62 + 1]), ["a", "b", "c"])  # type: ignore[arg-type]
    assert result == Apportionment((2**61 + 1, 2**61, 5), ("a", "b"))
    assert all(type(unit) is int for unit in result.units)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: largest_remainder([1], 1, ["a", "b"]), "1 weights for 2 keys; pass one key per weight"),
        (
            lambda: largest_remainder([1, 1, 1, 1], 1, ["b", "b", "a", "a"]),
            "value 'a': the key occurs twice; a tie needs different keys to be decided",
        ),
        (
            lambda: largest_remainder([1, -2], 1, ["a", "b"]),
            "value -2: the weight of b is negative; pass weights of 0 or more",
        ),
        (
            lambda: largest_remainder([1, 0.5], 1, ["a", "b"]),
            "value 0.5: the weight of b: a float is not exact",
        ),
        (
            lambda: largest_remainder([1], 1.0, ["a"]),
            "value 1.0: total is not a whole number; pass whole units",
        ),
        (
            lambda: largest_remainder([0, 0], 5, ["a", "b"]),
            "5 units to split, but no weight above 0; check the weights",
        ),
        (lambda: largest_remainder([], -5, []), "-5 units to split, but no weight above 0"),
        (
            lambda: largest_remainder_within([0], [1], [1, 7], ["a"]),
            "group 1: 7 units to split, but no weight above 0",
        ),
        (
            lambda: largest_remainder_within([0, 2], [1, 1], [1, 7], ["a", "b"]),
            "value 2: the group of b has no total; codes run from 0 to 1",
        ),
        (lambda: largest_remainder_within([-1], [1], [1], ["a"]), "value -1: the group of a has no total"),
        (lambda: largest_remainder_within([0], [-1], [1], ["a"]), "value -1: the weight of a is negative"),
        (
            lambda: largest_remainder_within([0], [0.5], [1], ["a"]),
            "value 0.5: the weight of a is not a whole",
        ),
        (lambda: largest_remainder_within([0], [1], [0.5], ["a"]), "value 0.5: totals is not a whole number"),
        (lambda: largest_remainder_within([0.0], [1], [1], ["a"]), "value 0.0: groups is not a whole number"),
        (
            lambda: largest_remainder_within([0, 0], [1], [1], ["a"]),
            "2 group codes for 1 keys; pass one per item",
        ),
        (lambda: largest_remainder_within([0], [1, 2], [1], ["a"]), "2 weights for 1 keys"),
        (
            lambda: largest_remainder_within([0, 0], [1, 2], [1], ["a", "a"]),
            "value 'a': the key occurs twice",
        ),
    ],
)
def test_refusals(call: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(message)


def test_a_series_is_taken_by_position() -> None:
    def labelled(values: list[Any]) -> Any:
        return pd.Series(values, index=range(len(values))[::-1])

    keys = labelled(["a", "b", "c"])
    assert largest_remainder(labelled([1, 1, 1]), 10, keys).units == (4, 3, 3)
    split = largest_remainder_within(labelled([0, 1, 0]), labelled([1, 5, 1]), labelled([11, 7]), keys)
    assert split.units == (6, 7, 5)
