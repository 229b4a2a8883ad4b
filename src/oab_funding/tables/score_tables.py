"""The tables of disadvantage scores, column by column.

Dutch terms: site = vestiging, school = BRIN, municipality = gemeente, raw score = score zonder drempel,
threshold = drempel.
"""

from __future__ import annotations

from oab_funding.tables.schema import (
    Column,
    Number,
    TableSchema,
    Text,
    Whole,
    YesNo,
    flags,
    municipality_code,
    raw_score,
    school_id,
    score,
    site_id,
    threshold,
    wide,
)

SITE_SCORES = TableSchema(
    "site_scores",
    (
        Column("site_id", site_id),
        Column("pupils", Whole(minimum=0), required=False),
        Column("score_raw", raw_score, required=False),
        Column("score_raw_lower", raw_score, required=False),
        Column("score_raw_upper", raw_score, required=False),
        Column("threshold", threshold, required=False, nullable=True),
        Column("score", score),
        Column("flags", flags, required=False, nullable=True),
        Column("school_id", school_id, required=False, nullable=True),
        Column("estimated", YesNo(), required=False, nullable=True),
    ),
    key=("site_id",),
)
"""Disadvantage scores per site: E, A, A of lower and upper years, B, score, reliability flags.

`school_id` stands there where a site does not belong to the school its code begins with; `estimated` where
the score is the estimate of a merger.
"""

SITE_DERIVATIONS = TableSchema(
    "site_derivations",
    (
        Column("site_id", site_id),
        Column("pupils", Whole(minimum=0), nullable=True),
        Column("score_raw", raw_score, nullable=True),
        Column("threshold", wide, nullable=True),
        Column("difference", wide, nullable=True),
        Column("score", score),
        Column("target_children", wide, nullable=True),
        Column("target_sum", wide, nullable=True),
    ),
    key=("site_id",),
)
"""How each site's score comes about: E, A, B, A - B, score.

From children, in one round of imputation, also the number in the target group and the sum of their scores:
A = target_children x C - target_sum.
"""

SITE_IMPUTATION = TableSchema(
    "site_imputation",
    (
        Column("site_id", site_id),
        Column("pupils", Whole(minimum=1)),
        Column("imputed", Whole(minimum=0)),
        Column("imputed_share", Number(6)),
        Column("score_mean", wide),
        Column("score_spread", wide, nullable=True),
        Column("score_low", score),
        Column("score_high", score),
        Column("draw_sd_child", wide, required=False, nullable=True),
        Column("draw_sd_institution", wide, required=False, nullable=True),
        Column("rounds_wanted", Whole(minimum=1), required=False, nullable=True),
    ),
    key=("site_id",),
)
"""What imputation does to each site: pupils imputed, and its score from every round on its own.

Also the standard deviation that its score has from the draws, by either way of averaging, and how many rounds
would bring that of the averaging chosen to one unit of score or below.
"""

MUNICIPALITY_SCORES = TableSchema(
    "municipality_scores",
    (
        Column("municipality_code", municipality_code),
        Column("children", Whole(minimum=0), required=False, nullable=True),
        Column("score_raw", raw_score),
        Column("score", score),
    ),
    key=("municipality_code",),
)
"""Disadvantage scores of municipalities: E, A, score."""

MUNICIPALITY_DERIVATIONS = TableSchema(
    "municipality_derivations",
    (
        Column("municipality_code", municipality_code),
        Column("children", Whole(minimum=0)),
        Column("score_raw", raw_score),
        Column("threshold", wide),
        Column("difference", wide),
        Column("score", score),
        Column("target_children", wide, nullable=True),
        Column("target_sum", wide, nullable=True),
    ),
    key=("municipality_code",),
)
"""How each municipality's score comes about; the columns are those of `SITE_DERIVATIONS`."""

SCHOOL_SCORES = TableSchema(
    "schools",
    (
        Column("school_id", school_id),
        Column("sites", Whole(minimum=1)),
        Column("pupils", Whole(minimum=0), nullable=True),
        Column("score", score),
        Column("flags", flags, nullable=True),
        Column("estimated", YesNo()),
    ),
    key=("school_id",),
)
"""Disadvantage scores per school."""

MERGER_ESTIMATES = TableSchema(
    "merger_estimates",
    (
        Column("site_id", site_id),
        Column("closed", Text()),
        Column("pupils", Whole(minimum=0)),
        Column("score_raw", raw_score),
        Column("score", score),
        Column("score_low", score),
        Column("score_high", score),
    ),
    key=("site_id",),
)
"""Estimated scores of sites that took the pupils of closed sites, with the interval that rounding leaves."""

CONTRADICTIONS = TableSchema(
    "contradictions",
    (Column("code", Text()), Column("rule", Text()), Column("message", Text())),
    key=("code", "rule"),
)
"""Where a published table contradicts itself or the law: at which site or municipality, or at all of them."""
