"""Arrow columns into exact Python or numpy values and back; scores and money as whole units.

Hundredths, cents, millionths: numbers with decimals travel as whole units of their last place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from operator import index
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.exact.fixed_point import units_from_arrow, units_to_arrow
from oab_funding.tables.plain import plain_array
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
    whole = np.array([0 if value is None else index(value) for value in values], dtype=np.int64)
    known = np.array([value is not None for value in values], dtype=np.bool_)
    return units_to_arrow(whole, kind.digits, kind.places, known)


def units(table: pa.Table, name: str, places: int | None = None) -> list[int]:
    """Give a decimal column as whole units of its own places, or of the places asked for.

    Raises
    ------
    InputError
        A number has more decimals than asked for.

    Examples
    --------
    >>> from decimal import Decimal
    >>> scores = pa.table({"score": pa.array([Decimal("1.5")], pa.decimal128(12, 1))})
    >>> units(scores, "score"), units(scores, "score", 2)
    ([15], [150])
    """
    found: list[int] = units_from_arrow(table.column(name), name, places).tolist()
    return found


def texts(table: pa.Table, name: str) -> list[str]:
    """Give a text column as a list, empty text where it is empty.

    Examples
    --------
    >>> texts(pa.table({"flags": ["a", None]}), "flags")
    ['a', '']
    """
    return ["" if value is None else value for value in table.column(name).to_pylist()]


def filled(column: pa.ChunkedArray[Any], value: object) -> NDArray[Any]:
    """Give a column as an array, with a value in place of what is missing.

    Examples
    --------
    >>> filled(pa.chunked_array([[1, None]]), 0)
    array([1, 0])
    """
    whole: Any = column
    if column.null_count:
        whole = column.fill_null(value)  # type: ignore[type-var, unused-ignore]
    array: NDArray[Any] = whole.to_numpy()
    return array


def is_known(column: pa.ChunkedArray[Any]) -> NDArray[np.bool_]:
    """Say where a column has a value.

    Examples
    --------
    >>> is_known(pa.chunked_array([[1, None]]))
    array([ True, False])
    """
    if not column.null_count:
        return np.ones(len(column), dtype=np.bool_)
    array: NDArray[np.bool_] = column.is_valid().to_numpy()
    return array


def day_numbers(column: pa.ChunkedArray[Any], missing: int = 0) -> NDArray[np.int32]:
    """Give a column of dates as days since 1 January 1970.

    Examples
    --------
    >>> from datetime import date
    >>> day_numbers(pa.chunked_array([[date(1970, 1, 2), None]]), missing=-1)
    array([ 1, -1], dtype=int32)
    """
    return filled(column.cast(pa.int32()), missing)


def dictionary_indices(column: pa.ChunkedArray[Any], missing: int = 0) -> tuple[NDArray[np.int32], list[str]]:
    """Give a dictionary column as positions in a list of its values.

    Returns
    -------
    tuple
        int32 of shape (n,), `missing` where there is no value; and the values.

    Examples
    --------
    >>> chunk = pa.array(["a", "b"]).dictionary_encode()
    >>> dictionary_indices(pa.chunked_array([chunk, pa.array(["b"]).dictionary_encode()]))
    (array([0, 1, 1], dtype=int32), ['a', 'b'])
    """
    array: Any = column.unify_dictionaries().combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # some versions of Arrow leave an empty column chunked
        array = array.chunk(0)
    indices: Any = array.indices.fill_null(missing) if array.null_count else array.indices
    return indices.to_numpy(), array.dictionary.to_pylist()


def dictionary_column(
    indices: NDArray[Any], values: Sequence[str], known: NDArray[np.bool_] | None = None
) -> pa.Array[Any]:
    """Make a dictionary column of text from positions in a list of values; empty where not known.

    Examples
    --------
    >>> dictionary_column(np.array([1, 0]), ["a", "b"], np.array([True, False])).to_pylist()
    ['b', None]
    """
    places = masked(indices.astype(np.int32, copy=False), known)
    return pa.DictionaryArray.from_arrays(places, pa.array(values, pa.string()))


def masked(values: NDArray[Any], known: NDArray[np.bool_] | None = None) -> pa.Array[Any]:
    """Give an array as a column; empty where not known.

    Examples
    --------
    >>> masked(np.array([1, 2]), np.array([True, False])).to_pylist()
    [1, None]
    """
    column: pa.Array[Any] = pa.array(values) if known is None else pa.array(values, mask=~known)
    return column
