"""Where scored children come from: tables at hand, or a Parquet file larger than memory, a part at a time.

A source can be gone through any number of times, each time from the start, and the same children give the
same bits whatever the parts.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.errors import InputError, Place
from oab_funding.tables.child_tables import SCORED_CHILDREN
from oab_funding.tables.conform import accept
from oab_funding.tables.distinct import TextSet, survey_texts
from oab_funding.tables.headers import match_headers
from oab_funding.tables.parquet import damaged, open_parquet, parquet_schema
from oab_funding.tables.schema import Code

ROUND = "round"
CHILD_ID = "child_id"
ROWS = 1 << 19
"""Rows of a part that is read."""

_CODES = [column.name for column in SCORED_CHILDREN.columns if isinstance(column.kind, Code)]


class ChildSource(ABC):
    """Scored children as tables, the parts of one table."""

    __slots__ = ()

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """The columns of every part."""

    @abstractmethod
    def __iter__(self) -> Iterator[pa.Table]:
        """Give the parts from the start."""

    @abstractmethod
    def of(self, columns: Sequence[str]) -> ChildSource:
        """Give a source of fewer columns."""

    def rounds(self) -> list[ChildSource]:
        """Give a source for each round of imputation, by ascending round; itself where there are no rounds.

        Raises
        ------
        InputError
            A child carries no round while others do.

        Examples
        --------
        >>> children = source_of(pa.table({"child_id": ["x", "x"], "round": [2, 1]}))
        >>> [next(iter(part)).column("round").to_pylist() for part in children.rounds()]
        [[1], [2]]
        """
        if ROUND not in self.columns:
            return [self]
        parts = self.of([ROUND])
        numbers = {number for table in parts for number in table.column(ROUND).unique().to_pylist()}
        if None in numbers:
            raise InputError("some children carry no round", remedy="fill in round for all")
        return [RoundOfChildren(self, number) for number in sorted(numbers)]

    def site_ids(self) -> list[str]:
        """Give the sites that children are at, in ascending order."""
        parts = self.of(["site_id"])
        found = {site for table in parts for site in table.column("site_id").unique().to_pylist()}
        return sorted(site for site in found if site is not None)


Children: TypeAlias = pa.Table | Sequence[pa.Table] | ChildSource
"""Scored children: one table, several with the same columns, or a source of them."""


@dataclass(frozen=True, slots=True)
class GivenChildren(ChildSource):
    """Scored children in memory.

    Parameters
    ----------
    parts
        Tables with the same columns.
    """

    parts: tuple[pa.Table, ...]

    def __post_init__(self) -> None:
        if len({tuple(part.column_names) for part in self.parts}) > 1:
            problem = "parts of the children have different columns"
            raise InputError(problem, remedy="give every part the same columns")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of every part."""
        return tuple(self.parts[0].column_names) if self.parts else ()

    def __iter__(self) -> Iterator[pa.Table]:
        return iter(self.parts)

    def of(self, columns: Sequence[str]) -> GivenChildren:
        """Give a source of fewer columns."""
        return GivenChildren(tuple(part.select(list(columns)) for part in self.parts))


@dataclass(frozen=True, slots=True)
class RoundOfChildren(ChildSource):
    """The scored children of one round.

    Parameters
    ----------
    rounds_together
        The children of all rounds.
    number
        The round.
    """

    rounds_together: ChildSource
    number: int

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of every part."""
        return self.rounds_together.columns

    def __iter__(self) -> Iterator[pa.Table]:
        for table in self.rounds_together:
            yield table.filter(pc.equal(table.column(ROUND), self.number))

    def of(self, columns: Sequence[str]) -> RoundOfChildren:
        """Give a source of fewer columns; the round stays among them."""
        wanted = [name for name in self.columns if name in columns or name == ROUND]
        return RoundOfChildren(self.rounds_together.of(wanted), self.number)


@dataclass(frozen=True, slots=True)
class ParquetChildren(ChildSource):
    """Scored children in a Parquet file, a part at a time, each brought into its schema.

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

    def __iter__(self) -> Iterator[pa.Table]:
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


def source_of(children: Children) -> ChildSource:
    """Take scored children as a source.

    Raises
    ------
    InputError
        The tables do not have the same columns.
    """
    if isinstance(children, ChildSource):
        return children
    return GivenChildren((children,) if isinstance(children, pa.Table) else tuple(children))


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
    check_ids(source.of([CHILD_ID, ROUND]).rounds())
    return source if with_ids else source.of([column for column in source.columns if column != CHILD_ID])


def check_ids(rounds: Sequence[ChildSource]) -> None:
    """Refuse a child that is there twice, for example as toddler and as pupil.

    Tables without `child_id` are taken on trust: their source has checked the ids when it was opened, and
    leaves them out to save the reading (see `open_children`).

    Parameters
    ----------
    rounds
        Scored children, a source for each round.

    Raises
    ------
    InputError
        A child is there twice, or the rounds do not hold the same children.

    Notes
    -----
    That no child is there twice is certain. That two rounds hold the same children is seen from a
    sum of 64-bit fingerprints; different children pass with a chance of one in 2**64.

    Examples
    --------
    >>> check_ids([source_of(pa.table({"child_id": ["x", "y", "x"]}))])
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: column child_id, value 'x': is there twice; each child counts once, ...
    """
    sets = [_checked(source) for source in rounds if CHILD_ID in source.columns]
    if any(found != sets[0] for found in sets):
        raise InputError("the rounds do not hold the same children", remedy="give every child in every round")


@dataclass(frozen=True, slots=True)
class _Ids:
    """The ids of a source, from the start each time."""

    source: ChildSource

    def __iter__(self) -> Iterator[pa.ChunkedArray[Any]]:
        return (table.column(CHILD_ID) for table in self.source.of([CHILD_ID]))


def _checked(source: ChildSource) -> TextSet:
    found = survey_texts(_Ids(source))
    if found.doubled is not None:
        raise InputError(
            "is there twice",
            Place(column=CHILD_ID, value=found.doubled),
            "each child counts once, as pupil or as toddler",
        )
    return found
