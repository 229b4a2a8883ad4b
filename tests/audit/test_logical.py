from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.tables import logical_tables, stored
from oab_funding.audit.logical import in_key_order, logical
from oab_funding.errors import InputError


@pytest.mark.parametrize(
    ("array", "kind", "arrow"),
    [
        (pa.array([1], pa.uint8()), "whole", pa.int64()),
        (pa.array([Decimal("1.5")], pa.decimal128(12, 6)), "decimal", pa.decimal128(12, 6)),
        (pa.array([Decimal("1.5")], pa.decimal64(12, 6)), "decimal", pa.decimal128(38, 6)),
        (pa.array([Decimal("1.5")], pa.decimal256(60, 6)), "decimal", pa.decimal128(38, 6)),
        (pa.array([Decimal("100")], pa.decimal128(4, -2)), "decimal", pa.decimal128(38, 0)),
        (pa.array(["a"]), "text", pa.large_string()),
        (pa.array(["a"], pa.string_view()), "text", pa.large_string()),
        (pa.array(["a", None, "a"]).dictionary_encode(), "text", pa.large_string()),
        (pa.array([1, None, 1], pa.int8()).dictionary_encode(), "whole", pa.int64()),
        (pa.array([True]), "yes-no", pa.bool_()),
        (pa.array([0], pa.date64()), "day", pa.date32()),
        (pa.nulls(2), "null", pa.null()),
    ],
)
def test_one_logical_type_for_many_arrow_types(array, kind, arrow):
    for chunks in ([array], [array.slice(0, 1), array.slice(1)], []):
        column = logical("x", pa.chunked_array(chunks, array.type))
        assert (column.name, column.kind, column.values.type) == ("x", kind, arrow)
        assert column.values.to_pylist() == (array.to_pylist() if chunks else [])


def test_says_what_it_cannot_hold():
    with pytest.raises(InputError, match=r"column mean: holds double, .*; give whole"):
        logical("mean", pa.chunked_array([[0.5]]))


def _plain(value):
    return value.encode() if isinstance(value, str) else value


@given(st.data())
def test_orders_by_value_and_by_utf8_bytes(data):
    names, kinds, rows, key = data.draw(logical_tables())
    columns = {column.name: column for column in in_key_order(data.draw(stored(names, kinds, rows)), key)}
    found = list(zip(*(map(_plain, columns[name].values.to_pylist()) for name in key), strict=True))
    assert found == sorted(tuple(_plain(row[name]) for name in key) for row in rows)
    assert {name: column.kind for name, column in columns.items()} == kinds


def test_keeps_rows_together():
    key, values = in_key_order(pa.table({"k": [3, 1, 2], "v": ["three", "one", "two"]}), ["k"])
    assert (key.values.to_pylist(), values.values.to_pylist()) == ([1, 2, 3], ["one", "two", "three"])


def test_does_not_sort_where_the_order_is_right(monkeypatch):
    monkeypatch.setattr("oab_funding.audit.logical.pc.sort_indices", None)
    in_key_order(pa.table({"k": ["a", "b", "b"], "l": [2, 1, 2]}), ["k", "l"])


@pytest.mark.parametrize("keys", [["b", "a", "b"], ["a", "b", "b"], ["b", "b"]])
def test_names_a_doubled_key(keys):
    with pytest.raises(InputError, match="column k, value 'b': occurs twice"):
        in_key_order(pa.table({"k": keys}), ["k"])


def test_names_a_doubled_key_of_two_columns():
    table = pa.table({"k": [1, 2, 1], "round": [1, 1, 1]})
    with pytest.raises(InputError, match="column k, round, value '1, 1': occurs twice"):
        in_key_order(table, ["k", "round"])


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (pa.table({"k": [1, None]}), "column k: is empty in some row"),
        (pa.table({"x": [1]}), "column k: the column of the key is missing"),
        (pa.table([[1], [2]], names=["k", "k"]), "column k: the column occurs twice"),
    ],
)
def test_refuses_a_table_without_a_proper_key(table, said):
    with pytest.raises(InputError, match=said):
        in_key_order(table, ["k"])
