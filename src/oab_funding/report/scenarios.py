"""Scenarios beside the rule in force as one page, with nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import pyarrow as pa

from oab_funding.report.document import Grid, PageSection, Paragraph
from oab_funding.report.figures.scenarios import MOST, gains_and_losses, lorenz_curves
from oab_funding.report.tabulated import TabulatedPage

Row = dict[str, Any]

_MILLION = 1_000_000
_LARGEST = 10
"""So many gains and so many losses are listed of each scenario."""

_SHOWN = ("total", "difference", "changed_hands", "gainers", "losers", "above_zero")
_CONCENTRATED = ("gini", "top_tenth", "per_target_child", "largest_error", "error_of_total")


def scenarios_page(tables: Mapping[str, pa.Table], labels: Sequence[str], lang: str = "en") -> str:
    """Make the page.

    Parameters
    ----------
    tables
        The tables of `analysis.scenario`.
    labels
        What must be said with it.
    lang
        "nl" or "en".

    Raises
    ------
    InputError
        There are no texts in that language.
    """
    page = TabulatedPage("scenarios", lang, labels)
    t, rows = page.texts, tables["scenarios"].to_pylist()
    named = {row["scenario"]: t["in_force"] if row["scenario"] == 0 else row["settings"] for row in rows}
    sections = (
        PageSection(t["compared"], _compared(page, rows, named)),
        PageSection(
            t["gained"], (_gains(page, tables["winners_and_losers"], named), *_largest(page, tables, named))
        ),
        PageSection(
            t["concentration"], (_lorenz(page, tables["lorenz"], named), Paragraph(t["lorenz_text"]))
        ),
        PageSection(t["shares"], tuple(_shares(page, tables["shares"], named))),
    )
    return page.whole(t["subtitle"].format(number=len(rows) - 1), (), sections)


def _compared(page: TabulatedPage, rows: Sequence[Row], named: Mapping[int, str]) -> tuple[Grid, ...]:
    grids = []
    for caption, columns in (("in_euros", _SHOWN), ("per_institution", _CONCENTRATED)):
        kept = [name for name in columns if any(row[name] is not None for row in rows)]
        titles = [(page.texts["scenario"], False), *((page.texts[name], True) for name in kept)]
        body = [[named[row["scenario"]], *(row[name] for name in kept)] for row in rows]
        grids.append(page.grid(page.texts[caption], titles, body))
    return tuple(grids)


def _smallest_level(table: pa.Table) -> list[Row]:
    """Give the rows of schools, or of municipalities where there are no schools."""
    rows = table.to_pylist()
    level = "school" if any(row["level"] == "school" for row in rows) else "municipality"
    return [row for row in rows if row["level"] == level]


def _gains(page: TabulatedPage, table: pa.Table, named: Mapping[int, str]) -> Any:
    gained, lost = dict.fromkeys(named, 0.0), dict.fromkeys(named, 0.0)
    for row in _smallest_level(table):
        change = float(row["difference"])
        (gained if change > 0 else lost)[row["scenario"]] += abs(change) / _MILLION
    bars = [(name, gained[number], lost[number]) for number, name in named.items() if number]
    title = page.texts["gained"]
    return page.picture(
        gains_and_losses(bars, title, page.texts["millions"]), title, page.texts["gained_text"]
    )


def _largest(page: TabulatedPage, tables: Mapping[str, pa.Table], named: Mapping[int, str]) -> list[Grid]:
    t, grids = page.texts, list[Grid]()
    names = [(t["institution"], False), (t["in_force"], True), (t["amount"], True), (t["difference"], True)]
    for number, given in groupby(_smallest_level(tables["winners_and_losers"]), lambda row: row["scenario"]):
        rows = sorted(given, key=lambda row: (-row["difference"], row["institution"]))
        if len(grids) == MOST:
            break
        up = [row for row in rows if row["difference"] > 0][:_LARGEST]
        down = [row for row in rows if row["difference"] < 0][-_LARGEST:]
        body = [
            [row["institution"], row["in_force"], row["amount"], row["difference"]] for row in (*up, *down)
        ]
        grids.append(page.grid(t["largest"].format(scenario=named[number]), names, body))
    return grids


def _lorenz(page: TabulatedPage, table: pa.Table, named: Mapping[int, str]) -> Any:
    curves: dict[str, list[float]] = {}
    for row in table.to_pylist():
        curves.setdefault(named[row["scenario"]], []).append(float(row["share"]))
    title = page.texts["concentration"]
    return page.picture(
        lorenz_curves(curves, page.texts["lorenz_axis"], title), title, page.texts["lorenz_caption"]
    )


def _shares(page: TabulatedPage, table: pa.Table, named: Mapping[int, str]) -> list[Grid]:
    """Set the shares of sizes and provinces beside each other, a column per scenario."""
    t, grids = page.texts, list[Grid]()
    chosen = list(named)[: MOST + 1]
    rows = table.to_pylist()
    for by in ("size", "province", "board", "municipality"):
        shares: dict[str, dict[int, Any]] = {}
        for row in rows:
            if row["by"] == by:
                shares.setdefault(row["group"], {})[row["scenario"]] = row["share"]
        largest = sorted(shares, key=lambda group: (-shares[group].get(0, 0), group))[:_LARGEST]
        groups = sorted(shares) if by in ("size", "province") else largest
        if len(groups) > 1:
            names = [(t[f"by_{by}"], False), *((named[number], True) for number in chosen)]
            body = [[group, *(shares[group].get(number) for number in chosen)] for group in groups]
            grids.append(page.grid(t["shares_caption"].format(by=t[f"by_{by}"].lower()), names, body))
    return grids
