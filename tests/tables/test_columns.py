"""Columns as exact values and back, and tables built from whole units."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.tables.columns import (
    EMPTY,
    CodedTexts,
    build,
    filled,
    is_known,
    one_chunk,
    plain_array,
    texts,
    units,
)
from oab_funding.tables.schema import Column, Number, TableSchema, Text, Whole

TEXT = st.text(st.characters(codec="utf-8"))
CASES = st.one_of(
    st.tuples(st.lists(st.none() | TEXT), st.just(pa.string())),
    st.tuples(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1)), st.just(pa.int64())),
    st.tuples(st.lists(st.none() | st.booleans()), st.just(pa.bool_())),
    st.tuples(st.lists(st.none() | st.dates()), st.just(pa.date32())),
)


@given(CASES)
def test_equals_what_pyarrow_makes(case: tuple[list[Any], pa.DataType]) -> None:
    values, kind = case
    column = plain_array(values, kind)
    column.validate(full=True)
    assert column.equals(pa.array(values, kind))
    assert column.null_count == values.count(None)


def test_values_of_numpy_and_other_types() -> None:
    assert plain_array([np.int64(3)], pa.int64()).to_pylist() == [3]
    assert plain_array([np.True_, None], pa.bool_()).to_pylist() == [True, None]
    assert plain_array([date(2024, 1, 1)], pa.date32()).to_pylist() == [date(2024, 1, 1)]


@pytest.mark.parametrize(
    ("value", "kind"),
    [(1, pa.string()), (b"a", pa.string()), (1.0, pa.int64()), ("1", pa.int64()), (1, pa.bool_())],
)
def test_a_value_of_another_type(value: object, kind: pa.DataType) -> None:
    with pytest.raises(TypeError):
        plain_array([value], kind)


def test_a_number_that_does_not_fit() -> None:
    with pytest.raises(OverflowError):
        plain_array([2**63], pa.int64())


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


PLAIN = pa.chunked_array([["b", "a"], [None, "b"]])
TWO_DICTIONARIES = pa.chunked_array(
    [pa.array(["b", "a"]).dictionary_encode(), pa.array([None, "b"]).dictionary_encode()]
)
SLICED = pa.chunked_array([pa.array(["x", "b", "a", None, "b"]).dictionary_encode().slice(1)])


@pytest.mark.parametrize("column", [PLAIN, TWO_DICTIONARIES, SLICED, PLAIN.cast(pa.large_string())])
def test_texts_whatever_their_form(column: pa.ChunkedArray) -> None:
    coded = CodedTexts.of(column)
    assert [coded.texts[code] if code != EMPTY else None for code in coded.codes] == ["b", "a", None, "b"]
    assert coded.where(lambda text: text == "b").tolist() == [True, False, False, True]
    assert coded.where(lambda text: True).tolist() == [True, True, False, True]
    assert coded.numbers(lambda text: ord(text[0])).tolist() == [98, 97, EMPTY, 98]


def test_no_rows_of_repeated_text() -> None:
    coded = CodedTexts.of(pa.chunked_array([], type=pa.dictionary(pa.int32(), pa.string())))
    assert coded.where(lambda text: True).tolist() == []
    assert coded.numbers(len).tolist() == []


@given(
    st.sampled_from([pa.int8(), pa.int32(), pa.int64(), pa.bool_()]),
    st.lists(st.lists(st.none() | st.integers(0, 9))),
    st.integers(0, 3),
    st.sampled_from([0, 1]),
)
def test_filled_columns_are_what_arrow_says(
    kind: pa.DataType, chunks: list[list[int | None]], skip: int, value: int
) -> None:
    boolean = pa.types.is_boolean(kind)
    parts = [[bool(one) if boolean and one is not None else one for one in chunk] for chunk in chunks]
    column = pa.chunked_array([pa.array(part, kind).slice(skip) for part in parts], kind)
    plain = [one for part in parts for one in part[skip:]]
    array = filled(column, bool(value) if boolean else value)
    assert array.dtype == np.dtype(kind.to_pandas_dtype())
    assert array.tolist() == [value if one is None else one for one in plain]
    assert is_known(column).tolist() == [one is not None for one in plain]
    assert one_chunk(column).to_pylist() == plain
