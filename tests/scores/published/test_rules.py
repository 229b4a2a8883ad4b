"""Rules for any published score, of sites and municipalities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.scores.published.columns import MUNICIPALITIES, SITES, Kind, PublishedColumns
from oab_funding.scores.published.rules import (
    constants_fit,
    flags_fit_pupils,
    no_score_without_children,
    one_k_fits_all,
    raw_is_sum_of_parts,
    score_at_most_raw,
)
from oab_funding.scores.published.threshold_interval import (
    ThresholdInterval,
    common_interval,
    threshold_bounds,
)

CODES = {SITES: ("00AP00", "00AR00", "00AZ00"), MUNICIPALITIES: ("GM0014", "GM0034", "GM0037")}


def columns(kind: Kind, *rows: tuple[int | None, int | None, int]) -> PublishedColumns:
    """Take rows of (children, raw score, score), scores in hundredths."""
    children, raw, score = zip(*rows, strict=True)
    nothing: Any = [None] * len(rows)
    codes = CODES[kind][: len(rows)]
    return PublishedColumns(kind, codes, children, raw, nothing, nothing, score, nothing)


@pytest.mark.parametrize("kind", [SITES, MUNICIPALITIES])
def test_score_above_the_raw_score(kind: Kind) -> None:
    found = list(score_at_most_raw(columns(kind, (10, 100, 100), (10, 100, 101), (10, -5, 0))))
    assert [(finding.code, finding.rule) for finding in found] == [(CODES[kind][1], "score at most A")]
    assert found[0].message == "score 1.01 is above the score without threshold, 1.00"


def test_an_a_of_zero_allows_no_score() -> None:
    [finding] = score_at_most_raw(columns(SITES, (10, 0, 1)))
    assert finding.message == "score 0.01 is above the score without threshold, 0.00"


def test_without_a_no_score_is_too_high() -> None:
    assert list(score_at_most_raw(columns(SITES, (10, None, 10**6)))) == []


@pytest.mark.parametrize("row", [(0, 100, 0), (0, None, 100), (0, 0, 100)])
def test_a_score_without_children(row: tuple[int, int | None, int]) -> None:
    for kind, noun in ((SITES, "pupils"), (MUNICIPALITIES, "children")):
        [finding] = no_score_without_children(columns(kind, row))
        assert finding.code == CODES[kind][0]
        assert (finding.rule, finding.message) == (f"no {noun}", f"has a score but no {noun}")


@pytest.mark.parametrize("row", [(0, 0, 0), (0, None, 0), (None, 100, 100), (1, 100, 100)])
def test_no_children_and_no_score_is_no_contradiction(row: tuple[int | None, int | None, int]) -> None:
    assert list(no_score_without_children(columns(SITES, row))) == []


@pytest.mark.parametrize(
    ("kind", "institutions", "noun"),
    [(SITES, "sites", "pupils"), (MUNICIPALITIES, "municipalities", "children")],
)
def test_a_score_that_needs_another_k(kind: Kind, institutions: str, noun: str) -> None:
    given = columns(kind, (100, 10262, 3302), (100, 10262, 3305), (142, 19460, 9576))
    interval = common_interval(threshold_bounds(given.children, given.raw, given.score))
    [finding] = one_k_fits_all(given, interval)
    assert (finding.code, finding.rule) == (CODES[kind][1], "one k fits all")
    assert finding.message == (
        f"A 102.62, 100 {noun} and score 33.05 need k between 0.695600000 and 0.695800000; "
        f"the other {institutions} have k between 0.695985915 and 0.696100000"
    )


def test_scores_that_share_a_k_are_not_named() -> None:
    given = columns(SITES, (100, 10262, 3302), (142, 1946, 0))
    interval = common_interval(threshold_bounds(given.children, given.raw, given.score))
    assert list(one_k_fits_all(given, interval)) == []


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
