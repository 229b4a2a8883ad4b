"""What imputation adds, as tables: to be kept, hashed, and taken up again for scoring.

A category stands in a table as its number: that of the class of education, or of the category of stay from 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.indicator.category_codes import UNKNOWN, Codes
from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.features import EducationFeature
from oab_funding.indicator.imputation.impute import ImputedPopulation
from oab_funding.indicator.imputation.imputed import NO_DONOR, Imputed
from oab_funding.indicator.population import Population
from oab_funding.indicator.specification import Specification
from oab_funding.tables.schema import Column, TableSchema, Text, Whole

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

    Parameters
    ----------
    imputed
        What was imputed for a population.
    """
    specification = imputed.population.specification
    both = [(part, one.codes) for part, one in zip(imputed.population.parts, imputed.parts, strict=True)]
    donors = [
        _donor_rows(part, one.donors)
        for part, one in zip(imputed.population.parts, imputed.parts, strict=True)
    ]
    return {
        "imputed_education": _by_round(both, specification, IMPUTED_EDUCATION),
        "imputed_stay": _by_round(both, specification, IMPUTED_STAY),
        "imputed_donors": pa.concat_tables(donors)
        .combine_chunks()
        .sort_by([(name, "ascending") for name in IMPUTED_DONORS.key]),
    }


def imputed_from_tables(
    tables: Mapping[str, pa.Table],
    population: Population,
    whole: bool = True,
    rounds: int | None = None,
) -> tuple[Imputed, ...]:
    """Take up again what was imputed, for pupils and, if there are any, toddlers.

    Parameters
    ----------
    tables
        As `imputed_tables` gives them, rows in any order.
    population
        The children.
    whole
        Whether the tables are of these children alone; otherwise what they hold of others is passed over.
    rounds
        How often was imputed, if it is known; otherwise what the tables say, and 1 where nothing was missing.

    Raises
    ------
    InputError
        A child of the tables is not among the children, something known was changed, the tables do not have
        that many rounds, or a number is that of no category.
    """
    rounds, parts = _rounds(tables, rounds), population.parts
    ids = pa.concat_arrays([part.children.column("child_id").combine_chunks() for part in parts])
    if not whole:
        tables = {
            name: table.filter(pc.is_in(table.column("child_id"), ids)) for name, table in tables.items()
        }
    codes: dict[str, Codes] = {}
    for schema in (IMPUTED_EDUCATION, IMPUTED_STAY):
        codes |= _taken_up(tables[schema.name], schema, ids, population, rounds)
    ends = np.cumsum([0, *map(len, parts)])
    return tuple(
        Imputed(
            {name: array[:, start:stop] for name, array in codes.items()},
            _donors(tables["imputed_donors"], part),
        )
        for part, start, stop in zip(parts, ends[:-1], ends[1:], strict=True)
    )


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
    specification: Specification,
    schema: TableSchema,
) -> pa.Table:
    """Lay out a row per child and round, of the children of whom one of the features was imputed.

    The children are put in order once, and not their rows.
    """
    names, ids, values = _features(schema), [], []
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
        *(
            _numbers(specification, name)[one[:, order].T.ravel()]
            for name, one in zip(names, drawn, strict=True)
        ),
    ]
    return pa.table([pa.array(column) for column in columns], schema=schema.arrow())


def _donor_rows(coded: CodedChildren, given: NDArray[np.int64] | None) -> pa.Table:
    ids = coded.children.column("child_id").combine_chunks()
    donors = given if given is not None else np.zeros(0, dtype=np.int64)
    takes = np.flatnonzero(donors != NO_DONOR)
    return pa.table(
        [ids.take(pa.array(rows)) for rows in (takes, donors[takes])], schema=IMPUTED_DONORS.arrow()
    )


def _features(schema: TableSchema) -> tuple[str, ...]:
    return tuple(name for name in schema.names if name not in schema.key)


def _numbers(specification: Specification, name: str) -> NDArray[np.int64]:
    """Give the number of each category of a feature, by its code."""
    education = isinstance(specification.feature(name), EducationFeature)
    known = specification.class_numbers if education else range(1, len(specification.categories(name)) + 1)
    return np.array(known, dtype=np.int64)


def _taken_up(
    table: pa.Table, schema: TableSchema, ids: pa.Array, population: Population, rounds: int
) -> dict[str, Codes]:
    """Give the codes of all children in every round, shape (m, n), by feature."""
    file = schema.name.replace("_", " ")
    table = table.sort_by([("child_id", "ascending"), ("round", "ascending")])
    names = table.column("child_id").combine_chunks()
    _check_rounds(table, names, rounds, file)
    rows = _places(names[::rounds], ids, file)
    found = {}
    for name in _features(schema):
        observed = np.concatenate([part.codes[name] for part in population.parts])
        drawn = _coded(table.column(name).to_numpy(), population.specification, name, file)
        by_round = drawn.reshape(-1, rounds).T
        if np.any((by_round != observed[rows]) & (observed[rows] != UNKNOWN)):
            raise InputError(f"differs from the observed {name}", Place(file, column=name), "impute again")
        whole = np.tile(observed, (rounds, 1))
        whole[:, rows] = by_round
        found[name] = whole
    return found


def _coded(numbers: NDArray[np.int64], specification: Specification, name: str, file: str) -> Codes:
    known = _numbers(specification, name)
    code = np.full(int(max(known.max(), numbers.max(initial=0))) + 1, UNKNOWN, dtype=np.int8)
    code[known] = np.arange(len(known), dtype=np.int8)
    codes: Codes = code[numbers]
    if (codes == UNKNOWN).any():
        place = Place(file, column=name, value=int(numbers[codes == UNKNOWN][0]))
        raise InputError("is the number of no category", place, f"give {', '.join(map(str, known.tolist()))}")
    return codes


def _check_rounds(table: pa.Table, names: pa.Array, rounds: int, file: str) -> None:
    """Refuse a sorted table in which some child lacks a round."""
    expected = np.arange(table.num_rows) % rounds + 1
    wrong = np.flatnonzero(table.column("round").to_numpy() != expected)
    if len(wrong) or table.num_rows % rounds:
        child = names[int(wrong[0]) if len(wrong) else -1].as_py()
        raise InputError(
            f"does not have every round from 1 to {rounds}",
            Place(file, column="round", value=child),
            "give each imputed child all rounds",
        )


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
