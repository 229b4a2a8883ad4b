"""Columns as exact values and back."""

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import strategies as st

from oab_funding.tables.columns import texts, units

KIND = pa.decimal128(12, 2)
numbers = st.integers(-(10**12) + 1, 10**12 - 1)


def test_texts() -> None:
    assert texts(pa.table({"x": ["a", None, ""]}), "x") == ["a", "", ""]


@pytest.mark.parametrize(("scale", "expected"), [(1, [150]), (2, [150]), (6, [150])])
def test_units_are_of_the_places_asked_for(scale: int, expected: list[int]) -> None:
    table = pa.table({"score": pa.array([Decimal("1.5")], pa.decimal128(12, scale))})
    assert units(table, "score", 2) == expected
    assert units(table, "score") == [15 * 10 ** (scale - 1)]
