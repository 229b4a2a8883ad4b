"""Counting children by cell and pair of educations."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.counts import Predictor, count_education

from .population import made_up, take

CHILDREN = made_up(500)


def test_counts_are_those_of_a_plain_loop() -> None:
    rows = zip(*(p.codes for p in CHILDREN.predictors), CHILDREN.mother, CHILDREN.father, strict=True)
    plain = Counter(tuple(map(int, row)) for row, taken in zip(rows, CHILDREN.eligible, strict=True) if taken)
    counted = count_education(CHILDREN)
    found = {
        (*map(int, codes), mother - 1, father - 1): int(counted.counts[cell, mother, father])
        for cell, codes in enumerate(counted.codes)
        for mother in range(9)
        for father in range(9)
        if counted.counts[cell, mother, father]
    }
    assert found == dict(plain)


def test_parts_add_up_in_any_order() -> None:
    whole = count_education(CHILDREN)
    order = np.random.default_rng(2).permutation(500)
    first, second, third = (count_education(take(CHILDREN, rows)) for rows in np.array_split(order, 3))
    for merged in (first + second + third, third + (second + first)):
        assert merged.levels == whole.levels
        assert np.array_equal(merged.cells, whole.cells)
        assert np.array_equal(merged.counts, whole.counts)


def test_parts_of_other_predictors_do_not_merge() -> None:
    other = replace(CHILDREN, predictors=CHILDREN.predictors[1:])
    with pytest.raises(InputError, match="predictors differ"):
        count_education(CHILDREN) + count_education(other)


@pytest.mark.parametrize(("name", "value"), [("mother", 8), ("father", -2)])
def test_an_education_outside_its_classes_is_refused(name: str, value: int) -> None:
    codes = getattr(CHILDREN, name).copy()
    codes[3] = value
    with pytest.raises(InputError, match=rf"{name}: row 3 holds {value}; give a whole number from -1 to 7"):
        replace(CHILDREN, **{name: codes})


def test_a_predictor_outside_its_levels_is_refused() -> None:
    with pytest.raises(InputError, match="origin: row 1 holds 2"):
        replace(take(CHILDREN, slice(0, 2)), predictors=(Predictor("origin", np.array([1, 2]), 2),))


def test_lengths_and_kinds_must_agree() -> None:
    with pytest.raises(InputError, match=r"father: has shape \(499,\), the children 500"):
        replace(CHILDREN, father=CHILDREN.father[1:])
    with pytest.raises(InputError, match="mother: holds float64; give whole numbers"):
        replace(CHILDREN, mother=CHILDREN.mother.astype(float))
