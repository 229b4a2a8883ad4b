"""Taking over whatever holds a table, only the columns that are wanted, as an Arrow table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.tables.headers import check_doubled

Choice = Callable[[Sequence[str]], Sequence[str]]
"""Which of the columns that are there are wanted; it may refuse."""


def everything(names: Sequence[str]) -> Sequence[str]:
    """Want all columns."""
    return names


def to_arrow(frame: Any, file: str = "frame", choose: Choice = everything) -> pa.Table:
    """Take over a frame as an Arrow table.

    Parameters
    ----------
    frame
        A pandas or polars frame (lazy too), an Arrow table, reader or dataset, a DuckDB relation, a result of
        this library, a mapping of columns, or anything with the Arrow stream interface.
    file
        Name for messages.
    choose
        Which columns to take; the others are not converted.

    Raises
    ------
    InputError
        It is none of these, or its columns have no type that Arrow knows.

    Examples
    --------
    >>> import pandas as pd
    >>> to_arrow(pd.DataFrame({"a": [1], "b": [object()]}), choose=lambda names: ["a"]).column_names
    ['a']
    """
    try:
        return _taken(frame, file, choose)
    except InputError:
        raise
    except Exception as error:  # a frame of another library may fail in any way it likes
        detail = " ".join(str(error).split())[:200]
        raise InputError(
            f"cannot be read as a table ({detail})",
            Place(file),
            "give a frame whose columns each have one type",
        ) from error


def _taken(frame: Any, file: str, choose: Choice) -> pa.Table:
    if isinstance(frame, pa.Table | pa.RecordBatch):
        table = frame if isinstance(frame, pa.Table) else pa.Table.from_batches([frame])
        return _chosen(table, choose)
    if isinstance(frame, Mapping):
        return pa.table({name: frame[name] for name in choose(list(frame))})
    if hasattr(frame, "iloc") and hasattr(frame, "columns"):  # pandas; its own stream would carry the index
        names = [str(name) for name in frame.columns]
        check_doubled(names, file)
        at = [names.index(name) for name in choose(names)]
        return pa.Table.from_pandas(frame.iloc[:, at], preserve_index=False)
    if hasattr(frame, "collect_schema") and hasattr(frame, "collect"):  # a lazy frame of polars
        return _streamed(frame.select(list(choose(frame.collect_schema().names()))).collect())
    if hasattr(frame, "to_table") and hasattr(frame, "schema"):  # an Arrow dataset
        return frame.to_table(columns=list(choose(frame.schema.names)))
    if hasattr(frame, "__arrow_c_stream__"):
        return _chosen(_streamed(frame), choose)
    if isinstance(table := getattr(frame, "table", None), pa.Table):  # a result of this library
        return _taken(table, file, choose)
    kind = type(frame).__name__
    raise InputError(f"is a {kind}, not a table", Place(file), "give a frame, or the path of a file")


def _streamed(frame: Any) -> pa.Table:
    return pa.RecordBatchReader.from_stream(frame).read_all()


def _chosen(table: pa.Table, choose: Choice) -> pa.Table:
    wanted = list(choose(table.column_names))
    return table if wanted == table.column_names else table.select(wanted)
