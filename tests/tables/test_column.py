"""One column into the type of its schema: what is taken, and what is refused with its row."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.tables.column import convert
from oab_funding.tables.schema import Code, Column, Day, Kind, Number, Text, Whole, YesNo

D = Decimal


def take(values: Any, kind: Kind, nullable: bool = False) -> list[Any]:
    array = values if isinstance(values, (pa.Array, pa.ChunkedArray)) else pa.array(values)
    converted = convert(array, Column("x", kind, nullable=nullable), "f.csv", 2)
    assert converted.type == kind.arrow
    return list(converted.to_pylist())


def refused(values: Any, kind: Kind, nullable: bool = False) -> str:
    with pytest.raises(InputError) as caught:
        take(values, kind, nullable)
    assert caught.value.remedy
    return str(caught.value)


@pytest.mark.parametrize(
    "values",
    [
        ["1.5", "-2"],
        ["1.5000", "-2.00000"],
        ["0001.50", "-2." + "0" * 60],
        [1.5, -2.0],
        pa.array(np.array([1.5, -2], np.float16)),
        pa.array([1.5, -2], pa.float32()),
        pa.array(["1.50", "-2"], pa.large_string()),
        pa.array(["1.50", "-2"], pa.string_view()),
        pa.array(["1.50", "-2"]).dictionary_encode(),
        pa.chunked_array([["1.50"], [], ["-2"]]),
        [D("1.5"), D(-2)],
        pa.array([D("1.5"), D(-2)], pa.decimal32(9, 3)),
        pa.array([D("1.5"), D(-2)], pa.decimal64(9, 1)),
        pa.array([D("1.5"), D(-2)], pa.decimal128(38, 20)),
        pa.array([D("1.5"), D(-2)], pa.decimal256(70, 40)),
    ],
    ids=lambda values: str(getattr(values, "type", values))[:30],
)
def test_numbers_in_any_dress(values: Any) -> None:
    assert take(values, Number(2)) == [D("1.50"), D("-2.00")]


@pytest.mark.parametrize(
    "kind", [pa.int8(), pa.int64(), pa.uint8(), pa.decimal128(5, -1), pa.decimal128(9, 0)]
)
def test_whole_numbers_as_numbers(kind: pa.DataType) -> None:
    values = [D(10), D(100)] if pa.types.is_decimal(kind) else [10, 100]
    assert take(pa.array(values, kind), Number(2)) == [D("10.00"), D("100.00")]
    assert take(pa.array(values, kind), Whole()) == [10, 100]


@given(st.integers(-(10**12) + 1, 10**12 - 1))
def test_every_number_of_the_grid_survives_every_way(units: int) -> None:
    exact = D(units) / 100
    for values in ([str(exact)], [exact], [float(exact)]):
        assert take(values, Number(2)) == [exact]


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_float_is_taken_only_where_it_prints_as_two_decimals(value: float) -> None:
    on_grid = (
        value == value
        and abs(value) < 1e10
        and len(repr(value).partition(".")[2]) <= 2
        and "e" not in repr(value)
    )
    if on_grid:
        assert take([value], Number(2)) == [D(repr(value))]
    else:
        refused([value], Number(2))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (["1", "x"], "row 3, value 'x': is not a number"),
        (["1", "1,5"], "row 3, value '1,5': has a decimal comma"),
        (["1e5"], "is not a number"),
        (["+1"], "is not a number"),
        ([".5"], "is not a number"),
        (["5."], "is not a number"),
        (["1 2"], "is not a number"),
        (["١"], "is not a number"),
        (["1.001"], "more than 2 decimals"),
        (["1." + "0" * 50 + "1"], "more than 2 decimals"),
        (["10000000000"], "is too large"),
        (["-10000000000.00"], "is too large"),
        ([10**10], "is too large"),
        ([float(10**10)], "is too large"),
        ([D(10) ** 20], "is too large"),
        ([1e300], "is too large"),
        ([0.1 + 0.2], "is not a decimal of 2 places"),
        (pa.array([D("1.005")], pa.decimal32(9, 3)), "more than 2 decimals"),
        ([float("nan")], "is not a finite number"),
        ([float("-inf")], "is not a finite number"),
        ([True], "holds bool"),
        ([b"1"], "holds binary"),
        ([[1]], "holds list"),
        ([None, "1"], "row 2: is empty"),
        (["1", ""], "row 3: is empty"),
        (["x", "1", "x"], "(and 1 more rows)"),
    ],
)
def test_refused_numbers(values: Any, says: str) -> None:
    assert says in refused(values, Number(2))


def test_bounds_of_a_number() -> None:
    kind = Number(2, minimum=D(0), maximum=D(1))
    assert take(["0", "-0.00", "1.00"], kind) == [D(0), D(0), D(1)]
    assert "is below 0; give 0 or more" in refused(["-0.01"], kind)
    assert "is above 1; give 1 or less" in refused(["1.01"], kind)


@pytest.mark.parametrize(
    "values", [["1", "-2"], [1, -2], [1.0, -2.0], [D(1), D(-2)], pa.array([D(1), D(-2)], pa.decimal32(9, 2))]
)
def test_whole(values: Any) -> None:
    assert take(values, Whole()) == [1, -2]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (["1.0"], "is not a whole number"),
        ([1.5], "is not a whole number"),
        (pa.array(np.array([1.5], np.float16)), "is not a whole number"),
        ([float("inf")], "is not a whole number"),
        ([D("1.5")], "is not a whole number"),
        ([2.0**53], "is too large"),
        ([D(10) ** 30], "is too large"),
        (pa.array([2**64 - 1], pa.uint64()), "is too large"),
        (["1" * 19], "is not a whole number"),
        ([True], "holds bool"),
    ],
)
def test_refused_whole(values: Any, says: str) -> None:
    assert says in refused(values, Whole())


def test_bounds_of_a_whole_number() -> None:
    assert take(["1", "8"], Whole(1, 8)) == [1, 8]
    assert "is below 1" in refused(["0"], Whole(1, 8))
    assert "is above 8" in refused([9], Whole(1, 8))


CODE = Text("[0-9]{2}", "two digits")


def test_text() -> None:
    assert take(["01", "99"], CODE) == ["01", "99"]
    assert take([None, ""], CODE, nullable=True) == [None, None]
    assert take(["x\ny"], Text()) == ["x\ny"]
    assert take([" 01", "99\n"], CODE) == ["01", "99"]
    for wrong in (["1"], ["123"], ["x01"]):
        assert "does not fit; give two digits" in refused(wrong, CODE)
    assert "holds int64, not two digits" in refused([1], CODE)
    assert "is empty" in refused([""], CODE)


def test_text_that_may_be_empty_stays_empty() -> None:
    assert take(["", "a"], Text("(?:a)?", "a or nothing")) == ["", "a"]


def test_bytes_that_are_no_text() -> None:
    assert "no text" in refused(pa.array([b"\xff"]).view(pa.string()), Text())


@pytest.mark.parametrize(
    "values",
    [
        ["ab", "cd", "ab"],
        pa.array(["ab", "cd", "ab"]).dictionary_encode(),
        pa.chunked_array([pa.array(["ab"]).dictionary_encode(), pa.array(["cd", "ab"]).dictionary_encode()]),
        pa.DictionaryArray.from_arrays(
            pa.array([0, 1, 0], pa.int8()), pa.array(["ab", "cd"], pa.large_string())
        ),
    ],
)
def test_code(values: Any) -> None:
    assert take(values, Code("[a-z]{2}", "two letters")) == ["ab", "cd", "ab"]


def test_refused_code() -> None:
    kind = Code("[a-z]{2}", "two letters")
    assert "row 4, value 'e': does not fit" in refused(["ab", "ab", "e"], kind)
    assert "holds int64" in refused(pa.array([1]).dictionary_encode(), kind)
    assert "row 3: is empty" in refused(["ab", ""], kind)


@pytest.mark.parametrize("empty", [None, ""])
def test_nothing_inside_a_dictionary_counts_as_nothing(empty: str | None) -> None:
    values = pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array(["ab", empty]))
    assert take(values, Code(), nullable=True) == ["ab", None]
    assert "row 3: is empty" in refused(values, Code())


def test_yes_no() -> None:
    assert take(["true", "False", "1", "0", ""], YesNo(), nullable=True) == [True, False, True, False, None]
    assert take([True, False], YesNo()) == [True, False]
    assert take(["WAAR", "onwaar", "Ja", "nee", "j", "N"], YesNo()) == [True, False] * 3
    assert "row 3, value 'perhaps': is not true or false" in refused(["true", "perhaps"], YesNo())
    assert "holds int64" in refused([1], YesNo())


def test_day() -> None:
    day = date(2019, 10, 1)
    for values in (["2019-10-01"], [day], [datetime(2019, 10, 1)], pa.array([day], pa.date64())):
        assert take(values, Day()) == [day]
    assert take(["2019-10-01", ""], Day(), nullable=True) == [day, None]
    for wrong in ("2019-02-30", "1-10-2019", "20191001", "0000-00-00", "2019-10-01T"):
        assert "is not a date" in refused([wrong], Day())
    assert "has a time of day" in refused([datetime(2019, 10, 1, 12)], Day())
    assert "holds int64" in refused([20191001], Day())
    assert "has a time of day" in refused(pa.array([86_400_005]).view(pa.date64()), Day())


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "UTC", "America/New_York", "Asia/Tokyo", "+05:30"])
@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_day_with_a_zone_is_the_local_day(zone: str, unit: str) -> None:
    days = [date(2019, 10, 1), date(2019, 3, 31), date(2019, 10, 27), date(1950, 1, 1)]
    local = pa.array(days, pa.date32()).cast(pa.timestamp(unit))
    stamps = pc.assume_timezone(local, zone) if zone[0] != "+" else None
    if stamps is None:
        shift = 19_800 * {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
        stamps = pc.subtract(local.cast(pa.int64()), shift).cast(pa.timestamp(unit, zone))
    assert take(stamps, Day()) == days
    later = pc.add(stamps, pa.scalar(3600, pa.duration("s")).cast(pa.duration(unit)))
    assert "has a time of day" in refused(later, Day())


@pytest.mark.parametrize("kind", [Text(), Code(), Number(2), Whole(), YesNo(), Day()])
def test_nothing_at_all(kind: Kind) -> None:
    assert take(pa.nulls(2), kind, nullable=True) == [None, None]
    assert take(pa.chunked_array([], pa.string()), kind) == []
    assert "row 2: is empty (and 1 more rows)" in refused(pa.nulls(2), kind)
