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
    of_municipality,
    of_school,
    of_site,
    raw_score,
    school_id,
    score,
    threshold,
    wide,
)

SITE_SCORES = of_site(
    "site_scores",
    Column("pupils", Whole(minimum=0), required=False),
    Column("score_raw", raw_score, required=False),
    Column("score_raw_lower", raw_score, required=False),
    Column("score_raw_upper", raw_score, required=False),
    Column("threshold", threshold, required=False, nullable=True),
    Column("score", score),
    Column("flags", flags, required=False, nullable=True),
    Column("school_id", school_id, required=False, nullable=True),
    Column("estimated", YesNo(), required=False, nullable=True),
)
"""Disadvantage scores per site: E, A, A of lower and upper years, B, score, reliability flags.

`school_id` stands there where a site does not belong to the school its code begins with; `estimated` where
the score is the estimate of a merger.
"""

SITE_DERIVATIONS = of_site(
    "site_derivations",
    Column("pupils", Whole(minimum=0), nullable=True),
    Column("score_raw", raw_score, nullable=True),
    Column("threshold", wide, nullable=True),
    Column("difference", wide, nullable=True),
    Column("score", score),
    Column("target_children", wide, nullable=True),
    Column("target_sum", wide, nullable=True),
)
"""How each site's score comes about: E, A, B, A - B, score.

From children, in one round of imputation, also the number in the target group and the sum of their scores:
A = target_children x C - target_sum.
"""

SITE_IMPUTATION = of_site(
    "site_imputation",
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
)
"""What imputation does to each site: pupils imputed, and its score from every round on its own.

Also the standard deviation that its score has from the draws, by either way of averaging, and how many rounds
would bring that of the averaging chosen to one unit of score or below.
"""

MUNICIPALITY_SCORES = of_municipality(
    "municipality_scores",
    Column("children", Whole(minimum=0), required=False, nullable=True),
    Column("score_raw", raw_score),
    Column("score", score),
)
"""Disadvantage scores of municipalities: E, A, score."""

MUNICIPALITY_DERIVATIONS = of_municipality(
    "municipality_derivations",
    Column("children", Whole(minimum=0)),
    Column("score_raw", raw_score),
    Column("threshold", wide),
    Column("difference", wide),
    Column("score", score),
    Column("target_children", wide, nullable=True),
    Column("target_sum", wide, nullable=True),
)
"""How each municipality's score comes about; the columns are those of `SITE_DERIVATIONS`."""

SCHOOL_SCORES = of_school(
    "schools",
    Column("sites", Whole(minimum=1)),
    Column("pupils", Whole(minimum=0), nullable=True),
    Column("score", score),
    Column("flags", flags, nullable=True),
    Column("estimated", YesNo()),
)
"""Disadvantage scores per school."""

MERGER_ESTIMATES = of_site(
    "merger_estimates",
    Column("closed", Text()),
    Column("pupils", Whole(minimum=0)),
    Column("score_raw", raw_score),
    Column("score", score),
    Column("score_low", score),
    Column("score_high", score),
)
"""Estimated scores of sites that took the pupils of closed sites, with the interval that rounding leaves."""

CONTRADICTIONS = TableSchema(
    "contradictions",
    (Column("code", Text()), Column("rule", Text()), Column("message", Text())),
    key=("code", "rule"),
)
"""Where a published table contradicts itself or the law: at which site or municipality, or at all of them."""
