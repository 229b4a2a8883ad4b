"""Joining the two tables of a CBS workbook, with and without threshold, into one table of site scores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.exact.decimal128 import units_to_arrow
from oab_funding.tables.cbs_sheet import TableSheet
from oab_funding.tables.score_tables import SITE_SCORES

_THRESHOLD: Final = ("pupils", "score")
_RAW: Final = ("score_raw", "score_raw_lower", "score_raw_upper")


def choose(file: str, tables: Sequence[TableSheet]) -> tuple[TableSheet, TableSheet | None]:
    """Find the table with threshold, and the one without if there is one.

    Raises
    ------
    InputError
        There is none with threshold, there are two of a kind, or one lacks a column.
    """
    if not tables:
        raise InputError("has no table of site scores", Place(file), "give the workbook as CBS publishes it")
    scores = _sole(file, [table for table in tables if "score" in table.columns])
    raw = _sole(file, [table for table in tables if any(name in table.columns for name in _RAW)])
    _check_columns(file, scores or tables[0], _THRESHOLD)
    if raw:
        _check_columns(file, raw, _RAW)
    return scores or tables[0], raw


def combine(file: str, scores: TableSheet, raw: TableSheet | None) -> pa.Table:
    """Join the two tables by site, in the order of the one with threshold.

    Returns
    -------
    pyarrow.Table
        Columns of `SITE_SCORES`, flags as the union of both tables' flags.

    Raises
    ------
    InputError
        A site is in one of the tables only.
    """
    values: dict[str, list[Any]] = {"site_id": scores.columns["site_id"]}
    values |= {name: scores.columns[name] for name in _THRESHOLD}
    flags = scores.columns.get("flags", [frozenset()] * len(scores.rows))
    if raw:
        order = _matched(file, scores, raw)
        values |= {name: [raw.columns[name][index] for index in order] for name in _RAW}
        if "flags" in raw.columns:
            flags = [own | raw.columns["flags"][index] for own, index in zip(flags, order, strict=True)]
    values["flags"] = [", ".join(sorted(letters)) for letters in flags]
    schema = SITE_SCORES.arrow(tuple(name for name in SITE_SCORES.names if name in values))
    return pa.Table.from_arrays(
        [_array(values[column.name], column.type) for column in schema], schema=schema
    )


def reference_date(file: str, scores: TableSheet, raw: TableSheet | None) -> date:
    """Give the reference date that the titles of the tables name.

    Raises
    ------
    InputError
        A title names none, or the two name different ones.
    """
    days: list[date] = []
    for table in [scores, raw] if raw else [scores]:
        place = Place(file, table.name, value=table.title)
        if table.reference_date is None:
            raise InputError(
                "the title names no date", place, 'let it end in a date such as "1 oktober 2019"'
            )
        if days and table.reference_date != days[0]:
            other = f"that of sheet {scores.name} {days[0]}"
            raise InputError(
                f"the title names {table.reference_date}, {other}", place, "give two tables of one date"
            )
        days.append(table.reference_date)
    return days[0]


def _sole(file: str, tables: Sequence[TableSheet]) -> TableSheet | None:
    if len(tables) > 1:
        place = Place(file, tables[1].name)
        raise InputError(f"holds the same table as sheet {tables[0].name}", place, "keep one of the two")
    return tables[0] if tables else None


def _check_columns(file: str, table: TableSheet, names: Iterable[str]) -> None:
    for name in names:
        if name not in table.columns:
            place = Place(file, table.name)
            raise InputError(f"the column {name} is missing", place, "give the table as CBS publishes it")


def _matched(file: str, scores: TableSheet, raw: TableSheet) -> list[int]:
    """Position in the second table of every site of the first; both must name the same sites."""
    for one, other in ((scores, raw), (raw, scores)):
        known = set(other.columns["site_id"])
        for code, number in zip(one.columns["site_id"], one.rows, strict=True):
            if code not in known:
                place = Place(file, one.name, "site_id", number, code)
                raise InputError(f"is not on sheet {other.name}", place, "name the same sites in both tables")
    position = {code: index for index, code in enumerate(raw.columns["site_id"])}
    return [position[code] for code in scores.columns["site_id"]]


def _array(values: list[Any], kind: Any) -> Any:
    if pa.types.is_decimal(kind):
        return units_to_arrow(np.array(values, dtype=np.int64), kind.precision, kind.scale)
    return pa.array(values, kind)
