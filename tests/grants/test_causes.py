"""Prices, shares and scores that decided amounts imply."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.exact import round_units
from oab_funding.grants.causes import implied_price, implied_score, implied_share
from oracle_bridge import examples

F = Fraction


def cents(euros: Fraction) -> int:
    return round_units(euros, 2)


@examples(60)
@given(st.integers(1, 200_000), st.lists(st.integers(100, 300_000), min_size=3, max_size=12, unique=True))
def test_the_price_that_was_used_is_found(price: int, scores: list[int]) -> None:
    units = {f"{i}": F(score, 100) for i, score in enumerate(scores)}
    decided = {code: cents(F(price, 100) * u) for code, u in units.items()}
    found = implied_price(decided, units)
    assert found is not None
    assert found[1] == len(scores)
    assert all(cents(F(found[0], 100) * u) == decided[code] for code, u in units.items() if u > 1)


def test_a_few_outliers_do_not_hide_it() -> None:
    units = {f"{i}": F(i + 5) for i in range(10)}
    decided = {code: cents(F("559.50") * u) for code, u in units.items()} | {"0": 1, "1": 99_999_999}
    assert implied_price(decided, units) == (55_950, 8)


def test_two_amounts_imply_nothing() -> None:
    units = {"a": F(1), "b": F(2), "c": F(0)}
    assert implied_price({"a": 100, "b": 200, "c": 0, "d": 5}, units) is None
    assert implied_price({}, units) is None


@examples(60)
@given(
    st.integers(0, 10_000),
    st.lists(st.tuples(st.integers(10**4, 10**8), st.integers(10**4, 10**8)), min_size=3, max_size=9),
)
def test_the_share_that_was_used_is_found(basis_points: int, people: list[tuple[int, int]]) -> None:
    share = F(basis_points, 10_000)
    new = {f"{i}": F(b, 100) for i, (b, _) in enumerate(people)}
    old = {f"{i}": F(a, 100) for i, (_, a) in enumerate(people)}
    decided = {code: cents(new[code] + (old[code] - new[code]) * share) for code in new}
    telling = [code for code in new if abs(old[code] - new[code]) > 1000]
    found = implied_share(decided, new, old)
    if len(telling) >= 3:
        assert found is not None
        assert found[1] >= len(telling)
        if found[1] == len(telling):
            assert found[0] == share


def test_who_is_in_one_list_only_takes_no_part() -> None:
    amounts = dict.fromkeys("abcd", F(10))
    old = {**dict.fromkeys("abc", F(30)), "e": F(30)}
    assert implied_share(dict.fromkeys("abce", 2000), amounts, old) == (F(1, 2), 3)
    assert implied_share(dict.fromkeys("abc", 1000), amounts, amounts) is None


@pytest.mark.parametrize(
    ("amount", "price", "score", "expected"),
    [
        (1_900_062, F("559.50"), 3302, 3396),
        (1_847_469, F("559.50"), 3302, None),  # its own score gives it
        (1_847_470, F("559.50"), 3302, None),  # no score on the grid gives it
        (0, F("559.50"), 3302, 0),
        (100, F(0), 3302, None),
        (-100, F("559.50"), 3302, None),
        (5, F("0.5"), 0, 9),  # 9 and 10 both give 5 cents; 9 is nearer to 0
    ],
)
def test_another_score(amount: int, price: Fraction, score: int, expected: int | None) -> None:
    found = implied_score(amount, price, score, lambda exact: round_units(exact, 0))
    assert found == expected
    if found is not None:
        assert round_units(found * price, 0) == amount
