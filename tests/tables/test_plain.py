"""Plain values as Arrow columns: what `pyarrow.array` makes of them, without pandas."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.tables.plain import plain_array

TEXT = st.text(st.characters(codec="utf-8"))
CASES = st.one_of(
    st.tuples(st.lists(st.none() | TEXT), st.just(pa.string())),
    st.tuples(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1)), st.just(pa.int64())),
    st.tuples(st.lists(st.none() | st.booleans()), st.just(pa.bool_())),
    st.tuples(st.lists(st.none() | st.dates()), st.just(pa.date32())),
)


@given(CASES)
def test_equals_what_pyarrow_makes(case: tuple[list[Any], pa.DataType]) -> None:
    values, kind = case
    column = plain_array(values, kind)
    column.validate(full=True)
    assert column.equals(pa.array(values, kind))
    assert column.null_count == values.count(None)


def test_values_of_numpy_and_other_types() -> None:
    assert plain_array([np.int64(3)], pa.int64()).to_pylist() == [3]
    assert plain_array([np.True_, None], pa.bool_()).to_pylist() == [True, None]
    assert plain_array([date(2024, 1, 1)], pa.date32()).to_pylist() == [date(2024, 1, 1)]


@pytest.mark.parametrize(
    ("value", "kind"),
    [(1, pa.string()), (b"a", pa.string()), (1.0, pa.int64()), ("1", pa.int64()), (1, pa.bool_())],
)
def test_a_value_of_another_type(value: object, kind: pa.DataType) -> None:
    with pytest.raises(TypeError):
        plain_array([value], kind)


def test_a_number_that_does_not_fit() -> None:
    with pytest.raises(OverflowError):
        plain_array([2**63], pa.int64())
