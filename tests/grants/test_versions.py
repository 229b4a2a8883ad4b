"""A provisional and a final decision side by side."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.grants.versions import compare_versions
from oab_funding.tables.build import build
from oab_funding.tables.catalogue import MUNICIPAL_GRANTS
from oracle_bridge import column, examples

F = Fraction
KEY = "municipality_code"
MINIMUM = Decimal("64000.00")


def grants(rows: dict[str, tuple[int, int]]) -> pa.Table:
    """H + I in thousandths and cents by code; who has an amount is eligible."""
    return build(
        MUNICIPAL_GRANTS,
        {
            KEY: list(rows),
            "score": [score for score, _ in rows.values()],
            "eligible": [amount > 0 for _, amount in rows.values()],
            "topped_up": [False] * len(rows),
            "amount_new": [amount for _, amount in rows.values()],
            "grant_2018": [None] * len(rows),
            "share": [None] * len(rows),
            "amount": [amount for _, amount in rows.values()],
        },
    )


def test_what_the_own_score_moved() -> None:
    before = grants(
        {"GM0001": (1_000_000, 50_000_000), "GM0002": (10_000, 6_400_000), "GM0003": (200_005, 10_000_250)}
    )
    after = grants(
        {"GM0001": (1_100_000, 54_000_000), "GM0002": (20_000, 6_400_000), "GM0003": (200_005, 9_900_000)}
    )
    found = compare_versions(before, after, F(500), MINIMUM)
    assert column(found.table, KEY, "change") == {"GM0001": 40_000, "GM0002": 0, "GM0003": F("-1002.50")}
    # 100 x 500; below the minimum before and after; nothing.
    assert column(found.table, KEY, "from_own_score") == {"GM0001": 50_000, "GM0002": 0, "GM0003": 0}
    assert column(found.table, KEY, "from_all_else") == {
        "GM0001": -10_000,
        "GM0002": 0,
        "GM0003": F("-1002.50"),
    }
    assert (found.figures["rose"], found.figures["fell"], found.figures["stayed"]) == (1, 1, 1)
    assert (found.figures["moved"], found.figures["total_change"]) == (40_000, F("38997.50"))


def test_a_single_cent_counts() -> None:
    found = compare_versions(
        grants({"GM0001": (1, 9_999_999)}), grants({"GM0001": (1, 10_000_000)}), F(500), MINIMUM
    )
    assert (found.figures["rose"], found.figures["moved"]) == (1, F(1, 100))


def test_out_of_the_minimum_and_in_one_version_only() -> None:
    before = grants({"GM0001": (100_000, 6_400_000), "GM0002": (0, 0)})
    after = grants({"GM0001": (200_000, 10_000_000), "GM0003": (300_000, 15_000_000)})
    found = compare_versions(before, after, F(500), MINIMUM)
    assert column(found.table, KEY, "from_own_score") == {"GM0001": 36_000, "GM0002": 0, "GM0003": 150_000}
    assert found.figures["only_in_one"] == 2


ROWS = st.dictionaries(
    st.sampled_from(["GM0001", "GM0002", "GM0003"]),
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**9)),
    min_size=1,
)


@examples(60)
@given(ROWS, ROWS, st.fractions(0, 1000))
def test_the_parts_add_up_to_the_change(
    before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]], price: Fraction
) -> None:
    table = compare_versions(grants(before), grants(after), price, MINIMUM).table
    for row in table.to_pylist():
        assert (
            row["from_own_score"] + row["from_all_else"] == row["change"] == row["final"] - row["provisional"]
        )
    assert table.column(KEY).to_pylist() == sorted(before.keys() | after.keys())
