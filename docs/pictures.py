"""The pictures and the table that set the made-up country beside the published figures.

    python docs/pictures.py

draws the national country, carries out the calculation of site scores on it (half a minute), and writes
`docs/assets/*.svg` and the table in `docs/explanation/made-up.md`. A build of the pages does not run it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent / "benchmarks"))

from calibration import QUANTILES, as_text, calibration  # noqa: E402
from calibration_figures import FIGURES  # noqa: E402
from calibration_pipeline import Outcome, run_pipeline  # noqa: E402

from oab_funding.report.figures.style import (  # noqa: E402
    ACCENT,
    CONTRAST,
    add_source,
    house_style,
    new_figure,
    to_svg,
)
from oab_funding.synthetic import DEFAULT_SEED, country  # noqa: E402
from oab_funding.synthetic.shape import PUPILS_NATIONAL  # noqa: E402

PAGE = DOCS / "explanation" / "made-up.md"
SOURCE = "line: the made-up country, oab-funding · points: CBS, scores of 1-10-2019, table of February 2020"
_POINTS = 400
_TOP = (1, 5, 10, 20)
_PUBLISHED = {figure.name: figure.value for figure in FIGURES}


@dataclass(frozen=True, slots=True)
class Picture:
    """A made-up curve with published marks: horizontal and vertical values, in the units of the labels."""

    name: str
    title: str
    across: str
    upwards: str
    curve: tuple[NDArray[np.float64], NDArray[np.float64]]
    marks: Mapping[float, float]
    logarithmic: bool = False

    def svg(self) -> bytes:
        """Draw it; white behind it, so that it can be read on a dark page."""
        with house_style():
            figure, axes = new_figure(3.6, left=0.85)
            if self.logarithmic:
                axes.set_yscale("log")
                axes.yaxis.set_major_formatter("{x:,g}")
            axes.plot(*self.curve, color=ACCENT, linewidth=2.0, label="made up")
            axes.plot(
                list(self.marks),
                list(self.marks.values()),
                "o",
                color=CONTRAST,
                markersize=6,
                label="published",
            )
            axes.set_xlabel(self.across)
            axes.set_ylabel(self.upwards)
            axes.set_title(self.title, loc="left", weight="bold")
            axes.grid(axis="both")
            axes.legend(frameon=False, loc="lower right")
            add_source(figure, SOURCE)
        return to_svg(figure, self.name).replace(b"<svg ", b'<svg style="background:#ffffff" ', 1)


def pictures(outcome: Outcome) -> list[Picture]:
    """Choose what is drawn."""
    table = outcome.sites
    pupils, raw, score = (
        np.asarray(table[name].cast("float64")) for name in ("pupils", "score_raw", "score")
    )
    return [
        _distribution("a-per-pupil", "A per pupil", raw / pupils, "points per pupil"),
        _distribution("positive-scores", "positive scores", score[score > 0], "units, logarithmic", True),
        _distribution("site-sizes", "pupils per site", pupils, "pupils, logarithmic", True),
        _concentration(score),
    ]


def _distribution(
    name: str, figure: str, values: NDArray[np.float64], unit: str, logarithmic: bool = False
) -> Picture:
    shares = np.linspace(0.0, 1.0, _POINTS + 1)
    marks = {
        100 * share: _PUBLISHED[f"{figure}, {label}"]
        for label, share in QUANTILES.items()
        if f"{figure}, {label}" in _PUBLISHED
    }
    of = "sites with a score above 0" if figure == "positive scores" else "sites"
    curve = (100 * shares, np.quantile(values, shares))
    title = figure[0].upper() + figure[1:]
    return Picture(name, title, f"% of {of} at or below", unit, curve, marks, logarithmic)


def _concentration(score: NDArray[np.float64]) -> Picture:
    held = np.concatenate([[0.0], np.cumsum(np.sort(score)[::-1])]) / score.sum()
    places = np.unique(np.linspace(0, score.size, _POINTS + 1).astype(np.int64))
    marks = {float(percent): 100 * _PUBLISHED[f"share of the top {percent}% of sites"] for percent in _TOP}
    curve = (100.0 * places / score.size, 100 * held[places])
    return Picture(
        "concentration",
        "Share of all score held by the highest sites",
        "% of sites, highest scores first",
        "% of all score",
        curve,
        marks,
    )


def main() -> None:
    """Compute once, and write pictures and table."""
    made = country(PUPILS_NATIONAL, seed=DEFAULT_SEED)
    outcome = run_pipeline(made)
    for picture in pictures(outcome):
        (DOCS / "assets" / f"{picture.name}.svg").write_bytes(picture.svg())
    text = PAGE.read_text(encoding="utf-8")
    start = text.index("\n", text.index("<!-- written by")) + 1
    table = as_text(calibration(made, outcome), markdown=True)
    PAGE.write_text(text[:start] + f"\n{table}\n\n" + text[text.index("<!-- end -->") :], encoding="utf-8")
    sys.stdout.write(f"docs/{PAGE.relative_to(DOCS)} and docs/assets\n")


if __name__ == "__main__":
    main()
