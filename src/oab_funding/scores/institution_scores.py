"""The disadvantage score of a school site from its scored pupils: score = A - B, B = E x F x (C - G)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import pyarrow as pa

from oab_funding.scores.aggregate import Aggregate, ScoreRule, aggregate
from oab_funding.scores.child_source import Children, source_of
from oab_funding.scores.population import PUPIL, TODDLER, Population, left_out_sites
from oab_funding.tables.columns import build, texts
from oab_funding.tables.score_tables import (
    MUNICIPALITY_DERIVATIONS,
    MUNICIPALITY_SCORES,
    SITE_DERIVATIONS,
    SITE_SCORES,
)
from oab_funding.tables.step_result import Figure, StepResult


def site_scores(
    children: Children,
    rule: ScoreRule,
    lower_years_until_age: int,
    reliable_above: int,
    left_out_sites: Mapping[str, str] | None = None,
) -> StepResult:
    """Compute the score of every site that has pupils.

    Parameters
    ----------
    children
        Scored children: one table, the parts of a larger one, or a source of them.
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
    >>> site_scores(pupils, rule, 7, 40).to_frame()[["pupils", "score_raw", "threshold", "score"]]
       pupils score_raw  threshold score
    0      20     30.00  24.000000  6.00
    """
    population = Population(
        "site_id", (PUPIL,), left_out_sites or {}, None, lower_years_until_age, rule.asylum_kinds
    )
    found = aggregate(children, population, rule)
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


def municipality_scores(
    children: Children,
    rule: ScoreRule,
    left_out_sites: Mapping[str, str] | None = None,
    municipality_of_site: Mapping[str, str] | None = None,
) -> StepResult:
    """Compute the score of every municipality that has children.

    Parameters
    ----------
    children
        Scored children: one table, the parts of a larger one, or a source of them.
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
    >>> municipality_scores(toddlers, rule).to_frame()[["children", "score_raw", "score"]]
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
    found = aggregate(children, population, rule)
    columns = score_columns(found, rule)
    both = {"municipality_code": found.names, "children": found.children, **columns}
    return StepResult(
        {
            "municipality_scores": build(MUNICIPALITY_SCORES, both),
            "municipality_derivations": build(MUNICIPALITY_DERIVATIONS, both),
        },
        score_figures(found, rule, columns, "municipalities"),
    )


def sites_from_children(
    children: Children,
    sites: pa.Table | None,
    rule: ScoreRule,
    lower_years_until_age: int,
    reliable_above: int,
    excluded_schools: Sequence[str],
) -> StepResult:
    """Compute the scores of sites; see `site_scores` and `left_out_sites`.

    Raises
    ------
    InputError
        A site with pupils is not in the register; see `site_scores` for the rest.
    """
    source = source_of(children)
    out = left_out_sites(source.site_ids(), sites, excluded_schools)
    return site_scores(source, rule, lower_years_until_age, reliable_above, out)


def municipalities_from_children(
    children: Children,
    sites: pa.Table | None,
    rule: ScoreRule,
    excluded_schools: Sequence[str] = (),
) -> StepResult:
    """Compute the scores of municipalities; see `municipality_scores`.

    Pupils count where the register says their site stands, if it is given with municipalities.

    Raises
    ------
    InputError
        A site with pupils is not in the register; see `municipality_scores` for the rest.
    """
    source = source_of(children)
    out = left_out_sites(source.site_ids(), sites, excluded_schools)
    where = None
    if sites is not None and "municipality_code" in sites.column_names:
        where = dict(zip(texts(sites, "site_id"), texts(sites, "municipality_code"), strict=True))
    return municipality_scores(source, rule, out, where)


_SIX = 6
"""Places of what stands in a derivation."""

Column = Sequence[int | None]


def score_columns(found: Aggregate, rule: ScoreRule) -> dict[str, Column]:
    """Round what was found, each figure once: scores by the rule, the derivation to six decimals.

    Returns
    -------
    dict
        Whole units by column: `score_raw` (A, never floored), `threshold` (B), `difference` (A - B), `score`,
        and the number and score sum of the children in the target group, `target_children` and `target_sum`.
    """
    differences = found.raw - found.thresholds
    none = [None] * len(found.names)
    return {
        "score_raw": found.raw.rounded(rule.places, rule.rounding),
        "threshold": found.thresholds.rounded(_SIX),
        "difference": differences.rounded(_SIX),
        "score": rule.scores(differences),
        "target_children": none if found.members is None else found.members.rounded(_SIX),
        "target_sum": none if found.member_sums is None else found.member_sums.rounded(_SIX),
    }


def score_figures(
    found: Aggregate, rule: ScoreRule, columns: Mapping[str, Column], noun: str
) -> dict[str, Figure]:
    """Give the national figures and the control totals of the rounded scores."""
    sums = {
        name: Fraction(sum(filter(None, columns[name])), 10**rule.places) for name in ("score_raw", "score")
    }
    return {
        **found.figures(),
        "sum_of_raw_scores": sums["score_raw"],
        "sum_of_scores": sums["score"],
        f"{noun}_above_zero": sum(score is not None and score > 0 for score in columns["score"]),
    }
