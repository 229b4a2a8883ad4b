"""An explanation as text for a terminal or a sheet of paper, at most so many characters wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from oab_funding.report.document import Block, Column, Derivation, Document, Grid, Paragraph, Section, Sources
from oab_funding.report.phrases import read_phrases
from oab_funding.report.printable import printable

WIDTH = 100
"""Widest, and what one gets without a terminal."""

NARROWEST = 40
_INDENT = "  "
_KEPT = "EUR\N{NO-BREAK SPACE}"
"""An amount stays on one line."""


def render_text(document: Document, width: int = WIDTH) -> str:
    """Lay out an explanation for a terminal.

    Parameters
    ----------
    document
        The explanation.
    width
        Most characters of a line; at least `NARROWEST`, at most `WIDTH`.

    Returns
    -------
    str
        Lines, the last with its line feed. Characters that a terminal would obey rather than show stand in it
        as escapes.

    Examples
    --------
    >>> print(render_text(Document("en", "Site 00AP00", "", "T", ("before transition",), ())), end="")
    Site 00AP00
    ===========
    Run: T
    <BLANKLINE>
    NOTE  before transition
    <BLANKLINE>
    Whether the record is whole, oab-funding verify says.
    """
    phrases, page = read_phrases(document.language), Lines(min(max(width, NARROWEST), WIDTH))
    lines = page.headed(document.title)
    lines += page.wrapped(document.subtitle) if document.subtitle else []
    lines += page.wrapped(phrases("text.run", run=document.run))
    lines += page.body(document, phrases("text.note"))
    lines += ["", *page.wrapped(phrases("text.footer"))] if document.recorded else []
    return as_text(lines)


def as_text(lines: Sequence[str]) -> str:
    """Join lines, each with its line feed and nothing at its end, in characters that steer no terminal."""
    return "".join(f"{printable(line).rstrip()}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Lines:
    """Lays out the parts of a document in lines of at most so many characters.

    Parameters
    ----------
    width
        Most characters of a line.
    indent
        What stands before each line of a block.

    Examples
    --------
    >>> Lines(40).headed("Price")
    ['Price', '=====']
    """

    width: int
    indent: str = _INDENT

    def headed(self, title: str, mark: str = "=") -> list[str]:
        """Give a title, with a line below it."""
        lines = self.wrapped(title)
        return [*lines, mark * max(map(len, lines), default=0)]

    def body(self, document: Document, note: str) -> list[str]:
        """Give the warnings, each behind a word such as "NOTE", and the sections."""
        lines = [""] if document.warnings else []
        for warning in document.warnings:
            lines += self.wrapped(warning, f"{note}  ", " " * (len(note) + 2))
        for section in document.sections:
            lines += ["", *self._section(section)]
        return lines

    def wrapped(self, text: str, first: str = "", others: str = "") -> list[str]:
        """Fold a text into lines, the first and the others with so much before them."""
        kept = text.replace("EUR ", _KEPT)
        lines = textwrap.wrap(
            kept, self.width, initial_indent=first, subsequent_indent=others, break_on_hyphens=False
        )
        return [line.replace(_KEPT, "EUR ") for line in lines]

    def _section(self, section: Section) -> Iterator[str]:
        yield from self.headed(section.title, "-")
        for number, block in enumerate(section.blocks):
            if number:
                yield ""
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[str]:
        match block:
            case Paragraph(text):
                yield from self.wrapped(text, self.indent, self.indent)
            case Derivation():
                yield from self._derivation(block)
            case Grid():
                yield from self._grid(block)
            case Sources(items):
                for item in items:
                    yield from self.wrapped(f"{item.what}: {item.text}", self.indent, self.indent + _INDENT)
                    if item.address:
                        yield f"{self.indent}{_INDENT}{item.address}"

    def _derivation(self, block: Derivation) -> Iterator[str]:
        most = self.width // 2 + 2
        widths = [len(line.equation) for line in block.lines if len(line.equation) <= most]
        width = max(widths, default=0)
        margin = " " * (len(self.indent) + width + 2)
        for line in block.lines:
            meaning = self.wrapped(line.meaning, margin, margin) if line.meaning else []
            if len(line.equation) > width:
                yield from self.wrapped(line.equation, self.indent, self.indent + _INDENT * 2)
            else:
                first = meaning.pop(0).strip() if meaning else ""
                yield f"{self.indent}{line.equation:<{width}}  {first}"
            yield from meaning

    def _grid(self, grid: Grid) -> Iterator[str]:
        rows = [*grid.rows, *([grid.total] if grid.total else [])]
        titles = tuple(column.title for column in grid.columns)
        widths = self._widths([titles, *rows])
        rule = self.indent + "  ".join("-" * width for width in widths)
        yield from self.wrapped(grid.caption, self.indent, self.indent)
        yield from self._cells(grid.columns, titles, widths)
        yield rule
        for row in grid.rows:
            yield from self._cells(grid.columns, row, widths)
        if grid.total:
            yield rule
            yield from self._cells(grid.columns, grid.total, widths)

    def _widths(self, rows: Sequence[tuple[str, ...]]) -> list[int]:
        """Give the widths of the columns; on too narrow a page the widest gives way first."""
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        room = self.width - len(self.indent) - 2 * (len(widths) - 1)
        while sum(widths) > room and max(widths) > 1:
            widths[widths.index(max(widths))] -= 1
        return widths

    def _cells(self, columns: Sequence[Column], row: tuple[str, ...], widths: Sequence[int]) -> Iterator[str]:
        folded = [textwrap.wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
        for number in range(max(map(len, folded))):
            parts = [cell[number] if number < len(cell) else "" for cell in folded]
            shown = [
                f"{part:>{width}}" if column.numeric else f"{part:<{width}}"
                for part, width, column in zip(parts, widths, columns, strict=True)
            ]
            yield self.indent + "  ".join(shown)
