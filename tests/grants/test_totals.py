"""Totals per board, municipality and province."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa

from oab_funding.grants.totals import UNKNOWN, totals
from oab_funding.tables.columns import build
from oab_funding.tables.grant_tables import SITE_GRANTS
from oracle_bridge import column

F = Fraction
GRANTS = build(
    SITE_GRANTS,
    {
        "site_id": ["00AP00", "00AP01", "13EK00", "31MX00"],
        "school_id": ["00AP", "00AP", "13EK", "31MX"],
        "name": [None] * 4,
        "board_id": ["2", "2", "1", None],
        "municipality_code": ["GM0001", "GM0002", "GM0001", None],
        "municipality_name": ["A", "B", "A", None],
        "province": ["Drenthe", "Fryslân", "Drenthe", None],
        "pupils": [10, 20, 5, None],
        "score": [100, 200, 300, 0],
        "amount_new": [1000, 2000, 3000, 0],
        "amount": [1100, 1900, 3000, -50],
        "flags": [""] * 4,
    },
)


def test_a_site_counts_where_it_stands() -> None:
    found = totals(GRANTS)
    towns = found.tables["totals_municipality"]
    assert column(towns, "municipality_code", "amount") == {"GM0001": 41, "GM0002": 19, UNKNOWN: F("-0.5")}
    assert column(towns, "municipality_code", "municipality_name") == {
        "GM0001": "A",
        "GM0002": "B",
        UNKNOWN: None,
    }
    assert column(towns, "municipality_code", "sites") == {"GM0001": 2, "GM0002": 1, UNKNOWN: 1}
    assert column(towns, "municipality_code", "pupils") == {"GM0001": 15, "GM0002": 20, UNKNOWN: None}
    assert column(found.tables["totals_board"], "board_id", "amount_new") == {"1": 30, "2": 30, UNKNOWN: 0}
    assert column(found.tables["totals_province"], "province", "score") == {
        "Drenthe": 4,
        "Fryslân": 2,
        UNKNOWN: 0,
    }
    assert found.figures == {"board_totals": 2, "municipality_totals": 2, "province_totals": 2}


def test_each_adds_up_to_the_same_in_any_order_of_rows() -> None:
    shuffled = GRANTS.take(pa.array([2, 0, 3, 1]))
    for name, table in totals(GRANTS).tables.items():
        assert sum(table.column("amount").to_pylist()) == sum(GRANTS.column("amount").to_pylist())
        assert totals(shuffled).tables[name].equals(table)
