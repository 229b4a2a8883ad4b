"""Columns of exact decimals as integers of 64 bits, against Arrow's own conversion and plain fractions."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.exact.fixed_point import units_from_arrow, units_to_arrow

ENDS = [-(2**63), -(2**63) + 1, -(2**32), -1, 0, 1, 2**32, 2**63 - 1]
units = st.lists(st.integers(-(2**63), 2**63 - 1) | st.sampled_from(ENDS), max_size=12)
SCALE = 4
KIND = pa.decimal128(38, SCALE)


def decimals(values: list[int]) -> list[Decimal]:
    return [Decimal(value).scaleb(-SCALE) for value in values]


@given(units)
def test_reads_what_arrow_wrote(values: list[int]) -> None:
    assert units_from_arrow(pa.array(decimals(values), type=KIND)).tolist() == values


@given(units)
def test_arrow_reads_what_is_written(values: list[int]) -> None:
    array = units_to_arrow(np.array(values, dtype=np.int64), 38, SCALE)
    array.validate(full=True)
    assert array.type == KIND
    assert array.to_pylist() == decimals(values)


@given(units, st.lists(st.integers(0, 12), max_size=4))
def test_chunks_and_offsets_do_not_matter(values: list[int], cuts: list[int]) -> None:
    whole = pa.array(decimals(values), type=KIND)
    bounds = [0, *sorted(min(cut, len(values)) for cut in cuts), len(values)]
    chunks = [whole[start:end] for start, end in pairwise(bounds)]
    assert units_from_arrow(pa.chunked_array(chunks, type=KIND)).tolist() == values
    assert units_from_arrow(whole[1:]).tolist() == values[1:]


def test_no_chunks_at_all() -> None:
    assert units_from_arrow(pa.chunked_array([], type=KIND)).dtype == np.int64
    assert units_from_arrow(pa.array([], type=pa.int32())).tolist() == []


@pytest.mark.parametrize("kind", [pa.int8(), pa.int64(), pa.uint16(), pa.uint64()])
def test_whole_numbers(kind: pa.DataType) -> None:
    array = pa.array([5, 6, 7], type=kind)
    assert units_from_arrow(pa.chunked_array([array[1:], array[:1]])).tolist() == [6, 7, 5]


def test_result_has_memory_of_its_own() -> None:
    array = pa.array([5, 6], type=pa.int64())
    units_from_arrow(array)[:] = 0
    assert array.to_pylist() == [5, 6]


@given(units, st.lists(st.booleans(), min_size=12, max_size=12))
def test_what_is_not_known_is_empty(values: list[int], marks: list[bool]) -> None:
    known = marks[: len(values)]
    array = units_to_arrow(np.array(values, dtype=np.int64), 38, SCALE, np.array(known, dtype=np.bool_))
    array.validate(full=True)
    shown = [one if there else None for one, there in zip(decimals(values), known, strict=True)]
    assert array.to_pylist() == shown
    assert array.null_count == known.count(False)


@given(units, st.integers(0, 20), st.integers(0, 38))
def test_other_places_keep_every_number_or_are_refused(values: list[int], places: int, new: int) -> None:
    column = units_to_arrow(np.array(values, dtype=np.int64), 38, places)
    scaled = [Fraction(value, 10**places) * 10**new for value in values]
    if all(number.denominator == 1 and -(2**63) <= number < 2**63 for number in scaled):
        assert units_from_arrow(column, places=new).tolist() == [int(number) for number in scaled]
    else:
        with pytest.raises(InputError, match=r"^column score: (passes 63 bits|has more decimals than fit)"):
            units_from_arrow(column, "score", new)


@pytest.mark.parametrize("sign", [1, -1])
def test_other_places_at_the_ends_of_64_bits(sign: int) -> None:
    fits, not_any_more = sign * 922337203685477580, sign * 922337203685477581
    assert units_from_arrow(pa.array([fits]), places=1).tolist() == [fits * 10]
    with pytest.raises(InputError, match="passes 63 bits; use fewer decimal places"):
        units_from_arrow(pa.array([not_any_more]), places=1)


def test_zeros_go_to_any_places() -> None:
    assert units_from_arrow(pa.array([0, 0]), places=38).tolist() == [0, 0]


@pytest.mark.parametrize("digits", [1, 4, 18])
def test_precision_is_that_of_the_largest_value(digits: int) -> None:
    for largest in (10**digits - 1, 1 - 10**digits):
        array = units_to_arrow(np.array([0, largest]), digits, 0)
        assert array.to_pylist() == [0, largest]
    for too_large in (10**digits, -(10**digits)):
        with pytest.raises(InputError, match=f"more than {digits} digits; choose a larger precision"):
            units_to_arrow(np.array([0, too_large]), digits, 0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: units_from_arrow(pa.array([1.5]), "score"),
            "column score: is double, not exact decimals; pass decimal128 or whole numbers",
        ),
        (lambda: units_from_arrow(pa.array(["1.5"])), "is string, not exact decimals"),
        (
            lambda: units_from_arrow(pa.array([Decimal("1.5"), None]), "score"),
            "column score: has missing values (1); fill or drop them",
        ),
        (lambda: units_from_arrow(pa.chunked_array([[1], [None, None]])), "has missing values (2)"),
        (
            lambda: units_from_arrow(pa.array(decimals([0, 0, 2**63]), type=KIND)[1:], "score"),
            "column score, value Decimal('922337203685477.5808'): passes 63 bits",
        ),
        (
            lambda: units_from_arrow(pa.array(decimals([-(2**63) - 1]), type=KIND)),
            "value Decimal('-922337203685477.5809'): passes 63 bits",
        ),
        (
            lambda: units_from_arrow(pa.array(decimals([2**64]), type=KIND)),
            "value Decimal('1844674407370955.1616')",
        ),
        (
            lambda: units_from_arrow(pa.array([2**63], type=pa.uint64())),
            "column units, value 9223372036854775808",
        ),
        (
            lambda: units_from_arrow(pa.array(decimals([15000, 5]), type=KIND), "score", 2),
            "column score: has more decimals than fit here; round it first, by a named rule",
        ),
        (lambda: units_to_arrow(np.array([1]), 39, 2), "precision 39 does not suit 2 places; choose 2 to 38"),
        (lambda: units_to_arrow(np.array([1]), 3, 4), "precision 3 does not suit 4 places; choose 4 to 38"),
        (lambda: units_to_arrow(np.array([1]), 0, 0), "precision 0 does not suit 0 places; choose 1 to 38"),
    ],
)
def test_refusals(call: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(message)
