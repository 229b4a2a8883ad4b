"""Scored children from a Parquet file larger than memory, in record batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from oab_funding.errors import InputError, Place
from oab_funding.scores.child_ids import CHILD_ID, check_ids
from oab_funding.scores.counted import Tables
from oab_funding.scores.rounds import ROUND, tables_by_round
from oab_funding.tables.accepted import accept
from oab_funding.tables.catalogue import SCORED_CHILDREN
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
    columns
        Which columns to read.
    rows
        Rows of a part at most.
    """

    name: str
    columns: Sequence[str]
    rows: int
    _file: Any = field(repr=False)

    def __call__(self) -> Iterator[pa.Table]:
        """Read the file."""
        first_row = 1
        try:
            for batch in self._file.iter_batches(self.rows, columns=list(self.columns)):
                yield self._conformed(batch, first_row)
                first_row += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(self.name, error) from error

    def of(self, columns: Sequence[str]) -> ParquetChildren:
        """Give a source of fewer columns."""
        return ParquetChildren(self.name, columns, self.rows, self._file)

    def _conformed(self, batch: Any, first_row: int) -> pa.Table:
        names = [name for name in SCORED_CHILDREN.names if name in self.columns]
        table = pa.Table.from_batches([batch])
        arrays = [accept(table.column(name), SCORED_CHILDREN[name], self.name, first_row) for name in names]
        return pa.Table.from_arrays(arrays, schema=SCORED_CHILDREN.arrow(tuple(names)))


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
        It is no Parquet file, a column is missing, or a child is there twice.

    Examples
    --------
    >>> open_children("no such file.parquet")
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: no such file.parquet: does not exist; check the path
    """
    name = Path(path).name
    file = _open(Path(path), name)
    present = file.schema_arrow.names
    for column in SCORED_CHILDREN.columns:
        if column.required and column.name not in present:
            raise InputError(
                f"the column {column.name} is missing", Place(name), f"add {column.kind.meaning}"
            )
        if present.count(column.name) > 1:
            raise InputError(
                "the column occurs twice", Place(name, column=column.name), "keep one of the two"
            )
    source = ParquetChildren(
        name, [column for column in SCORED_CHILDREN.names if column in present], rows, file
    )
    check_ids(_ids_by_round(source))
    return source if with_ids else source.of([column for column in source.columns if column != CHILD_ID])


def _ids_by_round(source: ParquetChildren) -> list[Tables]:
    return tables_by_round(source.of([name for name in (CHILD_ID, ROUND) if name in source.columns]))


def _open(path: Path, name: str) -> Any:
    if not path.exists():
        raise InputError("does not exist", Place(name), "check the path")
    try:
        present = pa.parquet.read_schema(path).names
        codes = [column for column in _CODES if column in present]
        return pa.parquet.ParquetFile(path, read_dictionary=codes, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: Exception) -> InputError:
    detail = " ".join(str(error).split())[:160]
    return InputError(f"is not a whole Parquet file ({detail})", Place(name), "write or download it again")
