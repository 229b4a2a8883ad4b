"""Building a table of a schema from plain columns; scores and money come as whole units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from operator import index
from typing import Any

import numpy as np
import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.exact.decimal128 import units_to_arrow
from oab_funding.tables.plain import plain_array, validity
from oab_funding.tables.schema import Number, TableSchema

Values = Any
"""A sequence, or a column that is an Arrow column already."""


def build(schema: TableSchema, columns: Mapping[str, Values]) -> pa.Table:
    """Build a table.

    Parameters
    ----------
    schema
        What the table is.
    columns
        Its values by name. Columns of decimals come as whole units of their places, None where empty; columns
        that are Arrow columns are taken as they are. Names that the schema does not know are left out, and so
        are columns that need not be there and are not.

    Returns
    -------
    pyarrow.Table
        In the order and types of the schema.

    Raises
    ------
    KeyError
        A column that must be there is not.
    TypeError
        A decimal does not come as whole units.
    InputError
        A number has more digits than its column holds.

    Examples
    --------
    >>> from oab_funding.tables.grant_tables import UNSCORED_BASE
    >>> build(UNSCORED_BASE, {"school_id": ["00AP"], "old_base": [1050]}).column("old_base").to_pylist()
    [Decimal('10.50')]
    """
    chosen = [column for column in schema.columns if column.required or column.name in columns]
    arrays = {column.name: _array(columns[column.name], column.kind, column.name) for column in chosen}
    return pa.table(arrays, schema=schema.arrow(tuple(arrays)))


def _array(values: Values, kind: Any, name: str) -> Any:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values
    if isinstance(values, np.ndarray) and not isinstance(kind, Number):
        return pa.array(values, kind.arrow)
    if isinstance(kind, Number):
        return _decimals(list(values), kind, name)
    return plain_array(list(values), kind.arrow)


def _decimals(values: Sequence[int | None], kind: Number, name: str) -> Any:
    largest = max((value for value in values if value is not None), key=abs, default=0)
    if abs(largest) >= 10**kind.digits:
        shown = f"{Decimal(largest).scaleb(-kind.places):,f}"
        raise InputError(
            f"{shown} has more than {kind.digits} digits",
            Place(column=name),
            "check the numbers from which it follows",
        )
    units = np.array([0 if value is None else index(value) for value in values], dtype=np.int64)
    column: Any = units_to_arrow(units, kind.digits, kind.places)
    if None not in values:
        return column
    return pa.Array.from_buffers(column.type, len(values), [validity(values), column.buffers()[1]])
