"""Curves and bars of scenarios."""

from __future__ import annotations

from oab_funding.report.figures.scenarios import (
    MOST,
    gains_and_losses,
    gains_figure,
    lorenz_curves,
    lorenz_figure,
)


def test_a_curve_for_each_of_the_first_scenarios() -> None:
    curves = {f"s{n}": [0.0, 0.25, 1.0] for n in range(MOST + 2)}
    lines = lorenz_figure(curves, "x", "T").axes[0].lines
    assert len(lines) == 1 + MOST
    assert lines[1].get_ydata()[1] == 25
    assert lorenz_curves(curves, "x", "T") == lorenz_curves(curves, "x", "T")


def test_gains_to_the_right_and_losses_to_the_left() -> None:
    bars = gains_figure([("a", 3.0, 1.0), ("b", 0.0, 2.0)], "T", "EUR").axes[0].patches
    assert [bar.get_width() for bar in bars] == [3, 0, -1, -2]
    assert b"</svg>" in gains_and_losses([], "T", "EUR")
