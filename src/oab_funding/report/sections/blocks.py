"""What a report consists of besides the blocks of an explanation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from oab_funding.report.document import Block, Grid

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
