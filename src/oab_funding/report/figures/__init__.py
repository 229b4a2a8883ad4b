"""The pictures of a report: each as the bytes of an SVG, the same every time, or as a matplotlib figure."""

from oab_funding.report.figures.grants import (
    grants_per_municipality,
    grants_per_province,
    grants_to_municipalities,
    municipal_figure,
    municipality_figure,
    province_figure,
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
    "grants_per_municipality",
    "grants_per_province",
    "grants_to_municipalities",
    "municipal_figure",
    "municipality_figure",
    "province_figure",
    "score_distribution",
    "shares_held",
    "shares_of_table",
]
