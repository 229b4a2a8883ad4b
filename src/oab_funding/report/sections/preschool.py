"""What the grants of municipalities must buy of preschool education: totals, and where they fall short."""

from __future__ import annotations

from oab_funding.report.document import Column, Grid, PageSection, Paragraph, without_empty_columns
from oab_funding.report.institutions.telling import Telling
from oab_funding.report.sections.municipalities import municipality_names
from oab_funding.run import steps

MOST = 20
"""Municipalities shown at most: those whose grant leaves least."""

_FIGURES = ("toddlers", "falls_short")
_EUROS = ("granted", "to_be_bought", "left")
_AMOUNTS = ("grant", "to_be_bought", "left")


def preschool_section(telling: Telling) -> PageSection | None:
    """Give the section on preschool education; None where the run has none."""
    if not telling.run.has("preschool"):
        return None
    t, n = telling.t, telling.n
    found = {name: telling.exact(steps.PRESCHOOL, name) for name in (*_FIGURES, *_EUROS)}
    rows = tuple(
        (t(f"preschool.all_{name}"), n.euros(value) if name in _EUROS else n.number(value))
        for name, value in found.items()
    )
    totals = Grid(t("preschool.totals"), (Column(t("column.figure")), Column(t("column.value"), True)), rows)
    notes = tuple(Paragraph(t(f"preschool.{name}")) for name in ("comparison", "other_duties"))
    year = telling.figure(steps.PRESCHOOL, "year")
    return PageSection(t("preschool.title", year=year), (*notes, totals, _least_left(telling)))


def _least_left(telling: Telling) -> Grid:
    t, n, names = telling.t, telling.n, municipality_names(telling)
    rows = telling.run.table("preschool").to_pylist()
    least = sorted(rows, key=lambda row: (row["left"], row["municipality_code"]))[:MOST]
    columns = (
        Column(t("column.municipality")),
        Column(t("column.name")),
        *(Column(t(f"column.{name}"), numeric=True) for name in ("toddlers", *_AMOUNTS)),
    )
    shown = tuple(
        (
            row["municipality_code"],
            names.get(row["municipality_code"], ""),
            n.number(row["toddlers"]),
            *(n.euros(row[name]) for name in _AMOUNTS),
        )
        for row in least
    )
    counts = {"shown": n.number(len(shown)), "number": n.number(len(rows))}
    return without_empty_columns(Grid(t("preschool.least_left", **counts), columns, shown))
