"""Dots and bars of several dates."""

from __future__ import annotations

from oab_funding.report.figures.dates import scatter, scatter_figure, shares_by_date, shares_figure


def test_dots_that_nobody_sees_apart_are_one() -> None:
    points = [(n, n) for n in range(100_000)]
    figure = scatter_figure(points, "T", "x", "y")
    dots = figure.axes[0].lines[1]
    assert len(dots.get_xdata()) // 3 <= 402
    assert len(scatter(points, "T", "x", "y", "n")) < 100_000


def test_nothing_can_be_drawn_and_the_same_twice() -> None:
    assert scatter([], "T", "x", "y", "n") == scatter([], "T", "x", "y", "n")


def test_every_date_has_its_bars() -> None:
    shares = {"1": {"a": 0.25, "b": 0.5}, "2": {"b": 0.5}}
    bars = shares_figure(shares, "T").axes[0].patches
    assert [round(bar.get_width()) for bar in bars] == [25, 0, 50, 50]
    assert b"</svg>" in shares_by_date(shares, "T", "n")
