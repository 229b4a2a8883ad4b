"""What imputation adds, as tables: to be kept, hashed, and taken up again for scoring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.indicator.coding import UNKNOWN, CodedChildren
from oab_funding.indicator.imputation.coded import ImputedPopulation
from oab_funding.indicator.imputation.result import IMPUTED_EDUCATION, education_from_table
from oab_funding.indicator.imputed import NO_DONOR, Imputed
from oab_funding.tables.schema import Column, TableSchema, Text, Whole

IMPUTED_STAY = TableSchema(
    "imputed_stay",
    (Column("child_id", Text()), Column("round", Whole(minimum=1)), Column("stay", Whole(minimum=1))),
    key=("child_id", "round"),
)
"""Length of stay, as the number of its category, of the children for whom it was imputed."""

IMPUTED_DONORS = TableSchema(
    "imputed_donors", (Column("child_id", Text()), Column("donor_id", Text())), key=("child_id",)
)
"""The donor whose education score a child takes over."""

SCHEMAS = {schema.name: schema for schema in (IMPUTED_EDUCATION, IMPUTED_STAY, IMPUTED_DONORS)}


def imputed_tables(imputed: ImputedPopulation) -> dict[str, pa.Table]:
    """Lay out what imputation adds as three tables, each in the order of its key.

    Classes of education are given by their number, from 1, as categories of stay are.

    Parameters
    ----------
    imputed
        What was imputed for a population.
    """
    both = [(part, one.codes) for part, one in zip(imputed.population.parts, imputed.parts, strict=True)]
    donors = [
        _donor_rows(part, one.donors)
        for part, one in zip(imputed.population.parts, imputed.parts, strict=True)
    ]
    return {
        "imputed_education": _by_round(both, ("education_mother", "education_father"), IMPUTED_EDUCATION),
        "imputed_stay": _by_round(both, ("stay",), IMPUTED_STAY),
        "imputed_donors": pa.concat_tables(donors)
        .combine_chunks()
        .sort_by([(name, "ascending") for name in IMPUTED_DONORS.key]),
    }


def imputed_from_tables(
    tables: Mapping[str, pa.Table],
    parts: Sequence[CodedChildren],
    whole: bool = True,
    rounds: int | None = None,
) -> list[Imputed]:
    """Take up again what was imputed, for pupils and, if there are any, toddlers.

    Parameters
    ----------
    tables
        As `imputed_tables` gives them, rows in any order.
    parts
        The coded pupils, and toddlers if there are any.
    whole
        Whether the tables are of these children alone; otherwise what they hold of others is passed over.
    rounds
        How often was imputed, if it is known; otherwise what the tables say, and 1 where nothing was missing.

    Raises
    ------
    InputError
        A child of the tables is not among the children, something known was changed, or the tables do not
        have that many rounds.
    """
    rounds = _rounds(tables, rounds)
    ids = pa.concat_arrays([part.children.column("child_id").combine_chunks() for part in parts])
    if not whole:
        tables = {
            name: table.filter(pc.is_in(table.column("child_id"), ids)) for name, table in tables.items()
        }
    mother, father, stay = (
        _numbers(parts, name) for name in ("education_mother", "education_father", "stay")
    )
    education = education_from_table(tables["imputed_education"], ids, mother, father, rounds)
    stays = _stays(tables["imputed_stay"], ids, stay, rounds)
    codes = {"education_mother": education.mother, "education_father": education.father, "stay": stays}
    ends = np.cumsum([0, *map(len, parts)])
    done = []
    for part, start, stop in zip(parts, ends[:-1], ends[1:], strict=True):
        of_part = {name: array[:, start:stop] - np.int8(1) for name, array in codes.items()}
        done.append(Imputed(of_part, _donors(tables["imputed_donors"], part)))
    return done


def _rounds(tables: Mapping[str, pa.Table], said: int | None) -> int:
    """Count the rounds. A table is empty where all that it would hold is known."""
    names = ("imputed_education", "imputed_stay")
    found = {pc.max(tables[name].column("round")).as_py() for name in names if tables[name].num_rows}
    wrong = found if said is None and len(found) > 1 else found - {said} if said is not None else set()
    if wrong:
        expected = " and ".join(str(number) for number in sorted({*found, *([said] if said else [])}))
        raise InputError(
            f"the tables of what was imputed have different numbers of rounds: {expected}",
            Place("imputed education, imputed stay", "round"),
            "impute again",
        )
    return said or next(iter(found), 1)


def _by_round(
    parts: Sequence[tuple[CodedChildren, Mapping[str, NDArray[np.int8]]]],
    names: tuple[str, ...],
    schema: TableSchema,
) -> pa.Table:
    """Lay out a row per child and round, of the children of whom one of the features was imputed.

    The children are put in order once, and not their rows.
    """
    ids, values = [], []
    for coded, codes in parts:
        rows = np.flatnonzero(
            np.any([(coded.codes[name] == UNKNOWN) & (codes[name][0] != UNKNOWN) for name in names], axis=0)
        )
        ids.append(coded.children.column("child_id").combine_chunks().take(pa.array(rows)))
        values.append(np.stack([codes[name][:, rows] for name in names]))
    children, drawn = pa.concat_arrays(ids), np.concatenate(values, axis=2)
    order = pc.sort_indices(children).to_numpy()
    rounds = drawn.shape[1]
    columns: list[Any] = [
        children.take(pa.array(np.repeat(order, rounds))),
        np.tile(np.arange(1, rounds + 1), len(order)),
        *(one[:, order].T.ravel().astype(np.int64) + 1 for one in drawn),
    ]
    return pa.table([pa.array(column) for column in columns], schema=schema.arrow())


def _donor_rows(coded: CodedChildren, given: NDArray[np.int64] | None) -> pa.Table:
    ids = coded.children.column("child_id").combine_chunks()
    donors = given if given is not None else np.zeros(0, dtype=np.int64)
    takes = np.flatnonzero(donors != NO_DONOR)
    return pa.table(
        [ids.take(pa.array(rows)) for rows in (takes, donors[takes])], schema=IMPUTED_DONORS.arrow()
    )


def _numbers(parts: Sequence[CodedChildren], name: str) -> NDArray[np.int64]:
    return np.concatenate([part.codes[name].astype(np.int64) + 1 for part in parts])


def _stays(table: pa.Table, ids: pa.Array, observed: NDArray[np.int64], rounds: int) -> NDArray[np.int8]:
    whole = np.repeat(observed.astype(np.int8)[None, :], rounds, axis=0)
    if table.num_rows == 0:
        return whole
    table = table.sort_by([("child_id", "ascending"), ("round", "ascending")])
    numbers = table.column("round").to_numpy().reshape(-1, rounds) if table.num_rows % rounds == 0 else None
    if numbers is None or (numbers != np.arange(1, rounds + 1)).any():
        raise InputError(
            "has children without every round",
            Place("imputed stay", "round"),
            f"give rounds 1 to {rounds} for each",
        )
    rows = _places(table.column("child_id").combine_chunks()[::rounds], ids, "imputed stay")
    whole[:, rows] = table.column("stay").to_numpy().reshape(-1, rounds).T
    return whole


def _donors(table: pa.Table, part: CodedChildren) -> NDArray[np.int64] | None:
    ids = part.children.column("child_id").combine_chunks()
    here = table.filter(pc.is_in(table.column("child_id"), value_set=ids))
    if here.num_rows == 0:
        return None
    donors = np.full(len(part), NO_DONOR, dtype=np.int64)
    takes = _places(here.column("child_id").combine_chunks(), ids, "imputed donors")
    donors[takes] = _places(here.column("donor_id").combine_chunks(), ids, "imputed donors")
    return donors


def _places(names: pa.Array, ids: pa.Array, file: str) -> NDArray[np.int64]:
    places = pc.index_in(names, value_set=ids)
    if places.null_count:
        unknown = names[pc.index(pc.is_null(places), True).as_py()].as_py()
        raise InputError("is not among the children", Place(file, value=unknown), "give the same children")
    return places.to_numpy().astype(np.int64)
