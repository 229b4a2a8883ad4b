"""What a user gives: tables as paths or frames, a year in several forms."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.preschool.outcome import Outcome
from oab_funding.tables.schema import TableSchema
from oab_funding.tables.step_result import StepResult


def table_of(data: Any, schema: TableSchema, in_run: str | None = None) -> pa.Table:
    """Take a table: a path, a frame, a result, or a run bundle that holds it as `in_run`.

    Raises
    ------
    InputError
        It cannot be read, or is not what the schema says.
    """
    from oab_funding.tables.conform import conform
    from oab_funding.tables.files import read_table

    if isinstance(data, str | Path) and (in_run is None or not Path(data).is_dir()):
        return read_table(data, schema)
    if isinstance(data, str | Path):
        data = opened_run(data)
    if hasattr(data, "records"):
        return conform(data.table(in_run or schema.name), schema)
    if isinstance(data, Outcome | StepResult):
        return conform(data.table, schema)
    return conform(data, schema)


def opened_run(folder: str | Path) -> Any:
    """Open a run; what that takes is loaded only here, as most questions come with tables."""
    from oab_funding.run.opened import open_run

    return open_run(folder)


def year_of(value: str | int | date, name: str = "year") -> int:
    """Take a calendar year.

    Examples
    --------
    >>> year_of("2024"), year_of(2024)
    (2024, 2024)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, date):
        return value.year
    if isinstance(value, str) and len(value) == 4 and value.isascii() and value.isdigit():
        return int(value)
    raise InputError("is not a year", Place(value=value, argument=name), "write it as 2024")
