"""Each site's part of its school's grant, with the board, municipality and province it counts for."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from oab_funding.exact import largest_remainder_within
from oab_funding.scores.schools import school_of_site
from oab_funding.tables.catalogue import SITE_GRANTS
from oab_funding.tables.columns import decimals, texts, units
from oab_funding.tables.step_result import StepResult

_FROM_REGISTER = ("name", "board_id", "municipality_code", "municipality_name", "province")


def site_parts(site_scores: pa.Table, school_grants: pa.Table, sites: pa.Table | None = None) -> StepResult:
    """Divide each school's grant over its sites, in proportion to their scores, the cents by largest remainder.

    A school that is paid without a score (an old base in the transition) is divided by pupils, or equally where
    pupils are not known: the law divides over schools only, so this is a convention of this library.

    Parameters
    ----------
    site_scores
        Table with `site_id`, `score` and where known `pupils`, `flags`, `school_id`.
    school_grants
        Table `school_grants` of the same schools.
    sites
        Register of sites, for name, board, municipality and province.

    Returns
    -------
    StepResult
        Table `site_grants` by ascending `site_id`, whose parts add up to each school's amounts to the cent; figures:
        sites, sites not in the register, cents decided by the order of the codes.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from oab_funding.grants.schools import school_grants
    >>> from oab_funding.scores.schools import school_scores
    >>> from oab_funding.tables.catalogue import SITE_SCORES
    >>> from oab_funding.tables.conform import conform
    >>> scores = conform(
    ...     pa.table({"site_id": ["00AP00", "00AP01"], "score": [Decimal("2.00"), Decimal("1.00")]}), SITE_SCORES
    ... )
    >>> grants = school_grants(school_scores(scores).table, None, Decimal("1.00"))
    >>> site_parts(scores, grants.table).table.column("amount").to_pylist()
    [Decimal('2.00'), Decimal('1.00')]
    """
    ids, schools = texts(site_scores, "site_id"), school_of_site(site_scores)
    order = {school: row for row, school in enumerate(texts(school_grants, "school_id"))}
    groups = [order[school] for school in schools]
    scores = units(site_scores, "score")
    pupils = (
        site_scores.column("pupils").to_pylist()
        if "pupils" in site_scores.column_names
        else [None] * len(ids)
    )
    weights = _weights(groups, scores, pupils, len(order))
    amounts, ties = {}, set[str]()
    for name in ("amount_new", "amount"):
        split = largest_remainder_within(groups, weights, units(school_grants, name), ids)
        amounts[name] = split.units
        ties.update(split.ties)
    register = _register(sites)
    school_flags = texts(school_grants, "flags")
    columns: dict[str, Any] = {
        "site_id": ids,
        "school_id": schools,
        **{name: [register.get(site, {}).get(name) for site in ids] for name in _FROM_REGISTER},
        "pupils": pupils,
        "score": site_scores.column("score"),
        **{name: decimals(parts, SITE_GRANTS[name].kind.arrow) for name, parts in amounts.items()},
        "flags": [school_flags[group] for group in groups],
    }
    table = pa.table(columns, schema=SITE_GRANTS.arrow()).sort_by("site_id")
    figures = {
        "sites": len(ids),
        "sites_not_in_register": sum(site not in register for site in ids) if sites is not None else None,
        "cents_decided_by_order_of_codes": len(ties),
    }
    return StepResult({"site_grants": table}, figures)


def _weights(groups: list[int], scores: list[int], pupils: list[int | None], count: int) -> list[int]:
    """Scores; pupils where a school's scores are all 0; 1 where its pupils are not known either."""
    by_score, by_pupils = [0] * count, [0] * count
    for group, score, number in zip(groups, scores, pupils, strict=True):
        by_score[group] += score
        by_pupils[group] += number or 0
    return [
        score if by_score[group] else (number or 0) if by_pupils[group] else 1
        for group, score, number in zip(groups, scores, pupils, strict=True)
    ]


def _register(sites: pa.Table | None) -> dict[str, dict[str, Any]]:
    if sites is None:
        return {}
    names = [name for name in _FROM_REGISTER if name in sites.column_names]
    rows = zip(*(sites.column(name).to_pylist() for name in names), strict=True)
    return {
        site: dict(zip(names, row, strict=True))
        for site, row in zip(texts(sites, "site_id"), rows, strict=True)
    }
