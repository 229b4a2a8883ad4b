"""A site's score in the letters of the law: A, C, G, F, B, A - B, and how firmly each is known."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import cast

from oab_funding.exact import to_fraction
from oab_funding.exact.fraction import Exact
from oab_funding.report.document import Block, Derivation, Line, Paragraph, Section
from oab_funding.report.institutions.from_children import (
    MEAN_PLACES,
    difference_line,
    from_children,
    mean_lines,
    raw_exactly,
    shortest,
    sum_lines,
    threshold_exactly,
    threshold_line,
)
from oab_funding.report.institutions.telling import (
    STEP_CHECK,
    STEP_DERIVATION,
    STEP_SITES,
    Row,
    Telling,
)
from oab_funding.scores.published.check import MIDPOINT, ONE_TARGET_FITS

_BOUND_PLACES = 7
_ROUNDING = Fraction(1, 200)


def score_section(telling: Telling, row: Row) -> Section:
    """Give the section on the score of a site, from its row of `site_scores`."""
    t, law = telling.t, telling.score_law
    derived = telling.row("site_derivations", "site_id", row["site_id"]) or {}
    title = t("site.score_title", date=t.day(law.reference_date)) if law else t("site.score_title_plain")
    lines = (
        *_pupil_lines(telling, row, derived),
        *_national_lines(telling),
        *_result_lines(telling, row, derived),
    )
    blocks: list[Block] = [Derivation(lines)]
    if _misses_a_hundredth(derived):
        blocks.append(Paragraph(t("site.hundredth")))
    return Section(title, tuple(blocks))


def _pupil_lines(telling: Telling, row: Row, derived: Row) -> Iterable[Line]:
    t, n, law = telling.t, telling.n, telling.score_law
    target = n.percent(law.formula.target_share) if law else n.unknown
    raw = n.number(row.get("score_raw"))
    if row.get("estimated"):
        yield Line(f"E = {n.number(row.get('pupils'))}", t("site.e_merged"))
        yield Line(f"A = {raw}", t("site.a_merged"))
        return
    yield Line(f"E = {n.number(row.get('pupils'))}", t("site.e_means"))
    yield Line(f"A = {raw}", t("site.a_means", share=target))
    if from_children(telling, STEP_SITES):
        yield from sum_lines(telling, STEP_SITES, derived, t("site.a_computed"))
    lower, upper = row.get("score_raw_lower"), row.get("score_raw_upper")
    if lower is not None and upper is not None:
        age = law.formula.lower_years_until_age if law else n.unknown
        yield Line(f"A {t('site.lower')} = {n.number(lower)}", t("site.lower_means", age=age))
        yield Line(f"A {t('site.upper')} = {n.number(upper)}", t("site.upper_means"))


def _national_lines(telling: Telling) -> Iterable[Line]:
    """C and G, computed or as published, and what C - G is then known to be; F."""
    t, n = telling.t, telling.n
    if from_children(telling, STEP_SITES):
        yield from mean_lines(telling, STEP_SITES)
    else:
        yield from _published_means(telling)
    yield Line(f"F = {n.percent(_threshold_share(telling))}", t("site.f_means"))


def _published_means(telling: Telling) -> Iterable[Line]:
    t, n = telling.t, telling.n
    for letter in "cg":
        if (published := telling.parameter(STEP_CHECK, letter)) is not None:
            yield Line(f"{letter.upper()} = {n.number(str(published))}", t(f"site.{letter}_means"))
    difference = _difference(telling)
    if difference is None:
        yield Line(f"C - G = {n.unknown}", t("site.c_minus_g_unknown"))
    else:
        exact = to_fraction(difference)
        yield Line(f"C - G = {n.becomes(exact, shortest(exact, MEAN_PLACES))}", _standing(telling))


def _difference(telling: Telling) -> Exact | None:
    if from_children(telling, STEP_SITES):
        return telling.exact(STEP_SITES, "C_minus_G")
    return telling.exact(STEP_DERIVATION, "c_minus_g")


def _threshold_share(telling: Telling) -> Exact | None:
    law = telling.score_law
    return law.formula.threshold_share if law else telling.exact(STEP_DERIVATION, "threshold_share")


def _standing(telling: Telling) -> str:
    """How firmly C - G is known: where it comes from, its interval, and which value of it is taken."""
    t, n = telling.t, telling.n
    said = [t("site.c_minus_g_means")]
    low, high = telling.exact(STEP_CHECK, "C - G low"), telling.exact(STEP_CHECK, "C - G high")
    if low is not None and high is not None:
        bounds = {"low": n.number(low, _BOUND_PLACES, "down"), "high": n.number(high, _BOUND_PLACES, "up")}
        said.append(t("site.interval", **bounds))
    chosen = telling.figure(STEP_CHECK, "k source")
    if chosen == ONE_TARGET_FITS:
        raw, target = telling.exact(STEP_CHECK, "sum of A"), telling.exact(STEP_CHECK, "T that fit")
        said.append(t("site.best_target", raw=n.number(raw), target=n.number(target)))
    elif chosen == MIDPOINT:
        said.append(t("site.best_midpoint"))
    return " ".join(said)


def _result_lines(telling: Telling, row: Row, derived: Row) -> Iterable[Line]:
    t, n = telling.t, telling.n
    threshold = derived.get("threshold")
    if threshold is None:
        yield Line(f"B = {n.unknown}", t("site.b_unknown"))
    else:
        difference = _difference(telling)
        yield threshold_line(telling, row["pupils"], _threshold_share(telling), difference, threshold)
    if derived.get("difference") is not None:
        exactly = from_children(telling, STEP_SITES)
        raw = raw_exactly(telling, STEP_SITES, derived) if exactly else to_fraction(derived["score_raw"])
        limit = threshold_exactly(row["pupils"], _threshold_share(telling), _difference(telling))
        yield difference_line(telling, derived, raw, limit, exact=exactly)
    yield Line(f"{t('site.score')} = {n.number(row['score'])}", t("site.score_means"))


def _misses_a_hundredth(derived: Row) -> bool:
    """Whether A - B, from figures published rounded, does not round to the score."""
    difference = cast(Decimal | None, derived.get("difference"))
    if difference is None:
        return False
    return abs(max(to_fraction(difference), Fraction(0)) - to_fraction(derived["score"])) > _ROUNDING
