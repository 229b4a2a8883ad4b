"""The joint model against plain loops."""

from __future__ import annotations

import numpy as np

from oab_funding.indicator.imputation.continuation_ratio import Design
from oab_funding.indicator.imputation.joint import Coefficients, Odds, ordered_sum

from .likelihood import probabilities

RNG = np.random.default_rng(6)
LEVELS = (3, 2)
DESIGN = Design.of(np.array([[a, b] for a in range(3) for b in range(2)]), LEVELS)
COLUMNS = DESIGN.columns
FLAT = RNG.normal(size=7 * COLUMNS + 7 * (COLUMNS + 7))
COEFFICIENTS = Coefficients.of(FLAT, COLUMNS)


def test_coefficients_go_into_one_vector_and_back() -> None:
    assert np.array_equal(COEFFICIENTS.flat, FLAT)


def test_probabilities_are_those_of_the_plain_model() -> None:
    mother, father = probabilities(FLAT, DESIGN.dense())
    joint = Odds.of(COEFFICIENTS, DESIGN).joint()
    for cell, of_mother, of_father in np.ndindex(6, 8, 8):
        plain = mother[cell, of_mother] * father[cell, of_mother, of_father]
        np.testing.assert_allclose(joint[of_mother, of_father, cell], plain, rtol=1e-13)


def test_the_odds_are_those_of_the_reference_times_a_factor_of_the_level() -> None:
    odds, reference = (
        Odds.of(COEFFICIENTS, DESIGN),
        Odds.of(COEFFICIENTS, DESIGN.take(np.array([0, 0, 2, 2, 4, 4]))),
    )
    of_mother, of_father = COEFFICIENTS.factors(3, 2)
    level = np.array([0, 1] * 3)
    np.testing.assert_allclose(reference.mother * of_mother[:, level], odds.mother, rtol=1e-13)
    np.testing.assert_allclose(reference.father * of_father[:, level], odds.father, rtol=1e-13)


def test_new_columns_change_nothing() -> None:
    shorter = DESIGN.shorter
    assert shorter is not None
    few = Coefficients.of(RNG.normal(size=7 * 3 + 70), 3)
    padded = Odds.of(few.padded(COLUMNS), DESIGN)
    assert np.array_equal(padded.joint(), Odds.of(few, shorter).joint()[:, :, DESIGN.row])


def test_sums_go_from_the_first_to_the_last() -> None:
    values = np.array([1e16, 1.0, 1.0, -1e16, 1.0] * 20)
    total = 0.0
    for value in values:
        total += value
    assert ordered_sum(values, axis=0) == total
