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
from typing import BinaryIO, Final

from oab_funding.tables.thrift import Struct, read_struct

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
