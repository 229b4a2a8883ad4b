"""Columns of whole numbers of 64 bits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.exact.integers import INT64_MAX, INT64_MIN, int64_vector, magnitude


@pytest.mark.parametrize("kind", ["int8", "int32", "int64", "uint8", "uint64", ">i8"])
def test_takes_every_integer_type(kind: str) -> None:
    result = int64_vector(np.array([0, 1, 127], dtype=kind), "n")
    assert result.dtype == np.dtype(np.int64)
    assert result.tolist() == [0, 1, 127]


def test_takes_strided_and_empty_columns() -> None:
    assert int64_vector(np.arange(6)[::-2], "n").tolist() == [5, 3, 1]
    assert int64_vector(np.arange(6)[::-2], "n").flags.c_contiguous
    assert int64_vector([], "n").dtype == np.int64
    assert int64_vector(np.array([INT64_MAX], dtype=np.uint64), "n").tolist() == [INT64_MAX]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            np.array([1.0]),
            "column n: holds float64 instead of whole numbers of at most 63 bits; pass an array of int64",
        ),
        (
            np.array([True]),
            "column n: holds bool instead of whole numbers of at most 63 bits; pass an array of int64",
        ),
        (
            [2**64],
            "column n: holds object instead of whole numbers of at most 63 bits; pass an array of int64",
        ),
        (
            np.array(["1"]),
            "column n: holds <U1 instead of whole numbers of at most 63 bits; pass an array of int64",
        ),
        (np.array([1, 2**63], dtype=np.uint64), "column n, value 9223372036854775808: passes 63 bits"),
        (np.array([[1]]), "column n: has 2 dimensions; pass one row of numbers"),
        (np.array(1), "column n: has 0 dimensions; pass one row of numbers"),
    ],
)
def test_refuses_the_rest(values: object, message: str) -> None:
    with pytest.raises(InputError) as caught:
        int64_vector(values, "n")  # type: ignore[arg-type]
    assert str(caught.value) == message


@given(st.lists(st.integers(INT64_MIN, INT64_MAX)))
def test_magnitude_is_that_of_python(values: list[int]) -> None:
    assert magnitude(np.array(values, dtype=np.int64)) == max(map(abs, values), default=0)


def test_magnitude_at_the_ends() -> None:
    assert magnitude(np.array([INT64_MIN])) == 2**63
    assert magnitude(np.array([INT64_MAX])) == 2**63 - 1
