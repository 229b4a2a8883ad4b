"""The yearly analysis of plausibility as one page, with nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

import pyarrow as pa

from oab_funding.report.document import Column, Grid, PageSection, Paragraph, Picture, Tile
from oab_funding.report.figures import dates as pictures
from oab_funding.report.html import fill_template
from oab_funding.report.phrases import read_phrases, read_texts
from oab_funding.report.sections.pictures import inline

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
    return _Page(tables, labels, lang).whole()


class _Page:
    def __init__(self, tables: Mapping[str, pa.Table], labels: Sequence[str], lang: str) -> None:
        self._phrases = read_phrases(lang)
        self._texts, self._lang, self._labels = read_texts("plausibility", lang), lang, labels
        self._rows: dict[str, list[Row]] = {name: table.to_pylist() for name, table in tables.items()}
        self._dates = list(dict.fromkeys(row["date"] for row in self._rows["frequencies"]))

    def whole(self) -> str:
        """Fill in the page."""
        t = self._texts
        sections = [
            self._national(),
            self._frequencies(),
            self._scatters(),
            self._movers(),
            self._matched(),
            self._leverage(),
        ]
        return fill_template(
            "report.html.j2",
            language=self._lang,
            title=t["title"],
            subtitle=t["subtitle"].format(dates=", ".join(self._dates)),
            warnings_title=t["warnings"],
            warnings=list(dict.fromkeys(map(self._phrases.label, self._labels))),
            tiles=self._tiles(),
            contents=t["contents"],
            listing=None,
            sections=[section for section in sections if section is not None],
            footer=t["made"],
            headings={"equation": t["equation"], "meaning": t["meaning"]},
        )

    def _n(self, value: object) -> str:
        """Write a number in the language; nothing where there is none."""
        if value is None:
            return ""
        exact = Fraction(value) if isinstance(value, Decimal | int) else Fraction(0)
        places = -value.as_tuple().exponent if isinstance(value, Decimal) else 0  # type: ignore[operator]
        return self._phrases.numbers.number(exact, int(places))

    def _grid(
        self, caption: str, names: Sequence[tuple[str, bool]], rows: Sequence[Sequence[object]]
    ) -> Grid:
        columns = tuple(Column(title, numeric) for title, numeric in names)
        said = tuple(
            tuple(
                self._n(value) if column.numeric else str(value or "")
                for value, column in zip(row, columns, strict=True)
            )
            for row in rows
        )
        return Grid(caption, columns, said)

    def _picture(self, svg: bytes, description: str, caption: str) -> Picture:
        return Picture(inline(svg, description), caption)

    def _tiles(self) -> list[Tile]:
        t, rows = self._texts, self._rows["matched_children"]
        tiles = [Tile(t["tile_dates"], str(len(self._dates)), ", ".join(self._dates))]
        last = [row for row in rows if row["first"] != "provisional"]
        known = {
            row["group"]: row["children"] for row in last if (row["first"], row["second"]) == _last(last)
        }
        if known:
            everyone = sum(known[group] for group in ("came", "left", "on both dates"))
            share = self._phrases.numbers.percent(Fraction(known["on both dates"], everyone or 1))
            tiles.append(
                Tile(t["tile_children"], self._n(known["on both dates"]), f"{share} {t['tile_share']}")
            )
        return tiles

    def _national(self) -> PageSection | None:
        t = self._texts
        names = ("date", "level", "institutions", "above_zero", "children", "score_raw", "score")
        rows = [
            [t[f"level_{row[name]}"] if name == "level" else row[name] for name in names]
            for row in self._rows["national"]
        ]
        if not rows:
            return None
        columns = [(t[name], name not in ("date", "level")) for name in names]
        return PageSection(t["national"], (self._grid(t["national_caption"], columns, rows),))

    def _frequencies(self) -> PageSection:
        t, drawn = self._texts, list[Picture]()
        key = lambda row: (row["of"], row["feature"])  # noqa: E731
        for number, ((of, feature), rows) in enumerate(groupby(self._rows["frequencies"], key)):
            shares: dict[str, dict[str, float]] = {}
            for row in rows:
                shares.setdefault(row["category"], {})[row["date"]] = float(row["share"])
            shown = dict(list(shares.items())[:_MOST_CATEGORIES])
            title = t["feature_of"].format(feature=feature, of=t[f"of_{of}"])
            drawn.append(
                self._picture(pictures.shares_by_date(shown, title, f"share-{number}"), title, title)
            )
        return PageSection(t["frequencies"], (Paragraph(t["frequencies_text"]), *drawn))

    def _scatters(self) -> PageSection | None:
        t, drawn = self._texts, list[Picture]()
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
                drawn.append(self._picture(svg, title, t["scatter_caption"]))
        return PageSection(t["scatters"], tuple(drawn)) if drawn else None

    def _movers(self) -> PageSection | None:
        t, grids = self._texts, list[Grid]()
        key = lambda row: (row["first"], row["second"], row["level"])  # noqa: E731
        for (first, second, level), given in groupby(self._rows["movers"], key):
            names = [(t["institution"], False), (self._named(first), True), (self._named(second), True)]
            names += [(t["difference"], True), (t["causes"], False)]
            caption = t["movers_caption"].format(
                level=t[f"level_{level}"], first=self._named(first), second=self._named(second)
            )
            grids.append(self._grid(caption, names, list(self._ranked(given))))
        return PageSection(t["movers"], (Paragraph(t["movers_text"]), *grids)) if grids else None

    def _ranked(self, given: Iterator[Row]) -> Iterator[list[object]]:
        for _, rows in groupby(given, lambda row: row["rank"]):
            mine = list(rows)
            said = [
                f"{row['cause']} {self._n(row['amount'])}"
                + (f" ({self._texts['sign']})" if row["sign_depends_on_order"] == "yes" else "")
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

    def _matched(self) -> PageSection | None:
        t, grids = self._texts, list[Grid]()
        key = lambda row: (row["first"], row["second"])  # noqa: E731
        for (first, second), rows in groupby(self._rows["matched_children"], key):
            caption = t["matched_caption"].format(first=self._named(first), second=self._named(second))
            names = [(t["group"], False), (t["children"], True), (t["mean_change"], True)]
            grids.append(
                self._grid(
                    caption, names, [[row["group"], row["children"], row["mean_change"]] for row in rows]
                )
            )
        return PageSection(t["matched"], (*grids, Paragraph(t["matched_text"]))) if grids else None

    def _leverage(self) -> PageSection | None:
        t, grids = self._texts, list[Grid]()
        key = lambda row: (row["date"], row["of"])  # noqa: E731
        names = ("school_id", "pupils", "moves_c", "moves_g", "moves_line")
        titles = [(t["school"], False), *((t[name], True) for name in names[1:])]
        for (date, of), rows in groupby(self._rows["leverage"], key):
            caption = t["leverage_caption"].format(
                date=date, of=t["moves_line"].lower() if of == "line" else of
            )
            grids.append(self._grid(caption, titles, [[row[name] for name in names] for row in rows]))
        return PageSection(t["leverage"], (Paragraph(t["leverage_text"]), *grids)) if grids else None

    def _named(self, date: str) -> str:
        return self._texts["provisional"] if date == "provisional" else date


def _last(rows: Sequence[Row]) -> tuple[str, str] | None:
    return (rows[-1]["first"], rows[-1]["second"]) if rows else None
