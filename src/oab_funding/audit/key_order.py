"""The order of the key: the one order of rows that does not depend on how a table came about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.audit.logical import LogicalColumn, logical
from oab_funding.errors import InputError, Place


def in_key_order(table: pa.Table, key: Sequence[str]) -> list[LogicalColumn]:
    """Give the columns of a table in their logical types, with the rows in the order of the key.

    Parameters
    ----------
    table
        Any table.
    key
        The columns that identify a row; without any, the table may have one row at most.

    Returns
    -------
    list of LogicalColumn
        The columns. Rows ascend by the first column of the key, then by the next: numbers and dates by value,
        false before true, text by its UTF-8 bytes.

    Raises
    ------
    InputError
        A column occurs twice or has no exact logical type, a column of the key is absent or has an empty
        value, or two rows share a key.

    Examples
    --------
    >>> sites = pa.table({"site_id": ["00AR00", "00AP00"], "pupils": [10, 20]})
    >>> [column.values.to_pylist() for column in in_key_order(sites, ("site_id",))]
    [['00AP00', '00AR00'], [20, 10]]
    """
    _check_names(table, key)
    columns = {name: logical(name, table.column(name)) for name in table.column_names}
    keys = [columns[name].values for name in key]
    for name, values in zip(key, keys, strict=True):
        if values.null_count:
            raise InputError("is empty in some row", Place(column=name), "a key needs a value in every row")
    if _ascending(keys, table.num_rows):
        return list(columns.values())
    numbered = pa.table(keys, names=[str(index) for index in range(len(keys))])
    order = pc.sort_indices(numbered, sort_keys=[(name, "ascending") for name in numbered.column_names])
    _check_unique([values.take(order) for values in keys], key, table.num_rows)
    return [column.take(order) for column in columns.values()]


def _check_names(table: pa.Table, key: Sequence[str]) -> None:
    names = table.column_names
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError("the column occurs twice", Place(column=twice), "keep one of the two")
    for name in key:
        if name not in names:
            raise InputError("the column of the key is missing", Place(column=name), "add it")
    if not key and table.num_rows > 1:
        raise InputError(
            f"there are {table.num_rows} rows and no key", None, "name the columns that identify a row"
        )


def _ascending(columns: list[pa.Array[Any]], rows: int) -> bool:
    """Say whether every row is strictly after the one before it."""
    return rows < 2 or bool(pc.all(_after(columns)).as_py())


def _after(columns: list[pa.Array[Any]]) -> Any:
    earlier, later = columns[0][:-1], columns[0][1:]
    after = pc.less(earlier, later)
    if len(columns) == 1:
        return after
    return pc.or_(after, pc.and_(pc.equal(earlier, later), _after(columns[1:])))


def _check_unique(ordered: list[pa.Array[Any]], key: Sequence[str], rows: int) -> None:
    if _ascending(ordered, rows):
        return
    first = pc.index(_after(ordered), False).as_py()
    value = ", ".join(str(column[first].as_py()) for column in ordered)
    raise InputError(
        "occurs twice", Place(column=", ".join(key), value=value), "each may stand in one row only"
    )
