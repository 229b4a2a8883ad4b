"""The table of imputed education, there and back."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.education import impute_education
from oab_funding.indicator.imputation.result import IMPUTED_EDUCATION, education_from_table
from oab_funding.tables.conform import conform

from .population import made_up, take

CHILDREN = made_up(300)
NAMES = [f"P{row:06d}" for row in range(300)]
DONE = impute_education(CHILDREN, rounds=3, seed=1)
TABLE = DONE.to_table(NAMES)


def test_the_table_holds_the_imputed_children_by_round() -> None:
    rows = TABLE.to_pylist()
    assert len(rows) == 3 * DONE.imputed.sum()
    for row in rows:
        place, index = NAMES.index(row["child_id"]), row["round"] - 1
        assert DONE.imputed[place]
        assert row["education_mother"] == DONE.mother[index, place]
        assert row["education_father"] == DONE.father[index, place]
    assert [(row["child_id"], row["round"]) for row in rows] == sorted(
        (r["child_id"], r["round"]) for r in rows
    )
    assert conform(TABLE, IMPUTED_EDUCATION).schema == TABLE.schema


def test_the_table_does_not_depend_on_the_order_of_rows() -> None:
    order = np.random.default_rng(1).permutation(300)
    shuffled = impute_education(take(CHILDREN, order), rounds=3, seed=1)
    assert shuffled.to_table([NAMES[row] for row in order]).equals(TABLE)


def test_code_point_order_goes_beyond_the_basic_plane() -> None:
    names = ["\U0001f600", "\uffee", "a"]
    done = impute_education(take(CHILDREN, np.flatnonzero(DONE.imputed)[:3]), 1, 1, _model())
    assert done.to_table(names)["child_id"].to_pylist() == ["a", "\uffee", "\U0001f600"]


def test_back_from_the_table_in_any_order() -> None:
    order = np.random.default_rng(2).permutation(TABLE.num_rows)
    back = education_from_table(TABLE.take(order), NAMES, CHILDREN.mother, CHILDREN.father)
    assert back.rounds == 3
    for name in ("mother", "father", "mother_imputed", "father_imputed"):
        assert np.array_equal(getattr(back, name), getattr(DONE, name)), name


@pytest.mark.parametrize(("said", "rounds"), [(None, 1), (4, 4)])
def test_an_empty_table_means_that_nothing_was_missing(said, rounds) -> None:
    back = education_from_table(TABLE.slice(0, 0), NAMES, CHILDREN.mother, CHILDREN.father, said)
    assert back.rounds == rounds
    assert not back.imputed.any()
    assert back.mother.tolist() == [CHILDREN.mother.tolist()] * rounds


def test_a_table_that_does_not_belong_is_refused() -> None:
    mother, father = CHILDREN.mother, CHILDREN.father
    with pytest.raises(InputError, match="does not have every round from 1 to 3"):
        education_from_table(TABLE.slice(1), NAMES, mother, father)
    with pytest.raises(InputError, match="does not have every round from 1 to 3"):
        education_from_table(TABLE.slice(0, TABLE.num_rows - 1), NAMES, mother, father)
    doubled = pa.concat_tables([TABLE, TABLE.slice(0, 3)])
    with pytest.raises(InputError, match="does not have every round"):
        education_from_table(doubled, NAMES, mother, father)
    with pytest.raises(InputError, match="is not among the children"):
        education_from_table(TABLE, [name.lower() for name in NAMES], mother, father)
    other = np.where(mother > 0, 9 - mother, 0)
    with pytest.raises(InputError, match="education_mother: differs from the observed"):
        education_from_table(TABLE, NAMES, other, father)


def _model() -> object:
    from oab_funding.indicator.imputation.counts import count_education
    from oab_funding.indicator.imputation.parents_model import fit_parents

    return fit_parents(count_education(CHILDREN))
