"""How a grant falls over calendar years."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.grants.calendar import YearPart, school_calendar

F = Fraction
SCHOOL_YEAR = [YearPart(2020, F(5, 12), F("0.3455")), YearPart(2021, F(7, 12), F("0.6545"))]


def grants(*cents: int) -> pa.Table:
    amounts = pa.array([Decimal(c).scaleb(-2) for c in cents], pa.decimal128(18, 2))
    return pa.table({"school_id": [f"00A{chr(65 + i)}" for i in range(len(cents))], "amount": amounts})


def test_a_school_year() -> None:
    found = school_calendar(grants(10_000, 1), SCHOOL_YEAR)
    assert [tuple(row.values()) for row in found.table.to_pylist()] == [
        ("00AA", 2020, Decimal("41.67"), Decimal("34.55")),
        ("00AA", 2021, Decimal("58.33"), Decimal("65.45")),
        ("00AB", 2020, Decimal("0.00"), Decimal("0.00")),
        ("00AB", 2021, Decimal("0.01"), Decimal("0.01")),
    ]
    assert found.figures == {
        "accrued_2020": F("41.67"),
        "accrued_2021": F("58.34"),
        "paid_2020": F("34.55"),
        "paid_2021": F("65.46"),
    }


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=5))
def test_the_years_add_up_and_the_first_is_rounded_half_up(cents: list[int]) -> None:
    rows = school_calendar(grants(*cents), SCHOOL_YEAR).table.to_pylist()
    for number, amount in enumerate(cents):
        first, second = rows[2 * number], rows[2 * number + 1]
        for name, share in (("accrued", F(5, 12)), ("paid", F("0.3455"))):
            assert (first[name] + second[name]) * 100 == amount
            assert abs(F(first[name]) * 100 - amount * share) <= F(1, 2)


def test_a_calendar_year() -> None:
    found = school_calendar(grants(12_345), [YearPart(2023, F(1), F(1))])
    assert found.table.column("paid").to_pylist() == [Decimal("123.45")]
