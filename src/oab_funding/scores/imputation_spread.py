"""What imputation does to each site: how many pupils are imputed, how far its score moves between rounds.

In 2018 stacked imputations gave improbable effects at schools with many unregistered pupils; these figures
make that visible.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from math import isqrt

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.exact import round_units
from oab_funding.indicator.category_codes import UNKNOWN
from oab_funding.indicator.coding import CodedChildren, code_children
from oab_funding.indicator.imputed import NO_DONOR, Imputed
from oab_funding.indicator.imputed_tables import imputed_from_tables
from oab_funding.indicator.model_file import Model
from oab_funding.indicator.population import counted_pupils
from oab_funding.indicator.rounds import Group, score_groups
from oab_funding.indicator.scored_table import scored_table
from oab_funding.scores.aggregate import ScoreRule
from oab_funding.scores.from_children import sites_from_children
from oab_funding.tables.build import build
from oab_funding.tables.catalogue import SITE_IMPUTATION
from oab_funding.tables.columns import texts, units
from oab_funding.tables.step_result import Figure, StepResult

_SIX = 10**6


def imputation_per_site(
    pupils: pa.Table,
    sites: pa.Table,
    education: pa.Table,
    stay: pa.Table,
    donors: pa.Table,
    *,
    model: Model,
    rule: ScoreRule,
    lower_years_until_age: int,
    reliable_above: int,
    excluded_schools: Sequence[str],
    reference_date: date,
) -> StepResult:
    """Compute each site's score from every round on its own, and compare.

    Parameters
    ----------
    pupils, sites
        The pupils and the register of sites.
    education, stay, donors
        What was imputed.
    model
        Coefficients and features.
    rule, lower_years_until_age, reliable_above, excluded_schools
        As for the scores of sites.
    reference_date
        The day on which lengths of stay are counted.

    Returns
    -------
    StepResult
        Table `site_imputation`; figures: imputed pupils, the largest spread.
    """
    coded = code_children(pupils, sites, model.specification, reference_date)
    tables = {"imputed_education": education, "imputed_stay": stay, "imputed_donors": donors}
    imputed = imputed_from_tables(tables, [coded], whole=False)[0]
    counted = counted_pupils(coded)[0]
    ages = coded.children.column("age").to_numpy()
    groups = [Group(coded, counted, imputed, ages)]
    by_site: dict[str, list[int]] = {}
    for scored in _rounds(groups, model):
        found = sites_from_children(
            scored, sites, rule, lower_years_until_age, reliable_above, excluded_schools
        ).table
        for site, score in zip(texts(found, "site_id"), units(found, "score"), strict=True):
            by_site.setdefault(site, []).append(score)
    children, touched = _counts(coded, counted & _is_imputed(coded, imputed), counted)
    order = sorted(by_site)
    rows = [_compare(by_site[site]) for site in order]
    columns = {
        "site_id": order,
        "pupils": [children[site] for site in order],
        "imputed": [touched.get(site, 0) for site in order],
        "imputed_share": [round_units(Fraction(touched.get(site, 0), children[site]), 6) for site in order],
        **{
            name: [row[name] for row in rows]
            for name in ("score_mean", "score_spread", "score_low", "score_high")
        },
    }
    figures: dict[str, Figure] = {
        "imputed_pupils": sum(touched.values()),
        "largest_spread": Fraction(max((row["score_spread"] or 0 for row in rows), default=0), _SIX),
    }
    return StepResult({"site_imputation": build(SITE_IMPUTATION, columns)}, figures)


def _rounds(groups: Sequence[Group], model: Model) -> Iterator[pa.Table]:
    for of_round in score_groups(groups, model, "institution"):
        yield scored_table(groups, [of_round], "child")


def _is_imputed(coded: CodedChildren, imputed: Imputed) -> NDArray[np.bool_]:
    """Pupils of whom something was imputed; not asylum seekers, whose score is G whatever is known."""
    found = np.zeros(len(coded), dtype=np.bool_)
    for name in imputed.codes:
        found |= coded.codes[name] == UNKNOWN
    if imputed.donors is not None:
        found |= imputed.donors != NO_DONOR
    return found & ~coded.asylum_seeker


def _counts(
    coded: CodedChildren, touched: NDArray[np.bool_], counted: NDArray[np.bool_]
) -> tuple[dict[str, int], dict[str, int]]:
    sites = coded.children.column("site_id")
    found = []
    for mask in (counted, touched):
        counts = sites.filter(pa.array(mask)).cast(pa.string()).value_counts()
        found.append({row["values"]: row["counts"] for row in counts.to_pylist()})
    return found[0], found[1]


def _compare(scores: Sequence[int]) -> dict[str, int | None]:
    """Mean and standard deviation (divisor m - 1) in millionths, lowest and highest in hundredths."""
    m, total = len(scores), sum(scores)
    spread = None
    if m > 1:
        sum_of_squares = m * sum(score * score for score in scores) - total * total
        spread = isqrt(sum_of_squares * (_SIX // 100) ** 2 // (m * (m - 1)))
    return {
        "score_mean": round_units(Fraction(total, 100 * m), 6),
        "score_spread": spread,
        "score_low": min(scores),
        "score_high": max(scores),
    }
