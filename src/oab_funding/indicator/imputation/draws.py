"""Random draws that belong to a child, not to a place in a file.

A draw is a pure function of (seed, child, round, purpose): no state is carried from one draw to the next, so
neither the order of the rows, nor chunks, threads or the version of numpy can change one.

- The child's identifier becomes a 64-bit key by BLAKE2b (RFC 7693), once.
- Key, round and purpose are the 128-bit counter, and the seed the 64-bit key, of Philox4x32-10: Salmon,
  Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", SC '11,
  doi:10.1145/2063384.2063405.

Everything is integer arithmetic modulo a power of two: the same bits on every machine. Two of 1.4 million
children share a 64-bit key with a probability of 5e-8; they would then share their draws, and nothing else
would go wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.elementary import Floats, normal_quantile

Keys = NDArray[np.uint64]
ALGORITHM = "BLAKE2b-64 of the child's identifier, then Philox4x32-10"
PERSON = b"oab-child"
"""Personalisation of BLAKE2b: the keys serve no other purpose than these draws."""

_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_CHUNK = 1 << 15  # words of this many children stay in the processor's second cache


class Purpose(IntEnum):
    """What a draw is for; the number is part of the counter and never changes its meaning."""

    MOTHER = 1
    FATHER = 2
    STAY = 3
    DONOR = 4
    PARAMETERS = 5
    SCHOOL = 6
    RESAMPLE = 7
    COEFFICIENTS = 8
    REPLICATE = 9


def child_keys(child_ids: Iterable[str]) -> Keys:
    """64-bit key of each child, from nothing but its identifier.

    Parameters
    ----------
    child_ids
        Identifiers as text; UTF-8 is hashed.

    Returns
    -------
    numpy.ndarray
        Keys, ``uint64`` of the same length.

    Examples
    --------
    >>> [f"{key:016x}" for key in child_keys(["P0000001", "P0000002"])]
    ['4d722fac72b4fbb6', '1db48648a00edf76']
    """
    begun = blake2b(digest_size=8, person=PERSON)  # a copy costs less than half of what beginning anew does
    digests = []
    for child in child_ids:
        digest = begun.copy()
        digest.update(child.encode())
        digests.append(digest.digest())
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def check_seed(seed: int) -> int:
    """Give the seed back if it fits 64 bits.

    Raises
    ------
    InputError
        It is negative or too large.

    Examples
    --------
    >>> check_seed(20191001)
    20191001
    """
    if not 0 <= seed < 2**64:
        raise InputError(
            f"the seed {seed} does not fit 64 bits", "seed", "give a whole number from 0 to 2^64 - 1"
        )
    return int(seed)


def draw_bits(keys: Keys, seed: int, round_: int, purpose: Purpose) -> Keys:
    """64 random bits for each key.

    Parameters
    ----------
    keys
        Key of each child, from `child_keys`.
    seed
        Seed of the calculation, 0 up to 2^64.
    round_
        Number of the imputation round, from 1.
    purpose
        What the draw is for.

    Returns
    -------
    numpy.ndarray
        ``uint64`` of the same length: words 0 (high half) and 1 (low half) of Philox's output.

    Raises
    ------
    InputError
        The seed does not fit 64 bits.

    Examples
    --------
    >>> [f"{bits:016x}" for bits in draw_bits(child_keys(["P0000001"]), 2019, 1, Purpose.MOTHER)]
    ['09afb9e2e62efc79']
    """
    low, high = check_seed(seed) & 0xFFFFFFFF, seed >> 32
    bits = np.empty(len(keys), dtype=np.uint64)
    for start in range(0, len(keys), _CHUNK):
        part = keys[start : start + _CHUNK]
        counter = (part & _LOW, part >> _HALF, np.uint64(round_), np.uint64(purpose))
        first, second, _, _ = philox4x32(counter, (low, high))
        bits[start : start + _CHUNK] = (first << _HALF) | second
    return bits


Words = tuple[Keys | np.uint64, Keys | np.uint64, Keys | np.uint64, Keys | np.uint64]


def philox4x32(counter: Words, key: tuple[int, int]) -> Words:
    """Philox4x32-10 of four counter words and two key words, each a 32-bit number held in 64 bits.

    Examples
    --------
    >>> zero = np.uint64(0)
    >>> " ".join(f"{word:08x}" for word in philox4x32((zero, zero, zero, zero), (0, 0)))
    '6627e8d5 e169c58d bc57ac4c 9b00dbd8'
    """
    a, b, c, d = counter
    for step in range(_ROUNDS):
        left, right = a * np.uint64(_MULTIPLIERS[0]), c * np.uint64(_MULTIPLIERS[1])
        keys = [np.uint64((key[half] + step * _WEYL[half]) & 0xFFFFFFFF) for half in (0, 1)]
        a, b, c, d = (right >> _HALF) ^ b ^ keys[0], right & _LOW, (left >> _HALF) ^ d ^ keys[1], left & _LOW
    return a, b, c, d


def draw_below(
    keys: Keys, counts: NDArray[np.int64], seed: int, round_: int, purpose: Purpose
) -> NDArray[np.int64]:
    """Draw for each key a whole number from 0 up to (not including) its count, below 2^31.

    The high 32 bits u of the draw give ``floor(u * count / 2**32)``; no number's probability is off by more
    than 2^-32.

    Examples
    --------
    >>> keys = child_keys(["P0000001", "P0000002"])
    >>> draw_below(keys, np.array([6, 6]), 2019, 1, Purpose.DONOR).tolist()
    [1, 3]
    """
    high = draw_bits(keys, seed, round_, purpose) >> _HALF
    return ((high * counts.astype(np.uint64)) >> _HALF).astype(np.int64)


def normal_draws(keys: Keys, seed: int, round_: int, purpose: Purpose) -> Floats:
    """Draw a standard normal number for each key, by inverting the distribution function.

    Examples
    --------
    >>> normal_draws(np.arange(2, dtype=np.uint64), 2019, 1, Purpose.PARAMETERS).round(6).tolist()
    [0.197118, 1.060219]
    """
    bits = draw_bits(keys, seed, round_, purpose)
    # 52 bits and a half: strictly between 0 and 1, and exact as a double
    return normal_quantile(((bits >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52)


def standard_normals(count: int, seed: int, round_: int) -> Floats:
    """Draw standard normal numbers for the parameters of one round.

    Examples
    --------
    >>> standard_normals(2, 2019, 1).round(6).tolist()
    [0.197118, 1.060219]
    """
    return normal_draws(np.arange(count, dtype=np.uint64), seed, round_, Purpose.PARAMETERS)
