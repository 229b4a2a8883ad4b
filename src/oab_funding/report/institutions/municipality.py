"""Explaining a municipality: the school grants that fall in it.

Each kind of grant has sections of its own, so that the municipality's own grant can stand beside those of
schools.
"""

from __future__ import annotations

from oab_funding.errors import InputError
from oab_funding.grants.totals import UNKNOWN
from oab_funding.report.document import Derivation, Document, Paragraph, Section
from oab_funding.report.institutions.amount import price_lines
from oab_funding.report.institutions.group import labels_of, sites_grid
from oab_funding.report.institutions.law import sources_section
from oab_funding.report.institutions.lookup import unknown_institution
from oab_funding.report.institutions.telling import Row, Telling


def explain_municipality(telling: Telling, code: str) -> Document:
    """Explain a municipality.

    Raises
    ------
    InputError
        The municipality is not in the run, or the run has no register of sites.
    """
    t, n = telling.t, telling.n
    total = telling.row("totals_municipality", "municipality_code", code)
    if total is None or code == UNKNOWN:
        raise _not_there(telling, code)
    sites = telling.rows("site_grants", "municipality_code", code)
    schools = len({site["school_id"] for site in sites})
    counts = {
        "sites": n.number(total["sites"]),
        "schools": n.number(schools),
        "pupils": n.number(total["pupils"]),
    }
    name = f"{total['municipality_name']} ({code})" if total["municipality_name"] else code
    place = f"{t('place.province', province=total['province'])}; " if total["province"] else ""
    sections = [*_school_sections(telling, sites, total), sources_section(telling)]
    title = t("municipality.title", municipality=name)
    return telling.document(title, place + t("group.counts", **counts), sections, labels_of(sites))


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
    table = telling.require("totals_municipality", "municipality", code)
    names = dict(
        zip(
            table.column("municipality_code").to_pylist(),
            table.column("municipality_name").to_pylist(),
            strict=True,
        )
    )
    names.pop(UNKNOWN, None)
    if not names:
        return InputError(
            f"municipality {code!r} cannot be looked up: the run has no register of sites",
            remedy="give one under sites",
        )
    return unknown_institution("municipality", code, names.items())
