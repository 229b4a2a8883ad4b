"""The published figures that the made-up country is compared with, and how near it must come.

Source of all figures with a tolerance: CBS, Achterstandsscores basisscholen 2019 (reference date 1 October
2019), workbook of February 2020, tables 1 and 2 and the explanation; quantiles, shares and the line are
computed from those tables. Standard deviations: the inspectorate's school weights, rounded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

SCORES = "CBS, Achterstandsscores basisscholen 2019, February 2020"
DERIVED = "computed from its tables 1 and 2"
WEIGHTS = "inspectorate, school weights, about"


@dataclass(frozen=True, slots=True)
class Published:
    """A published figure: name, value, source, and the tolerance, as a part of it or in its own unit.

    A `total` grows with the country; the others do not.
    """

    name: str
    value: float
    source: str
    part: float | None = None
    distance: float | None = None
    total: bool = False

    @property
    def tolerance(self) -> float | None:
        """Largest difference that passes, in the figure's own unit; none if the figure is only shown."""
        return self.distance if self.part is None else self.part * self.value

    def for_size(self, part: float) -> Published:
        """Give the figure for a country that is a part of the national one."""
        return replace(self, value=self.value * part) if self.total else self


def _quantiles(name: str, values: dict[str, float]) -> tuple[Published, ...]:
    return tuple(Published(f"{name}, {quantile}", value, DERIVED, 0.10) for quantile, value in values.items())


FIGURES = (
    Published("sites", 6_295, SCORES, 0.05, total=True),
    Published("schools", 6_173, SCORES, 0.05, total=True),
    Published("pupils", 1_396_457, SCORES, 0.05, total=True),
    Published("C", 535.26, SCORES, distance=0.3),
    Published("C - G", 5.80, SCORES, 0.03),
    Published("C - line", 4.31, DERIVED, 0.03),
    Published("sum of A", 1_215_004.40, DERIVED, 0.05, total=True),
    Published("sum of A, lower years", 580_771.25, DERIVED, 0.05, total=True),
    Published("sum of A, upper years", 634_233.03, DERIVED, 0.05, total=True),
    Published("sum of scores", 561_736.12, DERIVED, 0.05, total=True),
    Published("share of sites above 0", 2_555 / 6_295, DERIVED, 0.05),
    Published("share of sites with A above 0", 6_150 / 6_295, DERIVED, 0.05),
    Published("share of the top 10% of sites", 0.676, DERIVED, 0.05),
    *_quantiles(
        "A per pupil",
        {
            "p5": 0.064,
            "p10": 0.120,
            "p25": 0.272,
            "p50": 0.550,
            "p75": 1.128,
            "p90": 2.436,
            "p95": 3.280,
            "p99": 4.216,
            "max": 5.310,
        },
    ),
    *_quantiles("positive scores", {"p25": 38.2, "p50": 111.77, "p75": 310.59, "p90": 583.04, "p95": 756.56}),
    Published("positive scores, mean", 219.86, DERIVED, 0.10),
    *_quantiles(
        "pupils per site", {"p5": 55, "p25": 120.5, "p50": 196, "p75": 287, "p95": 477, "max": 1_815}
    ),
    Published("pupils per site, mean", 221.8, DERIVED, 0.10),
    Published("pupils per site, SD", 139.4, DERIVED, 0.10),
    Published("share of the top 1% of sites", 0.141, DERIVED),
    Published("share of the top 5% of sites", 0.448, DERIVED),
    Published("share of the top 20% of sites", 0.898, DERIVED),
    Published("A per pupil, pupil-weighted SD", 0.951, DERIVED),
    Published("largest score", 2_894.96, SCORES),
    Published("sites with flag a", 120, SCORES, total=True),
    Published("sites with flag b", 867, SCORES, total=True),
    Published("sites with flag c", 706, SCORES, total=True),
    Published("SD of education scores within sites", 3.4, WEIGHTS),
    Published("SD of education scores between sites", 2.3, WEIGHTS),
)
"""Figures with a tolerance decide; the others are shown."""
