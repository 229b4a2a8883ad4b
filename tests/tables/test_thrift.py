"""The compact protocol: what it says, and what it must not say."""

from __future__ import annotations

import pytest

from oab_funding.tables.thrift import Struct, read_struct


def test_every_type_of_value() -> None:
    data = (
        b"\x11\x12\x13\x7f"  # 1 true, 2 false, 3 a byte
        b"\x14\x03\x15\x80\x01\x16\x01"  # 4, 5, 6: -2, 64, -1
        b"\x17" + bytes(8) + b"\x18\x02ab"  # 7 a double, 8 text
        b"\x19\x21\x01\x02\x1a\x15\x04"  # 9 a list of two truth values, 10 a set of one integer
        b"\x1c\x15\x02\x00\x08\x80\x02\x01z\x00"  # 11 a struct, 128 named in full: a text
    )
    simple = {1: True, 2: False, 3: 127, 4: -2, 5: 64, 6: -1, 7: bytes(8), 8: b"ab"}
    assert read_struct(data).fields == simple | {9: [1, 2], 10: [2], 11: Struct({1: 1}), 128: b"z"}


def test_a_list_of_fifteen_or_more_states_its_length_apart() -> None:
    assert read_struct(b"\x19\xf5\x0f" + bytes(15) + b"\x00").fields == {1: [0] * 15}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "ends early"),
        (b"\x18\x05ab\x00", "ends early"),
        (b"\x00\x00", "goes on after its end"),
        (b"\x19\xf5\xff\xff\xff\xff\x0f\x00", "a list beyond its end"),
        (b"\x1c" * 40, "nested too deeply"),
        (b"\x19\x19" * 40, "a list beyond its end"),
        (b"\x15\x02\x05\x02\x02\x00", "states field 1 twice"),
        (b"\x16" + b"\xff" * 10 + b"\x00", "more than 64 bits"),
        (b"\x15\xff\xff\xff\xff\x1f\x00", "more than 32 bits"),
        (b"\x1b\x00\x00", "unknown type 11"),
    ],
)
def test_what_is_no_struct(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_struct(data)


def test_fields_of_another_type() -> None:
    stated = Struct({1: -1, 2: True, 3: b"a", 4: [1]})
    for read in (lambda: stated.count(1), lambda: stated.count(2), lambda: stated.count(9)):
        with pytest.raises(ValueError, match="no count"):
            read()
    with pytest.raises(ValueError, match="no text"):
        stated.text(1)
    with pytest.raises(ValueError, match="nothing in field 3"):
        stated.struct(3)
    with pytest.raises(ValueError, match="no list"):
        stated.structs(4)
    assert stated.count(9, 7) == 7
    assert stated.text(3) == "a"
