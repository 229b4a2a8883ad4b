"""A bundle read through its manifest: the one way in which anything is read from a bundle.

Nothing is opened before its place, kind and size are known, and nothing is used before its SHA-256 is. A few
kilobytes of Parquet can unfold to more than a machine holds; the footer says how many rows and bytes there
will be, so that is held against the manifest and against fixed limits first.

What this does not prove: the manifest may have been made to fit. `verify` with the published root tells.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.audit.content import content_hash
from oab_funding.audit.folder import Folder, readable
from oab_funding.audit.manifest import (
    JOURNAL,
    JOURNAL_LIMIT,
    MANIFEST,
    MANIFEST_LIMIT,
    SALT,
    FileEntry,
    Manifest,
    read_manifest,
)
from oab_funding.audit.merkle import root
from oab_funding.audit.provable import proved_columns
from oab_funding.audit.rows import kinds_of, rows_root, salted_leaves
from oab_funding.audit.withheld import read_withheld
from oab_funding.errors import DamagedError, Place
from oab_funding.tables.parquet_footer import Footer, read_footer

MOST_CELLS = 250_000_000
"""Rows times columns of the largest table that is read: some ten times that of a national calculation."""

MOST_BYTES = 4 << 30
"""Bytes of the largest table that is read, without compression."""


def read_stored(data: bytes, rows: int | None) -> pa.Table:
    """Read a table from the bytes of a Parquet file.

    Parameters
    ----------
    data
        The bytes.
    rows
        How many rows it must have.

    Returns
    -------
    pyarrow.Table
        Text comes as dictionaries.

    Raises
    ------
    ValueError
        It has another number of rows, or would be too large; said as the end of a sentence.
    Exception
        Anything that pyarrow raises on a damaged file.

    Examples
    --------
    >>> import io
    >>> import pyarrow.parquet
    >>> file = io.BytesIO()
    >>> pyarrow.parquet.write_table(pa.table({"n": [1, 2]}), file)
    >>> read_stored(file.getvalue(), 3)
    Traceback (most recent call last):
    ...
    ValueError: has 2 rows, not the 3 of manifest.json
    """
    import pyarrow.parquet

    try:
        footer = read_footer(data)
    except ValueError as error:
        raise pa.ArrowInvalid(str(error)) from error
    _check_footer(footer, rows)
    file = pyarrow.parquet.ParquetFile(
        pa.BufferReader(data), read_dictionary=list(footer.texts), page_checksum_verification=True
    )
    table = file.read(use_threads=False)  # threads may abort the process when it ends
    table.validate()
    if sum(map(_text_bytes, table.columns)) > MOST_BYTES:
        raise ValueError(f"holds more than {MOST_BYTES} bytes of text")
    return table


def _check_footer(footer: Footer, rows: int | None) -> None:
    if footer.rows != rows:
        raise ValueError(f"has {footer.rows} rows, not the {rows} of manifest.json")
    if any(chunk.values != group.rows for group in footer.groups for chunk in group.chunks):
        raise ValueError("has columns of lists, or of another length than its rows")
    if footer.rows * len(footer.columns) > MOST_CELLS:
        raise ValueError(f"has more than {MOST_CELLS} values")
    if sum(chunk.size for group in footer.groups for chunk in group.chunks) > MOST_BYTES:
        raise ValueError(f"has more than {MOST_BYTES} bytes")


def _text_bytes(column: Any) -> int:
    """Count the bytes of a column of text without its dictionaries."""
    return sum(_unfolded(column.chunks)) if pa.types.is_dictionary(column.type) else 0


def _unfolded(chunks: list[Any]) -> Iterator[int]:
    for chunk in chunks:
        if pa.types.is_string(chunk.dictionary.type) or pa.types.is_large_string(chunk.dictionary.type):
            lengths = pc.cast(pc.binary_length(chunk.dictionary), pa.int64())
            yield pc.sum(lengths.take(chunk.indices)).as_py() or 0


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is in the folder of a bundle, its manifest, the root computed anew, and which files it lacks."""

    folder: Folder
    manifest: Manifest
    root: str
    withheld: frozenset[str] = frozenset()

    @classmethod
    def open(cls, folder: Folder) -> Sealed:
        """Read the manifest of a bundle.

        Raises
        ------
        DamagedError
            There is none, or it is none.
        """
        data = folder.read(MANIFEST, MANIFEST_LIMIT)
        try:
            return cls(folder, *read_manifest(data), read_withheld(folder))
        except ValueError as error:
            raise DamagedError(str(error), Place(MANIFEST)) from error

    def read(self, name: str) -> bytes:
        """Read a file, if it is the one that the manifest lists.

        Raises
        ------
        DamagedError
            It is not listed or missing, has another size or SHA-256, is too large, or cannot be read.
        """
        entry = self._entry(name)
        data = self.folder.read(name, JOURNAL_LIMIT if name == JOURNAL else MOST_BYTES)
        _check_hash(name, entry, hashlib.sha256(data).hexdigest())
        return data

    def check(self, name: str) -> None:
        """Check a file as `read` does, in pieces, so that its size does not matter."""
        entry = self._entry(name)
        _check_hash(name, entry, self.folder.sha256(name))

    def table(self, name: str) -> pa.Table:
        """Read a table, if its bytes, content and rows are those that the manifest lists.

        Raises
        ------
        DamagedError
            See `read` and `check_table`.
        """
        path = f"tables/{name}.parquet"
        table, problems = check_table(self.read(path), self._entry(path), name, None)
        if problems or table is None:
            raise DamagedError(problems[0], Place(readable(path)))
        return table

    def rows(self, name: str) -> tuple[pa.Table, list[bytes]]:
        """Read a table with the leaves of its rows, if their root is the one that the manifest lists.

        Raises
        ------
        DamagedError
            See `table`; or the root is another one.
        """
        table, entry = self.table(name), self._entry(f"tables/{name}.parquet")
        columns = proved_columns(table.column_names)
        leaves = salted_leaves(name, table, entry.key or (), columns, self.secret())
        if root(leaves) != entry.rows_root:
            place = Place(readable(f"tables/{name}.parquet"))
            raise DamagedError(f"has another root of its rows than {MANIFEST} says", place)
        return table, leaves

    def checked_table(self, path: str) -> tuple[pa.Table | None, tuple[str, ...]]:
        """Read a table whose SHA-256 is right, and hold it against its entry; see `check_table`.

        Raises
        ------
        DamagedError
            See `read`.
        """
        entry, name = self._entry(path), path.removeprefix("tables/").removesuffix(".parquet")
        secret = self.secret() if entry.columns is not None else b""
        return check_table(self.read(path), entry, name, secret)

    def secret(self) -> bytes:
        """Give the secret that the salts of rows follow from.

        Raises
        ------
        DamagedError
            It is not in its form.
        """
        text = self.read(SALT)
        if not re.fullmatch(rb"[0-9a-f]{64}\n", text):
            raise DamagedError("is no secret of 32 bytes", Place(SALT))
        return bytes.fromhex(text.decode())

    def _entry(self, name: str) -> FileEntry:
        if name not in self.manifest.files:
            raise DamagedError(f"is not listed in {MANIFEST}", Place(readable(name)))
        if name in self.withheld:
            raise DamagedError("is withheld from this copy", Place(readable(name)))
        entry, size = self.manifest.files[name], self.folder.files.get(name)
        if size is not None and size != entry.size:
            raise DamagedError(f"has {size} bytes, not {entry.size}", Place(readable(name)))
        return entry


def check_table(
    data: bytes, entry: FileEntry, name: str, secret: bytes | None
) -> tuple[pa.Table | None, tuple[str, ...]]:
    """Read a table from bytes whose hash is right, and hold it against its entry in the manifest.

    Parameters
    ----------
    data, entry, name
        The bytes, what the manifest says, and the name of the table.
    secret
        What the salts of rows follow from; None leaves the root of the rows unchecked.

    Returns
    -------
    tuple
        The table, None where it cannot be read; and what is wrong, each said as the end of a sentence.
    """
    try:
        table = read_stored(data, entry.rows)
        problems = []
        if content_hash(table, entry.key or ()) != entry.content:
            problems.append(f"has another content than {MANIFEST} says")
        if secret is not None:
            problems += _rows_problems(table, entry, name, secret)
    except ValueError as error:
        if isinstance(error, pa.ArrowException | UnicodeError):
            return None, (_unreadable(error),)
        return None, (str(error),)
    except Exception as error:  # a damaged Parquet file may raise anything
        return None, (_unreadable(error),)
    return table, tuple(problems)


def _rows_problems(table: pa.Table, entry: FileEntry, name: str, secret: bytes) -> list[str]:
    key = entry.key or ()
    if entry.columns is None:
        found = rows_root(table, key) if entry.rows_root is not None else None
    else:
        columns = proved_columns(table.column_names)
        if dict(entry.columns) != kinds_of(table, key, columns):
            return [f"has other columns to prove than {MANIFEST} says"]
        found = root(salted_leaves(name, table, key, columns, secret))
    return [] if found == entry.rows_root else [f"has another root of its rows than {MANIFEST} says"]


def _unreadable(error: Exception) -> str:
    detail = readable(" ".join(str(error).split())[:160])
    return f"cannot be read as a table by pyarrow {pa.__version__}, though its SHA-256 is right ({detail})"


def _check_hash(name: str, entry: FileEntry, found: str) -> None:
    if found != entry.sha256:
        raise DamagedError(f"has another SHA-256 than {MANIFEST} says", Place(readable(name)))
