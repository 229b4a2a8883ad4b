"""The disadvantage score of a school: the sum of the rounded scores of its sites."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import pyarrow as pa

from oab_funding.tables.columns import build, texts, units
from oab_funding.tables.score_tables import SCHOOL_SCORES
from oab_funding.tables.step_result import Figure, StepResult

_CODE_LENGTH = 4
_SCORE_UNITS = 100


def school_scores(site_scores: pa.Table) -> StepResult:
    """Add up the scores of each school's sites.

    Threshold, floor and rounding are per site, so a school's score is a sum of rounded numbers and is not
    rounded again. A site belongs to the school whose code its own code begins with, unless the table has a
    column `school_id`.

    Parameters
    ----------
    site_scores
        Table with `site_id` and `score`, and where known `pupils`, `flags` and `school_id`; one row per site.

    Returns
    -------
    StepResult
        Table `schools`: `school_id`, `sites`, `pupils`, `score`, `flags` (all flags of the school's sites),
        by ascending `school_id`; figures: schools, schools above 0, sum of scores.

    Notes
    -----
    Besluit bekostiging WPO art. 27 lid 5; Besluit bekostiging WPO 2022 art. 18 lid 6.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from oab_funding.tables.score_tables import SITE_SCORES
    >>> from oab_funding.tables.conform import conform
    >>> sites = pa.table({"site_id": ["00AP00", "00AP01"], "score": [Decimal("33.02"), Decimal("1.00")]})
    >>> school_scores(conform(sites, SITE_SCORES)).table.column("score").to_pylist()
    [Decimal('34.02')]
    """
    members: dict[str, list[int]] = {}
    for row, school in enumerate(school_of_site(site_scores)):
        members.setdefault(school, []).append(row)
    names = site_scores.column_names
    rows = site_scores.num_rows
    scores = units(site_scores, "score", 2)
    pupils = site_scores.column("pupils").to_pylist() if "pupils" in names else [None] * rows
    flags = texts(site_scores, "flags") if "flags" in names else [""] * rows
    estimated = site_scores.column("estimated").to_pylist() if "estimated" in names else [False] * rows
    order = sorted(members)
    sums = [sum(scores[row] for row in members[school]) for school in order]
    columns = {
        "school_id": order,
        "sites": [len(members[school]) for school in order],
        "pupils": [_add_up([pupils[row] for row in members[school]]) for school in order],
        "score": sums,
        "flags": [_union(flags[row] for row in members[school]) for school in order],
        "estimated": [any(estimated[row] for row in members[school]) for school in order],
    }
    figures: dict[str, Figure] = {
        "schools": len(order),
        "schools_above_zero": sum(total > 0 for total in sums),
        "sum_of_scores": Fraction(sum(sums), _SCORE_UNITS),
    }
    return StepResult({"schools": build(SCHOOL_SCORES, columns)}, figures)


def school_of_site(sites: pa.Table) -> list[str]:
    """Give the school of each site: what column `school_id` says, else the first four characters of its code.

    Examples
    --------
    >>> school_of_site(pa.table({"site_id": ["00AP00", "00AP01"], "school_id": [None, "99ZZ"]}))
    ['00AP', '99ZZ']
    """
    own = [site[:_CODE_LENGTH] for site in texts(sites, "site_id")]
    if "school_id" not in sites.column_names:
        return own
    return [stated or default for stated, default in zip(texts(sites, "school_id"), own, strict=True)]


def _add_up(pupils: Sequence[int | None]) -> int | None:
    """Add up, if all are known."""
    known = [number for number in pupils if number is not None]
    return sum(known) if len(known) == len(pupils) else None


def _union(flags: Iterable[str]) -> str:
    letters = {letter for flag in flags for letter in flag.split(", ") if letter}
    return ", ".join(sorted(letters))
