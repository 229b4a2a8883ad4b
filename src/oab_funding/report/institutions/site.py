"""Explaining a site: its score in the letters of the law, and its part of its school's grant."""

from __future__ import annotations

from oab_funding.errors import InputError
from oab_funding.grants.schools import ESTIMATE
from oab_funding.report.document import Derivation, Document, Line, Paragraph, Section
from oab_funding.report.institutions.amount import amount_line
from oab_funding.report.institutions.law import sources_section
from oab_funding.report.institutions.lookup import unknown_institution, with_towns
from oab_funding.report.institutions.place import describe_place
from oab_funding.report.institutions.site_imputation import imputation_section
from oab_funding.report.institutions.site_score import score_section
from oab_funding.report.institutions.telling import Row, Telling


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
    merged = (
        telling.bundle.table("merger_estimates").to_pylist() if telling.bundle.has("merger_estimates") else []
    )
    target = next((row["site_id"] for row in merged if site in row["closed"].split(", ")), None)
    if target is not None:
        return InputError(
            f"site {site} closed and its pupils count with {target}", remedy=f"ask for {target}"
        )
    known = "site_grants" if telling.bundle.has("site_grants") else "site_scores"
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
    count = len(telling.rows("site_grants", "school_id", grant["school_id"]))
    shared = "by_score" if school["score"] else "by_pupils"
    part = t("part.only_means") if count == 1 else t(f"part.{shared}", sites=n.number(count))
    lines = [amount_line(telling, school)]
    if school["amount"] != school["amount_new"]:
        lines.append(Line(f"{t('transition.paid')} = {n.euros(school['amount'])}", t("part.paid_means")))
    lines.append(Line(f"{t('part.part')} = {n.euros(grant['amount'])}", part))
    law = telling.grant_law
    period = law.period.period if law is not None else n.unknown
    see = t("part.see", school=grant["school_id"])
    title = t("part.title", school=grant["school_id"], period=period)
    return Section(title, (Derivation(tuple(lines)), Paragraph(see)))
