"""Sites and schools: the national figures, the largest grants, and estimates of mergers."""

from __future__ import annotations

from collections.abc import Iterable

from oab_funding.exact.fraction import Exact
from oab_funding.report.document import (
    Column,
    Grid,
    PageSection,
    Paragraph,
    SideBySide,
    Tile,
    largest_of,
    without_empty_columns,
)
from oab_funding.report.institutions.amount import covers_whole_year, share_of_year
from oab_funding.report.institutions.groups import municipality
from oab_funding.report.institutions.telling import Row, Telling
from oab_funding.run import steps

MOST = 20
"""Schools shown at most."""
_COLUMNS = (Column("Figure"), Column("Value", numeric=True))
_K_PLACES = 9
_MEAN_PLACES = 7


def largest_section(telling: Telling) -> PageSection | None:
    """List the schools with the largest grants; None where the run has no grants of schools."""
    if not telling.run.has("school_grants"):
        return None
    n = telling.n
    rows = telling.run.table("school_grants").select(["school_id", "score", "amount"]).to_pylist()
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
    rows = telling.run.table("merger_estimates").to_pylist() if telling.run.has("merger_estimates") else []
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


def tiles(telling: Telling) -> tuple[Tile, ...]:
    """Give the four figures that everybody looks for first; none where the run has no grants of schools."""
    n = telling.n
    if telling.figure(steps.GRANTS_OF_SCHOOLS, "total") is None:
        return ()
    schools = telling.run.table("school_grants").num_rows
    total = n.euros(telling.exact(steps.GRANTS_OF_SCHOOLS, "total"))
    above = n.number(telling.exact(steps.GRANTS_OF_SCHOOLS, "schools_above_zero"))
    return (
        Tile("School grants (scholen)", total, _standing(telling)),
        Tile("Schools with a score above 0", above, f"of {n.number(schools)} schools"),
        Tile("Price per unit (bedrag per punt)", n.euros(telling.exact(steps.PRICE, "price"))),
        Tile(
            "Units of score",
            n.number(telling.exact(steps.GRANTS_OF_SCHOOLS, "sum_of_scores"), 2),
            "sum over all schools",
        ),
    )


def national_section(telling: Telling) -> PageSection | None:
    """Give the national figures of sites and schools; None where the run has none."""
    grids = [
        Grid("Scores (achterstandsscores)", _COLUMNS, tuple(_scores(telling))),
        Grid("What follows from the published scores", _COLUMNS, tuple(_threshold(telling))),
        Grid("What follows from the children", _COLUMNS, tuple(_children(telling))),
        Grid("Grants of schools (aanvullende bekostiging)", _COLUMNS, tuple(_grants(telling))),
        Grid("Transition (overgangsregeling)", _COLUMNS, tuple(_transition(telling))),
        Grid("Calendar years (kalenderjaren)", _COLUMNS, tuple(_calendar(telling))),
    ]
    shown = tuple(grid for grid in grids if grid.rows)
    if not shown:
        return None
    return PageSection("Sites and schools: national figures (landelijke cijfers)", (SideBySide(shown),))


def _standing(telling: Telling) -> str:
    transition = telling.figure(steps.GRANTS_OF_SCHOOLS, "transition")
    return {"applied": "after the transition", "before transition": "before the transition"}.get(
        str(transition), ""
    )


def _scores(telling: Telling) -> Iterable[tuple[str, str]]:
    n = telling.n
    for name, step, figure in (
        ("Sites (vestigingen)", steps.CHECK_SITES, "sites"),
        ("Pupils N, sum of E (leerlingen)", steps.CHECK_SITES, "N"),
        ("Sum of A (scores zonder drempel)", steps.CHECK_SITES, "sum of A"),
        ("Sum of scores (scores met drempel)", steps.CHECK_SITES, "sum of scores"),
    ):
        if telling.figure(step, figure) is not None:
            yield name, n.number(telling.exact(step, figure))
    for letter, what in (("c", "national mean"), ("g", "mean of the target group (doelgroep)")):
        published = telling.parameter(steps.CHECK_SITES, letter)
        if published is not None:
            yield f"{letter.upper()}, {what}, as published", n.number(str(published))


def _threshold(telling: Telling) -> Iterable[tuple[str, str]]:
    if telling.figure(steps.CHECK_SITES, "k") is None:
        return
    n = telling.n
    yield "k = F x (C - G) lies between", _between(telling, "k", _K_PLACES)
    yield "C - G lies between", _between(telling, "C - G", _MEAN_PLACES)
    yield "C - G, the value taken", n.number(telling.exact(steps.DERIVATION, "c_minus_g"), 10)
    yield "Why this value", str(telling.figure(steps.CHECK_SITES, "k source") or "")
    sizes = telling.figure(steps.CHECK_SITES, "T that fit")
    yield "T, pupils in the target group, that fits", _sizes(telling, sizes)
    low, high = (
        telling.exact(steps.CHECK_SITES, "T lowest possible"),
        telling.exact(steps.CHECK_SITES, "T highest possible"),
    )
    if low is not None and high is not None:
        yield "T, if all rounding went one way, lies between", _and(telling, low, high, 1)


def _children(telling: Telling) -> Iterable[tuple[str, str]]:
    n = telling.n
    for name, figure, places in (
        ("Pupils N (leerlingen)", "N", 0),
        ("T, places in the target group (doelgroep)", "T", 0),
        ("Asylum seekers among them", "asylum_seekers", 0),
        ("C, national mean", "C", 10),
        ("G, mean of the target group", "G", 10),
        ("C - G", "C_minus_G", 10),
        ("Line: the highest score in the target group", "line", 6),
        ("Sum of A (scores zonder drempel)", "sum_of_raw_scores", 2),
        ("Sum of scores (scores met drempel)", "sum_of_scores", 2),
        ("Sites with a score above 0", "sites_above_zero", 0),
    ):
        if telling.figure(steps.SITES, figure) is not None:
            yield name, n.number(telling.exact(steps.SITES, figure), places)


def _between(telling: Telling, name: str, places: int) -> str:
    low, high = (telling.exact(steps.CHECK_SITES, f"{name} {end}") for end in ("low", "high"))
    return _and(telling, low, high, places)


def _and(telling: Telling, low: Exact | None, high: Exact | None, places: int) -> str:
    n = telling.n
    ends = n.number(low, places, "down"), n.number(high, places, "up")
    return f" {telling.t('municipal.and')} ".join(ends)


def _sizes(telling: Telling, sizes: object) -> str:
    listed = str(sizes).split(", ") if sizes else []
    if len(listed) <= 1:
        return telling.n.number(listed[0]) if listed else "not identified"
    return f"{telling.n.number(listed[0])} to {telling.n.number(listed[-1])} ({len(listed)} sizes)"


def _grants(telling: Telling) -> Iterable[tuple[str, str]]:
    n = telling.n
    if telling.figure(steps.GRANTS_OF_SCHOOLS, "total") is None:
        return
    for name, figure in (
        ("Budget given", "budget"),
        ("Budget as spent with the rounded price", "budget_as_spent"),
        ("Price per unit (bedrag per punt)", "price"),
    ):
        if telling.figure(steps.PRICE, figure) is not None:
            yield name, _money(telling, telling.exact(steps.PRICE, figure))
    if not covers_whole_year(telling):
        yield "Share of the annual amount", n.percent(share_of_year(telling))
    yield (
        "Price x sum of scores, exact",
        _money(telling, telling.exact(steps.GRANTS_OF_SCHOOLS, "price_times_sum_of_scores")),
    )
    yield (
        "Total of the new amounts, each school in cents",
        n.euros(telling.exact(steps.GRANTS_OF_SCHOOLS, "total_new")),
    )
    yield (
        "Schools whose amount ends in half a cent",
        n.number(telling.exact(steps.GRANTS_OF_SCHOOLS, "half_cents")),
    )
    yield "Total of the grants", n.euros(telling.exact(steps.GRANTS_OF_SCHOOLS, "total"))


def _transition(telling: Telling) -> Iterable[tuple[str, str]]:
    n = telling.n
    if telling.figure(steps.GRANTS_OF_SCHOOLS, "losers_share") is None:
        return
    yield "c for schools that lose", n.percent(telling.exact(steps.GRANTS_OF_SCHOOLS, "losers_share"))
    yield "c for schools that gain", n.percent(telling.exact(steps.GRANTS_OF_SCHOOLS, "gainers_share"))
    for name, figure in (
        ("c for gainers solved to keep the total", "solved"),
        ("held down by its cap", "capped"),
    ):
        yield name, "yes" if telling.figure(steps.GRANTS_OF_SCHOOLS, f"gainers_share_{figure}") else "no"
    uncovered = telling.exact(steps.GRANTS_OF_SCHOOLS, "not_covered_by_gainers")
    yield "Paid above the total of the new amounts", n.euros(uncovered)


def _calendar(telling: Telling) -> Iterable[tuple[str, str]]:
    names = {"accrued": "Accrued in (toegerekend aan)", "paid": "Paid in (betaald in)"}
    for figure in sorted(telling.run.figures(steps.CALENDAR).recorded):
        kind, _, year = figure.partition("_")
        if kind in names:
            yield f"{names[kind]} {year}", telling.n.euros(telling.exact(steps.CALENDAR, figure))


def _money(telling: Telling, value: Exact | None) -> str:
    """Write an amount of money in full: cents, and more decimals where it has them."""
    if value is None:
        return telling.n.unknown
    cents = telling.n.euros(value)
    try:
        full = f"EUR {telling.n.number(value)}"
    except ValueError:
        return cents
    return full if len(full) > len(cents) else cents
