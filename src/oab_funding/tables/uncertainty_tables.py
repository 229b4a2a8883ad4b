"""How certain scores and amounts are: what `uncertainty` gives."""

from __future__ import annotations

from oab_funding.tables.schema import Column, Number, TableSchema, Text

_SCORE, _MONEY, _SHARE = Number(2, digits=18), Number(2, digits=18), Number(6)

UNCERTAINTY = TableSchema(
    "uncertainty",
    (
        Column("stream", Text()),
        Column("level", Text()),
        Column("institution", Text()),
        Column("score", _SCORE),
        Column("score_median", _SCORE),
        Column("score_low", _SCORE),
        Column("score_high", _SCORE),
        Column("p_above_zero", _SHARE),
        Column("sd", _SCORE),
        Column("sd_draw", _SCORE, nullable=True),
        Column("sd_imputation", _SCORE, nullable=True),
        Column("sd_coefficients", _SCORE, nullable=True),
        Column("amount", _MONEY, nullable=True),
        Column("amount_median", _MONEY, nullable=True),
        Column("amount_low", _MONEY, nullable=True),
        Column("amount_high", _MONEY, nullable=True),
    ),
    key=("stream", "level", "institution"),
)
"""Score (units) and amount (euros) of every institution as computed, and in the replicates: the median, the
ends of the interval, the share above 0, and standard deviations."""

NATION = TableSchema(
    "nation",
    (
        Column("stream", Text()),
        Column("figure", Text()),
        Column("median", Number(6, digits=18)),
        Column("low", Number(6, digits=18)),
        Column("high", Number(6, digits=18)),
    ),
    key=("stream", "figure"),
)
"""National figures in the replicates: C, G and the line (points), the sums of scores and amounts (euros)."""
