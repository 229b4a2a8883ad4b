"""The yearly analysis of plausibility as one page, with nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any

import pyarrow as pa

from oab_funding.report.document import Grid, PageSection, Paragraph, Picture, Tile
from oab_funding.report.figures import dates as pictures
from oab_funding.report.tabulated import TabulatedPage

Row = dict[str, Any]

_MOST_CATEGORIES = 40


def plausibility_page(tables: Mapping[str, pa.Table], labels: Sequence[str], lang: str = "en") -> str:
    """Make the page.

    Parameters
    ----------
    tables
        The tables of `analysis.plausibility`.
    labels
        What must be said with it.
    lang
        "nl" or "en". Names of features, categories and causes stay as the tables have them.

    Raises
    ------
    InputError
        There are no texts in that language.
    """
    page = _Page(tables, labels, lang)
    sections = (
        page.national(),
        page.frequencies(),
        page.scatters(),
        page.movers(),
        page.matched(),
        page.leverage(),
    )
    return page.whole(page.texts["subtitle"].format(dates=", ".join(page.dates)), page.tiles(), sections)


class _Page(TabulatedPage):
    def __init__(self, tables: Mapping[str, pa.Table], labels: Sequence[str], lang: str) -> None:
        super().__init__("plausibility", lang, labels)
        self._rows: dict[str, list[Row]] = {name: table.to_pylist() for name, table in tables.items()}
        self.dates = list(dict.fromkeys(row["date"] for row in self._rows["frequencies"]))

    def tiles(self) -> list[Tile]:
        t, rows = self.texts, self._rows["matched_children"]
        tiles = [Tile(t["tile_dates"], str(len(self.dates)), ", ".join(self.dates))]
        last = [row for row in rows if row["first"] != "provisional"]
        known = {
            row["group"]: row["children"] for row in last if (row["first"], row["second"]) == _last(last)
        }
        if known:
            everyone = sum(known[group] for group in ("came", "left", "on both dates"))
            share = self.phrases.numbers.percent(Fraction(known["on both dates"], everyone or 1))
            tiles.append(
                Tile(t["tile_children"], self.number(known["on both dates"]), f"{share} {t['tile_share']}")
            )
        return tiles

    def national(self) -> PageSection | None:
        t = self.texts
        names = ("date", "level", "institutions", "above_zero", "children", "score_raw", "score")
        rows = [
            [t[f"level_{row[name]}"] if name == "level" else row[name] for name in names]
            for row in self._rows["national"]
        ]
        if not rows:
            return None
        columns = [(t[name], name not in ("date", "level")) for name in names]
        return PageSection(t["national"], (self.grid(t["national_caption"], columns, rows),))

    def frequencies(self) -> PageSection:
        t, drawn = self.texts, list[Picture]()
        key = lambda row: (row["of"], row["feature"])  # noqa: E731
        for number, ((of, feature), rows) in enumerate(groupby(self._rows["frequencies"], key)):
            shares: dict[str, dict[str, float]] = {}
            for row in rows:
                shares.setdefault(row["category"], {})[row["date"]] = float(row["share"])
            shown = dict(list(shares.items())[:_MOST_CATEGORIES])
            title = t["feature_of"].format(feature=feature, of=t[f"of_{of}"])
            drawn.append(self.picture(pictures.shares_by_date(shown, title, f"share-{number}"), title, title))
        return PageSection(t["frequencies"], (Paragraph(t["frequencies_text"]), *drawn))

    def scatters(self) -> PageSection | None:
        t, drawn = self.texts, list[Picture]()
        key = lambda row: (row["first"], row["second"], row["level"])  # noqa: E731
        for (first, second, level), given in groupby(self._rows["scores"], key):
            rows = list(given)
            for column, text in (("score_raw", "scatter_without"), ("score", "scatter_with")):
                points = [
                    (int(row[f"{column}_first"] * 100), int(row[f"{column}_second"] * 100))
                    for row in rows
                    if row[f"{column}_first"] is not None and row[f"{column}_second"] is not None
                ]
                if not points:
                    continue
                title = t[text].format(level=t[f"level_{level}"])
                svg = pictures.scatter(
                    points, title, self._named(first), self._named(second), f"dots-{len(drawn)}"
                )
                drawn.append(self.picture(svg, title, t["scatter_caption"]))
        return PageSection(t["scatters"], tuple(drawn)) if drawn else None

    def movers(self) -> PageSection | None:
        t, grids = self.texts, list[Grid]()
        key = lambda row: (row["first"], row["second"], row["level"])  # noqa: E731
        for (first, second, level), given in groupby(self._rows["movers"], key):
            names = [(t["institution"], False), (self._named(first), True), (self._named(second), True)]
            names += [(t["difference"], True), (t["causes"], False)]
            caption = t["movers_caption"].format(
                level=t[f"level_{level}"], first=self._named(first), second=self._named(second)
            )
            grids.append(self.grid(caption, names, list(self._ranked(given))))
        return PageSection(t["movers"], (Paragraph(t["movers_text"]), *grids)) if grids else None

    def _ranked(self, given: Iterator[Row]) -> Iterator[list[object]]:
        for _, rows in groupby(given, lambda row: row["rank"]):
            mine = list(rows)
            said = [
                f"{row['cause']} {self.number(row['amount'])}"
                + (f" ({self.texts['sign']})" if row["sign_depends_on_order"] == "yes" else "")
                for row in mine
                if row["cause"] is not None and row["amount"]
            ]
            one = mine[0]
            yield [
                one["institution"],
                one["score_first"],
                one["score_second"],
                one["difference"],
                "; ".join(said),
            ]

    def matched(self) -> PageSection | None:
        t, grids = self.texts, list[Grid]()
        key = lambda row: (row["first"], row["second"])  # noqa: E731
        for (first, second), rows in groupby(self._rows["matched_children"], key):
            caption = t["matched_caption"].format(first=self._named(first), second=self._named(second))
            names = [(t["group"], False), (t["children"], True), (t["mean_change"], True)]
            grids.append(
                self.grid(
                    caption, names, [[row["group"], row["children"], row["mean_change"]] for row in rows]
                )
            )
        return PageSection(t["matched"], (*grids, Paragraph(t["matched_text"]))) if grids else None

    def leverage(self) -> PageSection | None:
        t, grids = self.texts, list[Grid]()
        key = lambda row: (row["date"], row["of"])  # noqa: E731
        names = ("school_id", "pupils", "moves_c", "moves_g", "moves_line")
        titles = [(t["school"], False), *((t[name], True) for name in names[1:])]
        for (date, of), rows in groupby(self._rows["leverage"], key):
            caption = t["leverage_caption"].format(
                date=date, of=t["moves_line"].lower() if of == "line" else of
            )
            grids.append(self.grid(caption, titles, [[row[name] for name in names] for row in rows]))
        return PageSection(t["leverage"], (Paragraph(t["leverage_text"]), *grids)) if grids else None

    def _named(self, date: str) -> str:
        return self.texts["provisional"] if date == "provisional" else date


def _last(rows: Sequence[Row]) -> tuple[str, str] | None:
    return (rows[-1]["first"], rows[-1]["second"]) if rows else None
