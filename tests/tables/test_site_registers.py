"""One register, or two of which the first wins."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.tables.columns import build
from oab_funding.tables.register_tables import SITES
from oab_funding.tables.site_registers import COMPARED, combine_registers, register_of_sites


def register(**columns: list[Any]) -> pa.Table:
    return pa.table({**columns, "school_id": [site[:4] for site in columns["site_id"]]})


def test_the_first_wins_and_the_second_fills() -> None:
    first = register(site_id=["00AR00", "00AP00"], board_id=["1", None], name=["Maas", "Wereldwijs"])
    second = register(
        site_id=["00AZ00", "00AP00", "00AR00"],
        board_id=["3", "2", "9"],
        province=["Utrecht", "Zuid-Holland", "Limburg"],
        name=["x", "WERELDWIJS", "MAAS"],
    )
    table, differences = combine_registers(first, second)
    assert [tuple(row.values()) for row in table.to_pylist()] == [
        ("00AR00", "00AR", "1", "Limburg", "Maas"),
        ("00AP00", "00AP", "2", "Zuid-Holland", "Wereldwijs"),
        ("00AZ00", "00AZ", "3", "Utrecht", "x"),
    ]
    assert [tuple(row.values()) for row in differences.to_pylist()] == [("00AR00", "board_id", "1", "9")]


def test_nothing_differs_from_itself() -> None:
    one = register(site_id=["00AP00"], pupils=[100], excluded=[False])
    table, differences = combine_registers(one, one)
    assert table.to_pylist() == [{"site_id": "00AP00", "school_id": "00AP", "excluded": False, "pupils": 100}]
    assert differences.num_rows == 0
    assert differences.column_names == ["site_id", "column", "first", "second"]


values = st.fixed_dictionaries(
    {"board_id": st.sampled_from(["1", "2", None]), "pupils": st.sampled_from([5, 6, None])}
)
registers = st.dictionaries(st.sampled_from(["00AP00", "00AR00", "00AZ00"]), values, min_size=1)


@given(registers, registers)
def test_every_known_value_is_kept_or_listed(first: dict[str, Any], second: dict[str, Any]) -> None:
    def table(rows: dict[str, Any]) -> pa.Table:
        return pa.Table.from_pylist(
            [{"site_id": site, "school_id": site[:4], **row} for site, row in rows.items()]
        )

    combined, differences = combine_registers(table(first), table(second))
    rows = {row["site_id"]: row for row in combined.to_pylist()}
    listed = {
        (row["site_id"], row["column"]): (row["first"], row["second"]) for row in differences.to_pylist()
    }
    assert set(rows) == first.keys() | second.keys()
    for site, row in rows.items():
        for name in ("board_id", "pupils"):
            one, two = first.get(site, {}).get(name), second.get(site, {}).get(name)
            assert row.get(name) == (two if one is None else one)
            known = {(site, name): (str(one), str(two))} if None not in (one, two) and one != two else {}
            assert listed.get((site, name)) == known.get((site, name))
    assert {column for _, column in listed} <= set(COMPARED)


def test_both_must_be_registers() -> None:
    with pytest.raises(InputError, match="column site_id is missing"):
        combine_registers(register(site_id=["00AP00"]), pa.table({"x": [1]}))


FIRST = build(SITES, {"site_id": ["00AP00"], "school_id": ["00AP"], "municipality_code": ["GM0001"]})
SECOND = build(
    SITES,
    {
        "site_id": ["00AP00", "00AP01"],
        "school_id": ["00AP", "00AP"],
        "municipality_code": ["GM0002", "GM0002"],
    },
)


def test_one_register_is_taken_as_it_is() -> None:
    found = register_of_sites(FIRST, None)
    assert found.table.equals(FIRST)
    assert dict(found.figures) == {"sites": 1, "differences": 0}


def test_of_two_the_first_wins_and_differences_are_listed() -> None:
    found = register_of_sites(FIRST, SECOND)
    by_site = dict(
        zip(*(found.table.column(n).to_pylist() for n in ("site_id", "municipality_code")), strict=True)
    )
    assert by_site == {"00AP00": "GM0001", "00AP01": "GM0002"}
    assert found.figures["differences"] == found.tables["register_differences"].num_rows >= 1
