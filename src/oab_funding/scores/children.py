"""A table of scored children as arrays: what the target group and the sums per institution are made from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.errors import InputError, Place
from oab_funding.exact.fixed_point import units_from_arrow
from oab_funding.exact.sums import Int64Array
from oab_funding.scores.population import Codebook, Flags, Population, where_they_count, who_counts
from oab_funding.tables.columns import CodedTexts, texts

SCORE_PLACES = 6
"""Education scores lie on a grid of millionths."""


@dataclass(frozen=True, slots=True)
class ChildBatch:
    """Some of the children that count: those with a score of their own, and asylum seekers, who need none.

    An institution has two cells: number 2i for its upper and 2i + 1 for its lower years.

    Parameters
    ----------
    scores
        Education scores in millionths, shape (n,).
    cells
        The cell in which each of them counts, shape (n,).
    asylum_cells
        The cell in which each asylum seeker counts, shape (a,).
    ids
        `child_id` of those with a score, shape (n,); None where nobody asks for it.
    """

    scores: Int64Array
    cells: Int64Array
    asylum_cells: Int64Array
    ids: pa.Array[Any] | None

    def __len__(self) -> int:
        return len(self.scores) + len(self.asylum_cells)


def read_batch(
    table: pa.Table, population: Population, book: Codebook, with_ids: bool
) -> tuple[ChildBatch, Counter[str]]:
    """Take the children that count out of a table.

    Parameters
    ----------
    table
        Scored children, as `SCORED_CHILDREN` describes them.
    population
        Who counts.
    book
        Numbers the institutions.
    with_ids
        Whether the ids are wanted.

    Returns
    -------
    tuple
        The children, and the number of those who do not count, by reason.

    Raises
    ------
    InputError
        A child that counts has no institution, no score or no age where it needs one.
    """
    kinds = CodedTexts.of(table.column("kind"))
    counts, left_out = who_counts(table, population, kinds)
    cells = 2 * where_they_count(table, population, kinds, counts, book) + _lower(table, population, counts)
    asylum = counts & _asylum_seekers(table) & kinds.where(lambda kind: kind in population.asylum_kinds)
    scored = counts & ~asylum
    ids = table.column("child_id").combine_chunks().filter(pa.array(scored)) if with_ids else None
    return ChildBatch(_scores(table, scored)[scored], cells[scored], cells[asylum], ids), left_out


def _asylum_seekers(table: pa.Table) -> Flags:
    column: Any = table.column("asylum_seeker").combine_chunks()
    if column.null_count:
        raise InputError(
            f"of {column.null_count} children it is not known whether they seek asylum",
            Place(column="asylum_seeker"),
            "write true or false",
        )
    flags: Flags = column.to_numpy(zero_copy_only=False)
    return flags


def _scores(table: pa.Table, scored: Flags) -> Int64Array:
    column: Any = table.column("education_score")
    if column.null_count:
        missing = scored & np.asarray(column.is_null())
        if missing.any():
            raise _no_score(table, missing)
        column = pc.fill_null(column, pa.scalar(0, column.type))
    return units_from_arrow(column, "education_score", SCORE_PLACES)


def _no_score(table: pa.Table, missing: Flags) -> InputError:
    row = int(np.flatnonzero(missing)[0])
    child = (
        texts(table.slice(row, 1), "child_id")[0] if "child_id" in table.column_names else f"in row {row + 1}"
    )
    return InputError(
        f"child {child} has no education score and no place by rule in the target group "
        f"({int(missing.sum())} in all)",
        remedy="score every child that counts",
    )


def _lower(table: pa.Table, population: Population, counts: Flags) -> Flags:
    if population.lower_years_until_age is None:
        return np.zeros(table.num_rows, dtype=np.bool_)
    if "age" not in table.column_names:
        raise InputError("the pupils have no age", remedy="add age, in whole years at the reference date")
    ages: Any = table.column("age")
    if ages.null_count:
        if (counts & np.asarray(ages.is_null())).any():
            raise InputError(
                "some pupils have no age", remedy="fill in age, in whole years at the reference date"
            )
        ages = pc.fill_null(ages, 0)
    lower: Flags = ages.combine_chunks().to_numpy() <= population.lower_years_until_age
    return lower
