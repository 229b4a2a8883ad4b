from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from audit.slow_content import slow_content_hash
from audit.tables import logical_tables, stored
from oab_funding.audit.content import content_hash
from oab_funding.errors import InputError
from oab_funding.tables.parquet import write_parquet

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
