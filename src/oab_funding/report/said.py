"""A report in another language: its English texts looked up, what is filled in kept.

Sections are written in English, with numbers and dates in the language of the report already. What the record
itself says (labels, names of steps and figures, questions of the regulation files) has texts of its own, in
`record.nl.toml`; names of tables and files stay as they are.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from oab_funding.report.document import (
    Commands,
    Grid,
    PageBlock,
    PageSection,
    Paragraph,
    Picture,
    SideBySide,
    Tile,
)

if TYPE_CHECKING:
    from markupsafe import Markup

_HOLE = re.compile(r"\\\{([0-9])\\\}")
_TEXT_OF_PICTURE = re.compile(r'(?P<inside>(?<=>)[^<>\n]+(?=</text>))|(?<= aria-label=")[^"]+')
_NUMBER = re.compile(r"[-\u2212]?[0-9][0-9,.]*%?")
_OTHER_MARKS = str.maketrans(",.", ".,")
_PAIRS = 2
"""Columns of a table of figures with their values: its cells are texts; those of other tables are data."""


@dataclass(frozen=True, slots=True)
class Said:
    """The texts of a report in a language.

    Parameters
    ----------
    exact
        By the English text.
    patterns
        Texts with holes, as patterns of the English, the more letters the earlier.

    Examples
    --------
    >>> said = said_in("nl")
    >>> said("The 20 schools with the largest grants, of 6.173"), said("Fillmore")
    ('De 20 scholen met de grootste bedragen, van 6.173', 'Fillmore')
    """

    exact: Mapping[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]

    def __call__(self, text: str, turned: bool = False) -> str:
        """Say a text; one that is not known stays as it is.

        With `turned` its numbers are written in English still, and their marks change places.
        """
        if text in self.exact:
            return self.exact[text]
        if _NUMBER.fullmatch(text):
            return text.translate(_OTHER_MARKS) if turned and self.exact else text
        for pattern, said in self.patterns:
            if found := pattern.fullmatch(text):
                return said.format(*(self(part, turned) for part in found.groups()))
        return text

    def worded(self, text: str) -> str:
        """Say the text of a cell: as a whole, or where that is not known, a list of options one by one."""
        said = self(text)
        if said != text or ", " not in text:
            return said
        return ", ".join(map(self, text.split(", ")))


@cache
def said_in(language: str) -> Said:
    """Read the texts of a report in a language; English, in which it is written, has none."""
    if language == "en":
        return Said({}, ())
    room = files("oab_funding.report.phrases")
    texts: dict[str, str] = {}
    for kind in ("record", "report"):  # where both have a text, the one of the report goes
        texts |= tomllib.loads(room.joinpath(f"{kind}.{language}.toml").read_text("utf-8"))
    holed = {text: said for text, said in texts.items() if "{0}" in text}
    ordered = sorted(holed, key=lambda text: -len(re.sub(r"\{.\}", "", text)))
    patterns = tuple((_pattern(text), holed[text]) for text in ordered)
    return Said({text: said for text, said in texts.items() if text not in holed}, patterns)


def _pattern(text: str) -> re.Pattern[str]:
    """Make a pattern of a text with holes; a hole that a text begins with holds a number."""
    holes = _HOLE.sub("(.+?)", re.escape(text))
    first = f"({_NUMBER.pattern})" if text.startswith("{") else ""
    return re.compile(first + holes.removeprefix("(.+?)" if first else ""), re.DOTALL)


def say_section(section: PageSection, say: Said) -> PageSection:
    """Say a section: titles, captions, columns, paragraphs, and the cells of figures with their values."""
    return PageSection(say(section.title), tuple(_block(block, say) for block in section.blocks))


def say_tile(tile: Tile, say: Said) -> Tile:
    """Say a figure that stands out."""
    return Tile(say(tile.name), tile.value, say(tile.note))


def _block(block: PageBlock, say: Said) -> PageBlock:
    match block:
        case Paragraph(text):
            return Paragraph(say(text))
        case Commands(text):
            return Commands(say(text))
        case Grid():
            return _grid(block, say)
        case SideBySide(grids):
            return SideBySide(tuple(_grid(grid, say) for grid in grids))
        case Picture(svg, caption):
            return Picture(_picture(svg, say), say(caption))
        case _:
            return block


def _grid(grid: Grid, say: Said) -> Grid:
    caption = say(grid.caption)
    columns = tuple(replace(column, title=say(column.title)) for column in grid.columns)
    pairs = len(columns) == _PAIRS and caption != grid.caption
    rows = tuple(
        tuple(
            say.worded(cell) if pairs or column.worded else cell
            for cell, column in zip(row, columns, strict=True)
        )
        for row in grid.rows
    )
    return Grid(caption, columns, rows, grid.total)


def _picture(svg: Markup, say: Said) -> Markup:
    """Say what a picture shows and the texts in it, whose numbers are written in English."""
    from markupsafe import Markup, escape

    def again(found: re.Match[str]) -> str:
        text = Markup(found[0]).unescape()
        return str(escape(say(text, turned=found[0] == found["inside"])))

    return Markup(_TEXT_OF_PICTURE.sub(again, str(svg)))
