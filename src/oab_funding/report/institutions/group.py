"""The sites of a board or a municipality with their parts of the grants, and their total."""

from __future__ import annotations

from collections.abc import Sequence

from oab_funding.grants.schools import ESTIMATE
from oab_funding.report.document import Column, Grid
from oab_funding.report.institutions.place import municipality
from oab_funding.report.institutions.telling import Row, Telling


def sites_grid(telling: Telling, caption: str, sites: Sequence[Row], total: Row, *, beside: str) -> Grid:
    """List sites with score and amount.

    Parameters
    ----------
    telling
        The run.
    caption
        What the list shows.
    sites
        Rows of `site_grants`.
    total
        The row of the table of totals.
    beside
        What stands beside each site: "municipality" or "board".
    """
    t, n = telling.t, telling.n
    moved = any(site["amount"] != site["amount_new"] for site in sites)
    columns = [Column(t(f"column.{name}")) for name in ("site", "school", "name", beside)]
    columns += [Column(t(f"column.{name}"), numeric=True) for name in ("score", *_amounts(moved))]
    rows = [
        (
            site["site_id"],
            site["school_id"],
            site["name"] or "",
            municipality(site) if beside == "municipality" else site["board_id"] or "",
            n.number(site["score"]),
            *(n.euros(site[name]) for name in _amounts(moved)),
        )
        for site in sites
    ]
    sums = (n.number(total["score"]), *(n.euros(total[name]) for name in _amounts(moved)))
    return Grid(caption, tuple(columns), tuple(rows), (t("column.total"), "", "", "", *sums))


def labels_of(sites: Sequence[Row]) -> tuple[str, ...]:
    """Give the labels that hold for some of the sites."""
    return (ESTIMATE,) if any(ESTIMATE in (site["flags"] or "").split("; ") for site in sites) else ()


def _amounts(moved: bool) -> tuple[str, ...]:
    return ("amount_new", "amount") if moved else ("amount",)
