"""Columns that are what their schema asks already: told at a glance, so that nothing is converted."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.tables.column import convert, is_trimmed
from oab_funding.tables.schema import Code, Column, Number, Text, Whole

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
    return values if _fits(values, column) else convert(values, column, file, first_row)


def _fits(values: Values, column: Column) -> bool:
    kind = column.kind
    if values.type != kind.arrow or (values.null_count and not column.nullable):
        return False
    if isinstance(kind, Whole | Number) and (kind.minimum is not None or kind.maximum is not None):
        return _within(values, kind)
    if isinstance(kind, Text):
        return kind.pattern is None and _is_filled_text(values)
    return not isinstance(kind, Code) or _has_good_codes(values, kind)


def _within(values: Values, kind: Whole | Number) -> bool:
    ends = pc.min_max(values).as_py()
    if ends["min"] is None:
        return True
    above = kind.minimum is None or ends["min"] >= kind.minimum
    below = kind.maximum is None or ends["max"] <= kind.maximum
    return bool(above and below)


def _is_filled_text(values: Values) -> bool:
    try:
        values.validate(full=True)
    except (pa.ArrowException, UnicodeDecodeError):
        return False
    return bool(pc.min(pc.binary_length(values)).as_py() != 0) and is_trimmed(values)


def _has_good_codes(values: Values, kind: Code) -> bool:
    chunks = values.chunks if isinstance(values, pa.ChunkedArray) else [values]
    for chunk in chunks:
        chunk.validate(full=True)
        distinct = chunk.dictionary
        if distinct.null_count or pc.any(pc.equal(distinct, "")).as_py() or not is_trimmed(distinct):
            return False
        if kind.pattern is not None:
            fits = pc.match_substring_regex(distinct, f"^(?:{kind.pattern})$")
            if not pc.all(fits, min_count=0).as_py():
                return False
    return True
