"""What a column holds, apart from how Arrow happens to store it: its logical type."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from oab_funding.errors import InputError, Place


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
        return LogicalColumn(
            name, kind, _one_chunk(decoded if arrow == decoded.type else decoded.cast(arrow))
        )
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


def _one_chunk(column: pa.ChunkedArray[Any]) -> Any:
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
