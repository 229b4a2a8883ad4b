"""A contradiction in words."""

from __future__ import annotations

from fractions import Fraction

import pytest

from oab_funding.scores.finding import Finding, points, span

F = Fraction


def test_a_finding_says_where_and_what() -> None:
    assert str(Finding("GM0014", "some rule", "is wrong")) == "GM0014: is wrong"
    assert str(Finding(None, "some rule", "is wrong")) == "all sites: is wrong"
    assert Finding(None, "some rule", "is wrong").where == "all sites"


@pytest.mark.parametrize(
    ("hundredths", "written"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (10**12, "10000000000.00")]
)
def test_points(hundredths: int, written: str) -> None:
    assert points(hundredths) == written


@pytest.mark.parametrize(
    ("low", "high", "written"),
    [
        (F(1, 3), F(1, 3), "between 0.333333333 and 0.333333334"),
        (F(1, 4), F(1, 2), "between 0.250000000 and 0.500000000"),
        (F(0), F(0), "between 0.000000000 and 0.000000000"),
        (F(2, 3), None, "above 0.666666666"),
        (None, F(2, 3), "between 0.000000000 and 0.666666667"),
        (None, None, "above 0.000000000"),
    ],
)
def test_an_interval_is_rounded_outwards(low: Fraction | None, high: Fraction | None, written: str) -> None:
    assert span(low, high) == written
