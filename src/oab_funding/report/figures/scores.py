"""The scores of sites: how concentrated they are, and how those above 0 are distributed."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

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
from oab_funding.tables.columns import units

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKED = (Fraction(1, 100), Fraction(5, 100), Fraction(10, 100), Fraction(20, 100))
"""Shares of the sites at which the curve is marked."""
_UNITS = 100
_LOWEST = 100
_BINS_PER_DECADE = 12
_FILLED = 0.93


def concentration_curve(site_scores: pa.Table, source: str = "") -> bytes:
    """Draw the share of all score that the highest scoring share of sites holds, as SVG.

    Parameters
    ----------
    site_scores
        Table with `score`.
    source
        Where the scores come from, for the line below the picture.

    Examples
    --------
    >>> from decimal import Decimal
    >>> scores = pa.table({"score": pa.array([Decimal("33.02"), Decimal("0.00")], pa.decimal128(12, 2))})
    >>> b"share of all sites" in concentration_curve(scores)
    True
    """
    return to_svg(concentration_figure(site_scores, source), "concentration")


def concentration_figure(site_scores: pa.Table, source: str = "") -> Figure:
    """Draw the same as a matplotlib figure; see `concentration_curve`."""
    scores = sorted(units(site_scores, "score"), reverse=True)
    held = np.concatenate([[0], np.cumsum(np.array(scores, dtype=np.int64))])
    with house_style():
        figure, axes = new_figure(4.4)
        axes.plot([0, 100], [0, 100], color=MUTED, linewidth=1.0, linestyle=":")
        axes.text(60, 56, "equal scores", color=MUTED, fontsize=9, ha="left", va="top")
        if held[-1] > 0:
            axes.plot(
                np.arange(held.size) * 100 / len(scores), held * 100 / held[-1], color=ACCENT, linewidth=2.2
            )
            _marks(axes, scores)
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 102)
        axes.set_xlabel("share of all sites (vestigingen), highest scores first, %")
        axes.set_ylabel("share of all score, %")
        axes.set_title("How concentrated the scores are", loc="left", weight="bold")
        axes.grid(axis="both")
        add_source(figure, source)
    return figure


def shares_held(scores: list[int]) -> list[tuple[Fraction, Fraction]]:
    """Give, for each marked share p of n sites, the share of the total that the floor(n p) highest hold.

    Shares of less than one site are left out.

    Examples
    --------
    >>> [str(held) for share, held in shares_held([60, 40] + [0] * 18)]
    ['3/5', '1', '1']
    """
    ordered, total = sorted(scores, reverse=True), sum(scores)
    counts = [(share, int(len(ordered) * share)) for share in MARKED]
    return [(share, Fraction(sum(ordered[:count]), total)) for share, count in counts if count and total]


def shares_of_table(site_scores: pa.Table) -> list[tuple[Fraction, Fraction]]:
    """Give the same for a table with `score`; see `shares_held`."""
    return shares_held(units(site_scores, "score"))


def _marks(axes: Axes, scores: list[int]) -> None:
    for number, (share, held) in enumerate(shares_held(scores)):
        # Whole sites, so that the mark lies on the line.
        counted = Fraction(int(len(scores) * share), len(scores))
        x, y = float(counted * 100), float(held * 100)
        away, side = (
            ((9, 2), "bottom") if number == 0 else ((9, -4), "top")
        )  # the first would meet the diagonal
        axes.plot([x], [y], "o", color=CONTRAST, markersize=6)
        axes.annotate(
            f"top {share * 100}%: {y:.1f}%",
            (x, y),
            xytext=away,
            textcoords="offset points",
            va=side,
            fontsize=9,
        )


def score_distribution(site_scores: pa.Table, source: str = "") -> bytes:
    """Draw how the scores above 0 are distributed, as SVG.

    Parameters
    ----------
    site_scores
        Table with `score`.
    source
        Where the scores come from, for the line below the picture.

    Examples
    --------
    >>> from decimal import Decimal
    >>> scores = pa.table({"score": pa.array([Decimal("33.02"), Decimal("0.00")], pa.decimal128(12, 2))})
    >>> score_distribution(scores).startswith(b"<?xml")
    True
    """
    return to_svg(distribution_figure(site_scores, source), "distribution")


def distribution_figure(site_scores: pa.Table, source: str = "") -> Figure:
    """Draw the same as a matplotlib figure; see `score_distribution`."""
    scores = units(site_scores, "score")
    positive = sorted(score for score in scores if score > 0)
    with house_style():
        figure, axes = new_figure(4.0)
        if positive:
            _bars(axes, positive)
            _median_and_mean(axes, positive)
        axes.set_ylabel("sites (vestigingen)")
        axes.set_xlabel("disadvantage score (achterstandsscore) of the site, logarithmic scale")
        axes.set_title(f"{len(positive):,} of {len(scores):,} sites score above 0", loc="left", weight="bold")
        add_source(figure, source)
    return figure


def _bars(axes: Axes, positive: list[int]) -> None:
    """Bars of equal width on the scale; scores below 1 go into the first, and its label says so.

    The edges are whole hundredths, as scores are, so that no score lies on either side by a trifle.
    """
    decades = math.log10(max(positive[-1], 10 * _LOWEST) / _LOWEST)
    steps = math.ceil(decades * _BINS_PER_DECADE)
    edges = np.array([round(_LOWEST * 10 ** (step / _BINS_PER_DECADE)) for step in range(steps + 1)])
    edges[-1] += 1  # the highest score may lie on the last edge
    counts, _ = np.histogram(np.maximum(positive, _LOWEST), bins=edges)
    widths = np.diff(edges) * _FILLED / _UNITS
    axes.bar(edges[:-1] / _UNITS, counts, width=widths, align="edge", color=ACCENT)
    axes.set_xscale("log")
    axes.set_xlim(_LOWEST / _UNITS, edges[-1] / _UNITS)
    ticks = [10**power for power in range(math.floor(decades) + 1)]
    lowest = "1 or less" if positive[0] < _LOWEST else "1"
    axes.set_xticks(ticks, [lowest, *(f"{tick:,}" for tick in ticks[1:])])
    axes.xaxis.set_minor_formatter("")
    axes.grid(axis="y")


def _median_and_mean(axes: Axes, positive: list[int]) -> None:
    """Median and mean: that they lie far apart is what the picture is about."""
    axes.margins(y=0.15)
    height = axes.get_ylim()[1]
    middle = Fraction(positive[(len(positive) - 1) // 2] + positive[len(positive) // 2], 2)
    _mark(axes, f"median {float(middle / _UNITS):,.1f}", middle, height, "right")
    mean = Fraction(sum(positive), len(positive))
    _mark(axes, f"mean {float(mean / _UNITS):,.1f}", mean, height, "left")


def _mark(axes: Axes, text: str, score: Fraction, height: float, side: Literal["left", "right"]) -> None:
    x, away, line = float(score / _UNITS), 5 if side == "left" else -5, "-" if side == "left" else "--"
    axes.axvline(x, color=CONTRAST, linewidth=1.2, linestyle=line)
    axes.annotate(
        text,
        (x, height),
        xytext=(away, 0),
        textcoords="offset points",
        ha=side,
        va="top",
        color=INK,
        fontsize=9,
    )
