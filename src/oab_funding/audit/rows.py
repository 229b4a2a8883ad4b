"""Rows as leaves of a tree, so that one row can be proved without showing the others.

A leaf holds a salt, so that who knows all but one value of a row cannot guess that value and test the guess.
The salt follows from the inputs of the run: who has them can compute every row, and who lacks one cannot.

What this does not prove: where all inputs are public, so is the salt, and nothing of a row is hidden.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from oab_funding.audit.exact_json import LARGEST_NUMBER
from oab_funding.audit.logical import LogicalColumn, in_key_order
from oab_funding.audit.merkle import root

_SEED = b"oab-funding salt of rows 1\n"
_SALT_BYTES = 16


def row_leaves(table: pa.Table, key: Sequence[str]) -> list[bytes]:
    """Write each row as canonical JSON, in the order of the key; the leaves of formats 1 and 2.

    A decimal has no more places than its value needs, so that the leaf does not depend on the column's scale.

    Parameters
    ----------
    table
        The table.
    key
        The columns that identify a row.

    Returns
    -------
    list of bytes
        One leaf per row.

    Raises
    ------
    InputError
        See `content_hash`.

    Examples
    --------
    >>> row_leaves(pa.table({"school_id": ["00AP"], "amount": [Decimal("1.50")]}), ["school_id"])
    [b'{"amount":"1.5","school_id":"00AP"}']
    """
    return [text.encode() for text in _rows(in_key_order(table, key), table.num_rows)]


def rows_root(table: pa.Table, key: Sequence[str]) -> str:
    """Give the root of the tree over the rows of a table; see `row_leaves` and `merkle.root`."""
    return root(row_leaves(table, key))


def salt_of(inputs: Mapping[str, bytes]) -> bytes:
    """Derive the secret from which the salts of a run's rows follow.

    Parameters
    ----------
    inputs
        The bytes of the input files by role.

    Returns
    -------
    bytes
        SHA-256 of a prefix and, by ascending role, of the lengths and bytes of role and file. It does not
        follow from the SHA-256 of the files, so that a published manifest gives nothing away.

    Examples
    --------
    >>> salt_of({"a": b"1"}) == salt_of({"a": b"2"})
    False
    """
    whole = hashlib.sha256(_SEED)
    for role in sorted(inputs):
        for part in (role.encode(), inputs[role]):
            whole.update(len(part).to_bytes(8, "little"))
            whole.update(part)
    return whole.digest()


def salted_leaves(
    name: str, table: pa.Table, key: Sequence[str], columns: Sequence[str], secret: bytes
) -> list[bytes]:
    """Write each row as canonical JSON with the name of its table and a salt, in the order of the key.

    Parameters
    ----------
    name
        Name of the table.
    table, key
        The table, and the columns that identify a row.
    columns
        The columns that the leaf holds.
    secret
        What `salt_of` gave. The salt of a row is the first half of the HMAC-SHA256 (RFC 2104) with it of
        name, line feed and row.

    Returns
    -------
    list of bytes
        One leaf per row.

    Examples
    --------
    >>> salted_leaves("t", pa.table({"k": [1]}), ["k"], ["k"], bytes(32))
    [b'{"row":{"k":1},"salt":"d55272e00da234d31a48f0376fd972da","table":"t"}']
    """
    ordered = [column for column in in_key_order(table, key) if column.name in set(columns)]
    return [_salted(name, row, secret) for row in _rows(ordered, table.num_rows)]


def kinds_of(table: pa.Table, key: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    """Give the logical types of columns, which say how the values of a leaf are meant; see `content_hash`."""
    empty = table.slice(0, 0)
    return {column.name: column.kind for column in in_key_order(empty, key) if column.name in set(columns)}


def _salted(name: str, row: str, secret: bytes) -> bytes:
    salt = hmac.digest(secret, f"{name}\n{row}".encode(), "sha256")[:_SALT_BYTES].hex()
    return f'{{"row":{row},"salt":"{salt}","table":{_quoted(name)}}}'.encode()


def _rows(columns: Sequence[LogicalColumn], count: int) -> Iterator[str]:
    """Write rows as canonical JSON: members in the order of RFC 8785, column by column."""
    ordered = sorted(columns, key=lambda column: column.name.encode("utf-16-be"))
    if not ordered:
        return iter(["{}"] * count)
    names = [f"{_quoted(column.name)}:" for column in ordered]
    cells = [[name + text for text in _texts(column)] for name, column in zip(names, ordered, strict=True)]
    return (f"{{{','.join(row)}}}" for row in zip(*cells, strict=True))


def _texts(column: LogicalColumn) -> list[str]:
    """Write the values of a column as JSON."""
    values = column.values.to_pylist()
    form = _FORMS[column.kind]
    if not column.values.null_count:
        return list(map(form, values))
    return ["null" if value is None else form(value) for value in values]


def _whole(value: int) -> str:
    return str(value) if abs(value) <= LARGEST_NUMBER else f'"{value}"'


def _shortest(value: Decimal) -> str:
    text = f"{value:f}"
    return f'"{text.rstrip("0").rstrip(".") if "." in text else text}"'


def _yes_no(value: bool) -> str:
    return "true" if value else "false"


def _day(value: date) -> str:
    return f'"{value.isoformat()}"'


def _null(value: object) -> str:
    return "null"


_quoted = json.encoder.encode_basestring
"""Text as RFC 8785 writes it: only quotes, backslashes and controls are escaped."""

_FORMS: dict[str, Callable[[Any], str]] = {
    "whole": _whole,
    "decimal": _shortest,
    "text": _quoted,
    "yes-no": _yes_no,
    "day": _day,
    "null": _null,
}
