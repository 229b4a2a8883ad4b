"""The price that a budget leaves with a minimum: found, unique, or refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.grants.minimum import MinimumPrice, price_with_minimum
from oracle.municipal_grants import MunicipalRow, consistent_prices
from oracle_bridge import CASES, examples

F = Fraction
SCORES = st.lists(st.one_of(st.just(F(0)), st.fractions(0, 100, max_denominator=40)), min_size=1, max_size=9)


@examples(250)
@given(
    SCORES, st.fractions(F(1, 100), 3000, max_denominator=100), st.fractions(F(1, 10), 50, max_denominator=20)
)
def test_the_one_consistent_price_of_the_oracle(
    scores: list[Fraction], budget: Fraction, minimum: Fraction
) -> None:
    CASES["prices with a minimum"] += 1
    rows = [MunicipalRow(f"{i}", s, s, s, s) for i, s in enumerate(scores)]
    found = consistent_prices(rows, budget, minimum)
    try:
        price = price_with_minimum(scores, [True] * len(scores), budget, minimum)
    except InputError:
        assert not found
        return
    ((expected, topped_up),) = found
    assert price == MinimumPrice(expected, tuple(sorted(int(code) for code in topped_up)))
    assert sum(max(minimum, expected * s) for s in scores) == budget


def solve(scores: list[str], budget: str, eligible: list[bool] | None = None) -> MinimumPrice:
    values = [F(score) for score in scores]
    return price_with_minimum(values, eligible or [True] * len(values), F(budget), F(64_000))


def test_on_and_beside_the_minimum() -> None:
    assert solve(["128", "1000"], "564000") == MinimumPrice(F(500), ())  # 128 x 500 = 64,000: not below
    assert solve(["127.99", "1000"], "564000").topped_up == (0,)
    assert solve(["10", "130", "1000"], "561840") == MinimumPrice(F("433.84"), (0, 1))  # one pushes the next


@pytest.mark.parametrize("order", [["10", "100"], ["100", "10"]])
def test_a_budget_of_exactly_the_minimums(order: list[str]) -> None:
    assert solve(order, "128000") == MinimumPrice(F(640), (order.index("10"),))
    with pytest.raises(
        InputError, match=r"EUR 127,999.99 cannot be divided: the minimums exhaust it \(2 minimums "
    ):
        solve(order, "127999.99")


def test_nobody_topped_up_and_all_alike() -> None:
    assert solve(["100", "100"], "128000") == MinimumPrice(F(640), ())
    assert solve(["100", "100"], "128000.01").topped_up == ()


def test_only_the_eligible_are_topped_up() -> None:
    assert solve(["0", "0", "1000"], "564000", [True, False, True]) == MinimumPrice(F(500), (0,))
    with pytest.raises(ValueError, match="not eligible"):
        solve(["5", "1000"], "564000", [False, True])


@pytest.mark.parametrize(
    ("scores", "eligible", "budget", "message"),
    [
        (
            ["0", "0"],
            [True, True],
            "500000",
            r"no score above 0 is there .* \(2 minimums cost EUR 128,000.00\)",
        ),
        (["0", "0"], [True, True], "100", r"EUR 100.00 cannot be divided: the minimums exhaust it"),
        (["0"], [False], "100", r"no score above 0 is there .* \(0 minimums cost EUR 0.00\)"),
        (
            ["1", "2", "3"],
            [True] * 3,
            "100000",
            r"the minimums exhaust it \(3 minimums cost EUR 192,000.00\)",
        ),
    ],
)
def test_what_cannot_be_divided(scores: list[str], eligible: list[bool], budget: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        solve(scores, budget, eligible)
