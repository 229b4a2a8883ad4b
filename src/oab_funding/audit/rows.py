"""Rows as leaves of a tree, so that one row can be proved without showing the others.

What this does not prove: a leaf is not blinded. Who knows every value of a row but one can guess that one
and test the guess, so rows about persons are not for publication in this form.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pyarrow as pa

from oab_funding.audit.exact_json import canonical
from oab_funding.audit.key_order import in_key_order
from oab_funding.audit.merkle import root


def row_leaves(table: pa.Table, key: Sequence[str]) -> list[bytes]:
    """Write each row as canonical JSON, in the order of the key.

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
    columns = {column.name: column.values.to_pylist() for column in in_key_order(table, key)}
    return [
        canonical({name: _shortest(values[row]) for name, values in columns.items()})
        for row in range(table.num_rows)
    ]


def rows_root(table: pa.Table, key: Sequence[str]) -> str:
    """Give the root of the tree over the rows of a table; see `row_leaves` and `merkle.root`."""
    return root(row_leaves(table, key))


def _shortest(value: object) -> object:
    if not isinstance(value, Decimal):
        return value
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
