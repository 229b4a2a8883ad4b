"""Columns of rationals against fractions one by one."""

from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from oab_funding.exact import RULES, Rule, round_units
from oab_funding.exact.ratios import Ratios

columns = st.integers(1, 5).flatmap(
    lambda n: st.lists(
        st.tuples(st.lists(st.integers(-(10**15), 10**15), min_size=n, max_size=n), st.fractions()),
        min_size=1,
        max_size=4,
    )
)


@given(columns, st.fractions(), st.integers(0, 6), st.sampled_from(RULES))
def test_as_fractions(
    terms: list[tuple[list[int], Fraction]], factor: Fraction, places: int, rule: Rule
) -> None:
    found = Ratios.weighted(terms)
    expected = [sum((f * column[i] for column, f in terms), Fraction(0)) for i in range(len(terms[0][0]))]
    assert found.fractions() == expected
    assert found.times(factor).fractions() == [value * factor for value in expected]
    other = Ratios.weighted(terms[:1])
    first = [terms[0][1] * value for value in terms[0][0]]
    assert (found + other).fractions() == [a + b for a, b in zip(expected, first, strict=True)]
    assert (found - other).fractions() == [a - b for a, b in zip(expected, first, strict=True)]
    assert found.rounded(places, rule) == [round_units(value, places, rule) for value in expected]
    assert math.gcd(found.denominator, 1) == 1
    assert found.denominator > 0


def test_half_up_is_the_rule_unless_another_is_named() -> None:
    assert Ratios((1, -1), 2).rounded(0) == [1, -1]
    assert Ratios((1, -1), 2).rounded(0, "down") == [0, -1]
