"""Imputed length of stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.draws import child_keys
from oab_funding.indicator.imputation.stay import StayInput, impute_stay

RNG = np.random.default_rng(9)
N = 6000
ORIGIN = RNG.integers(0, 3, N)
MOTHER = np.stack([RNG.integers(1, 9, N) - 1] * 4).astype(np.int8)
SHARES = np.array([[0.7, 0.2, 0.1], [0.1, 0.2, 0.7], [0.3, 0.4, 0.3]])
TRUE = (RNG.random(N)[:, None] > np.cumsum(SHARES[ORIGIN], axis=1)).sum(axis=1)
ABROAD = RNG.random(N) < 0.6
STAY = np.where(ABROAD & (RNG.random(N) < 0.3), -1, np.where(ABROAD, TRUE, 2))
CHILDREN = StayInput(child_keys(f"P{row}" for row in range(N)), STAY, ABROAD, RNG.random(N) < 0.98, [ORIGIN])
DONE = impute_stay(CHILDREN, MOTHER, seed=4)


def test_only_unknown_stays_of_mothers_born_abroad_are_imputed() -> None:
    lacks = ABROAD & (STAY == -1) & CHILDREN.eligible
    assert np.array_equal(DONE.imputed, lacks)
    assert np.all(DONE.stay[:, ~lacks] == STAY[~lacks])
    assert DONE.stay[:, lacks].min() >= 0
    assert DONE.rung.shape == (4, lacks.sum())


def test_shares_are_those_of_donors_born_abroad_in_the_same_group() -> None:
    for origin in range(3):
        drawn = DONE.stay[:, DONE.imputed & (origin == ORIGIN)]
        shares = np.bincount(drawn.ravel(), minlength=3) / drawn.size
        np.testing.assert_allclose(shares, SHARES[origin], atol=0.05)


def test_the_mothers_education_of_the_round_is_used_where_donors_are_enough() -> None:
    stay = np.where(MOTHER[0] > 3, 0, 1)
    children = replace(CHILDREN, stay=np.where(STAY == -1, -1, stay))
    done = impute_stay(children, MOTHER, seed=4)
    assert np.all(done.rung == 0)
    assert np.array_equal(done.stay[:, done.imputed], np.tile(stay, (4, 1))[:, done.imputed])
    few = impute_stay(children, MOTHER, seed=4, minimum=500)
    assert np.all(few.rung == 1)


def test_the_order_of_rows_does_not_matter() -> None:
    order = RNG.permutation(N)
    shuffled = StayInput(
        CHILDREN.child_key[order], STAY[order], ABROAD[order], CHILDREN.eligible[order], [ORIGIN[order]]
    )
    assert np.array_equal(impute_stay(shuffled, MOTHER[:, order], seed=4).stay, DONE.stay[:, order])


def test_rounds_differ() -> None:
    assert np.mean(DONE.stay[0, DONE.imputed] != DONE.stay[1, DONE.imputed]) > 0.3


def test_no_donor_is_an_error_only_if_one_is_wanted() -> None:
    nobody = replace(CHILDREN, stay=np.where(ABROAD, -1, 2))
    with pytest.raises(InputError, match="no mother born abroad has a known stay"):
        impute_stay(nobody, MOTHER, seed=4)
    none_lacking = replace(CHILDREN, stay=TRUE)
    assert np.array_equal(impute_stay(none_lacking, MOTHER, seed=4).stay[0], TRUE)


def test_each_round_looks_at_its_own_education() -> None:
    stay = np.where(MOTHER[0] > 3, 0, 1)
    children = replace(CHILDREN, stay=np.where(STAY == -1, -1, stay))
    mother = MOTHER.copy()
    mother[1, DONE.imputed] = 7 - mother[1, DONE.imputed]
    done = impute_stay(children, mother, seed=4)
    assert np.array_equal(done.stay[0, done.imputed], stay[done.imputed])
    assert np.array_equal(done.stay[1, done.imputed], 1 - stay[done.imputed])
