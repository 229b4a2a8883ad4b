"""Joining the tables with and without threshold."""

from datetime import date
from decimal import Decimal

import pytest

from oab_funding.errors import InputError
from oab_funding.tables.cbs_join import choose, combine, reference_date
from oab_funding.tables.cbs_sheet import TableSheet

DAY = date(2019, 10, 1)
SCORES = TableSheet(
    "Tabel 1",
    "scores",
    DAY,
    (6, 7),
    {"site_id": ["00AP00", "00AR00"], "pupils": [100, 142], "score": [3302, 0], "flags": [{"a"}, set()]},
    (),
)
RAW = TableSheet(
    "Tabel 2",
    "raw",
    DAY,
    (6, 7),
    {
        "site_id": ["00AR00", "00AP00"],
        "score_raw": [1946, 10262],
        "score_raw_lower": [1033, 2617],
        "score_raw_upper": [914, 7645],
        "flags": [{"c", "b"}, {"b"}],
    },
    (),
)


def test_choosing_goes_by_columns_not_by_order() -> None:
    assert choose("f.xlsx", [RAW, SCORES]) == (SCORES, RAW)
    assert choose("f.xlsx", [SCORES]) == (SCORES, None)


def test_joining_goes_by_site_in_the_order_of_the_first() -> None:
    assert combine("f.xlsx", SCORES, RAW).to_pylist() == [
        {
            "site_id": "00AP00",
            "pupils": 100,
            "score_raw": Decimal("102.62"),
            "score_raw_lower": Decimal("26.17"),
            "score_raw_upper": Decimal("76.45"),
            "score": Decimal("33.02"),
            "flags": "a, b",
        },
        {
            "site_id": "00AR00",
            "pupils": 142,
            "score_raw": Decimal("19.46"),
            "score_raw_lower": Decimal("10.33"),
            "score_raw_upper": Decimal("9.14"),
            "score": Decimal("0.00"),
            "flags": "b, c",
        },
    ]


def test_without_raw_scores_their_columns_are_absent() -> None:
    table = combine("f.xlsx", SCORES, None)
    assert table.column_names == ["site_id", "pupils", "score", "flags"]
    assert table.column("flags").to_pylist() == ["a", ""]


def test_both_titles_must_name_one_date() -> None:
    assert reference_date("f.xlsx", SCORES, RAW) == DAY
    other = TableSheet("Tabel 2", "raw", date(2018, 10, 1), RAW.rows, RAW.columns, ())
    with pytest.raises(InputError, match="give two tables of one date"):
        reference_date("f.xlsx", SCORES, other)


def test_nothing_to_choose_from() -> None:
    with pytest.raises(InputError, match="no table of site scores"):
        choose("f.xlsx", [])
