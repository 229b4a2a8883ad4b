import json
from datetime import date
from decimal import Decimal

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from audit.tables import logical_tables, stored
from oab_funding.audit import merkle
from oab_funding.audit.rows import row_leaves, rows_root


def test_rows_by_hand():
    table = pa.table(
        {
            "k": ["b", "a"],
            "n": [2**60, None],
            "d": pa.array([Decimal("100"), Decimal("0.50")], pa.decimal128(12, 2)),
            "y": [True, False],
            "on": [date(2019, 10, 1), None],
            "code": pa.array(["x", "y"]).dictionary_encode(),
        }
    )
    assert row_leaves(table, ["k"]) == [
        b'{"code":"y","d":"0.5","k":"a","n":null,"on":null,"y":false}',
        b'{"code":"x","d":"100","k":"b","n":"1152921504606846976","on":"2019-10-01","y":true}',
    ]


def test_a_zero_is_zero_at_any_scale():
    for scale in (0, 2, 6):
        table = pa.table({"k": [1], "d": pa.array([Decimal(0)], pa.decimal128(12, scale))})
        assert row_leaves(table, ["k"]) == [b'{"d":"0","k":1}']


@given(st.data())
def test_leaves_do_not_depend_on_how_the_table_is_stored(data):
    names, kinds, rows, key = data.draw(logical_tables(max_rows=5))
    leaves = row_leaves(data.draw(stored(names, kinds, rows)), key)
    assert leaves == row_leaves(data.draw(stored(names, kinds, rows)), key)
    assert len(leaves) == len(rows) == len(set(leaves))
    assert all(sorted(json.loads(leaf)) == sorted(names) for leaf in leaves)


def test_one_row_is_proved_under_the_root():
    table = pa.table({"k": list(range(7)), "v": list("abcdefg")})
    leaves, root = row_leaves(table, ["k"]), rows_root(table, ["k"])
    path = merkle.inclusion_path(leaves, 4)
    assert merkle.check_inclusion(b'{"k":4,"v":"e"}', 4, 7, path, root)
    assert not merkle.check_inclusion(b'{"k":4,"v":"f"}', 4, 7, path, root)
