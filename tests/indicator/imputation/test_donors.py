"""Donors against a plain loop; the order of rows and chunks of recipients do not matter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.donors import UNKNOWN, DonorPool, StayInput, class_codes, impute_stay
from oab_funding.indicator.imputation.draws import Purpose, child_keys, draw_bits

RNG = np.random.default_rng(8)
DONORS, TAKERS = 400, 300
DONOR_KEYS = child_keys(f"D{row}" for row in range(DONORS))
TAKER_KEYS = child_keys(f"T{row}" for row in range(TAKERS))
DONOR_CLASSES = [RNG.integers(-1, 90, DONORS), RNG.integers(-1, 12, DONORS)]
TAKER_CLASSES = [RNG.integers(-1, 90, TAKERS), RNG.integers(-1, 14, TAKERS)]
POOL = DonorPool(DONOR_KEYS, DONOR_CLASSES, minimum=5)
CHOICE = POOL.choose(TAKER_KEYS, TAKER_CLASSES, seed=3)


def plain_choice(row: int, minimum: int) -> tuple[int, int]:
    for rung in range(3):
        if rung == 2:
            members = list(range(DONORS))
        elif TAKER_CLASSES[rung][row] == UNKNOWN:
            continue
        else:
            members = [d for d in range(DONORS) if DONOR_CLASSES[rung][d] == TAKER_CLASSES[rung][row]]
            if len(members) < minimum:
                continue
        members.sort(key=lambda donor: int(DONOR_KEYS[donor]))
        high = int(draw_bits(TAKER_KEYS[row : row + 1], 3, 1, Purpose.DONOR)[0]) >> 32
        return members[high * len(members) // 2**32], rung
    raise AssertionError


@pytest.mark.parametrize("minimum", [1, 5, 40])
def test_the_choice_is_that_of_a_plain_loop(minimum: int) -> None:
    choice = DonorPool(DONOR_KEYS, DONOR_CLASSES, minimum).choose(TAKER_KEYS, TAKER_CLASSES, seed=3)
    plain = [plain_choice(row, minimum) for row in range(TAKERS)]
    assert list(zip(choice.donor.tolist(), choice.rung.tolist(), strict=True)) == plain
    assert len(set(choice.rung.tolist())) >= 2


@settings(max_examples=20)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(random: object) -> None:
    donors, takers = np.arange(DONORS), np.arange(TAKERS)
    random.shuffle(donors)  # type: ignore[attr-defined]
    random.shuffle(takers)  # type: ignore[attr-defined]
    pool = DonorPool(DONOR_KEYS[donors], [codes[donors] for codes in DONOR_CLASSES])
    choice = pool.choose(TAKER_KEYS[takers], [codes[takers] for codes in TAKER_CLASSES], seed=3)
    assert np.array_equal(donors[choice.donor], CHOICE.donor[takers])
    assert np.array_equal(choice.rung, CHOICE.rung[takers])


def test_chunks_of_recipients_do_not_matter() -> None:
    parts = [
        POOL.choose(TAKER_KEYS[rows], [codes[rows] for codes in TAKER_CLASSES], seed=3).donor
        for rows in np.array_split(np.arange(TAKERS), 7)
    ]
    assert np.array_equal(np.concatenate(parts), CHOICE.donor)


def test_a_class_without_a_code_neither_gives_nor_takes() -> None:
    taken = DONOR_CLASSES[0][CHOICE.donor[CHOICE.rung == 0]]
    assert np.array_equal(taken, TAKER_CLASSES[0][CHOICE.rung == 0])
    assert not np.any(taken == UNKNOWN)
    assert np.all(CHOICE.rung[TAKER_CLASSES[0] == UNKNOWN] > 0)


def test_every_donor_of_a_class_has_the_same_chance() -> None:
    keys = np.arange(20_000, dtype=np.uint64)
    choice = DonorPool(DONOR_KEYS[:10], [np.zeros(10, dtype=int)]).choose(
        keys, [np.zeros(20_000, dtype=int)], seed=1
    )
    assert stats.chisquare(np.bincount(choice.donor, minlength=10)).pvalue > 1e-4
    again = DonorPool(DONOR_KEYS[:10], []).choose(keys, [], seed=1, round_=2)
    assert np.mean(again.donor == choice.donor) < 0.2


def test_class_codes_are_one_number_per_combination() -> None:
    columns = [RNG.integers(-1, 3, 200), RNG.integers(-1, 4, 200)]
    codes = class_codes(columns, (3, 4))
    for code, a, b in zip(codes, *columns, strict=True):
        assert code == (UNKNOWN if a < 0 or b < 0 else a * 4 + b)
    with pytest.raises(InputError, match="a code of 2 is not below 2"):
        class_codes(columns, (2, 4))


def test_wrong_calls_are_refused() -> None:
    with pytest.raises(InputError, match="there is no donor"):
        DonorPool(DONOR_KEYS[:0], [])
    with pytest.raises(InputError, match="a minimum of 0"):
        DonorPool(DONOR_KEYS, DONOR_CLASSES, minimum=0)
    with pytest.raises(InputError, match="rung 1 has shape"):
        DonorPool(DONOR_KEYS, [DONOR_CLASSES[0], DONOR_CLASSES[1][1:]])
    with pytest.raises(InputError, match="recipients have 1 rungs, donors 2"):
        POOL.choose(TAKER_KEYS, TAKER_CLASSES[:1], seed=3)
    with pytest.raises(InputError, match="recipients: rung 0 has shape"):
        POOL.choose(TAKER_KEYS[1:], TAKER_CLASSES, seed=3)


def test_another_first_rung_leaves_the_others_as_they_were() -> None:
    """A pool that is used again gives what a new one gives."""
    draw = np.random.default_rng(8)
    classes = [draw.integers(-1, 9, 400), draw.integers(-1, 4, 400)]
    keys = draw.integers(0, 2**63, 400, dtype=np.uint64)
    pool = DonorPool(keys, classes)
    wanted = [draw.integers(-1, 40_000, 50), draw.integers(-1, 6, 50)]
    takers = draw.integers(0, 2**63, 50, dtype=np.uint64)
    pool.choose(takers, wanted, seed=1)
    for first in (draw.integers(-1, 12, 400), draw.integers(-1, 40_000, 400)):
        pool = pool.with_first(first)
        found = pool.choose(takers, wanted, seed=1)
        anew = DonorPool(keys, [first, classes[1]]).choose(takers, wanted, seed=1)
        assert np.array_equal(found.donor, anew.donor)
        assert np.array_equal(found.rung, anew.rung)


STAY_RNG = np.random.default_rng(9)
N = 6000
ORIGIN = STAY_RNG.integers(0, 3, N)
MOTHER = np.stack([STAY_RNG.integers(1, 9, N) - 1] * 4).astype(np.int8)
SHARES = np.array([[0.7, 0.2, 0.1], [0.1, 0.2, 0.7], [0.3, 0.4, 0.3]])
TRUE = (STAY_RNG.random(N)[:, None] > np.cumsum(SHARES[ORIGIN], axis=1)).sum(axis=1)
ABROAD = STAY_RNG.random(N) < 0.6
STAY = np.where(ABROAD & (STAY_RNG.random(N) < 0.3), -1, np.where(ABROAD, TRUE, 2))
CHILDREN = StayInput(
    child_keys(f"P{row}" for row in range(N)), STAY, ABROAD, STAY_RNG.random(N) < 0.98, [ORIGIN]
)
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


def test_the_order_of_rows_does_not_matter_to_stays() -> None:
    order = STAY_RNG.permutation(N)
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
