"""The closing summary of a run: labels, national figures, largest grants, checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from oab_funding.audit import between
from oab_funding.cli.terminal import show, show_figures, show_labels, show_table

if TYPE_CHECKING:
    from oab_funding.api.running import Run

LARGEST = 5


def show_summary(done: Run) -> None:
    """Print what a person wants to know of a run that has ended."""
    show_labels(done.labels)
    for step, figures in done.outcome.figures.items():
        show(f"# {step}")
        show_figures(figures)
    for name, title in (
        ("school_grants", "Largest school grants"),
        ("municipal_grants", "Largest municipal grants"),
    ):
        if name in done.outcome.tables:
            show_largest(done.outcome.tables[name], title)
    for line in _checks(done):
        show(f"check: {line}")
    if done.root is not None:
        show(f"root: {done.root}")


def show_largest(table: pa.Table, title: str = "Largest grants", number: int = LARGEST) -> None:
    """Print the largest grants of a table."""
    code = table.column_names[0]
    largest = table.sort_by([("amount", "descending"), (code, "ascending")]).slice(0, number)
    rows = [[row[code], f"{row['score']:,}", f"{row['amount']:,}"] for row in largest.to_pylist()]
    show_table(title, [code, "score", "amount (EUR)"], rows)


def _checks(done: Run) -> list[str]:
    """Say which checks held; one that does not hold stops a run before it gets here."""
    figures, lines = done.outcome.figures, [f"{len(between(done.outcome.journal.records))} steps recorded"]
    if "published scores against the law" in figures:
        found = figures["published scores against the law"]["contradictions"]
        lines.append(
            "published scores follow the law's formula, no contradictions"
            if found == 0
            else f"published scores against the law's formula: {found}"
        )
    if "parts of sites" in figures:
        lines.append("the parts of the sites add up to every school's amount")
    municipal = figures.get("grants of municipalities", {})
    if municipal.get("total_new_misses_budget_by") == 0:
        lines.append("the municipal grants before the transition add up to the budget to the cent")
    if municipal.get("budget") is not None and municipal.get("total") == municipal.get("budget"):
        lines.append("the municipal grants after the transition add up to the budget to the cent")
    return lines
