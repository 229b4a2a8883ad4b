"""Columns as exact values and back, and tables built from whole units."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.tables.columns import build, texts, units
from oab_funding.tables.schema import Column, Number, TableSchema, Text, Whole

SCHEMA = TableSchema(
    "prices",
    (
        Column("name", Text()),
        Column("price", Number(2), nullable=True),
        Column("count", Whole(), required=False),
    ),
    key=("name",),
)


def test_types_order_and_units() -> None:
    table = build(SCHEMA, {"price": (150, None, -1), "name": ["a", "b", "c"], "unknown": [1]})
    assert table.schema == SCHEMA.arrow(("name", "price"))
    assert table.column("price").to_pylist() == [Decimal("1.50"), None, Decimal("-0.01")]


def test_arrow_columns_are_taken_as_they_are() -> None:
    prices = pa.chunked_array([pa.array([Decimal("2.00")], pa.decimal128(12, 2))])
    table = build(SCHEMA, {"name": ["a"], "price": prices, "count": [3]})
    assert table.column("price").equals(prices)
    assert table.column("count").to_pylist() == [3]
    coarse = build(SCHEMA, {"name": ["a"], "price": pa.array([Decimal("2.0")], pa.decimal128(12, 1))})
    assert coarse.schema == table.select(["name", "price"]).schema  # brought into the type of the schema
    assert coarse.column("price").to_pylist() == [Decimal("2.00")]


def test_no_rows() -> None:
    assert build(SCHEMA, {"name": [], "price": []}).num_rows == 0


def test_what_is_not_built() -> None:
    with pytest.raises(KeyError, match="price"):
        build(SCHEMA, {"name": ["a"]})
    with pytest.raises(TypeError):
        build(SCHEMA, {"name": ["a"], "price": [Decimal("1.50")]})
    with pytest.raises(InputError, match="more than 12 digits"):
        build(SCHEMA, {"name": ["a"], "price": [10**12]})


KIND = pa.decimal128(12, 2)
numbers = st.integers(-(10**12) + 1, 10**12 - 1)


def test_texts() -> None:
    assert texts(pa.table({"x": ["a", None, ""]}), "x") == ["a", "", ""]


@pytest.mark.parametrize(("scale", "expected"), [(1, [150]), (2, [150]), (6, [150])])
def test_units_are_of_the_places_asked_for(scale: int, expected: list[int]) -> None:
    table = pa.table({"score": pa.array([Decimal("1.5")], pa.decimal128(12, scale))})
    assert units(table, "score", 2) == expected
    assert units(table, "score") == [15 * 10 ** (scale - 1)]
