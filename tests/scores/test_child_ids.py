"""Every child once."""

from __future__ import annotations

import pyarrow as pa
import pytest

from oab_funding.errors import InputError
from oab_funding.scores.child_ids import check_ids
from oab_funding.scores.counted import Tables


def ids(*parts: list[str | None]) -> Tables:
    tables = [pa.table({"child_id": pa.array(part, pa.string())}) for part in parts]
    return lambda: tables


def test_different_children_in_every_round() -> None:
    check_ids([ids(["a", "b"], ["c"])])
    check_ids([ids(["a", "b"], ["c"]), ids(["c", "a", "b"])])
    check_ids([lambda: [pa.table({"kind": ["pupil"]})]])


@pytest.mark.parametrize(
    "parts", [(["a", "b", "a"],), (["a", "b"], ["a"]), (["b", "a"], ["c"], ["a", "b", "d"])]
)
def test_the_first_double_is_named(parts: tuple[list[str | None], ...]) -> None:
    with pytest.raises(InputError, match="column child_id, value 'a': is there twice"):
        check_ids([ids(*parts)])


@pytest.mark.parametrize("other", [["a", "c"], ["a"], ["a", "b", "c"]])
def test_other_children_in_a_later_round(other: list[str | None]) -> None:
    with pytest.raises(InputError, match="the rounds do not hold the same children"):
        check_ids([ids(["a", "b"]), ids(other)])


def test_an_empty_id() -> None:
    with pytest.raises(InputError, match="an id is empty"):
        check_ids([ids(["a", None])])
