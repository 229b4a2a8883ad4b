"""Imputed education, round by round, and its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.tables.schema import Column, TableSchema, Text, Whole

Codes = NDArray[np.int8]

_EDUCATION = Whole(minimum=1, maximum=8)
IMPUTED_EDUCATION = TableSchema(
    "imputed_education",
    (
        Column("child_id", Text()),
        Column("round", Whole(minimum=1)),
        Column("education_mother", _EDUCATION),
        Column("education_father", _EDUCATION),
    ),
    key=("child_id", "round"),
)
"""Both parents' education of the children with an imputed parent, one row per child and round."""


@dataclass(frozen=True, slots=True)
class ImputedEducation:
    """Both parents' education of n children in every round, observed or imputed.

    Parameters
    ----------
    rounds
        Number of rounds m.
    mother, father
        ``int8`` of shape (m, n): 1-8, or 0 where unknown and not to be imputed.
    mother_imputed, father_imputed
        Boolean of shape (n,).
    seed
        Seed of the draws.
    description
        What an auditor needs to know of how it was made; plain values, ready for JSON.
    """

    rounds: int
    mother: Codes
    father: Codes
    mother_imputed: NDArray[np.bool_]
    father_imputed: NDArray[np.bool_]
    seed: int
    description: Mapping[str, Any]

    @property
    def imputed(self) -> NDArray[np.bool_]:
        """Children with one parent imputed at least, (n,)."""
        return self.mother_imputed | self.father_imputed

    def to_table(self, child_ids: Sequence[str] | Any) -> pa.Table:
        """Table of the children with an imputed parent, in code-point order of child and then by round.

        Examples
        --------
        >>> mother = np.array([[1, 5], [2, 5]], dtype=np.int8)
        >>> father = np.array([[3, 4], [3, 4]], dtype=np.int8)
        >>> lacks = np.array([True, False])
        >>> done = ImputedEducation(2, mother, father, lacks, lacks & False, 1, {})
        >>> done.to_table(["a", "b"]).to_pylist()[1]
        {'child_id': 'a', 'round': 2, 'education_mother': 2, 'education_father': 3}
        """
        rows = np.flatnonzero(self.imputed)
        names = pa.array(child_ids, pa.string()).take(rows)
        order = pc.sort_indices(names).to_numpy()
        rows = rows[order]
        columns: list[Any] = [
            names.take(np.repeat(order, self.rounds)),
            np.tile(np.arange(1, self.rounds + 1), len(rows)),
            self.mother[:, rows].T.ravel().astype(np.int64),
            self.father[:, rows].T.ravel().astype(np.int64),
        ]
        return pa.table([pa.array(column) for column in columns], schema=IMPUTED_EDUCATION.arrow())


def education_from_table(
    table: pa.Table,
    child_ids: Sequence[str] | Any,
    mother: NDArray[np.integer],
    father: NDArray[np.integer],
    rounds: int | None = None,
) -> ImputedEducation:
    """Take imputed education back from its table.

    Parameters
    ----------
    table
        As `ImputedEducation.to_table` wrote it, rows in any order.
    child_ids, mother, father
        The children now at hand, with their observed education (0 unknown).
    rounds
        Number of rounds; if left out, the highest of the table, and 1 where it is empty: nothing was missing.

    Raises
    ------
    InputError
        A round is missing for a child, an imputed child is not at hand, or an observed education differs from
        the table's.

    Examples
    --------
    >>> table = pa.table({"child_id": ["a"], "round": [1], "education_mother": [2], "education_father": [3]})
    >>> education_from_table(table, ["a", "b"], np.array([0, 5]), np.array([3, 4])).mother.tolist()
    [[2, 5]]
    """
    rounds = rounds or pc.max(table["round"]).as_py() or 1
    table = table.sort_by([("child_id", "ascending"), ("round", "ascending")])
    names = table["child_id"].combine_chunks()
    _check_rounds(table, rounds)
    place = pc.index_in(names, value_set=pa.array(child_ids, pa.string()))
    if place.null_count:
        unknown = names[pc.index(pc.is_null(place), True).as_py()].as_py()
        raise InputError(
            "is not among the children",
            Place("imputed education", "child_id", value=unknown),
            "give the same children",
        )
    rows = place.to_numpy()[::rounds]
    completed, imputed = [], []
    for name, observed in (("education_mother", mother), ("education_father", father)):
        drawn = table[name].to_numpy().reshape(-1, rounds).T
        known = observed[rows] != 0
        if np.any(drawn[:, known] != observed[rows][known]):
            raise InputError(
                "differs from the observed education", Place("imputed education", name), "impute again"
            )
        whole = np.repeat(observed.astype(np.int8)[None, :], rounds, axis=0)
        whole[:, rows] = drawn
        mask = np.zeros(len(observed), dtype=bool)
        mask[rows] = ~known
        completed.append(whole)
        imputed.append(mask)
    return ImputedEducation(rounds, completed[0], completed[1], imputed[0], imputed[1], -1, {})


def _check_rounds(table: pa.Table, rounds: int) -> None:
    """Refuse a sorted table in which some child lacks a round."""
    expected = np.arange(table.num_rows) % rounds + 1
    names = table["child_id"].combine_chunks()
    wrong = np.flatnonzero(table["round"].to_numpy() != expected)
    if len(wrong) or table.num_rows % rounds:
        child = names[int(wrong[0]) if len(wrong) else -1].as_py()
        raise InputError(
            f"does not have every round from 1 to {rounds}",
            Place("imputed education", "round", value=child),
            "give each imputed child all rounds",
        )
