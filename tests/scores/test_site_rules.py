"""Rules for published scores of sites: parts, flags, C and G."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.scores.published_columns import SITES, PublishedColumns
from oab_funding.scores.site_rules import constants_fit, flags_fit_pupils, raw_is_sum_of_parts
from oab_funding.scores.threshold_interval import ThresholdInterval

D, F = Decimal, Fraction


def site(
    raw: int | None = None,
    parts: tuple[int | None, int | None] = (None, None),
    pupils: int | None = None,
    flags: str | None = None,
) -> PublishedColumns:
    lower, upper = parts
    return PublishedColumns(SITES, ["00AP00"], [pupils], [raw], [lower], [upper], [0], [flags])


@pytest.mark.parametrize(("upper", "fits"), [(7643, 0), (7644, 1), (7645, 1), (7646, 1), (7647, 0)])
def test_parts_add_up_within_one_hundredth(upper: int, fits: int) -> None:
    found = list(raw_is_sum_of_parts(site(10262, (2617, upper))))
    assert len(found) == 1 - fits
    if found:
        shown = f"{upper // 100}.{upper % 100}"
        assert (found[0].code, found[0].rule) == ("00AP00", "A is the sum of its parts")
        assert found[0].message == (
            f"lower years 26.17 and upper years {shown} do not make 102.62 within rounding"
        )


@pytest.mark.parametrize(("raw", "parts"), [(None, (1, 9)), (100, (None, 9)), (100, (1, None))])
def test_parts_are_compared_where_all_are_known(
    raw: int | None, parts: tuple[int | None, int | None]
) -> None:
    assert list(raw_is_sum_of_parts(site(raw, parts))) == []


@given(st.fractions(0, 100, max_denominator=10_000), st.fractions(0, 100, max_denominator=10_000))
def test_parts_rounded_on_their_own_never_differ_by_more(lower: Fraction, upper: Fraction) -> None:
    raw, *parts = (math.floor(100 * value + F(1, 2)) for value in (lower + upper, lower, upper))
    assert list(raw_is_sum_of_parts(site(raw, (parts[0], parts[1])))) == []


@pytest.mark.parametrize(
    ("pupils", "flags", "message"),
    [
        (40, "a", None),
        (41, "", None),
        (40, "", "lacks flag a with 40 pupils; the limit is 40"),
        (0, "b, c", "lacks flag a with 0 pupils; the limit is 40"),
        (41, "a, b", "carries flag a with 41 pupils; the limit is 40"),
        (41, "b, c", None),
        (None, "a", None),
        (40, None, None),
    ],
)
def test_flag_a_goes_with_few_pupils(pupils: int | None, flags: str | None, message: str | None) -> None:
    found = [
        (finding.rule, finding.message) for finding in flags_fit_pupils(site(pupils=pupils, flags=flags), 40)
    ]
    assert found == ([("flag a", message)] if message else [])


@pytest.mark.parametrize(
    ("flags", "fits"), [("a, b, c", 1), ("b, c, a", 1), ("a, b", 0), ("a, c", 0), ("a", 0)]
)
def test_flag_a_brings_b_and_c_where_the_parts_are_known(flags: str, fits: int) -> None:
    assert list(flags_fit_pupils(site(pupils=40, flags=flags), 40)) == []
    found = list(flags_fit_pupils(site(100, (50, 50), 40, flags), 40))
    assert len(found) == 1 - fits
    if found:
        assert found[0].rule == "flag a implies b and c"
        assert found[0].message == f'carries the flags "{flags}"; a brings b and c along'


def test_the_limit_of_flags_is_a_parameter() -> None:
    assert list(flags_fit_pupils(site(pupils=50, flags="a"), 50)) == []


INTERVAL = ThresholdInterval(F("0.99"), F("1.01"))


@pytest.mark.parametrize(("g", "fits"), [("1.11", 0), ("1.10", 1), ("0.90", 1), ("0.89", 0)])
def test_published_constants_must_overlap_the_interval(g: str, fits: int) -> None:
    """The scores have C - G in (9.9, 10.1); published, C - G is off by less than 0.01."""
    found: Sequence[Any] = list(constants_fit(INTERVAL, F(1, 10), D("11.00"), D(g)))
    assert len(found) == 1 - fits
    if found:
        assert (found[0].code, found[0].rule) == (None, "C - G as published")
        assert found[0].message == (
            f"C 11.00 - G {g} is {D('11.00') - D(g)}, "
            "but the scores have C - G between 9.900000000 and 10.100000000"
        )


def test_constants_are_compared_where_all_is_known() -> None:
    for c, g in ((None, D(1)), (D(99), None)):
        assert list(constants_fit(INTERVAL, F(1, 10), c, g)) == []
    assert list(constants_fit(ThresholdInterval(None, None), F(1, 10), D(99), D(1))) == []


def test_constants_against_a_half_line() -> None:
    half = ThresholdInterval(F("0.99"), None)
    assert list(constants_fit(half, F(1, 10), D(1000), D(1))) == []
    assert len(list(constants_fit(half, F(1, 10), D(9), D(1)))) == 1
