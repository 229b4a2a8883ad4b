"""What a column holds, apart from how Arrow happens to store it: its logical type; and the order of rows.

The order of the key is the one order of rows that does not depend on how a table came about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.errors import InputError, Place
from oab_funding.tables.columns import one_chunk


@dataclass(frozen=True, slots=True)
class LogicalColumn:
    """A column as its name, its logical type, and its values in the one Arrow type of that logical type.

    The types are ``whole`` (int64), ``decimal`` (decimal128), ``text`` (large_string), ``yes-no`` (bool),
    ``day`` (date32), and ``null`` for a column that has no type because it has no value.
    """

    name: str
    kind: str
    values: pa.Array[Any]

    def take(self, rows: pa.Array[Any]) -> LogicalColumn:
        """Give the column with its rows in another order."""
        return replace(self, values=self.values.take(rows))


def logical(name: str, column: pa.ChunkedArray[Any]) -> LogicalColumn:
    """Bring a column into its logical type.

    Parameters
    ----------
    name
        Name of the column.
    column
        The column, in any chunks.

    Returns
    -------
    LogicalColumn
        The column, in one chunk.

    Raises
    ------
    InputError
        The column has no exact logical type (floats, times, lists), or an integer passes 64 bits.

    Examples
    --------
    >>> logical("kind", pa.chunked_array([pa.array(["pupil", "toddler"]).dictionary_encode()])).kind
    'text'
    """
    try:
        decoded = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        kind, arrow = _kind(decoded.type)
        return LogicalColumn(name, kind, one_chunk(decoded if arrow == decoded.type else decoded.cast(arrow)))
    except (pa.ArrowException, _NoKindError) as error:
        raise InputError(
            f"holds {column.type}, which has no exact form ({' '.join(str(error).split())})",
            Place(column=name),
            "give whole numbers, decimals, text, dates or true and false",
        ) from error


class _NoKindError(Exception):
    """The Arrow type has no logical type."""


def _kind(arrow: pa.DataType) -> tuple[str, pa.DataType]:
    types = pa.types
    if types.is_integer(arrow):
        return "whole", pa.int64()
    if types.is_decimal(arrow):
        plain = types.is_decimal128(arrow) and arrow.scale >= 0
        return "decimal", arrow if plain else pa.decimal128(38, max(arrow.scale, 0))
    if types.is_string(arrow) or types.is_large_string(arrow) or types.is_string_view(arrow):
        return "text", pa.large_string()
    if types.is_boolean(arrow):
        return "yes-no", arrow
    if types.is_date(arrow):
        return "day", pa.date32()
    if types.is_null(arrow):
        return "null", arrow
    raise _NoKindError("not one of the types that a table here may hold")


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
