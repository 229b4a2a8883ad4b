from decimal import Decimal

import pyarrow as pa
import pytest

from oab_funding.audit.column_bytes import column_bytes
from oab_funding.audit.logical import logical


def _bytes(array):
    return b"".join(bytes(part) for part in column_bytes(logical("x", pa.chunked_array([array]))))


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([1, None, -1], pa.int8()), "05" + "0100000000000000" + "00" * 8 + "ff" * 8),
        (pa.array([True, None, False]), "05" + "010000"),
        (pa.array(["é", None, "a"]), "05" + "0200000000000000" + "00" * 8 + "0100000000000000" + "c3a961"),
        (pa.array([Decimal(0)], pa.decimal128(38, 38)), "01" + "00" * 8 + "00" * 16),
        (pa.array([Decimal("1e-38")], pa.decimal128(38, 38)), "01" + "26" + "00" * 7 + "01" + "00" * 15),
        (pa.array([1], pa.date32()), "01" + "0100000000000000"),
        (pa.nulls(9), "0000"),
        (pa.array([Decimal("1.50"), None]), "01" + "0100000000000000" + "0f" + "00" * 15 + "00" * 16),
        (pa.array([Decimal("-20.00")]), "01" + "00" * 8 + "ec" + "ff" * 15),
        (pa.array([], pa.decimal128(12, 6)), "00" * 8),
        (pa.array([], pa.string()), ""),
        (pa.array([Decimal("1e3")], pa.decimal128(4, -2)), "01" + "00" * 8 + "e803" + "00" * 14),
    ],
)
def test_bytes_by_hand(array, expected):
    assert _bytes(array).hex() == expected


def test_the_scale_of_several_decimals_at_the_edge_of_64_bits():
    array = pa.array([Decimal(-(2**63)), Decimal(10)], pa.decimal128(20, 0)).cast(pa.decimal128(22, 1))
    least = pa.array([Decimal(-(2**63)).scaleb(-1), Decimal(1)], pa.decimal128(22, 1))
    assert _bytes(array)[1:9] == bytes(8)
    assert _bytes(least)[1:9] == b"\1" + bytes(7)


@pytest.mark.parametrize("units", [2**63, -(2**63), 2**63 - 1, 10**37, -(10**37) + 1, 5 * 10**30])
def test_decimals_around_and_beyond_64_bits(units):
    value = Decimal(f"{units}e-1")
    whole = units % 10 == 0
    expected = (units // 10 if whole else units).to_bytes(16, "little", signed=True)
    for arrow in (pa.decimal128(38, 1), pa.decimal256(70, 1)):
        assert _bytes(pa.array([value], arrow)) == b"\1" + bytes([not whole]) + bytes(7) + expected


@pytest.mark.parametrize(
    "array",
    [
        pa.array(["aa", "b", None, "c"], pa.large_string()),
        pa.array(["aa", "b", "d", "c"], pa.large_string()),
        pa.array([Decimal(1), Decimal(2), None, Decimal(3)]),
        pa.array([Decimal(10), Decimal(20), Decimal(30), Decimal(45).scaleb(-1)], pa.decimal128(12, 2)),
        pa.array([1, 2, None, 3]),
        pa.array([True, False, None, True]),
    ],
)
def test_a_slice_is_its_own_rows_only(array):
    assert _bytes(array.slice(1, 2)) == _bytes(pa.array(array.to_pylist()[1:3], array.type))
