"""Accepting a column as it is must be what converting it would give."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from oab_funding.errors import InputError
from oab_funding.tables.accepted import accept
from oab_funding.tables.column import convert
from oab_funding.tables.schema import Code, Column, Day, Number, Text, Whole, YesNo

CODE = Code("[a-c]", "a, b or c")
FITTING = [
    (["x", "y"], Column("c", Text())),
    (["x", None], Column("c", Text(), nullable=True)),
    (pa.array(["a", "b", "a"]).dictionary_encode(), Column("c", CODE)),
    (pa.array(["a", None]).dictionary_encode(), Column("c", CODE, nullable=True)),
    ([0, 25], Column("c", Whole(minimum=0, maximum=25))),
    ([None, 3], Column("c", Whole(minimum=0, maximum=25), nullable=True)),
    (pa.array([None, None], pa.int64()), Column("c", Whole(minimum=0), nullable=True)),
    (pa.array([Decimal("1.50")], pa.decimal128(12, 2)), Column("c", Number(2, minimum=Decimal(0)))),
    ([True, False], Column("c", YesNo())),
    (pa.array([17_000], pa.date32()), Column("c", Day())),
]
OTHERS = [
    (["a", "b"], Column("c", CODE)),
    (["1.50"], Column("c", Number(2))),
    ([1.5], Column("c", Number(2))),
    (pa.array([3], pa.int8()), Column("c", Whole())),
    (["a1"], Column("c", Text("[a-z][0-9]", "a letter and a digit"))),
    (["", "x"], Column("c", Text(), nullable=True)),
    (pa.array(["a", ""]).dictionary_encode(), Column("c", CODE, nullable=True)),
]
WRONG = [
    (["x", None], Column("c", Text())),
    (["", "x"], Column("c", Text())),
    (pa.array(["a", "d"]).dictionary_encode(), Column("c", CODE)),
    ([26], Column("c", Whole(minimum=0, maximum=25))),
    ([-1], Column("c", Whole(minimum=0, maximum=25))),
    (pa.array([Decimal("-0.01")], pa.decimal128(12, 2)), Column("c", Number(2, minimum=Decimal(0)))),
    (pa.array([b"\xff"], pa.binary()).view(pa.string()), Column("c", Text())),
]


def column_of(values: Any) -> Any:
    return pa.chunked_array([values if isinstance(values, pa.Array) else pa.array(values)])


@pytest.mark.parametrize(("values", "column"), FITTING)
def test_what_fits_is_taken_as_it_is(values: Any, column: Column) -> None:
    given = column_of(values)
    assert accept(given, column, "f", 1) is given
    assert convert(given, column, "f", 1).to_pylist() == given.to_pylist()
    assert convert(given, column, "f", 1).type == given.type


@pytest.mark.parametrize(("values", "column"), OTHERS)
def test_what_does_not_is_converted(values: Any, column: Column) -> None:
    given = column_of(values)
    assert accept(given, column, "f", 1).equals(convert(given, column, "f", 1))


@pytest.mark.parametrize(("values", "column"), WRONG)
def test_what_is_wrong_is_refused(values: Any, column: Column) -> None:
    with pytest.raises(InputError, match="f, column c"):
        accept(column_of(values), column, "f", 1)
