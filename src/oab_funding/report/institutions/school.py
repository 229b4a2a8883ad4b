"""Explaining a school: its sites' scores added up, price x score, the transition, and the calendar years."""

from __future__ import annotations

from typing import cast

from oab_funding.errors import InputError
from oab_funding.exact.fraction import Exact
from oab_funding.grants.schools import ESTIMATE
from oab_funding.report.document import (
    Column,
    Derivation,
    Document,
    Grid,
    Paragraph,
    Section,
    without_empty_columns,
)
from oab_funding.report.institutions.amount import amount_line, price_lines, transition_section
from oab_funding.report.institutions.groups import municipality, unknown_institution, with_towns
from oab_funding.report.institutions.law import sources_section
from oab_funding.report.institutions.telling import Row, Telling
from oab_funding.run import steps


def explain_school(telling: Telling, school: str) -> Document:
    """Explain a school.

    Raises
    ------
    InputError
        The school is not in the run.
    """
    t = telling.t
    row = telling.row("school_grants", "school_id", school)
    if row is None:
        raise _not_there(telling, school)
    sites = telling.rows("site_grants", "school_id", school)
    names = list(dict.fromkeys(site["name"] for site in sites if site["name"]))
    boards = list(dict.fromkeys(site["board_id"] for site in sites if site["board_id"]))
    title = t("school.title", school=school) + (f": {names[0]}" if names else "")
    subtitle = ", ".join(t("place.board", board=board) for board in boards)
    estimated = ESTIMATE in (row["flags"] or "").split("; ")
    sections = [
        _score_section(telling, row, sites),
        _amount_section(telling, row),
        transition_section(telling, row),
        _calendar_section(telling, row),
        sources_section(telling),
    ]
    check_school(telling, row, sites)
    return telling.document(title, subtitle, sections, (ESTIMATE,) if estimated else ())


def check_school(telling: Telling, school: Row, sites: list[Row]) -> None:
    """Check that a school's score and amounts are the sums over its sites and over the calendar years.

    Raises
    ------
    DamagedError
        They are not.
    """
    code = school["school_id"]
    for name in ("score", "amount_new", "amount"):
        telling.check_sum(school[name], (site[name] for site in sites), f"the {name} of {code}")
    years = telling.rows("school_calendar", "school_id", code)
    for name in ("accrued", "paid") if years else ():
        telling.check_sum(school["amount"], (year[name] for year in years), f"what {code} is {name}")


def _not_there(telling: Telling, school: str) -> InputError:
    grants = telling.require("site_grants", "school", school)
    return unknown_institution("school", school, with_towns(grants, "school_id").items())


def _score_section(telling: Telling, school: Row, sites: list[Row]) -> Section:
    t, n, law = telling.t, telling.n, telling.score_law
    columns = tuple(
        Column(t(f"column.{name}"), numeric)
        for name, numeric in (
            ("site", False),
            ("name", False),
            ("municipality", False),
            ("pupils", True),
            ("score", True),
            ("part", True),
        )
    )
    rows = tuple(
        (
            site["site_id"],
            site["name"] or "",
            municipality(site),
            n.number(site["pupils"]),
            n.number(site["score"]),
            n.euros(site["amount"]),
        )
        for site in sites
    )
    summed = telling.row("schools", "school_id", school["school_id"]) or {}
    total = (
        t("column.total"),
        "",
        "",
        n.number(summed.get("pupils")),
        n.number(school["score"]),
        n.euros(school["amount"]),
    )
    date = t.day(law.reference_date) if law is not None else n.unknown
    title = t("school.score_title", date=date)
    grid = without_empty_columns(Grid(t("school.caption"), columns, rows, total))
    return Section(title, (grid, Paragraph(t("school.sum_means"))))


def _amount_section(telling: Telling, school: Row) -> Section:
    law = telling.grant_law
    period = law.period.period if law is not None else telling.n.unknown
    lines = (*price_lines(telling), amount_line(telling, school))
    return Section(telling.t("school.amount_title", period=period), (Derivation(lines),))


def _calendar_section(telling: Telling, school: Row) -> Section | None:
    t, n = telling.t, telling.n
    years = telling.rows("school_calendar", "school_id", school["school_id"])
    if not years:
        return None
    parts = cast(list[Row], telling.parameter(steps.CALENDAR, "parts") or [])
    shares = {part["year"]: part for part in parts}
    columns = (
        Column(t("column.year")),
        Column(t("column.accrued_share"), numeric=True),
        Column(t("column.accrued"), numeric=True),
        Column(t("column.paid_share"), numeric=True),
        Column(t("column.paid"), numeric=True),
    )
    rows = tuple(
        (
            str(year["year"]),
            n.percent(cast(Exact | None, shares.get(year["year"], {}).get("accrued"))),
            n.euros(year["accrued"]),
            n.percent(cast(Exact | None, shares.get(year["year"], {}).get("paid"))),
            n.euros(year["paid"]),
        )
        for year in years
    )
    total = (t("column.total"), "", n.euros(school["amount"]), "", n.euros(school["amount"]))
    return Section(t("calendar.title"), (Grid(t("calendar.caption"), columns, rows, total),))
