"""The closing summary of a run: labels, results, largest grants, checks; all figures if asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from oab_funding.cli.terminal import show, show_figures, show_labels, show_table

if TYPE_CHECKING:
    from oab_funding.run.run import Run
    from oab_funding.run.steps import Step

LARGEST = 5


def show_summary(done: Run, verbose: bool = False) -> None:
    """Print what a person wants to know of a run that has ended: the results first.

    Parameters
    ----------
    done
        The run.
    verbose
        Print the figures of every step as well, after the results.
    """
    from oab_funding.cli.euros import in_euros

    show_labels(done.labels)
    for step, names in _results():
        figures = done.figures(step)
        known = {name: in_euros(name, figures[name]) for name in names if figures.get(name) is not None}
        if known:
            show(f"# {step}")
            show_figures(known)
    for name, title in (
        ("school_grants", "Largest school grants"),
        ("municipal_grants", "Largest municipal grants"),
    ):
        if done.has(name):
            show_largest(done.table(name), title)
    for line in _checks(done):
        show(f"check: {line}")
    for one in done.steps if verbose else ():
        show(f"# {one}")
        show_figures({name: in_euros(name, value) for name, value in done.figures(one).items()})
    if done.root is not None:
        show(f"root: {done.root}")


def _results() -> tuple[tuple[Step, tuple[str, ...]], ...]:
    """Give the steps that have results, and which of their figures these are."""
    from oab_funding.run.steps import GRANTS_OF_MUNICIPALITIES, GRANTS_OF_SCHOOLS, MUNICIPALITIES, SITES

    scores = ("N", "T", "sum_of_scores", "sites_above_zero", "municipalities_above_zero")
    grants = ("total", "total_new", "budget", "transition", "price")
    return (
        (GRANTS_OF_SCHOOLS, (*grants, "sum_of_scores", "schools_above_zero")),
        (GRANTS_OF_MUNICIPALITIES, (*grants, "municipalities", "topped_up")),
        (SITES, scores),
        (MUNICIPALITIES, scores),
    )


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
