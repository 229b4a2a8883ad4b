"""Checking published scores against the law's own formula: one k must fit every score.

By law (Besluit bekostiging WPO art. 27; WPO 2022 art. 18; for municipalities Stb. 2018, 315 art. 3)
score = A - k E with k = F (C - G), and a negative score becomes 0. A and the score are published rounded half
up to two decimals. Each score leaves k an interval (`threshold_interval`); over the whole country A sums to
T (C - G), with T the size of the target group (`target_size`).

Everything is exact: hundredths as integers, bounds as fractions. A table that fits is not thereby proven
right; what is found is figures that contradict each other.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import chain
from typing import Any

import pyarrow as pa

from oab_funding.scores.published.changes import ThresholdPerPupil
from oab_funding.scores.published.columns import MUNICIPALITIES, SITES, read_columns
from oab_funding.scores.published.consistency import Consistency, consistency
from oab_funding.scores.published.rules import (
    constants_fit,
    flags_fit_pupils,
    no_score_without_children,
    one_k_fits_all,
    raw_is_sum_of_parts,
    score_at_most_raw,
)
from oab_funding.scores.published.threshold_interval import common_interval, threshold_bounds
from oab_funding.tables.columns import build
from oab_funding.tables.conform import to_arrow
from oab_funding.tables.score_tables import CONTRADICTIONS
from oab_funding.tables.step_result import StepResult


def check_against_law(
    table: Any,
    threshold_share: Fraction,
    target_share: Fraction,
    c: Decimal | None = None,
    g: Decimal | None = None,
    flag_limit: int | None = None,
) -> Consistency:
    """Check scores of sites or of municipalities against the law's formula and against each other.

    Parameters
    ----------
    table
        A frame with columns of `SITE_SCORES`, or of `MUNICIPALITY_SCORES` where it has no `site_id`; what is
        not there is not checked. Municipalities without `children` say nothing about k.
    threshold_share
        F, such as 12/100 for sites.
    target_share
        Share of the children in the target group, such as 15/100.
    c, g
        C and G as published, rounded to two decimals, or None.
    flag_limit
        Most pupils at which a score counts as unreliable; None where the scores carry no such flags.

    Returns
    -------
    Consistency
        What fits and every contradiction; a contradiction is no exception.

    Raises
    ------
    InputError
        The table does not keep to its schema.

    Examples
    --------
    >>> import pyarrow as pa
    >>> scores = {"site_id": ["00AP00", "00AR00"], "pupils": [100, 142], "score_raw": ["102.62", "19.46"]}
    >>> found = check_against_law(
    ...     pa.table({**scores, "score": ["33.02", "0.00"]}), Fraction(12, 100), Fraction(15, 100)
    ... )
    >>> found.ok, float(found.k_low), float(found.k_high)
    (True, 0.6959, 0.6961)
    """
    scores = to_arrow(table)
    municipal = _CODE in scores.column_names and "site_id" not in scores.column_names
    columns = read_columns(scores, MUNICIPALITIES if municipal else SITES)
    interval = common_interval(threshold_bounds(columns.children, columns.raw, columns.score))
    order = {code: index for index, code in enumerate(columns.codes)}
    found = chain(
        score_at_most_raw(columns),
        raw_is_sum_of_parts(columns),
        no_score_without_children(columns),
        flags_fit_pupils(columns, flag_limit) if flag_limit is not None else (),
        one_k_fits_all(columns, interval),
    )
    findings = sorted(found, key=lambda finding: order[finding.code or ""])
    findings += constants_fit(interval, threshold_share, c, g)
    return consistency(columns, interval, threshold_share, target_share, findings)


_CODE = MUNICIPALITIES.schema.key[0]


def check_published(
    published_scores: pa.Table,
    threshold_share: Fraction,
    target_share: Fraction,
    c: Decimal | None = None,
    g: Decimal | None = None,
    flag_limit: int | None = None,
) -> StepResult:
    """Check published scores and say what follows: k, C - G, T.

    Parameters
    ----------
    published_scores
        Table of site scores or of municipality scores.
    threshold_share, target_share, c, g, flag_limit
        As for `check_against_law`.

    Returns
    -------
    StepResult
        Table `contradictions`, empty where all is well; figures: those of `Consistency`.

    Raises
    ------
    CheckError
        The scores contradict themselves or the law; every contradiction is listed.

    Examples
    --------
    >>> from oab_funding.tables.score_tables import SITE_SCORES
    >>> from oab_funding.tables.conform import conform
    >>> sites = conform(pa.table({"site_id": ["00AP00"], "score": ["33.02"]}), SITE_SCORES)
    >>> check_published(sites, Fraction("0.12"), Fraction("0.15")).figures["k"] is None
    True
    """
    found = check_against_law(published_scores, threshold_share, target_share, c, g, flag_limit)
    found.raise_if_contradicted()
    return StepResult({"contradictions": contradictions(found)}, found.figures())


def contradictions(found: Consistency) -> pa.Table:
    """Give the contradictions as a table, in the order in which they are listed.

    Examples
    --------
    >>> columns = {"municipality_code": ["GM0014"], "score_raw": ["1.00"], "score": ["2.00"]}
    >>> found = check_against_law(pa.table(columns), Fraction("0.05"), Fraction("0.15"))
    >>> contradictions(found).select(["code", "rule"]).to_pylist()
    [{'code': 'GM0014', 'rule': 'score at most A'}]
    """
    columns = {
        "code": [finding.where for finding in found.findings],
        "rule": [finding.rule for finding in found.findings],
        "message": [finding.message for finding in found.findings],
    }
    return build(CONTRADICTIONS, columns)


def threshold_per_pupil(figures: StepResult) -> ThresholdPerPupil | None:
    """Take k and its interval out of what a check found; None where it is not identified."""
    best, low, high = (figures.figures[name] for name in ("k", "k low", "k high"))
    if not (isinstance(best, Fraction) and isinstance(low, Fraction) and isinstance(high, Fraction)):
        return None
    return ThresholdPerPupil(best, low, high)
