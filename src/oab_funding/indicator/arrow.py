"""Arrow columns as numpy arrays, and a column of repeating text as one dictionary."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


def filled(column: pa.ChunkedArray[Any], value: object) -> NDArray[Any]:
    """Give a column as an array, with a value in place of what is missing.

    Examples
    --------
    >>> filled(pa.chunked_array([[1, None]]), 0)
    array([1, 0])
    """
    whole: Any = column
    if column.null_count:
        whole = pc.fill_null(column, value)  # type: ignore[type-var, unused-ignore]
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
    array: NDArray[np.bool_] = pc.is_valid(column).to_numpy()
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
    indices: Any = pc.fill_null(array.indices, missing) if array.null_count else array.indices
    return indices.to_numpy(), array.dictionary.to_pylist()


def dictionary_column(indices: NDArray[np.int32], values: list[str]) -> pa.Array[Any]:
    """Make a dictionary column of text from positions in a list of values.

    Examples
    --------
    >>> dictionary_column(np.array([0, 0], dtype=np.int32), ["a"]).to_pylist()
    ['a', 'a']
    """
    return pa.DictionaryArray.from_arrays(indices, pa.array(values, pa.string()))
