"""The closing summary of a run: labels, national figures, largest grants, checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from oab_funding.cli.terminal import show, show_figures, show_labels, show_table

if TYPE_CHECKING:
    from oab_funding.run.run import Run

LARGEST = 5


def show_summary(done: Run) -> None:
    """Print what a person wants to know of a run that has ended."""
    show_labels(done.labels)
    for step in done.steps:
        show(f"# {step}")
        show_figures(done.figures(step))
    for name, title in (
        ("school_grants", "Largest school grants"),
        ("municipal_grants", "Largest municipal grants"),
    ):
        if done.has(name):
            show_largest(done.table(name), title)
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
    from oab_funding.run.steps import CHECK_SITES, GRANTS_OF_MUNICIPALITIES, PARTS_OF_SITES

    lines = [f"{len(done.steps)} steps recorded"]
    if CHECK_SITES.name in done.steps:
        found = done.figures(CHECK_SITES)["contradictions"]
        lines.append(
            "published scores follow the law's formula, no contradictions"
            if found == 0
            else f"published scores against the law's formula: {found}"
        )
    if PARTS_OF_SITES.name in done.steps:
        lines.append("the parts of the sites add up to every school's amount")
    municipal = done.figures(GRANTS_OF_MUNICIPALITIES)
    if municipal.get("total_new_misses_budget_by") == 0:
        lines.append("the municipal grants before the transition add up to the budget to the cent")
    if municipal.get("budget") is not None and municipal.get("total") == municipal.get("budget"):
        lines.append("the municipal grants after the transition add up to the budget to the cent")
    return lines
