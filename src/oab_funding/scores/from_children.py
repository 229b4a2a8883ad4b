"""The steps from a table of scored children to scores: who is left out, and where each child counts."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from oab_funding.scores.aggregate import ScoreRule, Tables
from oab_funding.scores.exclusions import left_out_sites
from oab_funding.scores.municipalities import municipality_scores
from oab_funding.scores.sites import site_scores
from oab_funding.tables.columns import texts
from oab_funding.tables.step_result import StepResult


def sites_from_children(
    children: pa.Table | Tables,
    sites: pa.Table | None,
    rule: ScoreRule,
    lower_years_until_age: int,
    reliable_above: int,
    excluded_schools: Sequence[str],
) -> StepResult:
    """Compute the scores of sites; see `sites.site_scores` and `exclusions.left_out_sites`.

    The children come as one table, or as a source of its parts.

    Raises
    ------
    InputError
        A site with pupils is not in the register; see `sites.site_scores` for the rest.
    """
    tables = _source(children)
    out = left_out_sites(_site_ids(tables), sites, excluded_schools)
    return site_scores(tables, rule, lower_years_until_age, reliable_above, out)


def municipalities_from_children(
    children: pa.Table | Tables,
    sites: pa.Table | None,
    rule: ScoreRule,
    excluded_schools: Sequence[str] = (),
) -> StepResult:
    """Compute the scores of municipalities; see `municipalities.municipality_scores`.

    Pupils count where the register says their site stands, if it is given with municipalities.

    Raises
    ------
    InputError
        A site with pupils is not in the register; see `municipalities.municipality_scores` for the rest.
    """
    tables = _source(children)
    out = left_out_sites(_site_ids(tables), sites, excluded_schools)
    where = None
    if sites is not None and "municipality_code" in sites.column_names:
        where = dict(zip(texts(sites, "site_id"), texts(sites, "municipality_code"), strict=True))
    return municipality_scores(tables, rule, out, where)


def _source(children: pa.Table | Tables) -> Tables:
    return (lambda: [children]) if isinstance(children, pa.Table) else children


def _site_ids(tables: Tables) -> list[str]:
    found = {site for table in tables() for site in table.column("site_id").unique().to_pylist()}
    return sorted(site for site in found if site is not None)
