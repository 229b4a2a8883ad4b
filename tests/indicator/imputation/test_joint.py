"""The joint model against plain loops."""

from __future__ import annotations

import numpy as np

from oab_funding.indicator.imputation.design import Design
from oab_funding.indicator.imputation.joint import Coefficients, expected_counts, ordered_sum, tabulate

from .likelihood import probabilities

RNG = np.random.default_rng(6)
DESIGN = Design.of(np.array([[0], [1], [2]]), (3,))
FLAT = RNG.normal(size=7 * 3 + 7 * 10)
TABLES = tabulate(Coefficients.of(FLAT, 3), DESIGN)


def test_coefficients_go_into_one_vector_and_back() -> None:
    assert np.array_equal(Coefficients.of(FLAT, 3).flat, FLAT)


def test_probabilities_are_those_of_the_plain_model() -> None:
    mother, father = probabilities(FLAT, DESIGN.dense())
    np.testing.assert_allclose(TABLES.mother, mother, rtol=1e-13)
    np.testing.assert_allclose(TABLES.father, father, rtol=1e-13)


def test_the_unknown_mother_follows_by_bayes() -> None:
    given = TABLES.mother_given_father()
    for cell, mother, father in np.ndindex(3, 8, 8):
        joint = [TABLES.mother[cell, m] * TABLES.father[cell, m, father] for m in range(8)]
        np.testing.assert_allclose(given[cell, mother, father], joint[mother] / sum(joint), rtol=1e-13)


def test_only_lone_fathers_are_completed() -> None:
    counts = np.zeros((3, 9, 9), dtype=np.int64)
    counts[0, 2, 5] = 4  # both known
    counts[1, 3, 0] = 7  # only the mother
    counts[2, 0, 6] = 9  # only the father
    counts[2, 0, 0] = 100  # neither
    mothers, pairs = expected_counts(counts, TABLES)
    posterior = TABLES.mother_given_father()[2, :, 5]
    assert pairs[0, 1, 4] == 4.0
    assert mothers[1, 2] == 7.0
    np.testing.assert_allclose(pairs[2, :, 5], 9.0 * posterior)
    np.testing.assert_allclose(mothers[2], 9.0 * posterior)
    np.testing.assert_allclose([mothers.sum(), pairs.sum()], [20.0, 13.0])


def test_sums_go_from_the_first_to_the_last() -> None:
    values = np.array([1e16, 1.0, 1.0, -1e16, 1.0] * 20)
    total = 0.0
    for value in values:
        total += value
    assert ordered_sum(values, axis=0) == total
