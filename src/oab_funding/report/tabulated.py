"""A page of tables and pictures that is not of one run: how its numbers are written and it is laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from oab_funding.report.document import Column, Grid, PageSection, Picture, Tile
from oab_funding.report.html import fill_template
from oab_funding.report.phrases import Phrases, read_phrases, read_texts
from oab_funding.report.sections.pictures import inline


class TabulatedPage:
    """What such pages share.

    Parameters
    ----------
    part
        Its texts, among the phrases.
    lang
        "nl" or "en".
    labels
        What must be read first.

    Raises
    ------
    InputError
        There are no texts in that language.

    Examples
    --------
    >>> page = TabulatedPage("plausibility", "nl", ())
    >>> page.number(Decimal("1234.50")), page.number(None)
    ('1.234,50', '')
    """

    def __init__(self, part: str, lang: str, labels: Sequence[str]) -> None:
        self.phrases: Phrases = read_phrases(lang)
        self.texts: Mapping[str, str] = read_texts(part, lang)
        self._lang, self._labels = lang, labels

    def number(self, value: object) -> str:
        """Write a number in the language; nothing where there is none."""
        if not isinstance(value, Decimal | int):
            return ""
        places = -int(value.as_tuple().exponent) if isinstance(value, Decimal) else 0
        return self.phrases.numbers.number(Fraction(value), places)

    def grid(self, caption: str, names: Sequence[tuple[str, bool]], rows: Sequence[Sequence[object]]) -> Grid:
        """Lay out rows; each column has its title, and whether it holds numbers."""
        columns = tuple(Column(title, numeric) for title, numeric in names)
        said = tuple(
            tuple(
                self.number(value) if column.numeric else str(value or "")
                for value, column in zip(row, columns, strict=True)
            )
            for row in rows
        )
        return Grid(caption, columns, said)

    @staticmethod
    def picture(svg: bytes, description: str, caption: str) -> Picture:
        """Make an SVG a picture of the page."""
        return Picture(inline(svg, description), caption)

    def whole(self, subtitle: str, tiles: Sequence[Tile], sections: Sequence[PageSection | None]) -> str:
        """Fill in the page."""
        return fill_template(
            "report.html.j2",
            language=self._lang,
            title=self.texts["title"],
            subtitle=subtitle,
            warnings_title=self.phrases("page.warnings"),
            warnings=list(dict.fromkeys(map(self.phrases.label, self._labels))),
            tiles=tiles,
            contents=self.phrases("page.contents"),
            listing=None,
            sections=[section for section in sections if section is not None],
            footer=self.texts["made"],
            headings={
                "equation": self.phrases("page.equation"),
                "meaning": self.phrases("page.meaning"),
            },
        )
