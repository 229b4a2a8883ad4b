"""Explaining a municipality: its own score and grant, and the school grants that fall in it.

Each kind of money has sections of its own; a run may have one of the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from oab_funding.errors import InputError
from oab_funding.grants.schools import ESTIMATE
from oab_funding.grants.totals import UNKNOWN
from oab_funding.report.document import (
    Block,
    Column,
    Derivation,
    Document,
    Grid,
    Line,
    Paragraph,
    Section,
    without_empty_columns,
)
from oab_funding.report.institutions.amount import price_lines
from oab_funding.report.institutions.from_children import (
    difference_line,
    mean_lines,
    raw_exactly,
    sum_lines,
    threshold_exactly,
    threshold_line,
)
from oab_funding.report.institutions.groups import labels_of, sites_grid, unknown_institution
from oab_funding.report.institutions.law import sources_section
from oab_funding.report.institutions.municipal_grant import grant_section, transition_section
from oab_funding.report.institutions.preschool import bought_section
from oab_funding.report.institutions.score_dates import ScoreDate, file_name, merged_parts, score_dates
from oab_funding.report.institutions.telling import Row, Telling
from oab_funding.run import steps

_TABLES = ("municipal_grants", "municipality_scores", "totals_municipality")
"""Tables that have municipalities, the fullest first."""
_BOUND_PLACES = 7


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
        sections.append(bought_section(telling, code))
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
        if telling.run.has(name):
            table = telling.run.table(name)
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
            remedy="make the run again with one, as `sites`",
        )
    return unknown_institution("municipality", code, known.items())


def municipal_score_section(telling: Telling, day: ScoreDate, code: str) -> Section | None:
    """Give the section on the score of a municipality on a date; None where it has none on that date."""
    t = telling.t
    row = telling.row(day.table, "municipality_code", code)
    if row is None:
        return None
    title = t("municipal.score_title", date=t.day(day.day))
    if day.from_children:
        return Section(title, (Derivation(tuple(_computed(telling, day, row))),))
    parts = merged_parts(telling, day, code)
    blocks: list[Block] = [Derivation(tuple(_given(telling, day, row, merged=bool(parts))))]
    if parts:
        blocks += [_parts_grid(telling, parts, row), Paragraph(t("municipal.merged_means"))]
    blocks += [Paragraph(text) for text in _what_the_table_says(telling, day)]
    return Section(title, tuple(blocks))


def _computed(telling: Telling, day: ScoreDate, row: Row) -> Iterable[Line]:
    t, n, formula = telling.t, telling.n, day.law.formula
    derived = telling.row("municipality_derivations", "municipality_code", row["municipality_code"]) or {}
    months = {"first": formula.toddler_from_months, "until": formula.toddler_until_months}
    raw = n.number(row["score_raw"])
    yield Line(f"E = {n.number(row['children'])}", t("municipal.e_means", **months))
    yield Line(f"A = {raw}", t("municipal.a_means", share=n.percent(formula.target_share)))
    yield from sum_lines(telling, steps.MUNICIPALITIES, derived, t("municipal.a_computed"))
    yield from mean_lines(telling, steps.MUNICIPALITIES)
    yield Line(f"F = {n.percent(formula.threshold_share)}", t("site.f_means"))
    difference = telling.exact(steps.MUNICIPALITIES, "C_minus_G")
    share, threshold = formula.threshold_share, derived.get("threshold")
    if threshold is None:  # withheld from this copy
        yield Line(f"{t('site.score')} = {n.number(row['score'])}", t("site.score_means"))
        return
    yield threshold_line(telling, row["children"], share, difference, threshold)
    yield difference_line(
        telling,
        derived,
        raw_exactly(telling, steps.MUNICIPALITIES, derived),
        threshold_exactly(row["children"], share, difference),
        exact=True,
    )
    yield Line(f"{t('site.score')} = {n.number(row['score'])}", t("site.score_means"))


def _given(telling: Telling, day: ScoreDate, row: Row, *, merged: bool) -> Iterable[Line]:
    t, n = telling.t, telling.n
    means = t("municipal.merged" if merged else "municipal.given", file=file_name(telling, day.role))
    children = t("municipal.merged_sum" if merged else "municipal.e_given")
    raw = t("municipal.merged_sum" if merged else "municipal.a_given")
    if row["children"] is not None:
        yield Line(f"E = {n.number(row['children'])}", children)
    yield Line(f"A = {n.number(row['score_raw'])}", raw)
    yield Line(f"{t('site.score')} = {n.number(row['score'])}", means)


def _parts_grid(telling: Telling, parts: Sequence[Row], merged: Row) -> Grid:
    t, n = telling.t, telling.n
    columns = (
        Column(t("column.municipality")),
        *(Column(t(f"column.{name}"), numeric=True) for name in ("children", "raw", "score")),
    )

    def cells(row: Row, name: str) -> tuple[str, ...]:
        children = row.get("children")
        known = "" if children is None else n.number(children)
        return name, known, n.number(row["score_raw"]), n.number(row["score"])

    rows = tuple(cells(part, part["municipality_code"]) for part in parts)
    return without_empty_columns(
        Grid(t("municipal.merged_caption"), columns, rows, cells(merged, t("column.merged")))
    )


def _what_the_table_says(telling: Telling, day: ScoreDate) -> Iterable[str]:
    """Say that the table's scores were checked against the law, and what C - G must then be."""
    low, high = telling.exact(day.check, "C - G low"), telling.exact(day.check, "C - G high")
    if low is None or high is None:
        return
    n = telling.n
    yield telling.t(
        "municipal.checked",
        share=n.percent(day.law.formula.threshold_share),
        low=n.number(low, _BOUND_PLACES, "down"),
        high=n.number(high, _BOUND_PLACES, "up"),
    )
