"""What follows from an interval of k, in figures and in words."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from oab_funding.errors import CheckError
from oab_funding.scores.published.columns import MUNICIPALITIES, SITES, Finding, Kind, PublishedColumns
from oab_funding.scores.published.consistency import Consistency, consistency
from oab_funding.scores.published.threshold_interval import ThresholdInterval

D, F = Decimal, Fraction
K = ThresholdInterval(F("0.28"), F("0.30"))


def result(*findings: Finding, kind: Kind = SITES, interval: ThresholdInterval = K) -> Consistency:
    nothing: Any = [None, None]
    columns = PublishedColumns(
        kind, ["one", "two"], [10, 21], [55030, 2970], nothing, nothing, [15, 5], nothing
    )
    return consistency(columns, interval, F("0.05"), F("0.15"), findings)


def test_figures_of_sites() -> None:
    """0.05 x 580 / 0.30 = 96.67 and 0.05 x 580 / 0.28 = 103.57; sd and worst case add less than 0.01."""
    figures = result(Finding("one", "some rule", "is wrong")).figures()
    assert figures == {
        "sites": 2,
        "N": 31,
        "sum of A": D("580.00"),
        "sum of scores": D("0.20"),
        "k": F("0.29"),
        "k source": "midpoint of the interval",
        "k low": F("0.28"),
        "k high": F("0.30"),
        "C - G low": F("5.6"),
        "C - G high": F(6),
        "T that fit": "97, 98, 99, 100, 101, 102, 103",
        "T low": F("0.05") * 580 / F("0.30"),
        "T high": F("0.05") * 580 / F("0.28"),
        "T standard deviation": D("0.000704714"),
        "T lowest possible": F("0.05") * F("579.99") / F("0.30"),
        "T highest possible": F("0.05") * F("580.01") / F("0.28"),
        "T rules that fit": None,
        "contradictions": 1,
        "not_checked": 0,
    }


def test_figures_of_municipalities_are_the_same_but_for_their_name() -> None:
    one, other = result().figures(), result(kind=MUNICIPALITIES).figures()
    assert next(iter(other)) == "municipalities"
    assert list(one.values()) == list(other.values())


def test_the_rules_whose_size_fits() -> None:
    """15% of 31 is 4.65: T = 5 when rounded up or half up."""
    found = result(interval=ThresholdInterval(F("5.798"), F("5.802")))
    assert found.target_sizes_independent == (5,)
    assert found.target_rules == ("up", "half_up")
    assert found.k == F("5.8")
    assert found.figures()["T rules that fit"] == "up, half_up"
    assert found.target_hard_sizes == range(5, 6)


def test_without_k_only_sums_are_known() -> None:
    figures = result(interval=ThresholdInterval(None, None)).figures()
    known = {name for name, figure in figures.items() if figure is not None}
    assert known == {"sites", "N", "sum of A", "sum of scores", "contradictions", "not_checked"}


def test_without_contradictions_nothing_is_raised() -> None:
    found = result()
    assert found.ok
    found.raise_if_contradicted()


@pytest.mark.parametrize(("kind", "institutions"), [(SITES, "sites"), (MUNICIPALITIES, "municipalities")])
def test_every_contradiction_is_listed(kind: Kind, institutions: str) -> None:
    findings = (
        Finding("one", "a", "is wrong"),
        Finding("one", "b", "is worse"),
        Finding(None, "c", "are off"),
    )
    found = result(*findings, kind=kind)
    assert not found.ok
    with pytest.raises(CheckError) as caught:
        found.raise_if_contradicted()
    assert caught.value.summary == f"contradictions: 3, at 1 of 2 {institutions}"
    assert caught.value.findings == ("one: is wrong", "one: is worse", "all sites: are off")
