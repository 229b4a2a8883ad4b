"""Drawing classes by comparing whole numbers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.indicator.imputation.grid import cumulative_grid, draw_class


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=8).filter(any), st.integers(0, 2**64 - 1))
def test_the_class_is_where_the_draw_falls(weights: list[int], bits: int) -> None:
    probabilities = np.array(weights) / sum(weights)
    grid = cumulative_grid(probabilities)
    drawn = int(draw_class(grid, np.array([0]), np.array([bits], np.uint64))[0])
    position = Fraction(bits >> 32, 2**32)
    cumulative = [Fraction(sum(weights[: k + 1]), sum(weights)) for k in range(len(weights))]
    plain = sum(position >= bound for bound in cumulative[:-1])
    near = any(abs(position - bound) < Fraction(1, 2**31) for bound in cumulative)
    assert drawn == plain or near


def test_the_edges_of_the_grid() -> None:
    grid = cumulative_grid(np.array([0.5, 0.0, 0.5]))
    bits = np.array([0, (2**31 - 1) << 32, 2**63, 2**64 - 1], dtype=np.uint64)
    assert draw_class(grid, np.zeros(4, dtype=int), bits).tolist() == [0, 0, 2, 2]


def test_each_draw_uses_its_own_row_in_the_order_of_memory() -> None:
    probabilities = np.zeros((2, 3, 4))
    for a, b in np.ndindex(2, 3):
        probabilities[a, b, (a + b) % 4] = 1.0
    bits = np.full(6, 2**63, dtype=np.uint64)
    drawn = draw_class(cumulative_grid(probabilities), np.arange(6), bits)
    assert drawn.tolist() == [0, 1, 2, 1, 2, 3]
