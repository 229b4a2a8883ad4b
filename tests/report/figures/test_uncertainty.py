"""Pictures of intervals: what is drawn, from whole numbers."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa

from oab_funding.report.figures.uncertainty import (
    SHOWN,
    interval_figure,
    interval_plot,
    width_figure,
    width_histogram,
)

KIND = pa.decimal128(18, 2)


def table(scores: list[tuple[str, str, str, str]]) -> pa.Table:
    names = ("score", "score_low", "score_median", "score_high")
    columns = {name: pa.array([Decimal(row[at]) for row in scores], KIND) for at, name in enumerate(names)}
    return pa.table({"institution": [f"{at:02d}AA00" for at in range(len(scores))]} | columns)


def test_the_highest_scores_are_drawn_from_the_top() -> None:
    rows = table([(str(at), "0", "1", str(at + 5)) for at in range(SHOWN + 3)])
    axes = interval_figure(rows).axes[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[0] == f"{SHOWN + 2:02d}AA00"
    assert len(labels) == SHOWN
    assert interval_plot(rows) == interval_plot(rows)


def test_widths_are_counted_in_whole_per_cents_of_the_score() -> None:
    rows = table(
        [
            ("100", "90", "1", "110"),
            ("100", "95.01", "1", "105"),
            ("10", "0", "1", "90"),
            ("0", "0", "0", "3"),
        ]
    )
    bars = [bar.get_height() for bar in width_figure(rows).axes[0].patches]
    assert (bars[0], bars[2], bars[-1], sum(bars)) == (1, 1, 1, 3)
    assert width_histogram(rows).startswith(b"<?xml")
