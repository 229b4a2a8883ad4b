"""The Thrift compact protocol, read strictly: no length beyond what is left, no depth beyond what is used.

Source: Apache Thrift, "Thrift compact protocol encoding"; the Parquet format keeps its footers in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

_DEPTH: Final = 16
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 12
_BITS: Final = {4: 16, 5: 32, 6: 64}
"""The integers: their types and widths."""


@dataclass(frozen=True, slots=True)
class Struct:
    """The fields of a struct by their number; what is absent or of another type is a ValueError."""

    fields: dict[int, Any]

    def count(self, field: int, default: int | None = None) -> int:
        """Give an integer of zero or more."""
        found = self.fields.get(field, default)
        if type(found) is not int or found < 0:
            raise ValueError(f"the footer states no count in field {field}")
        return found

    def text(self, field: int) -> str:
        """Give a text."""
        found = self.fields.get(field)
        if not isinstance(found, bytes):
            raise ValueError(f"the footer states no text in field {field}")
        return found.decode()

    def struct(self, field: int) -> Struct:
        """Give a struct."""
        found = self.fields.get(field)
        if not isinstance(found, Struct):
            raise ValueError(f"the footer states nothing in field {field}")
        return found

    def structs(self, field: int) -> list[Struct]:
        """Give a list of structs."""
        found = self.fields.get(field)
        if not isinstance(found, list) or not all(isinstance(item, Struct) for item in found):
            raise ValueError(f"the footer states no list in field {field}")
        return found


def read_struct(data: bytes) -> Struct:
    r"""Read one struct, which must take all the bytes.

    Raises
    ------
    ValueError
        The bytes are something else.

    Examples
    --------
    >>> read_struct(b"\x15\x04\x18\x01a\x00").fields
    {1: 2, 2: b'a'}
    """
    reader = _Reader(data)
    found = reader.struct(0)
    if reader.at != len(data):
        raise ValueError("the footer goes on after its end")
    return found


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, length: int) -> bytes:
        if length > len(self.data) - self.at:
            raise ValueError("the footer ends early")
        self.at += length
        return self.data[self.at - length : self.at]

    def byte(self) -> int:
        return self.take(1)[0]

    def varint(self) -> int:
        value = 0
        for shift in range(0, 70, 7):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise ValueError("the footer has an integer of more than 64 bits")

    def integer(self, bits: int) -> int:
        value = self.varint()
        if value >> bits:
            raise ValueError(f"the footer has an integer of more than {bits} bits")
        return (value >> 1) ^ -(value & 1)

    def struct(self, depth: int) -> Struct:
        if depth > _DEPTH:
            raise ValueError("the footer is nested too deeply")
        fields: dict[int, Any] = {}
        number = 0
        while head := self.byte():
            number = number + (head >> 4) if head >> 4 else self.integer(16)
            if number in fields:
                raise ValueError(f"the footer states field {number} twice")
            kind = head & 0x0F
            fields[number] = kind == _TRUE if kind in (_TRUE, _FALSE) else self.value(kind, depth)
        return Struct(fields)

    def value(self, kind: int, depth: int) -> Any:
        if kind in _BITS:
            return self.integer(_BITS[kind])
        if kind == _BINARY:
            return self.take(self.varint())
        if kind in (_LIST, _SET):
            return self.items(depth + 1)
        if kind == _STRUCT:
            return self.struct(depth + 1)
        if kind in (_TRUE, _FALSE, _BYTE):  # in a list, a truth value takes a byte
            return self.byte()
        if kind == _DOUBLE:
            return self.take(8)
        raise ValueError(f"the footer has a field of the unknown type {kind}")

    def items(self, depth: int) -> list[Any]:
        head = self.byte()
        length = self.varint() if head >> 4 == 0x0F else head >> 4
        if length > len(self.data) - self.at or depth > _DEPTH:
            raise ValueError("the footer has a list beyond its end")
        return [self.value(head & 0x0F, depth) for _ in range(length)]
