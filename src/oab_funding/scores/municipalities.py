"""The disadvantage score of a municipality: that of toddlers living there and pupils at its schools."""

from __future__ import annotations

from collections.abc import Mapping

from oab_funding.scores.aggregate import ScoreRule, Tables, aggregate
from oab_funding.scores.population import PUPIL, TODDLER, Population
from oab_funding.scores.score_columns import score_columns, score_figures
from oab_funding.tables.build import build
from oab_funding.tables.score_tables import MUNICIPALITY_DERIVATIONS, MUNICIPALITY_SCORES
from oab_funding.tables.step_result import StepResult


def municipality_scores(
    tables: Tables,
    rule: ScoreRule,
    left_out_sites: Mapping[str, str] | None = None,
    municipality_of_site: Mapping[str, str] | None = None,
) -> StepResult:
    """Compute the score of every municipality that has children.

    Parameters
    ----------
    tables
        Gives the tables of scored children, from the start at every call.
    rule
        Shares, rounding and tie rule.
    left_out_sites
        Sites whose pupils count nowhere, with the reason.
    municipality_of_site
        Municipality of each site in the division of the budget year; pupils count there instead of in their
        own column `municipality_code`.

    Returns
    -------
    StepResult
        Tables `municipality_scores` and `municipality_derivations` by ascending code; figures as for sites.

    Raises
    ------
    InputError
        A child is there twice or lacks what it needs, or G does not exist; see `target_group`.

    Notes
    -----
    Besluit specifieke uitkeringen gemeentelijk onderwijsachterstandenbeleid (Stb. 2018, 315) art.
    3. The line, C and G are national, over toddlers and pupils together; that G is national too is inferred.
    A reorganisation is computed by assigning children and sites to the division of the budget year: floored
    scores never simply add.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from fractions import Fraction
    >>> import pyarrow as pa
    >>> scores = [520] * 3 + [530] * 14 + [540] * 3
    >>> toddlers = pa.table({
    ...     "child_id": [f"{i:02d}" for i in range(20)], "kind": ["toddler"] * 20,
    ...     "site_id": pa.nulls(20, pa.string()),
    ...     "municipality_code": ["GM0363"] * 20,
    ...     "education_score": pa.array(map(Decimal, scores), pa.decimal128(12, 6)),
    ...     "asylum_seeker": [False] * 20,
    ... })
    >>> rule = ScoreRule(target_share=Fraction(15, 100), threshold_share=Fraction(5, 100))
    >>> municipality_scores(lambda: [toddlers], rule).to_frame()[["children", "score_raw", "score"]]
       children score_raw  score
    0        20     30.00  20.00
    """
    population = Population(
        "municipality_code",
        (PUPIL, TODDLER),
        left_out_sites or {},
        municipality_of_site,
        None,
        rule.asylum_kinds,
    )
    found = aggregate(tables, population, rule)
    columns = score_columns(found, rule)
    both = {"municipality_code": found.names, "children": found.children, **columns}
    return StepResult(
        {
            "municipality_scores": build(MUNICIPALITY_SCORES, both),
            "municipality_derivations": build(MUNICIPALITY_DERIVATIONS, both),
        },
        score_figures(found, rule, columns, "municipalities"),
    )
