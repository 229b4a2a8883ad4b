"""Arrow columns into exact Python or numpy values and back; scores and money as whole units.

Hundredths, cents, millionths: numbers with decimals travel as whole units of their last place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from operator import index
from typing import Any, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.exact.fixed_point import units_from_arrow, units_to_arrow
from oab_funding.exact.sums import Int64Array
from oab_funding.tables.schema import Number, TableSchema


def plain_array(values: Sequence[Any], kind: pa.DataType) -> pa.Array[Any]:
    """Make an Arrow column of texts, whole numbers or truth values, None where empty.

    Parameters
    ----------
    values
        The values, shape (n,).
    kind
        Type of the column; other types than these three go by way of `pyarrow.array`.

    Returns
    -------
    pyarrow.Array
        Shape (n,).

    Raises
    ------
    TypeError, OverflowError
        A value is of another type, or too large for it.

    Examples
    --------
    >>> plain_array(["GM0363", None], pa.string()).to_pylist(), plain_array([True], pa.bool_()).to_pylist()
    (['GM0363', None], [True])
    """
    if kind == pa.string():
        buffers = _texts(values)
    elif kind == pa.int64():
        units = [0 if value is None else index(value) for value in values]
        buffers = [pa.py_buffer(np.array(units, dtype=np.int64))]
    elif kind == pa.bool_():
        buffers = [_bits([_truth(value) for value in values])]
    else:
        return pa.array(values, kind)
    return pa.Array.from_buffers(kind, len(values), [validity(values), *buffers])


def validity(values: Sequence[Any]) -> pa.Buffer | None:
    """Give the bits that say which values are there; None where all are."""
    return _bits([value is not None for value in values]) if None in values else None


def _texts(values: Sequence[str | None]) -> list[pa.Buffer]:
    written = [b"" if value is None else str.encode(value) for value in values]
    ends = np.array(list(accumulate(map(len, written), initial=0)), dtype=np.int32)
    return [pa.py_buffer(ends), pa.py_buffer(b"".join(written))]


def _truth(value: Any) -> bool:
    if value is not None and not isinstance(value, bool | np.bool_):
        raise TypeError(f"{value!r} is neither true nor false")
    return bool(value)


def _bits(truths: Sequence[bool]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(np.array(truths, dtype=bool), bitorder="little"))


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
    """Give a column of numbers or truth values as an array, with a value in place of what is missing.

    Examples
    --------
    >>> filled(pa.chunked_array([[1, None]]), 0)
    array([1, 0])
    """
    array: Any = one_chunk(column)
    if pa.types.is_boolean(array.type):
        values = _truths(array, 1)
    else:
        kind = np.dtype(array.type.to_pandas_dtype())
        values = np.frombuffer(array.buffers()[1] or b"", kind, len(array), array.offset * kind.itemsize)
    if not array.null_count:
        return values
    known = _truths(array, 0)  # Arrow says nothing about what stands where a value is missing
    if value or values.dtype.kind == "f":  # where nothing is, a float may be no number
        return np.where(known, values, values.dtype.type(value))
    return values * known


def is_known(column: pa.ChunkedArray[Any]) -> NDArray[np.bool_]:
    """Say where a column has a value.

    Examples
    --------
    >>> is_known(pa.chunked_array([[1, None]]))
    array([ True, False])
    """
    if column.null_count in (0, len(column)):  # a column of type null has no bits to say so
        return np.full(len(column), not column.null_count)
    return _truths(one_chunk(column), 0)


def one_chunk(values: Any) -> Any:
    """Give a column as one array.

    Examples
    --------
    >>> one_chunk(pa.chunked_array([[1], [2]])).to_pylist(), len(one_chunk(pa.chunked_array([], pa.int8())))
    ([1, 2], 0)
    """
    if not isinstance(values, pa.ChunkedArray):
        return values
    if values.num_chunks == 1:
        return values.chunk(0)
    return pa.concat_arrays(values.chunks) if values.chunks else pa.nulls(0, values.type)


def _truths(array: pa.Array[Any], buffer: int) -> NDArray[np.bool_]:
    """Spread the bits of a buffer, eight rows to the byte, over as many truth values."""
    packed = np.frombuffer(array.buffers()[buffer] or b"", dtype=np.uint8)
    end = array.offset + len(array)
    return np.unpackbits(packed, count=end, bitorder="little")[array.offset :].view(np.bool_)


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
    array = one_chunk(column.unify_dictionaries())
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


EMPTY = -1
"""The code of an empty cell."""


@dataclass(frozen=True, slots=True)
class CodedTexts:
    """The texts that occur, and for each row the place of its text among them.

    Parameters
    ----------
    texts
        The texts; some may not occur.
    codes
        Places, shape (n,); `EMPTY` for an empty cell.

    Examples
    --------
    >>> column = CodedTexts.of(pa.chunked_array([["a", "b"], ["a", None]]))
    >>> column.where(lambda text: text == "a"), column.numbers({"a": 7, "b": 8}.__getitem__)
    (array([ True, False,  True, False]), array([ 7,  8,  7, -1]))
    """

    texts: list[str]
    codes: Int64Array

    @classmethod
    def of(cls, column: pa.ChunkedArray[Any]) -> CodedTexts:
        """Take over a column of text or of a dictionary."""
        if pa.types.is_dictionary(column.type):
            array = column.unify_dictionaries().combine_chunks()
        else:
            array = column.combine_chunks().dictionary_encode()
        coded = cast(Any, array)
        codes = coded.indices.fill_null(EMPTY).to_numpy(zero_copy_only=False).astype(np.int64)
        return cls(coded.dictionary.to_pylist(), codes)

    def where(self, holds: Callable[[str], bool]) -> NDArray[np.bool_]:
        """Say in which rows a text stands for which something holds; never where the cell is empty."""
        table = np.array([*map(holds, self.texts), False], dtype=np.bool_)
        chosen: NDArray[np.bool_] = table[self.codes]
        return chosen

    def numbers(self, number: Callable[[str], int]) -> Int64Array:
        """Give the number of each row's text, `EMPTY` where the cell is empty."""
        table = np.array([*map(number, self.texts), EMPTY], dtype=np.int64)
        chosen: Int64Array = table[self.codes]
        return chosen
