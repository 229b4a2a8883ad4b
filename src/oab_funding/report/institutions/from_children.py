"""The lines of a score that follows from the scores of children: C, G and C - G known exactly, B, A - B."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import cast

from oab_funding.exact import round_exact, to_fraction
from oab_funding.exact.fraction import Exact
from oab_funding.report.document import Line
from oab_funding.report.institutions.telling import Row, Telling
from oab_funding.run import steps

MEAN_PLACES = 10
"""Decimals to which C, G and C - G are written: enough to compute any score again by hand."""

_PUBLISHED_PLACES = 2
"""Decimals to which CBS publishes C, G and scores."""

_TWICE_ROUNDED = Fraction(1, 1_000_000)
"""B and A - B are each recorded to six decimals."""

_RECORDED_WITHIN = Fraction(6, 1000)
"""A is recorded to two decimals; a part of a place, to six, is multiplied by a score of some hundreds."""


def from_children(telling: Telling, step: steps.Step) -> bool:
    """Say whether a step computed scores from the scores of children, so that C and G are known exactly."""
    return telling.figure(step, "C_minus_G") is not None


def sum_lines(telling: Telling, step: steps.Step, derived: Row, meaning: str) -> Iterable[Line]:
    """Give A as members x C - sum; nothing where `raw_exactly` has nothing."""
    n, t = telling.n, telling.t
    if telling.hides:
        if (counted := derived.get("target_children")) is not None:
            yield Line(f"{t('site.target')} = {telling.counted(counted)}", t("site.target_means"))
        return
    if (exact := raw_exactly(telling, step, derived)) is not None:
        members, scores = (Fraction(derived[f"target_{name}"]) for name in ("children", "sum"))
        mean = n.exact(telling.exact(step, "C"))
        becomes = n.becomes(exact, derived["score_raw"])
        yield Line(f"A = {n.exact(members)} x {mean} - {n.exact(scores)} = {becomes}", meaning)


def raw_exactly(telling: Telling, step: steps.Step, derived: Row) -> Fraction | None:
    """Give A unrounded; None where the record does not hold it.

    It does not with several rounds, whose mean A is, nor where a tie at the line gave a part of a place to
    children of the institution: places are recorded to six decimals.

    Raises
    ------
    DamagedError
        The A that is recorded does not follow.
    """
    if telling.figure(step, "rounds") != 1 or derived.get("target_children") is None:
        return None
    members, scores = (Fraction(derived[f"target_{name}"]) for name in ("children", "sum"))
    exact = members * to_fraction(telling.exact(step, "C") or 0) - scores
    recorded = derived["score_raw"]
    if abs(exact - to_fraction(recorded)) > _RECORDED_WITHIN:
        telling.check(recorded, round_exact(exact, 2), "A")
    if derived.get("difference") is None or derived.get("threshold") is None:
        return exact
    again = to_fraction(derived["difference"]) + to_fraction(derived["threshold"])
    return exact if abs(exact - again) <= _TWICE_ROUNDED else None


def mean_lines(telling: Telling, step: steps.Step) -> Iterable[Line]:
    """Give C, G and C - G."""
    t = telling.t
    for letter, rounded in (("c", "site.c_rounded"), ("g", "site.g_rounded")):
        said = rounded if telling.hides else f"site.{letter}_computed"
        yield Line(f"{letter.upper()} = {mean_of(telling, step, letter.upper())}", t(said))
    yield Line(f"C - G = {mean_of(telling, step, 'C_minus_G')}", t("site.c_minus_g_computed"))


def mean_of(telling: Telling, step: steps.Step, figure: str) -> str:
    """Write a mean with all its digits, and to ten decimals where it has no end."""
    value = telling.exact(step, figure)
    if value is None:
        return telling.n.unknown
    exact = to_fraction(value)
    if telling.hides:
        return telling.n.number(round_exact(exact, _PUBLISHED_PLACES))
    return telling.n.becomes(exact, shortest(exact, MEAN_PLACES))


def shortest(exact: Fraction, places: int) -> Decimal:
    """Give a number to so many decimals, without the zeros at its end."""
    rounded = round_exact(exact, places)
    return Decimal(f"{rounded:f}".rstrip("0").rstrip(".")) if places else rounded


def threshold_line(
    telling: Telling, children: int, share: Exact | None, difference: Exact | None, threshold: Decimal
) -> Line:
    """Give B = E x F x (C - G)."""
    t, n = telling.t, telling.n
    product = f"{n.number(children)} x {n.exact_percent(share)} x {n.exact(difference)}"
    exact = threshold_exactly(children, share, difference)
    places = -cast(int, threshold.as_tuple().exponent)
    telling.check(threshold, round_exact(exact, places), "B")
    if telling.hides:
        return Line(f"B = {n.number(round_exact(exact, _PUBLISHED_PLACES))}", t("site.b_rounded"))
    return Line(f"B = {product} = {n.becomes(exact, threshold)}", t("site.b_means"))


def threshold_exactly(children: int, share: Exact | None, difference: Exact | None) -> Fraction:
    """Give B = E x F x (C - G), unrounded."""
    return children * to_fraction(share or 0) * to_fraction(difference or 0)


def difference_line(
    telling: Telling, derived: Row, raw: Fraction | None, threshold: Fraction, *, exact: bool
) -> Line:
    """Give A - B, and what becomes of it below zero.

    Parameters
    ----------
    telling
        The run.
    derived
        The derivation of the score.
    raw, threshold
        A and B, unrounded; A is None where it is a mean over rounds, of which no sum is shown.
    exact
        Whether A and B entered unrounded.
    """
    t, n = telling.t, telling.n
    difference = derived["difference"]
    places = -cast(int, difference.as_tuple().exponent)
    if raw is None or (exact and round_exact(raw - threshold, places) != difference):
        equation = f"A - B = {n.number(difference)}"
    else:
        telling.check(difference, round_exact(raw - threshold, places), "A - B")
        equation = (
            f"A - B = {n.exact(raw, 2)} - {n.exact(threshold, 2)} = {n.becomes(raw - threshold, difference)}"
        )
    below = t("site.below_zero") if difference < 0 else ""
    if telling.hides:
        rounded = round_exact(to_fraction(difference), _PUBLISHED_PLACES)
        said = " ".join(filter(None, (t("site.difference_rounded"), below)))
        return Line(f"A - B = {n.number(rounded)}", said)
    return Line(equation, " ".join(filter(None, (t("site.unrounded") if exact else "", below))))
