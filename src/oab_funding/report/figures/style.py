"""What the pictures share: colours that colour-blind people tell apart, quiet axes, SVG without chance in it.

matplotlib is imported only when something is drawn, and never its pyplot: a picture leaves no global
state behind.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from oab_funding.report.printable import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = "#1f2933"
MUTED = "#5b6773"
GRID = "#d9dee3"
ACCENT = "#0072b2"
CONTRAST = "#d55e00"
"""Colours of text, lesser text, grid, what is shown, and what stands out (Okabe and Ito, 2008)."""

WIDTH = 8.0
"""Width of a picture in inches."""

_ABOVE, _BELOW, _RIGHT, _EDGE = 0.4, 0.85, 0.3, 0.08
_LETTERS_A_LINE, _LINE = 120, 0.15

_STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10.0,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "svg.fonttype": "none",
    "text.parse_math": False,  # a dollar sign is a dollar sign
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the style of the house, whatever the user's own settings of matplotlib are."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        yield


def new_figure(height: float, left: float = 0.7) -> tuple[Figure, Axes]:
    """Make an empty figure of the house's width with one pair of axes; height and left margin in inches.

    The margins are fixed: letting matplotlib find them would take as long as drawing.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes(
        (left / WIDTH, _BELOW / height, 1 - (left + _RIGHT) / WIDTH, 1 - (_BELOW + _ABOVE) / height)
    )
    return figure, axes


def add_source(figure: Figure, source: str) -> None:
    """Write where the figures come from, small, below the picture, which grows by the lines that takes."""
    lines = textwrap.wrap(printable(source), _LETTERS_A_LINE)
    _grow(figure, _LINE * max(len(lines) - 1, 0))
    height = figure.get_size_inches()[1]
    text = "\n".join(lines)
    figure.text(_EDGE / WIDTH, _EDGE / height, text, ha="left", va="bottom", fontsize=8, color=MUTED)


def _grow(figure: Figure, inches: float) -> None:
    """Add room at the bottom; what is drawn keeps its size."""
    height = figure.get_size_inches()[1]
    scale = height / (height + inches)
    figure.set_size_inches(WIDTH, height + inches)
    for axes in figure.axes:
        box = axes.get_position()
        axes.set_position((box.x0, box.y0 * scale + 1 - scale, box.width, box.height * scale))


def to_svg(figure: Figure, name: str) -> bytes:
    """Give a figure as the bytes of an SVG.

    Parameters
    ----------
    figure
        The figure.
    name
        Name of the picture; the ids in it begin with it, so that several pictures can stand on one page.

    Returns
    -------
    bytes
        The same for the same figure and version of matplotlib: no date, no random ids. Text is text, so that
        it can be read aloud, searched, and set in the page's own letter.
    """
    import matplotlib

    data = io.BytesIO()
    with house_style(), matplotlib.rc_context({"svg.hashsalt": name}):
        figure.savefig(data, format="svg", metadata={"Date": None, "Creator": None})
    text = data.getvalue().decode("utf-8")
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", text)
    return text.replace("*{stroke-linejoin", f"#{name}-figure_1 *{{stroke-linejoin").encode("utf-8")
