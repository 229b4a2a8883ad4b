"""The lines of a score that follows from the scores of children: C, G and C - G known exactly, B, A - B."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from oab_funding.exact.fraction import Exact
from oab_funding.report.document import Line
from oab_funding.report.institutions.telling import Row, Telling

MEAN_PLACES = 10
"""Decimals to which C, G and C - G are written: enough to compute any score again by hand."""


def from_children(telling: Telling, step: str) -> bool:
    """Say whether a step computed scores from the scores of children, so that C and G are known exactly."""
    return telling.figure(step, "C_minus_G") is not None


def sum_lines(telling: Telling, step: str, derived: Row, raw: str, meaning: str) -> Iterable[Line]:
    """Give A as members x C - sum; nothing with several rounds, of which that is not true."""
    n = telling.n
    if telling.figure(step, "rounds") == 1 and derived.get("target_children") is not None:
        members, scores = (Fraction(derived[f"target_{name}"]) for name in ("children", "sum"))
        mean = n.number(telling.exact(step, "C"), MEAN_PLACES)
        yield Line(f"A = {n.number(members)} x {mean} - {n.number(scores)} = {raw}", meaning)


def mean_lines(telling: Telling, step: str) -> Iterable[Line]:
    """Give C, G and C - G."""
    t, n = telling.t, telling.n
    for letter in "cg":
        mean = n.number(telling.exact(step, letter.upper()), MEAN_PLACES)
        yield Line(f"{letter.upper()} = {mean}", t(f"site.{letter}_computed"))
    difference = n.number(telling.exact(step, "C_minus_G"), MEAN_PLACES)
    yield Line(f"C - G = {difference}", t("site.c_minus_g_computed"))


def threshold_line(
    telling: Telling, children: int, share: Exact | None, difference: Exact | None, threshold: Decimal
) -> Line:
    """Give B = E x F x (C - G)."""
    t, n = telling.t, telling.n
    product = f"{n.number(children)} x {n.percent(share)} x {n.number(difference, MEAN_PLACES)}"
    return Line(f"B = {product} = {n.number(threshold)}", t("site.b_means"))


def difference_line(telling: Telling, derived: Row, *, exact: bool) -> Line:
    """Give A - B, and what becomes of it below zero; `exact` says that A and B enter unrounded."""
    t, n = telling.t, telling.n
    threshold, difference = derived["threshold"], derived["difference"]
    equation = f"A - B = {n.number(derived['score_raw'])} - {n.number(threshold)} = {n.number(difference)}"
    below = t("site.below_zero") if difference < 0 else ""
    return Line(equation, " ".join(filter(None, (t("site.unrounded") if exact else "", below))))
