"""What decided amounts imply, against amounts made from a known price."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from oab_funding.reconciliation.implied import budget_at, implied_prices, roundest

halves = st.integers(1, 10**7).map(lambda number: Fraction(number, 200))
prices = st.fractions(Fraction(100), Fraction(900), max_denominator=10**6)


@given(scores=st.lists(halves, min_size=3, max_size=12), price=prices, up=st.booleans())
def test_the_price_that_made_the_amounts_lies_between(
    scores: list[Fraction], price: Fraction, up: bool
) -> None:
    known = {f"GM{number:04}": score for number, score in enumerate(scores)}
    decided = {code: int(score * price * 100) + up for code, score in known.items()}
    found = implied_prices(decided, known)
    assert found is not None
    assert found[0] <= price <= found[1]


def test_amounts_that_do_not_fit_do_not_count() -> None:
    known = {code: Fraction(1000) for code in "abcde"}
    decided = {"a": 50000000, "b": 50000000, "c": 50000001, "d": 70000000, "e": 70000000}
    found = implied_prices(decided, known)
    assert found is not None
    assert found[0] <= 500 <= found[1] < 501


def test_two_amounts_imply_nothing() -> None:
    known = {code: Fraction(1000) for code in "abc"}
    assert implied_prices({"a": 50000000, "b": 50000000}, known) is None
    assert implied_prices({"a": 50000000, "b": 50000000, "c": 90000000}, known) is None
    assert implied_prices({"x": 1, "y": 1, "z": 1}, known) is None
    assert implied_prices({"a": 0, "b": 0, "c": 0}, known) is None


def test_a_budget_is_what_all_get_at_a_price() -> None:
    assert budget_at(Fraction(2), [Fraction(0), Fraction(10), Fraction(30)], Fraction(25)) == 25 + 25 + 60


def test_the_roundest_amount_has_the_most_zeros() -> None:
    assert roundest(Fraction("1999999.4"), Fraction("2000000.6")) == Decimal("2000000.00")
    assert roundest(Fraction("2345000.4"), Fraction("2346000.6")) == Decimal("2346000.00")
    assert roundest(Fraction("2345000.4"), Fraction("2345000.6")) == Decimal("2345000.40")
    assert roundest(Fraction("12.34"), Fraction("12.34")) == Decimal("12.34")
    assert roundest(Fraction("12.341"), Fraction("12.349")) is None
