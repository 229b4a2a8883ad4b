"""The end of a spending period: what may move on, and what is recovered."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest

from oab_funding.errors import InputError
from oab_funding.grants.spending import settle_spending
from oab_funding.tables.columns import build
from oab_funding.tables.grant_tables import SPENDING
from oab_funding.tables.step_result import StepResult

F = Fraction


def spending(granted: list[int], spent: list[int], code: str = "GM0001", first: int = 2019) -> pa.Table:
    years = range(first, first + len(granted))
    return build(
        SPENDING,
        {"municipality_code": [code] * len(granted), "year": list(years), "granted": granted, "spent": spent},
    )


def settle(table: pa.Table) -> StepResult:
    return settle_spending(table, 2019, 2022, F(1, 2))


@pytest.mark.parametrize(
    ("fourth", "spent", "unspent", "carried", "recovered"),
    [
        (10_000, 40_000, 0, 0, 0),
        (10_000, 35_001, 4_999, 4_999, 0),
        (10_000, 35_000, 5_000, 5_000, 0),  # exactly half of the fourth year
        (10_000, 34_999, 5_001, 5_000, 1),
        (10_000, 0, 40_000, 5_000, 35_000),
        (10_000, 45_000, 0, 0, 0),  # more spent than granted
        (10_001, 30_001, 10_000, 5_000, 5_000),  # half is 50.005: no more than half may move on
        (0, 0, 30_000, 0, 30_000),
    ],
)
def test_half_of_the_fourth_year(fourth: int, spent: int, unspent: int, carried: int, recovered: int) -> None:
    found = settle(spending([10_000, 10_000, 10_000, fourth], [spent, 0, 0, 0]))
    (row,) = found.table.to_pylist()
    cents = {
        name: int(row[name] * 100) for name in ("granted", "spent", "unspent", "carried_over", "recovered")
    }
    assert cents == {
        "granted": 30_000 + fourth,
        "spent": spent,
        "unspent": unspent,
        "carried_over": carried,
        "recovered": recovered,
    }
    assert found.figures["recovered"] == F(recovered, 100)


def test_each_municipality_on_its_own_whatever_the_order_of_rows() -> None:
    both = pa.concat_tables(
        [spending([100] * 4, [0] * 4, "GM0002"), spending([100] * 4, [100] * 4, "GM0001")]
    )
    found = settle(both.take(pa.array([2, 7, 0, 5, 3, 1, 6, 4])))
    assert found.table.column("municipality_code").to_pylist() == ["GM0001", "GM0002"]
    assert found.table.column("carried_over").to_pylist() == [Decimal("0.00"), Decimal("0.50")]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (spending([1, 1, 1], [1, 1, 1]), "GM0001: the year 2022 is missing"),
        (spending([1] * 5, [1] * 5), "GM0001: the year 2023 is outside 2019-2022"),
        (spending([1] * 4, [1] * 4, first=2018), "GM0001: the year 2018 is outside 2019-2022"),
        (pa.concat_tables([spending([1] * 4, [1] * 4)] * 2), "GM0001: the year 2019 is there twice"),
    ],
)
def test_every_year_of_the_period_once(table: pa.Table, message: str) -> None:
    with pytest.raises(InputError, match=message):
        settle(table)
