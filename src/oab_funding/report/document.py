"""What an explanation consists of, before it becomes text for a terminal or a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from oab_funding.report.numbers import Numbers

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of text."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a derivation: an equation with its numbers, and what it means."""

    equation: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Derivation:
    """The lines of a derivation, in order."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a grid; numbers stand to the right, and words are said in the language of the page."""

    title: str
    numeric: bool = False
    worded: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table of text that is ready to be shown; `total` is its last row, set apart."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] | None = None


def without_empty_columns(grid: Grid) -> Grid:
    """Leave out the columns in which no row has anything, such as names where no register was given.

    Examples
    --------
    >>> grid = Grid("", (Column("site"), Column("name")), (("00AP00", ""),), ("total", ""))
    >>> without_empty_columns(grid).rows
    (('00AP00',),)
    """
    kept = [number for number in range(len(grid.columns)) if any(row[number] for row in grid.rows)]

    def cut(row: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(row[number] for number in kept)

    columns = tuple(grid.columns[number] for number in kept)
    total = cut(grid.total) if grid.total else None
    return Grid(grid.caption, columns, tuple(map(cut, grid.rows)), total)


@dataclass(frozen=True, slots=True)
class Source:
    """Where something stands: what it holds, the source in words, and its address if it has one."""

    what: str
    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """Sources, in order."""

    items: tuple[Source, ...]


Block: TypeAlias = Paragraph | Derivation | Grid | Sources


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its title and what stands in it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """An explanation of one institution.

    Parameters
    ----------
    language
        "nl" or "en".
    title, subtitle
        Which institution it is, and where it belongs.
    run
        Title of the run.
    warnings
        What must be read first: the labels of the run and of this institution.
    sections
        The explanation itself.
    recorded
        Whether it is of a run that has a record, which `verify` can check.
    """

    language: Literal["nl", "en"]
    title: str
    subtitle: str
    run: str
    warnings: tuple[str, ...]
    sections: tuple[Section, ...]
    recorded: bool = True


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure that stands out: its name, its value, and a note."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Commands:
    """Commands to type, one a line."""

    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture inside the page, and the text below it."""

    svg: Markup
    caption: str


@dataclass(frozen=True, slots=True)
class MapTile:
    """A square of a map: its name, its value, a note, its row and column, and how dark it is (per cent)."""

    name: str
    value: str
    note: str
    place: tuple[int, int]
    darkness: int


@dataclass(frozen=True, slots=True)
class TileMap:
    """A map of squares, read by row."""

    caption: str
    tiles: tuple[MapTile, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Small tables, beside each other where the page is wide enough."""

    grids: tuple[Grid, ...]


PageBlock: TypeAlias = Block | Commands | Picture | SideBySide | TileMap


@dataclass(frozen=True, slots=True)
class PageSection:
    """A section of a report: its title and what stands in it."""

    title: str
    blocks: tuple[PageBlock, ...]


def largest_of(n: Numbers, shown: int, all_there_are: int, one: str, many: str) -> str:
    """Say of how many the largest grants are listed.

    Examples
    --------
    >>> dutch = Numbers(".", ",", "onbekend")
    >>> largest_of(dutch, 20, 355, "school", "schools"), largest_of(dutch, 1, 1, "school", "schools")
    ('The 20 schools with the largest grants, of 355', 'The only school')
    """
    if all_there_are == 1:
        return f"The only {one}"
    if shown == all_there_are:
        return f"All {n.number(shown)} {many}, the largest grants first"
    return f"The {shown} {many} with the largest grants, of {n.number(all_there_are)}"
