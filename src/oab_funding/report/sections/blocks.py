"""What a report consists of besides the blocks of an explanation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from oab_funding.report.document import Block, Grid
from oab_funding.report.numbers import Numbers

if TYPE_CHECKING:
    from markupsafe import Markup


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
class SideBySide:
    """Small tables, beside each other where the page is wide enough."""

    grids: tuple[Grid, ...]


PageBlock: TypeAlias = Block | Commands | Picture | SideBySide


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
