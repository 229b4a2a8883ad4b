"""The schools with the largest grants, and estimates of mergers."""

from __future__ import annotations

from oab_funding.report.document import Column, Grid, Paragraph, without_empty_columns
from oab_funding.report.institutions.place import municipality
from oab_funding.report.institutions.telling import Row, Telling
from oab_funding.report.sections.blocks import PageSection, largest_of

MOST = 20
"""Schools shown at most."""


def largest_section(telling: Telling) -> PageSection | None:
    """List the schools with the largest grants; None where the run has no grants of schools."""
    if not telling.bundle.has("school_grants"):
        return None
    n = telling.n
    rows = telling.bundle.table("school_grants").select(["school_id", "score", "amount"]).to_pylist()
    largest = sorted(rows, key=lambda row: (-row["amount"], row["school_id"]))[:MOST]
    columns = (
        Column("School (BRIN)"),
        Column("Name (naam)"),
        Column("Municipality (gemeente)"),
        Column("Sites", numeric=True),
        Column("Score", numeric=True),
        Column("Grant (bedrag)", numeric=True),
    )
    shown = tuple(
        (row["school_id"], *_place(telling, row["school_id"]), n.number(row["score"]), n.euros(row["amount"]))
        for row in largest
    )
    caption = largest_of(n, len(shown), len(rows), "school", "schools")
    see = "Every school stands in grants_schools.csv; oab-funding explain shows how any amount comes about."
    return PageSection(
        "Largest school grants (grootste bedragen)",
        (without_empty_columns(Grid(caption, columns, shown)), Paragraph(see)),
    )


def mergers_section(telling: Telling) -> PageSection | None:
    """List the estimates of mergers; None where there are none."""
    rows = (
        telling.bundle.table("merger_estimates").to_pylist() if telling.bundle.has("merger_estimates") else []
    )
    if not rows:
        return None
    n = telling.n
    columns = (
        Column("Site (vestiging)"),
        Column("Took the pupils of"),
        *(
            Column(name, numeric=True)
            for name in ("Pupils E", "Sum of A", "Score, estimate", "lowest", "highest")
        ),
    )
    shown = tuple(
        (
            row["site_id"],
            row["closed"],
            n.number(row["pupils"]),
            *(n.number(row[name]) for name in ("score_raw", "score", "score_low", "score_high")),
        )
        for row in rows
    )
    note = (
        "Estimates from published scores: a merger changes the school mean of the mothers' education, "
        "and with it every pupil's score. A table that CBS issues again takes precedence."
    )
    return PageSection(
        "Mergers (fusies), estimated", (Grid("Sites that took pupils", columns, shown), Paragraph(note))
    )


def _place(telling: Telling, school: str) -> tuple[str, str, str]:
    sites: list[Row] = telling.rows("site_grants", "school_id", school)
    names = dict.fromkeys(site["name"] for site in sites if site["name"])
    places = dict.fromkeys(municipality(site) for site in sites if municipality(site))
    return next(iter(names), ""), ", ".join(places), telling.n.number(len(sites))
