"""Draws: known answers, an independent Philox in plain integers, uniformity, independence of place."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.draws import (
    Purpose,
    check_seed,
    child_keys,
    draw_below,
    draw_bits,
    philox4x32,
    standard_normals,
)

WORD = st.integers(0, 2**32 - 1)
KEYS = child_keys(f"P{row:07d}" for row in range(100_000))


def plain_philox(counter: list[int], key: list[int]) -> list[int]:
    """Philox4x32-10 after the paper's figure 3, in Python's integers."""
    a, b, c, d = counter
    left, right = key
    for _ in range(10):
        low, high = divmod(0xD2511F53 * a, 2**32)[::-1]
        low2, high2 = divmod(0xCD9E8D57 * c, 2**32)[::-1]
        a, b, c, d = high2 ^ b ^ left, low2, high ^ d ^ right, low
        left, right = (left + 0x9E3779B9) % 2**32, (right + 0xBB67AE85) % 2**32
    return [a, b, c, d]


@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)
def test_the_known_answers_of_random123(counter: str, key: str, answer: str) -> None:
    """File kat_vectors of the Random123 library by the authors of the paper."""
    a, b, c, d = (np.uint64(int(word, 16)) for word in counter.split())
    left, right = (int(word, 16) for word in key.split())
    assert " ".join(f"{word:08x}" for word in philox4x32((a, b, c, d), (left, right))) == answer


@given(st.lists(WORD, min_size=4, max_size=4), st.lists(WORD, min_size=2, max_size=2))
def test_philox_equals_plain_integers(counter: list[int], key: list[int]) -> None:
    a, b, c, d = (np.array([word], dtype=np.uint64) for word in counter)
    found = philox4x32((a, b, c, d), (key[0], key[1]))
    assert [int(word[0]) for word in found] == plain_philox(counter, key)


@given(
    st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(1, 1000), st.sampled_from(list(Purpose))
)
def test_key_round_and_purpose_are_the_counter(key: int, seed: int, round_: int, purpose: Purpose) -> None:
    words = plain_philox([key % 2**32, key >> 32, round_, int(purpose)], [seed % 2**32, seed >> 32])
    assert int(draw_bits(np.array([key], np.uint64), seed, round_, purpose)[0]) == words[0] << 32 | words[1]


def test_purposes_keep_their_numbers() -> None:
    assert {p.name: int(p) for p in Purpose} == {
        "MOTHER": 1,
        "FATHER": 2,
        "STAY": 3,
        "DONOR": 4,
        "PARAMETERS": 5,
        "SCHOOL": 6,
        "RESAMPLE": 7,
        "COEFFICIENTS": 8,
        "REPLICATE": 9,
    }


def test_keys_are_blake2b_of_utf8() -> None:
    for name in ("P0000001", "élève-1", ""):
        digest = blake2b(name.encode("utf-8"), digest_size=8, person=b"oab-child").digest()
        assert int(child_keys([name])[0]) == int.from_bytes(digest, "little")
    assert child_keys([]).tolist() == []


def test_keys_of_many_children_differ() -> None:
    assert len(np.unique(KEYS)) == len(KEYS)


def test_draws_do_not_depend_on_order_or_chunks() -> None:
    whole = draw_bits(KEYS, 7, 3, Purpose.MOTHER)
    order = np.random.default_rng(1).permutation(len(KEYS))
    assert np.array_equal(draw_bits(KEYS[order], 7, 3, Purpose.MOTHER), whole[order])
    parts = [draw_bits(part, 7, 3, Purpose.MOTHER) for part in np.array_split(KEYS, 17)]
    assert np.array_equal(np.concatenate(parts), whole)


@pytest.mark.parametrize("seed", [0, 1, 20191001, 2**64 - 1])
def test_draws_are_uniform(seed: int) -> None:
    bits = draw_bits(KEYS, seed, 1, Purpose.MOTHER)
    for shift in (0, 24, 32, 56):
        byte = (bits >> np.uint64(shift)) & np.uint64(255)
        assert stats.chisquare(np.bincount(byte.astype(int), minlength=256)).pvalue > 1e-4
    assert stats.kstest(bits / 2.0**64, "uniform").pvalue > 1e-4


def test_draws_of_other_rounds_purposes_seeds_and_neighbours_are_independent() -> None:
    base = draw_bits(KEYS, 7, 1, Purpose.MOTHER) / 2.0**64
    others = {
        "round": draw_bits(KEYS, 7, 2, Purpose.MOTHER),
        "purpose": draw_bits(KEYS, 7, 1, Purpose.FATHER),
        "seed": draw_bits(KEYS, 8, 1, Purpose.MOTHER),
        "high half of the seed": draw_bits(KEYS, 7 + 2**32, 1, Purpose.MOTHER),
        "neighbour": draw_bits(KEYS + np.uint64(1), 7, 1, Purpose.MOTHER),
    }
    for name, bits in others.items():
        table = np.histogram2d(base, bits / 2.0**64, bins=16)[0]
        assert stats.chi2_contingency(table).pvalue > 1e-4, name


def test_draw_below_is_uniform_and_below() -> None:
    drawn = draw_below(KEYS, np.full(len(KEYS), 7), 5, 1, Purpose.DONOR)
    assert drawn.min() == 0
    assert drawn.max() == 6
    assert stats.chisquare(np.bincount(drawn)).pvalue > 1e-4


@given(st.integers(1, 2**31 - 1), st.integers(0, 2**64 - 1))
def test_draw_below_is_the_floor_of_the_share(count: int, key: int) -> None:
    keys = np.array([key], np.uint64)
    high = int(draw_bits(keys, 1, 1, Purpose.DONOR)[0]) >> 32
    assert int(draw_below(keys, np.array([count]), 1, 1, Purpose.DONOR)[0]) == high * count // 2**32


def test_standard_normals_are_standard_normal() -> None:
    drawn = standard_normals(50_000, 3, 1)
    assert stats.kstest(drawn, "norm").pvalue > 1e-4
    assert abs(np.corrcoef(drawn, standard_normals(50_000, 3, 2))[0, 1]) < 0.02
    assert np.array_equal(standard_normals(100, 3, 1), drawn[:100])


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_that_does_not_fit_is_refused(seed: int) -> None:
    with pytest.raises(InputError, match="does not fit 64 bits"):
        check_seed(seed)
    with pytest.raises(InputError, match="does not fit 64 bits"):
        draw_bits(KEYS[:1], seed, 1, Purpose.MOTHER)
