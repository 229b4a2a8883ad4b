from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from audit.slow_content import slow_content_hash
from audit.tables import logical_tables, stored
from oab_funding.audit.content import column_bytes, content_hash
from oab_funding.audit.logical import logical
from oab_funding.errors import InputError
from oab_funding.tables.parquet import write_parquet


def _bytes(array):
    return b"".join(bytes(part) for part in column_bytes(logical("x", pa.chunked_array([array]))))


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([1, None, -1], pa.int8()), "05" + "0100000000000000" + "00" * 8 + "ff" * 8),
        (pa.array([True, None, False]), "05" + "010000"),
        (pa.array(["é", None, "a"]), "05" + "0200000000000000" + "00" * 8 + "0100000000000000" + "c3a961"),
        (pa.array([Decimal(0)], pa.decimal128(38, 38)), "01" + "00" * 8 + "00" * 16),
        (pa.array([Decimal("1e-38")], pa.decimal128(38, 38)), "01" + "26" + "00" * 7 + "01" + "00" * 15),
        (pa.array([1], pa.date32()), "01" + "0100000000000000"),
        (pa.nulls(9), "0000"),
        (pa.array([Decimal("1.50"), None]), "01" + "0100000000000000" + "0f" + "00" * 15 + "00" * 16),
        (pa.array([Decimal("-20.00")]), "01" + "00" * 8 + "ec" + "ff" * 15),
        (pa.array([], pa.decimal128(12, 6)), "00" * 8),
        (pa.array([], pa.string()), ""),
        (pa.array([Decimal("1e3")], pa.decimal128(4, -2)), "01" + "00" * 8 + "e803" + "00" * 14),
    ],
)
def test_bytes_by_hand(array, expected):
    assert _bytes(array).hex() == expected


@pytest.mark.parametrize(
    "array",
    [
        pa.array([1, 7, 2]),
        pa.array([True, True, False]),
        pa.array(["a", "hidden", "b"]),
        pa.array([17_000, 18_000, 1], pa.date32()),
        pa.array([Decimal("1.50"), Decimal("0.007"), Decimal("-1.00")]),
        pa.array([Decimal(15), Decimal(10**37), Decimal(-1)], pa.decimal128(38, 0)),
    ],
)
def test_what_lies_where_a_value_is_empty_does_not_count(array):
    first_and_last = pa.py_buffer(b"\5")
    emptied = pa.Array.from_buffers(array.type, 3, [first_and_last, *array.buffers()[1:]])
    assert emptied.to_pylist() == [array[0].as_py(), None, array[2].as_py()]
    assert _bytes(emptied) == _bytes(pa.array(emptied.to_pylist(), array.type))


def test_the_scale_of_several_decimals_at_the_edge_of_64_bits():
    array = pa.array([Decimal(-(2**63)), Decimal(10)], pa.decimal128(20, 0)).cast(pa.decimal128(22, 1))
    least = pa.array([Decimal(-(2**63)).scaleb(-1), Decimal(1)], pa.decimal128(22, 1))
    assert _bytes(array)[1:9] == bytes(8)
    assert _bytes(least)[1:9] == b"\1" + bytes(7)


@pytest.mark.parametrize("units", [2**63, -(2**63), 2**63 - 1, 10**37, -(10**37) + 1, 5 * 10**30])
def test_decimals_around_and_beyond_64_bits(units):
    value = Decimal(f"{units}e-1")
    whole = units % 10 == 0
    expected = (units // 10 if whole else units).to_bytes(16, "little", signed=True)
    for arrow in (pa.decimal128(38, 1), pa.decimal256(70, 1)):
        assert _bytes(pa.array([value], arrow)) == b"\1" + bytes([not whole]) + bytes(7) + expected


@pytest.mark.parametrize(
    "array",
    [
        pa.array(["aa", "b", None, "c"], pa.large_string()),
        pa.array(["aa", "b", "d", "c"], pa.large_string()),
        pa.array([Decimal(1), Decimal(2), None, Decimal(3)]),
        pa.array([Decimal(10), Decimal(20), Decimal(30), Decimal(45).scaleb(-1)], pa.decimal128(12, 2)),
        pa.array([1, 2, None, 3]),
        pa.array([True, False, None, True]),
    ],
)
def test_a_slice_is_its_own_rows_only(array):
    assert _bytes(array.slice(1, 2)) == _bytes(pa.array(array.to_pylist()[1:3], array.type))


TABLE = pa.table(
    {
        "site_id": ["00AP00", "00AR00", "00AT00"],
        "score": pa.array([Decimal("1.50"), None, Decimal("-2.00")], pa.decimal128(12, 2)),
        "pupils": [10, 20, None],
        "flags": ["", "a", None],
        "kind": pa.array(["x", "y", "x"]).dictionary_encode(),
        "nothing": pa.nulls(3),
    }
)
KEY = ("site_id",)


@given(st.data())
def test_is_what_the_docstring_declares_however_the_table_is_stored(data):
    names, kinds, rows, key = data.draw(logical_tables())
    table = data.draw(stored(names, kinds, rows))
    assert content_hash(table, key) == slow_content_hash(names, kinds, rows, key)


def test_a_known_table_keeps_its_hash():
    """Fails where the declared form changes: then its version has to change too."""
    kinds = dict.fromkeys(TABLE.column_names, "text")
    kinds |= {"score": "decimal", "pupils": "whole", "nothing": "null"}
    expected = slow_content_hash(list(kinds), kinds, TABLE.to_pylist(), KEY)
    assert content_hash(TABLE, KEY) == expected
    assert expected == "a8db03cfe19e00842e597fed2ba055089d8fc907ef373526866118f4fbb17e32"


@pytest.mark.parametrize("codec", ["none", "snappy", "zstd"])
def test_survives_parquet(tmp_path, codec):
    pq.write_table(TABLE, tmp_path / "t.parquet", compression=codec, row_group_size=2)
    assert content_hash(pq.read_table(tmp_path / "t.parquet"), KEY) == content_hash(TABLE, KEY)


def test_survives_the_way_tables_are_written(tmp_path):
    write_parquet(TABLE, tmp_path / "t.parquet")
    assert content_hash(pq.read_table(tmp_path / "t.parquet"), KEY) == content_hash(TABLE, KEY)


OTHER = {"text": "?!", "whole": 77, "decimal": Decimal("77.77"), "yes-no": True, "day": date(1999, 9, 9)}


@given(st.data())
def test_one_other_value_is_another_hash(data):
    names, kinds, rows, key = data.draw(logical_tables().filter(lambda drawn: drawn[2]))
    free = [name for name in names if kinds[name] != "null" and name not in key]
    assume(free)
    name, row = data.draw(st.sampled_from(free)), data.draw(st.sampled_from(rows))
    changed = OTHER[kinds[name]] if row[name] != OTHER[kinds[name]] else None
    again = [{**r, name: changed} if r is row else r for r in rows]
    table, other_table = data.draw(stored(names, kinds, rows)), data.draw(stored(names, kinds, again))
    assert content_hash(other_table, key) != content_hash(table, key)


@pytest.mark.parametrize(
    "other",
    [
        TABLE.rename_columns(["site_id", "score", "pupils", "flag", "kind", "nothing"]),
        TABLE.drop_columns(["nothing"]),
        TABLE.slice(0, 2),
        TABLE.set_column(2, "pupils", pa.array(["10", "20", None])),
        TABLE.set_column(2, "pupils", pa.array([Decimal(10), Decimal(20), None])),
        TABLE.set_column(3, "flags", pa.array([None, "a", ""])),
        TABLE.set_column(3, "flags", pa.array(["a", "", None])),
        TABLE.set_column(5, "nothing", pa.nulls(3, pa.string())),
        TABLE.set_column(2, "pupils", pa.array([10, 20, 0])),
    ],
)
def test_tells_tables_apart(other):
    assert content_hash(other, KEY) != content_hash(TABLE, KEY)


def test_the_key_counts():
    table = pa.table({"a": [1, 2], "b": [1, 2]})
    assert len({content_hash(table, key) for key in (["a"], ["b"], ["a", "b"], ["b", "a"])}) == 4


def test_an_empty_key_is_for_one_row():
    assert content_hash(pa.table({"a": [1]}), ()) != content_hash(pa.table({"a": [2]}), ())
    with pytest.raises(InputError, match="there are 2 rows and no key"):
        content_hash(pa.table({"a": [1, 1]}), ())


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (pa.array([1.5]), "holds double"),
        (pa.array([[1]]), "holds list"),
        (pa.array([0], pa.timestamp("s")), "holds timestamp"),
        (pa.array([b"x"]), "holds binary"),
        (pa.array([2**63], pa.uint64()), "holds uint64"),
        (pa.array([Decimal(10) ** 50], pa.decimal256(60, 0)), "holds decimal256"),
    ],
)
def test_refuses_what_has_no_exact_form(column, said):
    with pytest.raises(InputError, match=f"column bad: {said}"):
        content_hash(pa.table({"id": [1], "bad": column}), ["id"])
