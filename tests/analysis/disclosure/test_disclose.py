"""The whole: judged, treated, and proven by counting out every table that a reader must hold for possible."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oab_funding as oab
from oab_funding.errors import InputError

from .tables import every_table, margins

SITES = {"site_id": ["a", "b", "c", "d"], "pupils": [3, 40, 25, 60]}
RULES: dict[str, Any] = {"by": ["site_id"], "dominance": None, "p": None}


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=4, max_size=5))
def test_no_hidden_count_is_narrower_than_said(values: list[int]) -> None:
    table = {(name,): value for name, value in zip("abcde", values, strict=False)}
    frame = {"site_id": [key[0] for key in table], "pupils": values}
    found = oab.disclose(frame, minimum=4, remedy="suppress", **RULES)
    safe = dict(zip(table, found.safe["pupils"].to_pylist(), strict=True))
    tables = list(every_table(safe, margins(table)))
    for row in found.table.to_pylist():
        key = (row["site_id"],)
        if safe[key] is not None:
            assert safe[key] == table[key]
            assert row["verdict_after"] == "pass"
            continue
        reached = [one[key] for one in tables]
        assert (row["low"], row["high"]) == (min(reached), max(reached))
        if 0 < table[key] < 4 and row["verdict_after"] == "pass":
            assert max(reached) - min(reached) >= 3
    assert found.verdict == ("fail" if "fail" in found.table["verdict_after"].to_pylist() else "pass")


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=3, max_size=4))
def test_no_rounded_count_is_narrower_than_said(values: list[int]) -> None:
    names = list("abcd")[: len(values)]
    frame = {"site_id": [*names, "total"], "pupils": [*values, sum(values)]}
    found = oab.disclose(frame, minimum=4, remedy="round", **RULES)
    shown = found.safe["pupils"].to_pylist()
    assert sum(shown[:-1]) == shown[-1]
    assert found.figures["totals are those of the parts"] is True
    counts = [(*one, sum(one)) for one in _within(shown[:-1], 4) if abs(sum(one) - shown[-1]) < 4]
    for at, row in enumerate(found.table.to_pylist()[: len(values)]):
        if row["verdict"] == "fail":
            reached = [one[at] for one in counts]
            assert (row["low"], row["high"]) == (min(reached), max(reached))
            assert (row["verdict_after"] == "pass") is (max(reached) - min(reached) >= 3)


def _within(shown: list[int], base: int) -> list[tuple[int, ...]]:
    from itertools import product

    return list(product(*(range(max(0, value - base + 1), value + base) for value in shown)))


def test_a_table_without_small_cells_passes() -> None:
    found = oab.disclose({"site_id": ["a", "b"], "pupils": [10, 11]}, **RULES)
    assert found.verdict == "pass"
    assert found.figures["cells that pass"] == 2
    with pytest.raises(InputError, match="no remedy was asked for"):
        found.safe  # noqa: B018


def test_where_margins_are_known_a_second_cell_goes_too() -> None:
    found = oab.disclose(SITES, remedy="suppress", **RULES)
    assert found.safe["pupils"].to_pylist() == [None, 40, None, 60]
    given_only = oab.disclose(SITES, remedy="suppress", margins_known=False, **RULES)
    assert given_only.safe["pupils"].to_pylist() == [None, 40, 25, 60]


def test_what_a_total_leaves_beside_its_parts_fails_and_is_hidden() -> None:
    frame = {"site_id": ["b", "c", "total"], "pupils": [40, 25, 68]}
    found = oab.disclose(frame, remedy="suppress", **RULES)
    row = next(row for row in found.table.to_pylist() if row["treatment"] == "not in the table")
    assert (row["rule"], row["verdict_after"]) == ("total less parts", "pass")
    assert "3 children" in row["reason"]
    assert None in found.safe["pupils"].to_pylist()


def test_a_cell_left_out_before_is_worked_out_again() -> None:
    frame = {"site_id": ["a", "b", "total"], "pupils": [None, 40, 43]}
    found = oab.disclose(frame, **RULES)
    assert [row["reason"] for row in found.table.to_pylist()] == [
        "is left out, but follows from sums",
        "",
        "",
    ]
    assert found.verdict == "fail"
    both = {"site_id": ["a", "b", "total"], "pupils": [None, None, 43]}
    assert oab.disclose(both, **RULES).verdict == "pass"


def test_where_a_count_is_left_out_its_sums_are_too() -> None:
    frame = {
        **SITES,
        "score_raw": ["9.00", "80.00", "31.50", "70.00"],
        "score": ["7.00", "52.00", "14.00", "28.00"],
    }
    found = oab.disclose(frame, sums=["score_raw", "score"], remedy="suppress", **RULES)
    rows = found.safe.to_pylist()
    assert [row["site_id"] for row in rows if row["pupils"] is None] == ["a", "c"]
    assert all(row["score_raw"] is None and row["score"] is None for row in rows if row["pupils"] is None)
    assert found.verdict == "pass"


def test_dominance_by_contributions() -> None:
    boards = {"board_id": ["1", "2", "3"], "pupils": [900, 800, 700], "amount": ["100.00", "90.00", "80.00"]}
    parts = {
        "board_id": ["1", "1", "2", "2", "2", "3", "3", "3"],
        "amount": ["99", "1", "30", "30", "30", "30", "25", "25"],
    }
    found = oab.disclose(boards, sums=["amount"], contributions=parts, remedy="suppress")
    failed = [row for row in found.table.to_pylist() if row["verdict"] == "fail"]
    assert [(row["board_id"], row["rule"]) for row in failed] == [("1", "dominance, p%")]
    assert found.safe["amount"].to_pylist().count(None) == 2
    assert found.verdict == "pass"


def test_the_order_of_the_rows_does_not_matter() -> None:
    turned = {name: values[::-1] for name, values in SITES.items()}
    one, two = (oab.disclose(frame, remedy="suppress", **RULES) for frame in (SITES, turned))
    assert one.table.equals(two.table)
    assert two.safe.to_pylist() == one.safe.to_pylist()[::-1]


def test_tables_beside_by_size_and_by_child() -> None:
    before = {"site_id": ["a", "b"], "pupils": [20, 30]}
    now = {"site_id": ["a", "b"], "pupils": [22, 50]}
    found = oab.disclose(now, beside={"provisional": before}, **RULES)
    assert found.verdict == "review"
    children = _children({"a": range(22), "b": range(22, 72)})
    others = _children({"a": range(20), "b": range(22, 52)})
    sure = oab.disclose(
        now,
        beside={"provisional": before},
        children=children,
        children_beside={"provisional": others},
        **RULES,
    )
    assert sure.verdict == "fail"
    assert "lie within each other but for 2 children" in sure.table["reason"].to_pylist()[0]


def _children(places: Mapping[str, range]) -> dict[str, list[str]]:
    pairs = [(f"c{child}", place) for place, members in places.items() for child in members]
    return {"child_id": [child for child, _ in pairs], "site_id": [place for _, place in pairs]}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"minimum": 1}, "minimum"),
        ({"minimum": 2.5}, "minimum"),
        ({"remedy": "hide"}, "remedy"),
        ({"group_share": 0.9}, "group_share"),
        ({"dominance": (0, "50%")}, "dominance"),
        ({"dominance": "50%"}, "dominance"),
        ({"p": "200%"}, "p"),
        ({"categories": ["pupils"]}, "named twice"),
        ({"children_beside": {"final": SITES}}, "names no table"),
        ({"contributions": {"site_id": ["a"], "euros": [1]}}, "none of the sums"),
    ],
)
def test_what_is_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        oab.disclose(SITES, **{**RULES, **settings})


def test_rounding_wants_all_numbers() -> None:
    with pytest.raises(InputError, match="empty cells"):
        oab.disclose({"site_id": ["a", "b"], "pupils": [None, 40]}, remedy="round", **RULES)
