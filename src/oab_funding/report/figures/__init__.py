"""The pictures of a report: each as the bytes of an SVG, the same every time, or as a matplotlib figure."""

from oab_funding.report.figures.dates import scatter, scatter_figure, shares_by_date, shares_figure
from oab_funding.report.figures.grants import (
    grants_per_municipality,
    grants_per_province,
    grants_to_municipalities,
    municipal_figure,
    municipality_figure,
    province_figure,
)
from oab_funding.report.figures.scenarios import (
    gains_and_losses,
    gains_figure,
    lorenz_curves,
    lorenz_figure,
)
from oab_funding.report.figures.scores import (
    concentration_curve,
    concentration_figure,
    distribution_figure,
    score_distribution,
    shares_held,
    shares_of_table,
)

__all__ = [
    "concentration_curve",
    "concentration_figure",
    "distribution_figure",
    "gains_and_losses",
    "gains_figure",
    "grants_per_municipality",
    "grants_per_province",
    "grants_to_municipalities",
    "lorenz_curves",
    "lorenz_figure",
    "municipal_figure",
    "municipality_figure",
    "province_figure",
    "scatter",
    "scatter_figure",
    "score_distribution",
    "shares_by_date",
    "shares_figure",
    "shares_held",
    "shares_of_table",
]
