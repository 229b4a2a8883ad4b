"""Rules for any published score, of sites and municipalities."""

from __future__ import annotations

from typing import Any

import pytest

from oab_funding.scores.published_columns import MUNICIPALITIES, SITES, Kind, PublishedColumns
from oab_funding.scores.score_rules import no_score_without_children, one_k_fits_all, score_at_most_raw
from oab_funding.scores.threshold_interval import common_interval, threshold_bounds

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
