"""Tables as data: types, names, keys."""

import pyarrow as pa
import pytest

from oab_funding.tables.schema import Code, Column, Day, Number, TableSchema, Text, Whole, YesNo

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
