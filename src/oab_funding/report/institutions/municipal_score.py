"""A municipality's score on a reference date, in the letters of the law, or as it was given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from oab_funding.report.document import (
    Block,
    Column,
    Derivation,
    Grid,
    Line,
    Paragraph,
    Section,
    without_empty_columns,
)
from oab_funding.report.institutions.from_children import (
    difference_line,
    mean_lines,
    raw_exactly,
    sum_lines,
    threshold_exactly,
    threshold_line,
)
from oab_funding.report.institutions.score_dates import ScoreDate, file_name, merged_parts
from oab_funding.report.institutions.telling import STEP_MUNICIPALITIES, Row, Telling

_BOUND_PLACES = 7


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
    yield from sum_lines(telling, STEP_MUNICIPALITIES, derived, t("municipal.a_computed"))
    yield from mean_lines(telling, STEP_MUNICIPALITIES)
    yield Line(f"F = {n.percent(formula.threshold_share)}", t("site.f_means"))
    difference = telling.exact(STEP_MUNICIPALITIES, "C_minus_G")
    share, threshold = formula.threshold_share, derived["threshold"]
    yield threshold_line(telling, row["children"], share, difference, threshold)
    yield difference_line(
        telling,
        derived,
        raw_exactly(telling, STEP_MUNICIPALITIES, derived),
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
