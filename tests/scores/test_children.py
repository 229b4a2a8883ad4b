"""Taking children out of a table."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa
import pytest

from oab_funding.errors import InputError
from oab_funding.scores.children import ChildBatch, read_batch
from oab_funding.scores.population import PUPIL, TODDLER, Codebook, Kind, Population
from oracle.target_group import Child
from oracle_bridge import children_table

F = Fraction
CHILDREN = [
    Child("a", F("520.000001"), site="01AA00", age=7),
    Child("b", None, True, "01AA00", age=8),
    Child("c", F("530.5"), site="02BB00", age=8),
    Child("d", F("540"), True, "02BB00", age=7),
    Child("t", None, True, age=3),
]


def read(
    table: pa.Table,
    kinds: tuple[Kind, ...] = (PUPIL,),
    lower: int | None = 7,
    asylum: tuple[Kind, ...] = (PUPIL,),
) -> ChildBatch:
    population = Population("site_id", kinds, lower_years_until_age=lower, asylum_kinds=asylum)
    return read_batch(table, population, Codebook(), with_ids=True)[0]


def test_scores_and_cells() -> None:
    batch = read(children_table(CHILDREN))
    assert batch.scores.tolist() == [520_000_001, 530_500_000]
    assert batch.cells.tolist() == [1, 2]  # site 0, lower; site 1, upper
    assert batch.asylum_cells.tolist() == [0, 3]
    assert batch.ids is not None
    assert batch.ids.to_pylist() == ["a", "c"]
    assert len(batch) == 4


def test_without_years_all_are_upper_and_ages_may_be_absent() -> None:
    table = children_table(CHILDREN).drop_columns(["age"])
    assert read(table, lower=None).cells.tolist() == [0, 2]
    with pytest.raises(InputError, match="the pupils have no age"):
        read(table)


def test_an_age_may_be_empty_only_for_who_does_not_count() -> None:
    table = children_table(CHILDREN)
    place = table.schema.get_field_index("age")
    ages = table.set_column(place, table.schema.field("age"), pa.array([7, 8, 8, 7, None], pa.int64()))
    assert read(ages).cells.tolist() == [1, 2]
    gap = table.set_column(place, table.schema.field("age"), pa.array([7, None, 8, 7, 3], pa.int64()))
    with pytest.raises(InputError, match="some pupils have no age"):
        read(gap)


def test_a_score_may_be_empty_only_for_asylum_seekers_who_get_g() -> None:
    table = children_table(CHILDREN)
    with pytest.raises(InputError, match=r"child b has no education score .* \(1 in all\)"):
        read(table, asylum=())
    with pytest.raises(InputError, match="child in row 2 has no education score"):
        read_batch(
            table.drop_columns(["child_id"]),
            Population("site_id", (PUPIL,), asylum_kinds=()),
            Codebook(),
            False,
        )


def test_it_must_be_known_who_seeks_asylum() -> None:
    table = children_table(CHILDREN)
    place = table.schema.get_field_index("asylum_seeker")
    unknown = table.set_column(place, "asylum_seeker", pa.array([False, True, None, True, None]))
    with pytest.raises(InputError, match="column asylum_seeker: of 2 children it is not known"):
        read(unknown)


def test_scores_of_any_places_are_taken_exactly() -> None:
    table = children_table(CHILDREN[:1])
    coarse = table.set_column(
        table.schema.get_field_index("education_score"),
        pa.field("education_score", pa.decimal128(5, 1)),
        pa.array(["520.5"]).cast(pa.decimal128(5, 1)),
    )
    assert read(coarse).scores.tolist() == [520_500_000]
    floats = table.set_column(
        table.schema.get_field_index("education_score"),
        pa.field("education_score", pa.float64()),
        pa.array([520.5]),
    )
    with pytest.raises(InputError, match="not exact"):
        read(floats)


def test_without_ids() -> None:
    batch, left_out = read_batch(
        children_table(CHILDREN),
        Population("municipality_code", (PUPIL, TODDLER)),
        Codebook(),
        with_ids=False,
    )
    assert batch.ids is None
    assert not left_out
    assert len(batch) == 5
