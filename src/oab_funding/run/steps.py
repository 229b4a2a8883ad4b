"""The steps of the calculation, each declared once: its name, its function, what it is given.

Whoever names a step, in a report, in a reconciliation or on the command line, names one of these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from oab_funding.grants.calendar import school_calendar
from oab_funding.grants.municipalities import municipal_grants
from oab_funding.grants.preschool.step import compare_all
from oab_funding.grants.price import stated_money, unit_price
from oab_funding.grants.schools import school_grants
from oab_funding.grants.site_parts import site_parts
from oab_funding.grants.totals import totals
from oab_funding.indicator.imputation.tables import IMPUTED_DONORS, IMPUTED_EDUCATION, IMPUTED_STAY
from oab_funding.indicator.steps import (
    COEFFICIENTS,
    fit_indicator,
    impute_population,
    score_population,
    supply_model,
)
from oab_funding.scores.derivation import derivations
from oab_funding.scores.imputation_spread import imputation_per_site
from oab_funding.scores.institution_scores import municipalities_from_children, sites_from_children
from oab_funding.scores.published.changes import apply_changes
from oab_funding.scores.published.check import check_published
from oab_funding.scores.published.code_map import map_codes
from oab_funding.scores.published.what_if import under_threshold
from oab_funding.scores.schools import school_scores
from oab_funding.tables import catalogue
from oab_funding.tables.preschool_tables import PRESCHOOL as PRESCHOOL_COMPARED
from oab_funding.tables.preschool_tables import TODDLER_COUNTS
from oab_funding.tables.site_registers import register_of_sites

_BESIDES = (PRESCHOOL_COMPARED, TODDLER_COUNTS)
_OF_THE_INDICATOR = (IMPUTED_EDUCATION, IMPUTED_STAY, IMPUTED_DONORS, COEFFICIENTS)

SCHEMAS = catalogue.SCHEMAS | {schema.name: schema for schema in (*_OF_THE_INDICATOR, *_BESIDES)}
"""The schema of every table by its name in the journal."""

KEYS = {name: schema.key for name, schema in SCHEMAS.items()}
"""The columns that identify a row of every table."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the calculation.

    Parameters
    ----------
    name
        What it does, in a few words; the journal and every output call it so.
    function
        The pure function: tables and parameters in, tables and figures out.
    inputs
        Names of the tables it is given, in the order of its arguments. Of several joined by a bar it is given
        the first that is there.
    article
        What it follows, where no provision of the law at hand says so.
    outputs
        Names under which its tables are known, where these differ from its own.
    """

    name: str
    function: Callable[..., Any] = field(repr=False)
    inputs: tuple[str, ...] = ()
    article: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


_POPULATION = ("pupils", "toddlers", "sites_of_children")
_IMPUTED = ("imputed_education", "imputed_stay", "imputed_donors")

FIT = Step(
    "coefficients",
    fit_indicator,
    ("pupils", "sites_of_children"),
    "CBS: linear regression of attainment on ability and background",
)
SUPPLY = Step("coefficients", supply_model)
IMPUTATION = Step(
    "imputation",
    impute_population,
    _POPULATION,
    "CBS: parental education imputed in rounds; model declared",
)
EDUCATION_SCORES = Step(
    "education scores",
    score_population,
    (*_POPULATION, "coefficients", *_IMPUTED),
    "CBS: start value + coefficients of the background",
)
IMPUTATION_PER_SITE = Step(
    "imputation per site",
    imputation_per_site,
    ("pupils", "sites_of_children", *_IMPUTED),
    "imputed share and spread between rounds",
)

CHECK_SITES = Step("published scores against the law", check_published, ("published_scores",))
WHAT_IF_SCORES = Step(
    "scores under another threshold",
    under_threshold,
    ("published_scores",),
    outputs={"site_scores": "what_if_scores"},
)
CHANGES = Step(
    "mergers and independence",
    apply_changes,
    ("what_if_scores|published_scores", "site_changes"),
    "WPO art. 121 lid 3, 117-118",
)
DERIVATION = Step("derivation of scores", derivations, ("site_scores",))
SITES = Step("scores of sites", sites_from_children, ("scored_children", "sites_of_children"))

REGISTER = Step(
    "register of sites",
    register_of_sites,
    ("register_first", "register_second"),
    "the first register wins",
)
SCHOOLS = Step("scores of schools", school_scores, ("site_scores",))
PRICE = Step("price per unit", unit_price, ("schools",))
GRANTS_OF_SCHOOLS = Step("grants of schools", school_grants, ("schools", "old_base"))
PARTS_OF_SITES = Step(
    "parts of sites",
    site_parts,
    ("site_scores", "school_grants", "sites|sites_of_children", "old_base"),
    "convention: the exact amount by score of the site, cents by largest remainder",
)
TOTALS = Step("totals", totals, ("site_grants",), "sums")
CALENDAR = Step("calendar years", school_calendar, ("school_grants",), "accounting and payment rhythm")

MUNICIPALITIES = Step(
    "scores of municipalities", municipalities_from_children, ("scored_children", "sites_of_children")
)
CHECK_LATER, CHECK_EARLIER = (
    Step(
        f"{which} scores against the law",
        check_published,
        (f"{which}_scores",),
        outputs={"contradictions": f"contradictions_{which}"},
    )
    for which in ("later", "earlier")
)
MAP_LATER, MAP_EARLIER = (
    Step(
        f"{which} scores",
        map_codes,
        (f"{which}_scores", "code_map"),
        "WPO art. 163; division of the budget year",
        {"municipality_scores": name},
    )
    for which, name in (("later", "municipality_scores"), ("earlier", "earlier_municipality_scores"))
)
MONEY = Step("budget or price", stated_money)
GRANTS_OF_MUNICIPALITIES = Step(
    "grants of municipalities",
    municipal_grants,
    ("municipality_scores", "earlier_municipality_scores", "grants_2018"),
)
PRESCHOOL = Step("preschool education", compare_all, ("municipal_grants", "toddler_counts"))
