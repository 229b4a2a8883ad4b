"""Scored children in several rounds of imputation: each round on its own."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.errors import InputError
from oab_funding.scores.counted import Tables, column_names

ROUND = "round"


def tables_by_round(tables: Tables) -> list[Tables]:
    """Give a source for each round, by ascending round; the source itself where the children carry no round.

    Raises
    ------
    InputError
        A child carries no round while others do.

    Examples
    --------
    >>> children = pa.table({"child_id": ["x", "x"], "round": [2, 1]})
    >>> [next(iter(part())).column("round").to_pylist() for part in tables_by_round(lambda: [children])]
    [[1], [2]]
    """
    if ROUND not in column_names(tables):
        return [tables]
    numbers: set[int | None] = set()
    for table in tables():
        numbers.update(table.column(ROUND).unique().to_pylist())
    if None in numbers:
        raise InputError("some children carry no round", remedy="fill in round for all")
    return [
        _of_round(tables, number) for number in sorted(number for number in numbers if number is not None)
    ]


def _of_round(tables: Tables, number: int) -> Tables:
    def parts() -> Iterator[pa.Table]:
        for table in tables():
            yield table.filter(pc.equal(table.column(ROUND), number))

    return parts
