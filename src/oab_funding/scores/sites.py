"""The disadvantage score of a school site from its scored pupils: score = A - B, B = E x F x (C - G)."""

from __future__ import annotations

from collections.abc import Mapping

from oab_funding.scores.aggregate import ScoreRule, Tables, aggregate
from oab_funding.scores.population import PUPIL, Population
from oab_funding.scores.score_columns import score_columns, score_figures
from oab_funding.tables.build import build
from oab_funding.tables.score_tables import SITE_DERIVATIONS, SITE_SCORES
from oab_funding.tables.step_result import StepResult


def site_scores(
    tables: Tables,
    rule: ScoreRule,
    lower_years_until_age: int,
    reliable_above: int,
    left_out_sites: Mapping[str, str] | None = None,
) -> StepResult:
    """Compute the score of every site that has pupils.

    Parameters
    ----------
    tables
        Gives the tables of scored children, from the start at every call: one table, or the parts of a larger
        one.
    rule
        Shares, rounding and tie rule.
    lower_years_until_age
        Last age of the lower years (onderbouw).
    reliable_above
        A score on this many children or fewer is flagged.
    left_out_sites
        Sites whose pupils count nowhere, with the reason.

    Returns
    -------
    StepResult
        Tables `site_scores` and `site_derivations` by ascending `site_id`; figures: N, T, C, G, the line, who
        is left out and why, and control totals.

    Raises
    ------
    InputError
        A child is there twice or lacks what it needs, or G does not exist; see `target_group`.

    Notes
    -----
    Besluit bekostiging WPO art. 27; Besluit bekostiging WPO 2022 art. 18. The raw score is never
    floored; its parts for lower and upper years are rounded each on its own, so they need not add up.

    Examples
    --------
    Twenty pupils, of whom the three lowest are the target group: C = 530, G = 520.

    >>> from decimal import Decimal
    >>> from fractions import Fraction
    >>> import pyarrow as pa
    >>> scores = [520] * 3 + [530] * 14 + [540] * 3
    >>> pupils = pa.table({
    ...     "child_id": [f"{i:02d}" for i in range(20)], "kind": ["pupil"] * 20, "site_id": ["00AP00"] * 20,
    ...     "age": [7] * 20, "education_score": pa.array(map(Decimal, scores), pa.decimal128(12, 6)),
    ...     "asylum_seeker": [False] * 20,
    ... })
    >>> rule = ScoreRule(target_share=Fraction(15, 100), threshold_share=Fraction(12, 100))
    >>> site_scores(lambda: [pupils], rule, 7, 40).to_frame()[["pupils", "score_raw", "threshold", "score"]]
       pupils score_raw  threshold score
    0      20     30.00  24.000000  6.00
    """
    population = Population(
        "site_id", (PUPIL,), left_out_sites or {}, None, lower_years_until_age, rule.asylum_kinds
    )
    found = aggregate(tables, population, rule)
    columns = score_columns(found, rule)
    both = {"site_id": found.names, "pupils": found.children, **columns}
    of_years = {
        "score_raw_lower": found.raw_lower.rounded(rule.places, rule.rounding),
        "score_raw_upper": (found.raw - found.raw_lower).rounded(rule.places, rule.rounding),
    }
    numbers = zip(found.children, found.lower_children, strict=True)
    marks = {"flags": [flags(pupils, lower, reliable_above) for pupils, lower in numbers]}
    return StepResult(
        {
            "site_scores": build(SITE_SCORES, both | of_years | marks),
            "site_derivations": build(SITE_DERIVATIONS, both),
        },
        score_figures(found, rule, columns, "sites"),
    )


def flags(pupils: int, lower: int, limit: int) -> str:
    """Say which scores rest on few pupils: a that of the site, b of its lower, c of its upper years.

    Examples
    --------
    >>> flags(81, 40, 40), flags(80, 40, 40), flags(40, 40, 40)
    ('b', 'b, c', 'a, b, c')
    """
    marks = (("a", pupils), ("b", lower), ("c", pupils - lower))
    return ", ".join(mark for mark, number in marks if number <= limit)
