"""The Owen value against brute force over every order that keeps the groups together."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations, product
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.analysis.owen import Context, Orders, averages, extremes, whole_parts
from oab_funding.errors import InputError

GROUPINGS = [(0,), (0, 1), (0, 0), (0, 1, 1), (0, 0, 1, 2), (0, 1, 2, 2, 2), (0, 0, 1, 1, 2)]


def permitted(groups: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Every order in which no group is interrupted."""
    members = {group: [i for i, own in enumerate(groups) if own == group] for group in set(groups)}
    found = []
    for outer in permutations(members):
        inner = [list(permutations(members[group])) for group in outer]
        found += [tuple(cause for part in parts for cause in part) for parts in product(*inner)]
    return found


def by_orders(groups: tuple[int, ...], worth: list[int]) -> list[list[int]]:
    """What each cause adds in every permitted order."""
    added: list[list[int]] = [[] for _ in groups]
    for order in permitted(groups):
        before = 0
        for cause in order:
            added[cause].append(worth[before | 1 << cause] - worth[before])
            before |= 1 << cause
    return added


@given(st.sampled_from(GROUPINGS), st.data())
def test_it_is_the_average_over_the_permitted_orders(groups: tuple[int, ...], data: st.DataObject) -> None:
    many = 1 << len(groups)
    worth = data.draw(st.lists(st.integers(-(10**9), 10**9), min_size=many, max_size=many))
    orders = Orders.of(groups)

    def adds(context: Context) -> np.ndarray:
        return np.array([worth[context.before | 1 << context.cause] - worth[context.before]])

    numerators = averages(orders, adds)[:, 0].tolist()
    lowest, highest = extremes(orders, adds)
    whole = whole_parts(averages(orders, adds), orders.denominator)[:, 0]
    plain = by_orders(groups, worth)
    for cause, added in enumerate(plain):
        exact = Fraction(sum(added), len(added))
        assert Fraction(numerators[cause], orders.denominator) == exact
        assert (lowest[cause, 0], highest[cause, 0]) == (min(added), max(added))
        assert abs(int(whole[cause]) - exact) < 1
    assert whole.sum() == worth[-1] - worth[0]


def test_only_sets_of_whole_groups_and_one_part_are_needed() -> None:
    def needed(groups: tuple[int, ...]) -> set[int]:
        contexts = Orders.of(groups).contexts
        return {mask for one in contexts for mask in (one.before, one.before | 1 << one.cause)}

    assert needed((0, 0, 1)) == set(range(8))
    assert 0b0101 not in needed((0, 0, 1, 1))
    assert len(needed((0, 0, 0, 0))) == 16


def test_seven_causes_of_one_group_are_all_orders() -> None:
    assert Orders.of((0,) * 7).denominator == factorial(7)


def test_amounts_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="too large"):
        averages(Orders.of((0, 1)), lambda context: np.array([2**62]))


def test_ties_between_remainders_go_to_the_first_cause() -> None:
    assert whole_parts(np.array([[1, -1], [1, -1]]), 2).tolist() == [[1, 0], [0, -1]]
