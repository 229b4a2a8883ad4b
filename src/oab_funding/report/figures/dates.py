"""Pictures of one date against another: scores as dots, shares of categories as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from oab_funding.report.figures.style import (
    ACCENT,
    CONTRAST,
    INK,
    MUTED,
    add_source,
    house_style,
    new_figure,
    to_svg,
)
from oab_funding.report.printable import printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = (ACCENT, CONTRAST, "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Colours that colour-blind people tell apart (Okabe and Ito, 2008)."""

_CELLS = 400
"""Dots nearer than this part of an axis fall together: nobody sees them apart."""

_ROW = 0.2
_MOST_LETTERS = 28


def scatter(
    points: Sequence[tuple[int, int]], title: str, first: str, second: str, name: str, source: str = ""
) -> bytes:
    """Draw the scores of one date against those of another, with the line of equality, as SVG.

    Parameters
    ----------
    points
        Scores in hundredths: of the first date, and of the second.
    title, first, second
        What it shows, and what stands along the axes.
    name
        Name of the picture; see `to_svg`.
    source
        Where the scores come from, for the line below the picture.

    Examples
    --------
    >>> b"</svg>" in scatter([(100, 200), (300, 250)], "Scores", "2018", "2019", "scores")
    True
    """
    return to_svg(scatter_figure(points, title, first, second, source), name)


def scatter_figure(
    points: Sequence[tuple[int, int]], title: str, first: str, second: str, source: str = ""
) -> Figure:
    """Draw the same as a matplotlib figure; see `scatter`."""
    at = np.array(points, dtype=np.int64).reshape(-1, 2)
    low, high = (int(at.min()), int(at.max())) if len(at) else (0, 100)
    low = min(low, 0)
    step = max((high - low) // _CELLS, 1)
    dots = np.unique((at - low) // step, axis=0) * step + low
    with house_style():
        figure, axes = new_figure(5.2)
        axes.plot([low / 100, high / 100], [low / 100, high / 100], color=MUTED, linewidth=1.0, linestyle=":")
        # A dot is a very short line with round ends: the least that SVG needs to say of it.
        gaps, short = np.full(len(dots), np.nan), step / 1000
        x, y = dots.T / 100
        xs = np.column_stack([x - short, x + short, gaps]).ravel()
        ys = np.column_stack([y, y, gaps]).ravel()
        (drawn,) = axes.plot(xs, ys, color=ACCENT, linewidth=2.6, solid_capstyle="round", alpha=0.6)
        drawn.get_path().should_simplify = False
        axes.set_xlabel(printable(first))
        axes.set_ylabel(printable(second))
        axes.set_title(printable(title), loc="left", weight="bold")
        axes.grid(axis="both")
        add_source(figure, source)
    return figure


def shares_by_date(
    shares: Mapping[str, Mapping[str, float]], title: str, name: str, source: str = ""
) -> bytes:
    """Draw which share each category has on every date, as SVG.

    Parameters
    ----------
    shares
        By category, the share (0 to 1) by date.
    title, name, source
        See `scatter`.

    Examples
    --------
    >>> b"not known" in shares_by_date({"not known": {"2018": 0.1, "2019": 0.2}}, "Education", "e")
    True
    """
    return to_svg(shares_figure(shares, title, source), name)


def shares_figure(shares: Mapping[str, Mapping[str, float]], title: str, source: str = "") -> Figure:
    """Draw the same as a matplotlib figure; see `shares_by_date`."""
    dates = list(dict.fromkeys(date for by_date in shares.values() for date in by_date))
    thick = 0.8 / max(len(dates), 1)
    with house_style():
        figure, axes = new_figure(1.6 + _ROW * len(shares) * max(len(dates), 1.5), left=2.4)
        for number, date in enumerate(dates):
            places = [row - 0.4 + thick * (number + 0.5) for row in range(len(shares))]
            values = [100 * by_date.get(date, 0.0) for by_date in shares.values()]
            axes.barh(places, values, thick, color=COLOURS[number % len(COLOURS)], label=printable(date))
        axes.set_yticks(range(len(shares)), [printable(one)[:_MOST_LETTERS] for one in shares])
        axes.invert_yaxis()
        axes.tick_params(axis="y", length=0, labelcolor=INK)
        axes.set_xlabel("%")
        axes.set_title(printable(title), loc="left", weight="bold")
        axes.grid(axis="x")
        if len(dates) > 1:
            axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=len(dates), fontsize=9)
        add_source(figure, source)
    return figure
