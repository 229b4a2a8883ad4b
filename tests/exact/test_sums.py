"""Exact sums, against Python's integers, and columns of whole numbers of 64 bits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.exact import group_counts, group_sums, total
from oab_funding.exact.sums import INT64_MAX, int64_vector, magnitude

GROUPS = 4
INT64 = st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9)
rows = st.lists(st.tuples(INT64, st.integers(0, GROUPS - 1)), max_size=30)
Rows = list[tuple[int, int]]


def columns(pairs: Rows) -> tuple[np.ndarray, np.ndarray]:
    values, codes = [value for value, _ in pairs], [code for _, code in pairs]
    return np.array(values, dtype=np.int64), np.array(codes, dtype=np.int64)


def by_hand(pairs: Rows) -> list[int]:
    return [sum(value for value, code in pairs if code == group) for group in range(GROUPS)]


@given(rows)
def test_sums_of_groups_are_exact_or_refused(pairs: Rows) -> None:
    expected = by_hand(pairs)
    first_too_large = next((g for g, s in enumerate(expected) if not -(2**63) <= s < 2**63), None)
    if first_too_large is None:
        result = group_sums(*columns(pairs), GROUPS)
        assert result.dtype == np.int64
        assert result.tolist() == expected
    else:
        with pytest.raises(InputError, match=f"the sum of group {first_too_large} passes 63 bits"):
            group_sums(*columns(pairs), GROUPS)


@given(rows)
def test_total_is_exact_at_any_size(pairs: Rows) -> None:
    assert total(columns(pairs)[0]) == sum(value for value, _ in pairs)


@given(st.lists(st.tuples(st.integers(-(2**57), 2**57), st.integers(0, GROUPS - 1)), max_size=30), st.data())
def test_order_and_partition_do_not_matter(pairs: Rows, data: st.DataObject) -> None:
    whole = group_sums(*columns(pairs), GROUPS)
    shuffled = data.draw(st.permutations(pairs))
    assert group_sums(*columns(shuffled), GROUPS).tobytes() == whole.tobytes()
    cut = data.draw(st.integers(0, len(pairs)))
    parts = [group_sums(*columns(part), GROUPS) for part in (shuffled[:cut], shuffled[cut:])]
    assert (parts[0] + parts[1]).tobytes() == whole.tobytes()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([2**63 - 1], 2**63 - 1),
        ([-(2**63)], -(2**63)),
        ([2**62, 2**62, -1], 2**63 - 1),
        ([2**63 - 1, 2**63 - 1, -(2**63), -(2**63)], -2),
        ([2**63 - 1, 1, -1], 2**63 - 1),
        ([-(2**63), -1, 1], -(2**63)),
        ([2**31, 2**32 - 1, 1], 2**31 + 2**32),
    ],
)
def test_a_sum_that_fits_is_found_whatever_its_terms(values: list[int], expected: int) -> None:
    assert group_sums(np.array(values), np.zeros(len(values), dtype=np.int64), 1).tolist() == [expected]
    assert total(np.array(values)) == expected


@pytest.mark.parametrize("values", [[2**63 - 1, 1], [-(2**63), -1], [2**62, 2**62], [2**63 - 1] * 5])
def test_a_sum_that_does_not_fit_is_refused(values: list[int]) -> None:
    with pytest.raises(InputError) as caught:
        group_sums(np.array(values), np.full(len(values), 2), 3)
    assert str(caught.value) == "column values: the sum of group 2 passes 63 bits; use fewer decimal places"
    assert total(np.array(values)) == sum(values)


@given(rows)
def test_counts(pairs: Rows) -> None:
    result = group_counts(columns(pairs)[1], GROUPS)
    assert result.dtype == np.int64
    assert result.tolist() == [sum(code == group for _, code in pairs) for group in range(GROUPS)]


def test_nothing_to_add_up() -> None:
    empty = np.array([], dtype=np.int64)
    assert total(empty) == 0
    assert group_sums(empty, empty, 2).tolist() == [0, 0]
    assert group_sums(empty, empty, 0).tolist() == []
    assert group_counts(empty, 2).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: group_sums(np.array([1]), np.array([0, 1]), 2), "column codes: has 2 rows for 1 values"),
        (
            lambda: group_sums(np.array([1, 1]), np.array([0, 2]), 2),
            "column codes, row 2, value 2: is not the code of a group; codes run from 0 to 1",
        ),
        (
            lambda: group_counts(np.array([-1]), 2),
            "column codes, row 1, value -1: is not the code of a group; codes run from 0 to 1",
        ),
        (lambda: group_sums(np.array([0.5]), np.array([0]), 1), "column values: holds float64 instead of"),
        (lambda: group_counts(np.array([0.0]), 1), "column codes: holds float64 instead of"),
        (lambda: total(np.array([0.5])), "column values: holds float64 instead of"),
        (
            lambda: total(np.broadcast_to(np.int64(1), 2**31)),
            "column values: has 2147483648 rows; add up parts of fewer than 2**31 rows",
        ),
    ],
)
def test_refusals(call: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(message)


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


@given(st.lists(st.integers(-(2**63), INT64_MAX)))
def test_magnitude_is_that_of_python(values: list[int]) -> None:
    assert magnitude(np.array(values, dtype=np.int64)) == max(map(abs, values), default=0)


def test_magnitude_at_the_ends() -> None:
    assert magnitude(np.array([-(2**63)])) == 2**63
    assert magnitude(np.array([INT64_MAX])) == 2**63 - 1
