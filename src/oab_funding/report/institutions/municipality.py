"""Explaining a municipality: its own score and grant, and the school grants that fall in it.

Each kind of money has sections of its own; a run may have one of the two.
"""

from __future__ import annotations

from oab_funding.errors import InputError
from oab_funding.grants.schools import ESTIMATE
from oab_funding.grants.totals import UNKNOWN
from oab_funding.report.document import Derivation, Document, Paragraph, Section
from oab_funding.report.institutions.amount import price_lines
from oab_funding.report.institutions.group import labels_of, sites_grid
from oab_funding.report.institutions.law import sources_section
from oab_funding.report.institutions.lookup import unknown_institution
from oab_funding.report.institutions.municipal_grant import grant_section, transition_section
from oab_funding.report.institutions.municipal_score import municipal_score_section
from oab_funding.report.institutions.score_dates import merged_parts, score_dates
from oab_funding.report.institutions.telling import Row, Telling

_TABLES = ("municipal_grants", "municipality_scores", "totals_municipality")
"""Tables that have municipalities, the fullest first."""


def explain_municipality(telling: Telling, code: str) -> Document:
    """Explain a municipality.

    Raises
    ------
    InputError
        The municipality is not in the run, or the run has nothing per municipality.
    """
    total = telling.row("totals_municipality", "municipality_code", code)
    own = _own_sections(telling, code)
    if code == UNKNOWN or (total is None and not own):
        raise _not_there(telling, code)
    sites = telling.rows("site_grants", "municipality_code", code)
    sections = own + ([] if total is None else _school_sections(telling, sites, total))
    sources = sources_section(telling, schools=total is not None, municipal=bool(own))
    merged = any(merged_parts(telling, day, code) for day in score_dates(telling))
    labels = (ESTIMATE,) if merged else labels_of(sites)
    name = f"{total['municipality_name']} ({code})" if total and total["municipality_name"] else code
    title = telling.t("municipality.title", municipality=name)
    subtitle = _subtitle(telling, sites, total) if total is not None else ""
    return telling.document(title, subtitle, [*sections, sources], labels)


def _own_sections(telling: Telling, code: str) -> list[Section]:
    """Give the sections on the municipality's own score and grant; none where the run has neither."""
    days, law = score_dates(telling), telling.municipal_law
    sections: list[Section | None] = [municipal_score_section(telling, day, code) for day in days]
    grant = telling.row("municipal_grants", "municipality_code", code)
    if law is not None and grant is not None:
        sections += [grant_section(telling, law, days, grant), transition_section(telling, law, grant)]
    return [section for section in sections if section is not None]


def _subtitle(telling: Telling, sites: list[Row], total: Row) -> str:
    t, n = telling.t, telling.n
    counts = {
        "sites": n.number(total["sites"]),
        "schools": n.number(len({site["school_id"] for site in sites})),
        "pupils": n.number(total["pupils"]),
    }
    place = f"{t('place.province', province=total['province'])}; " if total["province"] else ""
    return place + t("group.counts", **counts)


def _school_sections(telling: Telling, sites: list[Row], total: Row) -> list[Section]:
    t, law = telling.t, telling.grant_law
    period = law.period.period if law is not None else telling.n.unknown
    grid = sites_grid(telling, t("municipality.caption"), sites, total, beside="board")
    notes = (Paragraph(t("group.sum_means")), Paragraph(t("municipality.not_its_own")))
    return [
        Section(t("group.title", period=period), (grid, *notes)),
        Section(t("group.price_title"), (Derivation(tuple(price_lines(telling))),)),
    ]


def _not_there(telling: Telling, code: str) -> InputError:
    known: dict[str, str | None] = {}
    for name in _TABLES:
        if telling.bundle.has(name):
            table = telling.bundle.table(name)
            codes = table.column("municipality_code").to_pylist()
            named = "municipality_name" in table.column_names
            names = table.column("municipality_name").to_pylist() if named else [None] * len(codes)
            known |= dict(zip(codes, names, strict=True))
    if not known:
        telling.require("totals_municipality", "municipality", code)
    known.pop(UNKNOWN, None)
    if not known:
        return InputError(
            f"municipality {code!r} cannot be looked up: the run has no register of sites",
            remedy="give one under sites",
        )
    return unknown_institution("municipality", code, known.items())
