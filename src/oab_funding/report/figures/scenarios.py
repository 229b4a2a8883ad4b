"""Pictures of scenarios: how concentrated the money is in each, and what gainers and losers make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from oab_funding.report.figures.dates import COLOURS
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

MOST = 6
"""Curves in one picture at most."""

_ROW = 0.26
_MOST_LETTERS = 40


def lorenz_curves(curves: Mapping[str, Sequence[float]], axis: str, title: str, source: str = "") -> bytes:
    """Draw which share of the money the lowest so many per cent get, a curve per scenario, as SVG.

    Parameters
    ----------
    curves
        By scenario, the shares (0 to 1) at equal steps of the number of institutions.
    axis, title, source
        What stands along the axis, above and below the picture.

    Examples
    --------
    >>> b"in force" in lorenz_curves({"in force": [0.0, 0.2, 1.0]}, "schools", "Lorenz")
    True
    """
    return to_svg(lorenz_figure(curves, axis, title, source), "lorenz")


def lorenz_figure(curves: Mapping[str, Sequence[float]], axis: str, title: str, source: str = "") -> Figure:
    """Draw the same as a matplotlib figure; see `lorenz_curves`."""
    with house_style():
        figure, axes = new_figure(4.8)
        axes.plot([0, 100], [0, 100], color=MUTED, linewidth=1.0, linestyle=":")
        for number, (name, shares) in enumerate(list(curves.items())[:MOST]):
            at = [100 * step / (len(shares) - 1) for step in range(len(shares))]
            colour = INK if number == 0 else COLOURS[(number - 1) % len(COLOURS)]
            axes.plot(
                at, [100 * share for share in shares], color=colour, linewidth=1.8, label=printable(name)
            )
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 101)
        axes.set_xlabel(printable(axis))
        axes.set_ylabel("%")
        axes.set_title(printable(title), loc="left", weight="bold")
        axes.grid(axis="both")
        axes.legend(frameon=False, loc="upper left", fontsize=9)
        add_source(figure, source)
    return figure


def gains_and_losses(
    rows: Sequence[tuple[str, float, float]], title: str, unit: str, source: str = ""
) -> bytes:
    """Draw what all gainers gain and all losers lose in every scenario, as SVG.

    Parameters
    ----------
    rows
        Name of the scenario, what is gained, and what is lost, both 0 or more.
    title, unit, source
        What stands above, along the axis, and below the picture.

    Examples
    --------
    >>> b"price" in gains_and_losses([("price = 600", 10.0, 2.0)], "Gains", "EUR million")
    True
    """
    return to_svg(gains_figure(rows, title, unit, source), "gains")


def gains_figure(rows: Sequence[tuple[str, float, float]], title: str, unit: str, source: str = "") -> Figure:
    """Draw the same as a matplotlib figure; see `gains_and_losses`."""
    with house_style():
        figure, axes = new_figure(1.4 + _ROW * max(len(rows), 3), left=3.0)
        places = range(len(rows))
        axes.barh(places, [gained for _, gained, _ in rows], 0.7, color=ACCENT)
        axes.barh(places, [-lost for _, _, lost in rows], 0.7, color=CONTRAST)
        axes.axvline(0, color=MUTED, linewidth=0.8)
        axes.set_yticks(places, [printable(name)[:_MOST_LETTERS] for name, _, _ in rows])
        axes.invert_yaxis()
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(printable(unit))
        axes.set_title(printable(title), loc="left", weight="bold")
        axes.grid(axis="x")
        add_source(figure, source)
    return figure
