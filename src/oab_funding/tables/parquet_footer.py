"""What the footer of a Parquet file states, read strictly before a library acts on it.

Arrow's accessors end the process, rather than raise, at a chunk of a column that a damaged footer describes
wrongly. So what is needed to judge a footer is taken from its bytes: every length is held against what is
left, every count and place against the structure that the Parquet format prescribes.

What this does not prove: that the pages hold what the footer states.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

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


_MAGIC: Final = b"PAR1"
_BYTE_ARRAY: Final = 6
_TAIL: Final = 8
"""The length of the footer and the magic number."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The part of one column in one group of rows: its number of values, and bytes without compression."""

    values: int
    size: int


@dataclass(frozen=True, slots=True)
class Group:
    """A group of rows: how many, bytes without compression, and a chunk for every column."""

    rows: int
    size: int
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class Footer:
    """A footer: the number of rows, the names of all columns and of those of text, the groups of rows."""

    rows: int
    columns: tuple[str, ...]
    texts: tuple[str, ...]
    groups: tuple[Group, ...]


def read_footer(source: bytes | str | Path) -> Footer:
    """Read the footer of a Parquet file.

    Parameters
    ----------
    source
        The bytes of the file, or its path.

    Raises
    ------
    ValueError
        The footer is not one of the Parquet format, or contradicts itself or the length of the file.
    OSError
        The file cannot be read.

    Examples
    --------
    >>> import pyarrow as pa, pyarrow.parquet
    >>> stream = io.BytesIO()
    >>> pyarrow.parquet.write_table(pa.table({"site_id": ["00AP00"], "score": [1]}), stream)
    >>> footer = read_footer(stream.getvalue())
    >>> footer.rows, footer.columns, footer.texts
    (1, ('site_id', 'score'), ('site_id',))
    """
    with io.BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb") as file:
        data, start = _footer_bytes(file)
    stated = read_struct(data)
    leaves = tuple(_leaves(stated.structs(2)))
    groups = tuple(_group(group, leaves, start) for group in stated.structs(4))
    rows = stated.count(3)
    if sum(group.rows for group in groups) != rows:
        raise ValueError("the footer's groups have another number of rows than the file")
    texts = tuple(name for name, kind in leaves if kind == _BYTE_ARRAY)
    return Footer(rows, tuple(name for name, _ in leaves), texts, groups)


def _footer_bytes(file: BinaryIO) -> tuple[bytes, int]:
    """Give the bytes of the footer and where in the file they begin."""
    end = file.seek(0, io.SEEK_END) - _TAIL
    if end < len(_MAGIC):
        raise ValueError("too short for Parquet")
    file.seek(end)
    tail = file.read(_TAIL)
    start = end - int.from_bytes(tail[:4], "little")
    if tail[4:] != _MAGIC or start < len(_MAGIC):
        raise ValueError("no Parquet footer at the end")
    file.seek(start)
    return file.read(end - start), start


def _leaves(elements: list[Struct]) -> Iterator[tuple[str, int]]:
    """Walk the tree of the schema, given in depth-first order; give name and physical type of its leaves."""
    open_nodes = 1
    for element in elements:
        if open_nodes == 0:
            raise ValueError("the footer's schema goes on after its end")
        children = element.count(5, 0)
        open_nodes += children - 1
        if children == 0 and element is not elements[0]:
            yield element.text(4), element.count(1)
    if open_nodes:
        raise ValueError("the footer's schema is not whole")


def _group(group: Struct, leaves: tuple[tuple[str, int], ...], end: int) -> Group:
    chunks = group.structs(1)
    if len(chunks) != len(leaves):
        raise ValueError("the footer has parts with other columns than the table")
    found = tuple(_chunk(chunk.struct(3), kind, end) for chunk, (_, kind) in zip(chunks, leaves, strict=True))
    return Group(group.count(3), group.count(2), found)


def _chunk(stated: Struct, kind: int, end: int) -> Chunk:
    """Check one chunk: the type of its column, within the `end` bytes before the footer."""
    if stated.count(1) != kind:
        raise ValueError("the footer has parts with other types than the table")
    places = stated.count(9), stated.count(11, 0)  # 0: no page of that kind was written
    if max(*places, min(filter(None, places), default=0) + stated.count(7)) > end:
        raise ValueError("the footer places a column outside the file")
    return Chunk(stated.count(5), stated.count(6))
