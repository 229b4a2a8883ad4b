"""Explaining a site: its score in the letters of the law, and its part of its school's grant."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import cast

from oab_funding.errors import InputError
from oab_funding.exact import round_exact, to_fraction
from oab_funding.exact.fraction import Exact
from oab_funding.grants.schools import ESTIMATE
from oab_funding.report.document import Block, Derivation, Document, Line, Paragraph, Section
from oab_funding.report.institutions.amount import amount_line
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
from oab_funding.report.institutions.groups import describe_place, unknown_institution, with_towns
from oab_funding.report.institutions.law import sources_section
from oab_funding.report.institutions.telling import Row, Telling
from oab_funding.run import steps
from oab_funding.scores.published.target_size import MIDPOINT, ONE_TARGET_FITS

_BOUND_PLACES = 7
_ROUNDING = Fraction(1, 200)
_GRID = Fraction(1, 1_000_000)
"""A - B is recorded to six decimals."""
SHARE_PLACES = 1
"""Decimals of a percentage of pupils."""

SPREAD_PLACES = 2
"""Decimals of a mean and a spread: those of the scores themselves."""


def explain_site(telling: Telling, site: str) -> Document:
    """Explain a site.

    Raises
    ------
    InputError
        The site is not in the run, or has closed.
    """
    row = telling.row("site_scores", "site_id", site)
    if row is None:
        raise _not_there(telling, site)
    grant = telling.row("site_grants", "site_id", site)
    sections = [
        score_section(telling, row),
        imputation_section(telling, site),
        _flags_section(telling, row),
        _merger_section(telling, site),
        None if grant is None else _part_section(telling, grant),
        sources_section(telling),
    ]
    name = grant["name"] if grant is not None else None
    title = telling.t("site.title", site=site) + (f": {name}" if name else "")
    subtitle = describe_place(telling, grant) if grant is not None else ""
    return telling.document(title, subtitle, sections, (ESTIMATE,) if row.get("estimated") else ())


def _not_there(telling: Telling, site: str) -> InputError:
    merged = telling.run.table("merger_estimates").to_pylist() if telling.run.has("merger_estimates") else []
    target = next((row["site_id"] for row in merged if site in row["closed"].split(", ")), None)
    if target is not None:
        return InputError(
            f"site {site} closed and its pupils count with {target}", remedy=f"ask for {target}"
        )
    known = "site_grants" if telling.run.has("site_grants") else "site_scores"
    sites = telling.require(known, "site", site)
    return unknown_institution("site", site, with_towns(sites, "site_id").items())


def _flags_section(telling: Telling, row: Row) -> Section | None:
    letters = [letter for letter in (row.get("flags") or "").split(", ") if letter]
    law = telling.score_law
    if not letters or law is None:
        return None
    limit, age = law.formula.reliable_above, law.formula.lower_years_until_age
    texts = [telling.t(f"flag.{letter}", limit=limit, age=age, next=age + 1) for letter in letters]
    return Section(telling.t("flag.title"), tuple(Paragraph(text) for text in texts))


def _merger_section(telling: Telling, site: str) -> Section | None:
    t, n = telling.t, telling.n
    row = telling.row("merger_estimates", "site_id", site)
    if row is None:
        return None
    lines = (
        Line(f"{t('site.score')} = {n.number(row['score'])}", t("merger.score_means")),
        Line(f"{n.number(row['score_low'])} .. {n.number(row['score_high'])}", t("merger.interval_means")),
    )
    return Section(t("merger.title"), (Paragraph(t("merger.what", closed=row["closed"])), Derivation(lines)))


def _part_section(telling: Telling, grant: Row) -> Section:
    t, n = telling.t, telling.n
    school = telling.row("school_grants", "school_id", grant["school_id"]) or grant
    sites = telling.rows("site_grants", "school_id", grant["school_id"])
    count = len(sites)
    shared = "by_score" if school["score"] else "by_pupils"
    part = t("part.only_means") if count == 1 else t(f"part.{shared}", sites=n.number(count))
    lines = [amount_line(telling, school)]
    for name in ("score", "amount_new", "amount"):
        telling.check_sum(
            school[name], (site[name] for site in sites), f"the {name} of {school['school_id']}"
        )
    if school["amount"] != school["amount_new"]:
        lines.append(Line(f"{t('transition.paid')} = {n.euros(school['amount'])}", t("part.paid_means")))
    lines.append(Line(f"{t('part.part')} = {n.euros(grant['amount'])}", part))
    law = telling.grant_law
    period = law.period.period if law is not None else n.unknown
    see = t("part.see", school=grant["school_id"])
    title = t("part.title", school=grant["school_id"], period=period)
    return Section(title, (Derivation(tuple(lines)), Paragraph(see)))


def score_section(telling: Telling, row: Row) -> Section:
    """Give the section on the score of a site, from its row of `site_scores`."""
    t, law = telling.t, telling.score_law
    derived = telling.row("site_derivations", "site_id", row["site_id"]) or {}
    title = t("site.score_title", date=t.day(law.reference_date)) if law else t("site.score_title_plain")
    lines = (
        *_pupil_lines(telling, row, derived),
        *national_lines(telling),
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
    if from_children(telling, steps.SITES):
        yield from sum_lines(telling, steps.SITES, derived, t("site.a_computed"))
    lower, upper = row.get("score_raw_lower"), row.get("score_raw_upper")
    if lower is not None and upper is not None:
        age = law.formula.lower_years_until_age if law else n.unknown
        yield Line(f"A {t('site.lower')} = {n.number(lower)}", t("site.lower_means", age=age))
        yield Line(f"A {t('site.upper')} = {n.number(upper)}", t("site.upper_means"))


def national_lines(telling: Telling) -> Iterable[Line]:
    """Give C and G, computed or as published, and what C - G is then known to be; F."""
    t, n = telling.t, telling.n
    if from_children(telling, steps.SITES):
        yield from mean_lines(telling, steps.SITES)
    else:
        yield from _published_means(telling)
    yield Line(f"F = {n.percent(threshold_share(telling))}", t("site.f_means"))


def _published_means(telling: Telling) -> Iterable[Line]:
    t, n = telling.t, telling.n
    for letter in "cg":
        if (published := telling.parameter(steps.CHECK_SITES, letter)) is not None:
            yield Line(f"{letter.upper()} = {n.number(str(published))}", t(f"site.{letter}_means"))
    difference = national_difference(telling)
    if difference is None:
        yield Line(f"C - G = {n.unknown}", t("site.c_minus_g_unknown"))
    else:
        exact = to_fraction(difference)
        yield Line(f"C - G = {n.becomes(exact, shortest(exact, MEAN_PLACES))}", _standing(telling))


def national_difference(telling: Telling) -> Exact | None:
    """Give C - G, computed or inferred from the published table; None where it is not known."""
    if from_children(telling, steps.SITES):
        return telling.exact(steps.SITES, "C_minus_G")
    return telling.exact(steps.DERIVATION, "c_minus_g")


def threshold_share(telling: Telling) -> Exact | None:
    """Give F."""
    law = telling.score_law
    return law.formula.threshold_share if law else telling.exact(steps.DERIVATION, "threshold_share")


def _standing(telling: Telling) -> str:
    """How firmly C - G is known: where it comes from, its interval, and which value of it is taken."""
    t, n = telling.t, telling.n
    said = [t("site.c_minus_g_means")]
    low, high = telling.exact(steps.CHECK_SITES, "C - G low"), telling.exact(steps.CHECK_SITES, "C - G high")
    if low is not None and high is not None:
        bounds = {"low": n.number(low, _BOUND_PLACES, "down"), "high": n.number(high, _BOUND_PLACES, "up")}
        said.append(t("site.interval", **bounds))
    chosen = telling.figure(steps.CHECK_SITES, "k source")
    if chosen == ONE_TARGET_FITS:
        raw, target = (
            telling.exact(steps.CHECK_SITES, "sum of A"),
            telling.exact(steps.CHECK_SITES, "T that fit"),
        )
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
        difference = national_difference(telling)
        yield threshold_line(telling, row["pupils"], threshold_share(telling), difference, threshold)
    if derived.get("difference") is not None:
        exactly = from_children(telling, steps.SITES)
        raw = raw_exactly(telling, steps.SITES, derived) if exactly else to_fraction(derived["score_raw"])
        limit = threshold_exactly(row["pupils"], threshold_share(telling), national_difference(telling))
        yield difference_line(telling, derived, raw, limit, exact=exactly)
    check_score(telling, row, derived)
    yield Line(f"{t('site.score')} = {n.number(row['score'])}", t("site.score_means"))


def check_score(telling: Telling, row: Row, derived: Row) -> None:
    """Check that a score is A - B and not below 0, as far as the rounding of A and of A - B lets one tell.

    Raises
    ------
    DamagedError
        It is not.
    """
    difference = cast(Decimal | None, derived.get("difference"))
    if difference is None or row.get("estimated"):
        return
    within = _ROUNDING + (_GRID if from_children(telling, steps.SITES) else _ROUNDING)
    again = max(to_fraction(difference), Fraction(0))
    if abs(again - to_fraction(row["score"])) > within:
        telling.check(row["score"], round_exact(again, 2), f"the score of {row['site_id']}")


def _misses_a_hundredth(derived: Row) -> bool:
    """Whether A - B, from figures published rounded, does not round to the score."""
    difference = cast(Decimal | None, derived.get("difference"))
    if difference is None:
        return False
    return abs(max(to_fraction(difference), Fraction(0)) - to_fraction(derived["score"])) > _ROUNDING


def imputation_section(telling: Telling, site: str) -> Section | None:
    """Give the section on imputation, from a row of `site_imputation`; None where the run has none."""
    row = telling.row("site_imputation", "site_id", site)
    if row is None:
        return None
    t = telling.t
    average = telling.parameter(steps.EDUCATION_SCORES, "average")
    why = t("imputation.why_rounds" if average == "institution" else "imputation.why")
    return Section(t("imputation.title"), (Derivation(_lines(telling, row)), Paragraph(why)))


def imputed_share(telling: Telling, row: Row) -> str:
    """Write the share of a site's pupils of whom something was imputed."""
    return f"{telling.n.number(row['imputed_share'] * 100, SHARE_PLACES)}%"


def draw_sd(telling: Telling, row: Row) -> Decimal | None:
    """Give the standard deviation that a site's score has from the draws, by the averaging of the run."""
    average = telling.parameter(steps.EDUCATION_SCORES, "average")
    found: Decimal | None = row.get(f"draw_sd_{average}")
    return found


def _lines(telling: Telling, row: Row) -> tuple[Line, ...]:
    t, n = telling.t, telling.n
    counts = {"imputed": telling.counted(row["imputed"]), "pupils": n.number(row["pupils"])}
    hidden = telling.hidden(row["imputed"])
    rounds = n.number(telling.exact(steps.IMPUTATION, "rounds"))
    low_high = f"{n.number(row['score_low'])} .. {n.number(row['score_high'])}"
    spread = row["score_spread"]
    written = n.unknown if spread is None else n.number(spread, SPREAD_PLACES)
    return (
        Line(
            f"{t('imputation.share')} = {n.unknown if hidden else imputed_share(telling, row)}",
            t("imputation.share_means", **counts),
        ),
        Line(
            f"{t('imputation.mean')} = {n.number(row['score_mean'], SPREAD_PLACES)}",
            t("imputation.mean_means", rounds=rounds),
        ),
        Line(f"{t('imputation.spread')} = {written}", t("imputation.spread_means")),
        Line(f"{t('imputation.range')} = {low_high}", t("imputation.range_means")),
        *_draw_lines(telling, row),
    )


def _draw_lines(telling: Telling, row: Row) -> tuple[Line, ...]:
    t, n, sd = telling.t, telling.n, draw_sd(telling, row)
    if sd is None:
        return ()
    wanted = n.number(row["rounds_wanted"])
    return (
        Line(
            f"{t('imputation.draws')} = {n.number(sd, SPREAD_PLACES)}",
            t("imputation.draws_mean", rounds=wanted),
        ),
    )
