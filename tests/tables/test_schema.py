"""Tables as data: types, names, keys."""

import re

import pyarrow as pa
import pytest

from oab_funding.tables.schema import (
    FLAGS_PATTERN,
    SCHOOL_PATTERN,
    SITE_PATTERN,
    Code,
    Column,
    Day,
    Number,
    TableSchema,
    Text,
    Whole,
    YesNo,
)

PRICES = TableSchema("prices", (Column("year", Text()), Column("price", Number(2))), key=("year",))


@pytest.mark.parametrize(
    ("kind", "arrow"),
    [
        (Text(), pa.string()),
        (Code(), pa.dictionary(pa.int32(), pa.string())),
        (Number(2), pa.decimal128(12, 2)),
        (Number(6, digits=18), pa.decimal128(18, 6)),
        (Whole(), pa.int64()),
        (YesNo(), pa.bool_()),
        (Day(), pa.date32()),
    ],
)
def test_every_kind_has_one_arrow_type(kind: Text, arrow: pa.DataType) -> None:
    assert kind.arrow == arrow
    assert kind.meaning


def test_names_columns_and_membership() -> None:
    assert PRICES.names == ("year", "price")
    assert PRICES["price"].kind == Number(2)
    assert "year" in PRICES
    assert "month" not in PRICES


def test_arrow_schema_of_all_or_some_columns() -> None:
    assert PRICES.arrow().names == ["year", "price"]
    assert PRICES.arrow(("price",)) == pa.schema([("price", pa.decimal128(12, 2))])


def test_key_must_name_a_column() -> None:
    with pytest.raises(ValueError, match="names no column"):
        TableSchema("prices", (Column("year", Text()),), key=("month",))


@pytest.mark.parametrize("code", ["00AP00", "31MX00", "27YH12", "130000"])
def test_site_codes(code: str) -> None:
    assert re.fullmatch(SITE_PATTERN, code)
    assert re.fullmatch(SCHOOL_PATTERN, code[:4])


@pytest.mark.parametrize(
    "code", ["", "00AP", "00AP0", "00AP000", "00ap00", "AAAP00", "00AP0A", "00ÁP00", " 00AP00"]
)
def test_no_site_codes(code: str) -> None:
    assert not re.fullmatch(SITE_PATTERN, code)


@pytest.mark.parametrize(
    ("flags", "good"), [("", True), ("a", True), ("b, c", True), ("b,c", False), ("d", False)]
)
def test_flags(flags: str, good: bool) -> None:
    assert bool(re.fullmatch(FLAGS_PATTERN, flags)) is good
