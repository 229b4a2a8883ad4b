"""The children that count, read from tables: in batches that can be read again, with what one reading tells.

Everything downstream is sums of whole numbers, so that any division into batches gives the same bits. A
population that fits is kept in memory as arrays; a larger one is read again from its source whenever it is
needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.scores.children import ChildBatch, read_batch
from oab_funding.scores.line import Survey
from oab_funding.scores.population import Codebook, Population

Tables = Callable[[], Iterable[pa.Table]]
"""A source of tables of scored children (parts of one table) that can be read again from the start.

A source may say which columns its tables have in an attribute `columns`; then it is not read to find out.
"""

MOST_KEPT = 4_000_000
"""Children kept in memory at most, at 16 bytes each."""


@dataclass(frozen=True, slots=True)
class CountedChildren:
    """The children that count.

    Parameters
    ----------
    batches
        Gives the children from the start, at every call.
    names
        Institutions by their number; some may have no child.
    scored
        Survey of the scores of the children that have one of their own.
    asylum_seekers
        Number of asylum seekers whom a rule puts into the target group.
    left_out
        Number of children who do not count, by reason.
    """

    batches: Callable[[], Iterable[ChildBatch]]
    names: tuple[str, ...]
    scored: Survey
    asylum_seekers: int
    left_out: Mapping[str, int]

    @property
    def children(self) -> int:
        """How many children count."""
        return self.scored.count + self.asylum_seekers


def column_names(tables: Tables) -> tuple[str, ...]:
    """Give the columns of a source.

    Raises
    ------
    InputError
        Its tables do not have the same columns.

    Examples
    --------
    >>> column_names(lambda: [pa.table({"kind": ["pupil"]}), pa.table({"kind": ["toddler"]})])
    ('kind',)
    """
    known = getattr(tables, "columns", None)
    found = {tuple(known)} if known is not None else {tuple(table.column_names) for table in tables()}
    if len(found) > 1:
        raise InputError(
            "parts of the children have different columns", remedy="give every part the same columns"
        )
    return next(iter(found), ())


def read_children(tables: Tables, population: Population, with_ids: bool = False) -> CountedChildren:
    """Read the children that count.

    Parameters
    ----------
    tables
        Scored children.
    population
        Who counts.
    with_ids
        Whether batches carry the children's ids.

    Raises
    ------
    InputError
        A child that counts lacks what it needs, or scores are too large to add up.
    """
    book, survey, asylum_seekers, left_out = Codebook(), Survey(), 0, Counter[str]()
    kept: list[ChildBatch] | None = []
    for table in tables():
        batch, out = read_batch(table, population, book, with_ids)
        survey += Survey.of(batch.scores)
        asylum_seekers += len(batch.asylum_cells)
        left_out += out
        kept = _keep(kept, batch, survey.count + asylum_seekers)
    survey.check_sums()
    again = _again(tables, population, book, with_ids) if kept is None else lambda: kept
    return CountedChildren(again, tuple(book.names), survey, asylum_seekers, left_out)


def _keep(kept: list[ChildBatch] | None, batch: ChildBatch, children: int) -> list[ChildBatch] | None:
    return None if kept is None or children > MOST_KEPT else [*kept, batch]


def _again(
    tables: Tables, population: Population, book: Codebook, with_ids: bool
) -> Callable[[], Iterator[ChildBatch]]:
    return lambda: (read_batch(table, population, book, with_ids)[0] for table in tables())
