"""Turning any frame into an Arrow table that keeps to its schema, or saying exactly where it does not."""

from __future__ import annotations

import difflib
from typing import Any

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.tables.column import convert
from oab_funding.tables.distinct import survey_texts
from oab_funding.tables.schema import TableSchema


def conform(frame: Any, schema: TableSchema, file: str | None = None, first_row: int = 2) -> pa.Table:
    """Check a frame against a schema and bring it into the schema's types and column order.

    Parameters
    ----------
    frame
        A pandas, polars or Arrow table, or anything with the Arrow stream interface.
    schema
        What the table must be.
    file
        Name to use in messages (default: the schema's name).
    first_row
        The number a person would give the first row of data.

    Returns
    -------
    pyarrow.Table
        The schema's columns that are present, in the schema's order and types. Other columns are left out.

    Raises
    ------
    InputError
        A column is missing or doubled, a value does not fit, or a key is doubled or empty.

    Examples
    --------
    >>> import pandas as pd
    >>> from oab_funding.tables.catalogue import SITE_SCORES
    >>> conform(pd.DataFrame({"score": ["33.02"], "site_id": ["00AP00"]}), SITE_SCORES).column_names
    ['site_id', 'score']
    """
    name = file if file is not None else f"table {schema.name}"
    table = to_arrow(frame, name)
    _check_columns(table.column_names, schema, name)
    _check_misspelt(table.column_names, schema, name)
    present = tuple(column for column in schema.columns if column.name in table.column_names)
    arrays = [convert(table.column(column.name), column, name, first_row) for column in present]
    conformed = pa.Table.from_arrays(arrays, schema=schema.arrow(tuple(column.name for column in present)))
    _check_key(conformed, schema, name, first_row)
    return conformed


def to_arrow(frame: Any, file: str = "frame") -> pa.Table:
    """Take over a frame as an Arrow table.

    Examples
    --------
    >>> import pandas as pd
    >>> to_arrow(pd.DataFrame({"a": [1]})).column_names
    ['a']
    """
    if isinstance(frame, pa.Table):
        return frame
    try:
        if hasattr(frame, "iloc"):  # pandas; its own Arrow stream would carry the index along
            _check_doubled([str(name) for name in frame.columns], file)
            return pa.Table.from_pandas(frame, preserve_index=False)
        return pa.table(frame)
    except InputError:
        raise
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        detail = " ".join(str(error).split())
        raise InputError(
            f"cannot be read as a table ({detail})",
            Place(file),
            "give a frame whose columns each have one type",
        ) from error


def _check_doubled(names: list[str], file: str) -> None:
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(
            "the column occurs twice", Place(file, column=doubled[0] or "(no name)"), "keep one of the two"
        )


def _check_columns(names: list[str], schema: TableSchema, file: str) -> None:
    _check_doubled(names, file)
    for column in schema.columns:
        if column.required and column.name not in names:
            near = difflib.get_close_matches(column.name, names, n=1, cutoff=0.7)
            found = ", ".join(names[:12]) or "no columns at all"
            rename = f"is {near[0]!r} meant to be {column.name}?" if near else None
            raise InputError(
                f"the column {column.name} is missing (found: {found})",
                Place(file),
                rename or f"add {column.name}: {column.kind.meaning}",
            )


def _check_misspelt(names: list[str], schema: TableSchema, file: str) -> None:
    """Refuse a column that looks like an absent optional one: left out, it would change the result."""
    unknown = [name for name in names if name not in schema]
    for column in schema.columns:
        near = difflib.get_close_matches(column.name, unknown, n=1, cutoff=0.85)
        if column.name not in names and near:
            raise InputError(
                f"the column {near[0]} is not known",
                Place(file),
                f"is it meant to be {column.name}? rename it",
            )


def _all_differ(keys: pa.Table) -> bool:
    if keys.num_columns == 1 and pa.types.is_string(keys.schema.field(0).type):
        return survey_texts(lambda: [keys.column(0)]).doubled is None
    return bool(keys.group_by(keys.column_names).aggregate([]).num_rows == keys.num_rows)


def _check_key(table: pa.Table, schema: TableSchema, file: str, first_row: int) -> None:
    if table.num_rows == 0:
        raise InputError("holds no rows", Place(file), f"give at least one row of {schema.name}")
    key_columns = [name for name in schema.key if name in table.column_names]
    columns = [table.column(name) for name in key_columns]
    if _all_differ(table.select(key_columns)):
        return
    seen: dict[tuple[Any, ...], int] = {}
    for index, key in enumerate(zip(*(column.to_pylist() for column in columns), strict=True)):
        if key in seen:
            first, again = seen[key] + first_row, index + first_row
            value = key[0] if len(key) == 1 else key
            raise InputError(
                f"occurs twice, first in row {first}",
                Place(file, column=", ".join(key_columns), row=again, value=value),
                "each may stand in one row only",
            )
        seen[key] = index
