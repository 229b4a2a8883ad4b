"""An explanation as text for a terminal, at most 100 characters wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from oab_funding.report.document import Block, Column, Derivation, Document, Grid, Paragraph, Section, Sources
from oab_funding.report.phrases import read_phrases
from oab_funding.report.printable import printable

WIDTH = 100
_EQUATION_WIDTH = 52
_INDENT = "  "


def render_text(document: Document) -> str:
    """Lay out an explanation for a terminal.

    Parameters
    ----------
    document
        The explanation.

    Returns
    -------
    str
        Lines of at most `WIDTH` characters, the last with its line feed. Characters that a terminal would
        obey rather than show stand in it as escapes.

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
    phrases = read_phrases(document.language)
    lines = [document.title, "=" * min(len(document.title), WIDTH)]
    lines += _wrapped(document.subtitle) if document.subtitle else []
    lines += _wrapped(phrases("text.run", run=document.run))
    mark = phrases("text.note")
    for number, warning in enumerate(document.warnings):
        lines += [""] if number == 0 else []
        lines += _wrapped(warning, f"{mark}  ", " " * (len(mark) + 2))
    for section in document.sections:
        lines += ["", *_section(section)]
    lines += ["", *_wrapped(phrases("text.footer"))] if document.recorded else []
    return "".join(f"{printable(line).rstrip()}\n" for line in lines)


def _section(section: Section) -> Iterator[str]:
    yield section.title
    yield "-" * len(section.title)
    for number, block in enumerate(section.blocks):
        if number:
            yield ""
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield from _wrapped(text, _INDENT, _INDENT)
        case Derivation():
            yield from _derivation(block)
        case Grid():
            yield from _grid(block)
        case Sources(items):
            for item in items:
                yield from _wrapped(f"{item.what}: {item.text}", _INDENT, _INDENT * 2)
                if item.address:
                    yield _INDENT * 2 + item.address


def _derivation(block: Derivation) -> Iterator[str]:
    widths = [len(line.equation) for line in block.lines if len(line.equation) <= _EQUATION_WIDTH]
    width = max(widths, default=0)
    margin = " " * (len(_INDENT) + width + 2)
    for line in block.lines:
        meaning = _wrapped(line.meaning, margin, margin) if line.meaning else []
        if len(line.equation) > width:
            yield from _wrapped(line.equation, _INDENT, _INDENT * 3)
        else:
            first = meaning.pop(0).strip() if meaning else ""
            yield f"{_INDENT}{line.equation:<{width}}  {first}"
        yield from meaning


def _grid(grid: Grid) -> Iterator[str]:
    rows = [*grid.rows, *([grid.total] if grid.total else [])]
    widths = _widths([tuple(column.title for column in grid.columns), *rows])
    rule = _INDENT + "  ".join("-" * width for width in widths)
    yield from _wrapped(grid.caption, _INDENT, _INDENT)
    yield from _cells(grid.columns, tuple(column.title for column in grid.columns), widths)
    yield rule
    for row in grid.rows:
        yield from _cells(grid.columns, row, widths)
    if grid.total:
        yield rule
        yield from _cells(grid.columns, grid.total, widths)


def _widths(rows: Sequence[tuple[str, ...]]) -> list[int]:
    """Widths of the columns; the widest gives way where the page would be too narrow."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    excess = len(_INDENT) + sum(widths) + 2 * (len(widths) - 1) - WIDTH
    if excess > 0:
        widest = widths.index(max(widths))
        widths[widest] = max(1, widths[widest] - excess)
    return widths


def _cells(columns: Sequence[Column], row: tuple[str, ...], widths: Sequence[int]) -> Iterator[str]:
    folded = [textwrap.wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
    for number in range(max(map(len, folded))):
        parts = [cell[number] if number < len(cell) else "" for cell in folded]
        shown = [
            f"{part:>{width}}" if column.numeric else f"{part:<{width}}"
            for part, width, column in zip(parts, widths, columns, strict=True)
        ]
        yield _INDENT + "  ".join(shown)


def _wrapped(text: str, first: str = "", others: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=others, break_on_hyphens=False)
