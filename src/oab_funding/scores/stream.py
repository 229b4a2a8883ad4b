"""Scored children from a Parquet file larger than memory, in record batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.scores.child_ids import CHILD_ID, check_ids
from oab_funding.scores.counted import Tables
from oab_funding.scores.rounds import ROUND, tables_by_round
from oab_funding.tables.child_tables import SCORED_CHILDREN
from oab_funding.tables.conform import accept
from oab_funding.tables.headers import match_headers
from oab_funding.tables.parquet import damaged, open_parquet, parquet_schema
from oab_funding.tables.schema import Code

ROWS = 1 << 19
"""Rows of a record batch."""

_CODES = [column.name for column in SCORED_CHILDREN.columns if isinstance(column.kind, Code)]


@dataclass(frozen=True, slots=True)
class ParquetChildren:
    """A source of tables of scored children: a Parquet file, a part at a time, each brought into its schema.

    Calling it reads the file from the start. The same children give the same bits whatever the parts.

    Parameters
    ----------
    name
        Name of the file, for messages.
    headers
        Which columns to read, each with its header in the file.
    rows
        Rows of a part at most.
    """

    name: str
    headers: Mapping[str, str]
    rows: int
    _file: Any = field(repr=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """Which columns to read."""
        return tuple(self.headers)

    def __call__(self) -> Iterator[pa.Table]:
        """Read the file."""
        first_row = 1
        headers = list(self.headers.values())
        try:
            for batch in self._file.iter_batches(self.rows, columns=headers, use_threads=False):
                yield self._conformed(batch, first_row)
                first_row += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise damaged(error, Place(self.name)) from error

    def of(self, columns: Sequence[str]) -> ParquetChildren:
        """Give a source of fewer columns."""
        headers = {name: header for name, header in self.headers.items() if name in columns}
        return ParquetChildren(self.name, headers, self.rows, self._file)

    def _conformed(self, batch: Any, first_row: int) -> pa.Table:
        table = pa.Table.from_batches([batch])
        arrays = [
            accept(table.column(header), SCORED_CHILDREN[name], self.name, first_row)
            for name, header in self.headers.items()
        ]
        return pa.Table.from_arrays(arrays, schema=SCORED_CHILDREN.arrow(self.columns))


def open_children(path: str | Path, with_ids: bool = False, rows: int = ROWS) -> ParquetChildren:
    """Open a Parquet file of scored children, and check that each child is there once.

    The ids are read for that only, and take 8 bytes a child at a time; see `tables.distinct`. What else is
    wrong with a column is said when it is read.

    Parameters
    ----------
    path
        The file.
    with_ids
        Whether the tables carry `child_id`, as the tie rule ``order`` needs.
    rows
        Rows of a part at most.

    Returns
    -------
    ParquetChildren
        For `site_scores` and `municipality_scores`.

    Raises
    ------
    InputError
        It is no Parquet file or holds no rows, a column is missing, or a child is there twice.

    Examples
    --------
    >>> open_children("no such file.parquet")
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: no such file.parquet: does not exist; check the path
    """
    place = Place(Path(path).name)
    if not Path(path).exists():
        raise InputError("does not exist", place, "check the path")
    headers = match_headers(parquet_schema(path).names, SCORED_CHILDREN, place.file or "")
    file = open_parquet(path, place, [headers[name] for name in _CODES if name in headers])
    if file.metadata.num_rows == 0:
        raise InputError("holds no rows", place, f"give at least one row of {SCORED_CHILDREN.name}")
    source = ParquetChildren(place.file or "", headers, rows, file)
    check_ids(_ids_by_round(source))
    return source if with_ids else source.of([column for column in source.columns if column != CHILD_ID])


def _ids_by_round(source: ParquetChildren) -> list[Tables]:
    return tables_by_round(source.of([name for name in (CHILD_ID, ROUND) if name in source.columns]))
