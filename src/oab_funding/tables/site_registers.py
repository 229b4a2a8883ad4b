"""Putting two registers of sites together: the first wins, the second fills, differences are listed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa

from oab_funding.tables.conform import conform
from oab_funding.tables.register_tables import REGISTER_DIFFERENCES, SITES
from oab_funding.tables.step_result import StepResult

COMPARED: Final = (
    "school_id",
    "board_id",
    "municipality_code",
    "province",
    "school_type",
    "excluded",
    "pupils",
)
"""Columns in which two registers can differ. Every source spells names its own way: they are not compared."""

DIFFERENCES: Final = pa.schema([(name, pa.string()) for name in ("site_id", "column", "first", "second")])
"""What a table of differences holds: both values as text."""


def combine_registers(first: Any, second: Any) -> tuple[pa.Table, pa.Table]:
    """Put two registers of sites together.

    Parameters
    ----------
    first, second
        Frames with columns of `SITES`. Where both know a value that of `first` counts.

    Returns
    -------
    table : pyarrow.Table
        The sites of `first` in their order, then those that only `second` knows, in theirs; a value or column
        that `first` lacks is filled from `second`.
    differences : pyarrow.Table
        One row per site and compared column where both know a value and the two differ: `site_id`, `column`,
        `first`, `second`; in the order of `first`.

    Raises
    ------
    InputError
        One of the two is not a register of sites.

    Examples
    --------
    >>> one = pa.table({"site_id": ["00AP00"], "school_id": ["00AP"], "board_id": ["41646"]})
    >>> two = pa.table({**one.to_pydict(), "board_id": ["1"], "province": ["Utrecht"]})
    >>> table, differences = combine_registers(one, two)
    >>> table.to_pylist()
    [{'site_id': '00AP00', 'school_id': '00AP', 'board_id': '41646', 'province': 'Utrecht'}]
    >>> differences.to_pylist()
    [{'site_id': '00AP00', 'column': 'board_id', 'first': '41646', 'second': '1'}]
    """
    one, two = (_rows(frame) for frame in (first, second))
    names = {name for rows in (one, two) for row in rows.values() for name in row}
    sites = dict.fromkeys([*one, *two])
    merged = [_filled(one.get(site, {}), two.get(site, {})) for site in sites]
    schema = SITES.arrow(tuple(name for name in SITES.names if name in names))
    differences = list(_differences(one, two))
    return pa.Table.from_pylist(merged, schema), pa.Table.from_pylist(differences, DIFFERENCES)


def _rows(frame: Any) -> dict[str, dict[str, Any]]:
    return {row["site_id"]: row for row in conform(frame, SITES).to_pylist()}


def _filled(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    return {**second, **{name: value for name, value in first.items() if value is not None}}


def _differences(
    first: dict[str, dict[str, Any]], second: dict[str, dict[str, Any]]
) -> Iterator[dict[str, str]]:
    for site, row in first.items():
        other = second.get(site, {})
        for name in COMPARED:
            own, others = row.get(name), other.get(name)
            if own is not None and others is not None and own != others:
                yield {"site_id": site, "column": name, "first": str(own), "second": str(others)}


def register_of_sites(first: pa.Table, second: pa.Table | None) -> StepResult:
    """Combine two registers and list where they differ.

    Parameters
    ----------
    first
        The register that wins.
    second
        A register that fills in the sites and fields that the first lacks, or None.

    Returns
    -------
    StepResult
        Tables `sites` and `register_differences`; figures: sites, differences.

    Examples
    --------
    >>> first = pa.table({"site_id": ["00AP00"], "school_id": ["00AP"]})
    >>> register_of_sites(first, None).figures["differences"]
    0
    """
    if second is None:
        sites, differences = first, REGISTER_DIFFERENCES.arrow().empty_table()
    else:
        sites, differences = combine_registers(first, second)
    figures = {"sites": sites.num_rows, "differences": differences.num_rows}
    return StepResult({"sites": sites, "register_differences": differences}, figures)
