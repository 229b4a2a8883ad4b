"""A small made-up country, calculated once, and what replicates are made from."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

import oab_funding as oab
from oab_funding.analysis.uncertainty.state import State, make_state
from oab_funding.synthetic import country


def asked(shuffled: bool = False, registered: bool = False, average: str = "child") -> oab.Calculation:
    """Ask for the small country: its rows turned around, or without whoever needs a donor."""
    made = country(1_500, seed=2).now
    tables = [made.pupils, made.toddlers]
    if shuffled:
        tables = [table.take(pa.array(range(table.num_rows - 1, -1, -1))) for table in tables]
    if registered:
        tables = [table.filter(pc.and_(table["in_register"], _known(table))) for table in tables]
    children = {
        "reference_date": "2019-10-01",
        "pupils": tables[0],
        "toddlers": tables[1],
        "sites": made.sites,
        "average": average,
    }
    rest: dict[str, Any] = {
        "schools": {"period": "2020-2021"},
        "imputation": {"rounds": 3, "school": "level"},
    }
    return oab.Calculation(title="Small", children=children, **rest)


def _known(table: pa.Table) -> Any:
    return pc.and_(pc.is_valid(table["origin_mother"]), pc.is_valid(table["origin_father"]))


@pytest.fixture(scope="session")
def run() -> oab.Run:
    return oab.run(asked())


@pytest.fixture(scope="session")
def state(run: oab.Run) -> State:
    return make_state(run)
