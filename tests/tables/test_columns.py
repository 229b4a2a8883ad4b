"""Columns as exact values and back."""

from decimal import Decimal

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.tables.columns import decimals, texts, units

KIND = pa.decimal128(12, 2)
numbers = st.integers(-(10**12) + 1, 10**12 - 1)


@given(st.lists(numbers))
def test_units_there_and_back(values: list[int]) -> None:
    column = decimals(values, KIND)
    assert column.type == KIND
    assert column.to_pylist() == [Decimal(value).scaleb(-2) for value in values]
    assert units(pa.table({"x": column}), "x") == values


def test_texts() -> None:
    assert texts(pa.table({"x": ["a", None, ""]}), "x") == ["a", "", ""]
