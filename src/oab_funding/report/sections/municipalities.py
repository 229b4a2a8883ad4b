"""The grants of municipalities: scores on both dates, K, J, the minimum, the transition, who gets most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from oab_funding.report import figures
from oab_funding.report.document import (
    Column,
    Grid,
    PageBlock,
    PageSection,
    Paragraph,
    SideBySide,
    Tile,
    largest_of,
    without_empty_columns,
)
from oab_funding.report.institutions.municipal_grant import (
    has_budget,
    municipal_exact,
    municipal_figure,
    municipal_rule,
    price_in_cents,
    written_price,
)
from oab_funding.report.institutions.score_dates import ScoreDate, score_dates
from oab_funding.report.institutions.telling import Telling
from oab_funding.report.sections.pictures import FEWEST_BARS, picture
from oab_funding.run import steps

MOST = 20
"""Municipalities shown at most."""

_COLUMNS = (Column("Figure"), Column("Value", numeric=True))
_MEAN_PLACES, _LINE_PLACES, _BOUND_PLACES = 10, 6, 7


def municipal_tiles(telling: Telling) -> tuple[Tile, ...]:
    """Give the figures that everybody looks for first; none where the run has no grants of municipalities."""
    n = telling.n
    if municipal_figure(telling, "total") is None:
        return ()
    counted = n.number(municipal_exact(telling, "municipalities"))
    standing = {"applied": "after the transition", "before transition": "before the transition"}
    note = standing.get(str(municipal_figure(telling, "transition")), "")
    minimum = n.euros(municipal_rule(telling, "minimum"))
    return (
        Tile("Municipal grants (gemeenten)", n.euros(municipal_exact(telling, "total")), note),
        Tile("Municipalities", counted, f"{n.number(municipal_exact(telling, 'topped_up'))} at the minimum"),
        Tile("Price J / K", n.euros(municipal_exact(telling, "price")), f"minimum {minimum}"),
        Tile("Units of score K", n.number(municipal_exact(telling, "K"), 2), "half of both dates"),
    )


def municipal_section(telling: Telling, source: str) -> PageSection | None:
    """Give the section on municipalities; None where the run has nothing on them."""
    grids = [
        *(_scores_grid(telling, day) for day in score_dates(telling)),
        Grid("Division of the money", _COLUMNS, tuple(_division(telling))),
        Grid("Transition (overgangsregeling)", _COLUMNS, tuple(_transition(telling))),
    ]
    shown = tuple(grid for grid in grids if grid.rows)
    if not shown:
        return None
    blocks: list[PageBlock] = [SideBySide(shown), *_largest(telling, source)]
    return PageSection("Municipalities (gemeenten)", tuple(blocks))


def municipality_names(telling: Telling) -> Mapping[str, str]:
    """Give the names of municipalities that the run knows, by code."""
    if not telling.run.has("totals_municipality"):
        return {}
    table = telling.run.table("totals_municipality")
    names = (table.column(f"municipality_{part}").to_pylist() for part in ("code", "name"))
    return {code: name for code, name in zip(*names, strict=True) if name}


def _scores_grid(telling: Telling, day: ScoreDate) -> Grid:
    rows = _computed(telling) if day.from_children else _given(telling, day)
    how = "from children" if day.from_children else "as given"
    return Grid(f"Scores of {telling.t.day(day.day)}, {how}", _COLUMNS, tuple(rows))


def _computed(telling: Telling) -> Iterable[tuple[str, str]]:
    n = telling.n
    for name, figure, places in (
        ("Municipalities with a score above 0", "municipalities_above_zero", None),
        ("Children N: toddlers and pupils", "N", None),
        ("T, places in the target group (doelgroep)", "T", None),
        ("Asylum seekers among them", "asylum_seekers", None),
        ("C, national mean", "C", _MEAN_PLACES),
        ("G, mean of the target group", "G", _MEAN_PLACES),
        ("C - G", "C_minus_G", _MEAN_PLACES),
        ("Line: the highest score in the target group", "line", _LINE_PLACES),
        ("Sum of A (scores zonder drempel)", "sum_of_raw_scores", 2),
        ("Sum of scores", "sum_of_scores", 2),
    ):
        if telling.figure(steps.MUNICIPALITIES, figure) is not None:
            yield name, n.number(telling.exact(steps.MUNICIPALITIES, figure), places)


def _given(telling: Telling, day: ScoreDate) -> Iterable[tuple[str, str]]:
    n = telling.n
    for name, step, figure in (
        ("Municipalities in the table", day.check, "municipalities"),
        ("Made of merged municipalities, estimated", day.mapping, "merged"),
        ("Children N, sum of E", day.check, "N"),
        ("Sum of A (scores zonder drempel)", day.check, "sum of A"),
        ("Sum of scores", day.check, "sum of scores"),
    ):
        if telling.figure(step, figure) is not None:
            yield name, n.number(telling.exact(step, figure))
    low, high = telling.exact(day.check, "C - G low"), telling.exact(day.check, "C - G high")
    if low is not None and high is not None:
        bounds = n.number(low, _BOUND_PLACES, "down"), n.number(high, _BOUND_PLACES, "up")
        yield "C - G, at least", bounds[0]
        yield "C - G, at most", bounds[1]


def _division(telling: Telling) -> Iterable[tuple[str, str]]:
    n = telling.n
    if municipal_figure(telling, "total_new") is None:
        return
    if has_budget(telling):
        yield "Budget", n.euros(municipal_exact(telling, "budget"))
    yield "K, half of the scores of both dates", n.number(municipal_exact(telling, "K"))
    yield "Entitled to at least the minimum", n.number(municipal_exact(telling, "eligible"))
    minimum = n.euros(municipal_rule(telling, "minimum"))
    yield f"Raised to the minimum of {minimum}", n.number(municipal_exact(telling, "topped_up"))
    yield "Cost of raising them", n.euros(municipal_exact(telling, "cost_of_top_ups"))
    if has_budget(telling):
        yield "J, what is left to divide", n.euros(municipal_exact(telling, "J"))
    rounded = " rounded to cents" if price_in_cents(telling) else ""
    yield f"Price J / K{rounded}", f"EUR {written_price(telling)}"
    yield "Total before a transition", n.euros(municipal_exact(telling, "total_new"))
    if has_budget(telling):
        missed = n.euros(municipal_exact(telling, "total_new_misses_budget_by"))
        yield "That total minus the budget", missed
    yield "Total of the grants", n.euros(municipal_exact(telling, "total"))


def _transition(telling: Telling) -> Iterable[tuple[str, str]]:
    n = telling.n
    if municipal_figure(telling, "losers_share") is None:
        return
    yield "c for municipalities that lose", n.percent(municipal_exact(telling, "losers_share"))
    yield "c for municipalities that do not", n.percent(municipal_exact(telling, "gainers_share"))
    for name, figure in (("solved to keep the total", "solved"), ("held down by its cap", "capped")):
        yield name, "yes" if municipal_figure(telling, f"gainers_share_{figure}") else "no"
    yield (
        "Paid above the total of the new amounts",
        n.euros(municipal_exact(telling, "not_covered_by_gainers")),
    )
    yield "Not entitled but paid", n.number(municipal_exact(telling, "not_eligible_but_paid"))


def _largest(telling: Telling, source: str) -> Iterable[PageBlock]:
    """List and draw the largest grants."""
    if not telling.run.has("municipal_grants"):
        return
    n, grants, names = telling.n, telling.run.table("municipal_grants"), municipality_names(telling)
    rows = sorted(grants.to_pylist(), key=lambda row: (-row["amount"], row["municipality_code"]))[:MOST]
    columns = (
        Column("Municipality (gemeente)"),
        Column("Name (naam)"),
        *(
            Column(name, numeric=True)
            for name in ("s = H + I", "New amount", "Grant of 2018", "Grant (bedrag)")
        ),
    )
    shown = tuple(
        (
            row["municipality_code"],
            names.get(row["municipality_code"], ""),
            n.number(row["score"]),
            n.euros(row["amount_new"]),
            "" if row["grant_2018"] is None else n.euros(row["grant_2018"]),
            n.euros(row["amount"]),
        )
        for row in rows
    )
    caption = largest_of(n, len(shown), grants.num_rows, "municipality", "municipalities")
    yield without_empty_columns(Grid(caption, columns, shown))
    yield Paragraph(
        "Every municipality stands in grants_municipalities.csv; oab-funding explain shows how any amount "
        "comes about."
    )
    if grants.num_rows < FEWEST_BARS:
        return
    drawn = figures.grants_to_municipalities(grants, names, source)
    total = n.euros(municipal_exact(telling, "total"))
    yield picture(
        drawn,
        "Bars: grants to municipalities",
        f"Grants to the municipalities themselves, {total} in all. A municipality that is paid the minimum "
        "has another colour.",
    )
