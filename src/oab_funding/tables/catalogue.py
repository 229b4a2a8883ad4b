"""Every table of the law's calculation by its name in a journal."""

from __future__ import annotations

from oab_funding.tables.child_tables import PUPILS, SCORED_CHILDREN, TODDLERS
from oab_funding.tables.grant_tables import (
    GRANTS_2018,
    MUNICIPAL_GRANTS,
    SCHOOL_CALENDAR,
    SCHOOL_GRANTS,
    SCHOOL_OLD_BASE,
    SITE_GRANTS,
    TOTALS_BOARD,
    TOTALS_MUNICIPALITY,
    TOTALS_PROVINCE,
    UNSCORED_2018,
    UNSCORED_BASE,
)
from oab_funding.tables.register_tables import CODE_MAP, REGISTER_DIFFERENCES, SITE_CHANGES, SITES
from oab_funding.tables.score_tables import (
    CONTRADICTIONS,
    MERGER_ESTIMATES,
    MUNICIPALITY_DERIVATIONS,
    MUNICIPALITY_SCORES,
    SCHOOL_SCORES,
    SITE_DERIVATIONS,
    SITE_IMPUTATION,
    SITE_SCORES,
)

SCHEMAS = {
    schema.name: schema
    for schema in (
        PUPILS,
        TODDLERS,
        SCORED_CHILDREN,
        SITE_SCORES,
        SITE_DERIVATIONS,
        SITE_IMPUTATION,
        MUNICIPALITY_SCORES,
        MUNICIPALITY_DERIVATIONS,
        SCHOOL_SCORES,
        SITES,
        REGISTER_DIFFERENCES,
        CONTRADICTIONS,
        SITE_CHANGES,
        MERGER_ESTIMATES,
        SCHOOL_OLD_BASE,
        UNSCORED_BASE,
        SCHOOL_GRANTS,
        SITE_GRANTS,
        TOTALS_BOARD,
        TOTALS_MUNICIPALITY,
        TOTALS_PROVINCE,
        SCHOOL_CALENDAR,
        GRANTS_2018,
        MUNICIPAL_GRANTS,
        UNSCORED_2018,
        CODE_MAP,
    )
} | {
    "published_scores": SITE_SCORES,
    "what_if_scores": SITE_SCORES,
    "sites_of_children": SITES,
    "register_first": SITES,
    "register_second": SITES,
    "later_scores": MUNICIPALITY_SCORES,
    "earlier_scores": MUNICIPALITY_SCORES,
    "earlier_municipality_scores": MUNICIPALITY_SCORES,
    "contradictions_later": CONTRADICTIONS,
    "contradictions_earlier": CONTRADICTIONS,
}
"""Every table by its name in a journal."""
