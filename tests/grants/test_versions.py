"""A provisional and a final decision side by side."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.grants.versions import compare_versions
from oab_funding.tables.columns import build
from oab_funding.tables.grant_tables import MUNICIPAL_GRANTS, SCHOOL_GRANTS
from oracle_bridge import column, examples

F = Fraction
KEY = "municipality_code"


def grants(rows: dict[str, tuple[int, int]]) -> pa.Table:
    """H + I in thousandths and cents by code; 64,000.00 is the minimum."""
    return build(
        MUNICIPAL_GRANTS,
        {
            KEY: list(rows),
            "score": [score for score, _ in rows.values()],
            "eligible": [amount > 0 for _, amount in rows.values()],
            "topped_up": [amount == 6_400_000 for _, amount in rows.values()],
            "amount_new": [amount for _, amount in rows.values()],
            "grant_2018": [None] * len(rows),
            "share": [None] * len(rows),
            "amount": [amount for _, amount in rows.values()],
        },
    )


def test_what_score_price_and_minimum_moved() -> None:
    before = grants(
        {"GM0001": (1_000_000, 50_000_000), "GM0002": (10_000, 6_400_000), "GM0003": (200_005, 10_000_250)}
    )
    after = grants(
        {"GM0001": (1_100_000, 53_900_001), "GM0002": (20_000, 6_400_000), "GM0003": (200_005, 9_800_245)}
    )
    found = compare_versions(before, after, 500, 490)
    assert column(found.table, KEY, "change") == {
        "GM0001": F("39000.01"),
        "GM0002": 0,
        "GM0003": F("-2000.05"),
    }
    assert column(found.table, KEY, "from_score") == {"GM0001": 50_000, "GM0002": 5_000, "GM0003": 0}
    # 1,100 units at 10 less, and a cent of the remainder; 20 units; 200.005 units
    assert column(found.table, KEY, "from_price") == {
        "GM0001": F("-10999.99"),
        "GM0002": -200,
        "GM0003": F("-2000.05"),
    }
    assert column(found.table, KEY, "from_minimum") == {"GM0001": 0, "GM0002": -4_800, "GM0003": 0}
    assert set(column(found.table, KEY, "from_transition").values()) == {0}
    assert (found.figures["rose"], found.figures["fell"], found.figures["stayed"]) == (1, 1, 1)
    assert (found.figures["total_moved"], found.figures["total_change"]) == (F("39000.01"), F("36999.96"))
    assert found.figures["total_from_minimum"] == -4_800


def test_out_of_the_minimum_and_in_one_version_only() -> None:
    before = grants({"GM0001": (100_000, 6_400_000), "GM0002": (0, 0)})
    after = grants({"GM0001": (200_000, 10_000_000), "GM0003": (300_000, 15_000_000)})
    found = compare_versions(before, after, 500, 500)
    assert column(found.table, KEY, "from_score") == {"GM0001": 50_000, "GM0002": 0, "GM0003": 150_000}
    assert column(found.table, KEY, "from_minimum") == {"GM0001": -14_000, "GM0002": 0, "GM0003": 0}
    assert found.figures["only_in_one"] == 2


def schools(score: int, new: int, amount: int) -> pa.Table:
    one = {"school_id": ["00AP"], "score": [score], "amount_new": [new], "amount": [amount]}
    return build(SCHOOL_GRANTS, one | {"old_base": [None], "share": [None], "flags": [""]})


def test_schools_know_no_minimum_and_have_a_transition() -> None:
    found = compare_versions(
        schools(3302, 1_847_469, 1_847_469), schools(3302, 1_852_422, 2_000_000), "559.50", 561
    )
    assert found.table.to_pylist()[0] == {
        "school_id": "00AP",
        "provisional": F("18474.69"),
        "final": 20_000,
        "change": F("1525.31"),
        "from_score": 0,
        "from_price": F("49.53"),
        "from_transition": F("1475.78"),
    }
    assert "total_from_minimum" not in found.figures
    with pytest.raises(InputError, match="one version is of schools, the other of municipalities"):
        compare_versions(schools(1, 1, 1), grants({"GM0001": (1, 1)}), 1, 1)


@pytest.mark.parametrize("prices", [(559.5, 1), (1, 559.5)])
def test_a_price_is_no_float(prices: tuple[float, float]) -> None:
    with pytest.raises(InputError, match="a float is not exact"):
        compare_versions(schools(1, 1, 1), schools(1, 1, 1), *prices)  # type: ignore[arg-type]


ROWS = st.dictionaries(
    st.sampled_from(["GM0001", "GM0002", "GM0003"]),
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**9)),
    min_size=1,
)
PARTS = ("from_score", "from_price", "from_minimum", "from_transition")


@examples(60)
@given(ROWS, ROWS, st.fractions(0, 1000), st.fractions(0, 1000))
def test_the_parts_add_up_to_the_change(
    before: dict[str, tuple[int, int]],
    after: dict[str, tuple[int, int]],
    price: Fraction,
    final_price: Fraction,
) -> None:
    table = compare_versions(grants(before), grants(after), price, final_price).table
    for row in table.to_pylist():
        assert sum(row[part] for part in PARTS) == row["change"] == row["final"] - row["provisional"]
    assert table.column(KEY).to_pylist() == sorted(before.keys() | after.keys())
