"""How wide the intervals of scores are: of the highest scoring sites, and of all that score above 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

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
from oab_funding.tables.columns import texts, units

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = 25
"""So many of the highest scoring institutions are drawn."""

_WIDEST = 100
"""Half widths above so many per cent of the score go into the last bar."""

_STEP = 5

Names = dict[str, str]
"""What the picture says, by name: `title`, `axis`, `computed`, `median`, `wide`, `share`, `sites`."""

ENGLISH: Names = {
    "title": "the {shown} highest scores, each with its interval",
    "axis": "disadvantage score (achterstandsscore)",
    "computed": "as computed",
    "median": "median",
    "wide": "half width of the interval, % of the score",
    "count": "institutions",
    "spread": "how wide the intervals of scores above 0 are",
}


def interval_plot(uncertainty: pa.Table, names: Names = ENGLISH, source: str = "") -> bytes:
    """Draw the intervals of the highest scores, as SVG.

    Parameters
    ----------
    uncertainty
        Rows of one stream and level of the table `uncertainty`.
    names
        What the picture says.
    source
        The line below it.

    Examples
    --------
    >>> from decimal import Decimal
    >>> one = pa.array([Decimal("33.02")], pa.decimal128(18, 2))
    >>> columns = ("score", "score_low", "score_median", "score_high")
    >>> table = pa.table({"institution": ["00AP00"]} | dict.fromkeys(columns, one))
    >>> b"00AP00" in interval_plot(table)
    True
    """
    return to_svg(interval_figure(uncertainty, names, source), "intervals")


def interval_figure(uncertainty: pa.Table, names: Names = ENGLISH, source: str = "") -> Figure:
    """Draw the same as a matplotlib figure; see `interval_plot`."""
    score, low, median, high = (
        np.array(units(uncertainty, name, 2)) / 100
        for name in ("score", "score_low", "score_median", "score_high")
    )
    codes = texts(uncertainty, "institution")
    order = np.lexsort((np.arange(len(score)), -score))[:SHOWN]
    with house_style():
        figure, axes = new_figure(1.6 + 0.2 * len(order), left=1.2)
        rows = np.arange(len(order))[::-1]
        axes.hlines(rows, low[order], high[order], color=ACCENT, linewidth=2.2)
        axes.plot(median[order], rows, "|", color=ACCENT, markersize=9, label=names["median"])
        axes.plot(score[order], rows, "o", color=CONTRAST, markersize=4, label=names["computed"])
        axes.set_yticks(rows, [codes[at] for at in order.tolist()])
        axes.set_ylim(-0.7, len(order) - 0.3)
        axes.set_xlabel(names["axis"])
        axes.set_title(names["title"].format(shown=len(order)), loc="left", weight="bold")
        axes.grid(axis="x")
        axes.legend(loc="lower right", frameon=False)
        add_source(figure, source)
    return figure


def width_histogram(uncertainty: pa.Table, names: Names = ENGLISH, source: str = "") -> bytes:
    """Draw how wide the intervals are, in parts of the score, as SVG; see `interval_plot`."""
    return to_svg(width_figure(uncertainty, names, source), "widths")


def width_figure(uncertainty: pa.Table, names: Names = ENGLISH, source: str = "") -> Figure:
    """Draw the same as a matplotlib figure; see `width_histogram`."""
    columns: dict[str, Any] = {
        name: np.array(units(uncertainty, name, 2), dtype=np.int64)
        for name in ("score", "score_low", "score_high")
    }
    above = columns["score"] > 0
    half = (columns["score_high"] - columns["score_low"])[above]
    # Whole per cents, rounded down, so that no width lies on an edge by a trifle.
    percent = np.minimum(50 * half // columns["score"][above], _WIDEST - 1)
    counts = np.bincount(percent // _STEP, minlength=_WIDEST // _STEP)
    with house_style():
        figure, axes = new_figure(3.6)
        axes.bar(np.arange(len(counts)) * _STEP, counts, width=_STEP * 0.93, align="edge", color=ACCENT)
        ticks = list(range(0, _WIDEST, 20))
        axes.set_xticks([*ticks, _WIDEST], [*map(str, ticks), f"{_WIDEST}+"])
        axes.set_xlabel(names["wide"])
        axes.set_ylabel(names["count"], color=INK)
        axes.set_title(names["spread"], loc="left", weight="bold")
        axes.grid(axis="y", color=MUTED, alpha=0.3)
        add_source(figure, source)
    return figure
