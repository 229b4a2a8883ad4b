"""The children that count, read from tables: in batches that can be read again, with what one reading tells.

Everything downstream is sums of whole numbers, so that any division into batches gives the same bits. A
population that fits is kept in memory as arrays; a larger one is read again from its source whenever it is
needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from oab_funding.scores.child_source import ChildSource
from oab_funding.scores.children import ChildBatch, read_batch
from oab_funding.scores.line import Survey
from oab_funding.scores.population import Codebook, Population

MOST_KEPT = 4_000_000
"""Children kept in memory at most, at 16 bytes each."""


@dataclass(frozen=True, slots=True)
class CountedChildren:
    """The children that count.

    Parameters
    ----------
    batches
        The children, from the start each time they are gone through.
    names
        Institutions by their number; some may have no child.
    scored
        Survey of the scores of the children that have one of their own.
    asylum_seekers
        Number of asylum seekers whom a rule puts into the target group.
    left_out
        Number of children who do not count, by reason.
    """

    batches: Iterable[ChildBatch]
    names: tuple[str, ...]
    scored: Survey
    asylum_seekers: int
    left_out: Mapping[str, int]

    @property
    def children(self) -> int:
        """How many children count."""
        return self.scored.count + self.asylum_seekers


def read_children(tables: ChildSource, population: Population, with_ids: bool = False) -> CountedChildren:
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
    for table in tables:
        batch, out = read_batch(table, population, book, with_ids)
        survey += Survey.of(batch.scores)
        asylum_seekers += len(batch.asylum_cells)
        left_out += out
        kept = _keep(kept, batch, survey.count + asylum_seekers)
    survey.check_sums()
    batches = _Again(tables, population, book, with_ids) if kept is None else kept
    return CountedChildren(batches, tuple(book.names), survey, asylum_seekers, left_out)


def _keep(kept: list[ChildBatch] | None, batch: ChildBatch, children: int) -> list[ChildBatch] | None:
    return None if kept is None or children > MOST_KEPT else [*kept, batch]


@dataclass(frozen=True, slots=True)
class _Again:
    """Batches that are read anew each time."""

    tables: ChildSource
    population: Population
    book: Codebook
    with_ids: bool

    def __iter__(self) -> Iterator[ChildBatch]:
        return (read_batch(table, self.population, self.book, self.with_ids)[0] for table in self.tables)
