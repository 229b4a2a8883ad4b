"""How much of a site's score was imputed, and how far the rounds of imputation lie apart."""

from __future__ import annotations

from decimal import Decimal

from oab_funding.report.document import Derivation, Line, Paragraph, Section
from oab_funding.report.institutions.telling import (
    STEP_EDUCATION_SCORES,
    STEP_IMPUTATION,
    Row,
    Telling,
)

SHARE_PLACES = 1
"""Decimals of a percentage of pupils."""

SPREAD_PLACES = 2
"""Decimals of a mean and a spread: those of the scores themselves."""


def imputation_section(telling: Telling, site: str) -> Section | None:
    """Give the section on imputation, from a row of `site_imputation`; None where the run has none."""
    row = telling.row("site_imputation", "site_id", site)
    if row is None:
        return None
    t = telling.t
    average = telling.parameter(STEP_EDUCATION_SCORES, "average")
    why = t("imputation.why_rounds" if average == "institution" else "imputation.why")
    return Section(t("imputation.title"), (Derivation(_lines(telling, row)), Paragraph(why)))


def imputed_share(telling: Telling, row: Row) -> str:
    """Write the share of a site's pupils of whom something was imputed."""
    return f"{telling.n.number(row['imputed_share'] * 100, SHARE_PLACES)}%"


def draw_sd(telling: Telling, row: Row) -> Decimal | None:
    """Give the standard deviation that a site's score has from the draws, by the averaging of the run."""
    average = telling.parameter(STEP_EDUCATION_SCORES, "average")
    found: Decimal | None = row.get(f"draw_sd_{average}")
    return found


def _lines(telling: Telling, row: Row) -> tuple[Line, ...]:
    t, n = telling.t, telling.n
    counts = {"imputed": n.number(row["imputed"]), "pupils": n.number(row["pupils"])}
    rounds = n.number(telling.exact(STEP_IMPUTATION, "rounds"))
    low_high = f"{n.number(row['score_low'])} .. {n.number(row['score_high'])}"
    spread = row["score_spread"]
    written = n.unknown if spread is None else n.number(spread, SPREAD_PLACES)
    return (
        Line(
            f"{t('imputation.share')} = {imputed_share(telling, row)}", t("imputation.share_means", **counts)
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
