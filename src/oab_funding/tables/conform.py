"""Turning any frame into an Arrow table that keeps to its schema, or saying exactly where it does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.errors import InputError, Place
from oab_funding.tables.column import convert, is_trimmed, is_within
from oab_funding.tables.columns import filled, one_chunk
from oab_funding.tables.distinct import survey_texts
from oab_funding.tables.headers import check_doubled, match_headers
from oab_funding.tables.schema import Code, Column, Number, TableSchema, Text, Whole

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


@dataclass(frozen=True, slots=True)
class Checked:
    """A table that was held against a schema: what `conform` or a reader gave, to be taken on trust.

    An Arrow table never changes, so it need not be checked again where it says that it was.

    Parameters
    ----------
    table
        What `conform` gave.
    schema
        The schema it keeps to.

    Examples
    --------
    >>> from oab_funding.tables.score_tables import SITE_SCORES
    >>> scores = conform({"site_id": ["00AP00"], "score": ["33.02"]}, SITE_SCORES)
    >>> conform(Checked(scores, SITE_SCORES), SITE_SCORES) is scores
    True
    """

    table: pa.Table
    schema: TableSchema

    @property
    def column_names(self) -> list[str]:
        """The columns of the table."""
        return list(self.table.column_names)


def conform(
    frame: Any,
    schema: TableSchema,
    file: str | None = None,
    first_row: int = 2,
    *,
    empty: bool = False,
    only: tuple[str, ...] | None = None,
) -> pa.Table:
    """Check a frame against a schema and bring it into the schema's types and column order.

    Parameters
    ----------
    frame
        A pandas, polars or Arrow table, or anything else that `to_arrow` takes; or a `Checked` table, which
        is given back as it is where it was held against this schema.
    schema
        What the table must be.
    file
        Name to use in messages (default: the schema's name).
    first_row
        The number a person would give the first row of data.
    empty
        Whether it may hold no rows, as a part of a table may.
    only
        Names of the columns to convert (default: all of the schema); the others must be there all the same.

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
    >>> from oab_funding.tables.score_tables import SITE_SCORES
    >>> conform(pd.DataFrame({"Score": ["33.02"], "vestiging": ["00AP00"]}), SITE_SCORES).column_names
    ['site_id', 'score']
    """
    if isinstance(frame, Checked):
        if only is None and frame.schema == schema and (empty or frame.table.num_rows):
            return frame.table
        frame = frame.table
    name = file if file is not None else f"table {schema.name}"
    headers: dict[str, str] = {}

    def choose(found: Any) -> list[str]:
        matched = match_headers(list(found), schema, name)
        headers.update(
            {column: header for column, header in matched.items() if only is None or column in only}
        )
        return list(headers.values())

    table = to_arrow(frame, name, choose)
    arrays = [
        accept(table.column(header), schema[column], name, first_row) for column, header in headers.items()
    ]
    conformed = pa.Table.from_arrays(arrays, schema=schema.arrow(tuple(headers)))
    _check_key(conformed, schema, name, first_row, empty)
    return conformed


def _all_differ(keys: pa.Table) -> bool:
    if keys.num_columns == 1 and pa.types.is_string(keys.schema.field(0).type):
        texts = keys.column(0)
        if pc.all(pc.less(texts.slice(0, len(texts) - 1), texts.slice(1)), min_count=0).as_py():
            return True  # ascending, as identifiers often are
        return survey_texts([keys.column(0)]).doubled is None
    return bool(keys.group_by(keys.column_names).aggregate([]).num_rows == keys.num_rows)


def _check_key(table: pa.Table, schema: TableSchema, file: str, first_row: int, empty: bool) -> None:
    if table.num_rows == 0:
        if empty:
            return
        raise InputError("holds no rows", Place(file), f"give at least one row of {schema.name}")
    key_columns = [name for name in schema.key if name in table.column_names]
    if not key_columns:
        return
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


Values = Any


def accept(values: Values, column: Column, file: str, first_row: int) -> Values:
    """Take a column as it is where that is all right, else convert it or say what is wrong with it.

    Gives what `convert` gives. Where a column has its type already a few questions to it as a whole settle
    the matter, which saves most of the time.

    Parameters
    ----------
    values, column, file, first_row
        See `convert`.

    Raises
    ------
    InputError
        See `convert`.

    Examples
    --------
    >>> ages = pa.chunked_array([[7, 8]])
    >>> accept(ages, Column("age", Whole(minimum=0)), "pupils", 2) is ages
    True
    """
    if _fits(values, column):
        return values
    if values.type == pa.large_string() and column.kind == Text() and all(map(_is_plain_text, values.chunks)):
        return one_chunk(values.cast(pa.string()))
    return convert(values, column, file, first_row)


def _fits(values: Values, column: Column) -> bool:
    kind = column.kind
    if values.type != kind.arrow or (values.null_count and not column.nullable):
        return False
    if isinstance(kind, Whole | Number):
        return is_within(values, kind.minimum, kind.maximum)
    if isinstance(kind, Text):
        return kind.pattern is None and _is_filled_text(values)
    return not isinstance(kind, Code) or _has_good_codes(values, kind)


def _is_filled_text(values: Values) -> bool:
    if all(_is_plain_text(chunk) for chunk in _chunks(values)):
        return True
    return _is_valid(values) and pc.min(pc.binary_length(values)).as_py() != 0 and is_trimmed(values)


_MOST_LETTERS = 2**31 - 1
"""Bytes of text that the columns of the tables hold in one piece."""


def _is_valid(values: Values) -> bool:
    try:
        values.validate(full=True)
    except (pa.ArrowException, UnicodeDecodeError):
        return False
    return True


def _is_plain_text(texts: Values) -> bool:
    """Say whether every text is there, ASCII, and begins and ends with what is to be seen, in one look."""
    if texts.null_count or not len(texts):
        return False
    _, bounds, content = texts.buffers()
    width: Any = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    ends = np.frombuffer(bounds, width)[texts.offset :][: len(texts) + 1]
    letters = np.frombuffer(content or b"", np.uint8)
    if ends[0] < 0 or ends[-1] > min(letters.size, _MOST_LETTERS) or not (ends[1:] > ends[:-1]).all():
        return False
    edges = min(letters[ends[:-1]].min(), letters[ends[1:] - 1].min())
    return bool(edges > ord(" ") and letters[ends[0] : ends[-1]].max() <= ord("~"))


def _has_good_codes(values: Values, kind: Code) -> bool:
    for chunk in _chunks(values):
        distinct = chunk.dictionary
        if not _points_into(chunk.indices, len(distinct)) or not _is_valid(distinct):
            return False
        if distinct.null_count or pc.any(pc.equal(distinct, "")).as_py() or not is_trimmed(distinct):
            return False
        if kind.pattern is not None:
            fits = pc.match_substring_regex(distinct, f"^(?:{kind.pattern})$")
            if not pc.all(fits, min_count=0).as_py():
                return False
    return True


def _points_into(indices: Values, size: int) -> bool:
    places = filled(indices, 0)
    return not places.size or bool(places.min() >= 0 and places.max() < max(size, 1))


def _chunks(values: Values) -> list[Values]:
    return values.chunks if isinstance(values, pa.ChunkedArray) else [values]
