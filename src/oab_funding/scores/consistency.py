"""Checking published scores against the law's own formula: one k must fit every score.

By law (Besluit bekostiging WPO art. 27; WPO 2022 art. 18; for municipalities Stb. 2018, 315 art. 3)
score = A - k E with k = F (C - G), and a negative score becomes 0. A and the score are published rounded half
up to two decimals. Each score leaves k an interval (`threshold_interval`); over the whole country A sums to
T (C - G), with T the size of the target group (`target_size`).

Everything is exact: hundredths as integers, bounds as fractions. A table that fits is not thereby proven
right; what is found is figures that contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from oab_funding.scores.consistency_result import Consistency, consistency
from oab_funding.scores.finding import Finding
from oab_funding.scores.published_columns import MUNICIPALITIES, SITES, PublishedColumns, read_columns
from oab_funding.scores.score_rules import no_score_without_children, one_k_fits_all, score_at_most_raw
from oab_funding.scores.site_rules import constants_fit, flags_fit_pupils, raw_is_sum_of_parts
from oab_funding.scores.target_size import MIDPOINT, ONE_TARGET_FITS
from oab_funding.scores.threshold_interval import ThresholdInterval, common_interval, threshold_bounds

__all__ = [
    "MIDPOINT",
    "ONE_TARGET_FITS",
    "Consistency",
    "Finding",
    "check_against_law",
    "check_municipalities_against_law",
]


def check_against_law(
    table: Any,
    *,
    threshold_share: Fraction,
    target_share: Fraction,
    c: Decimal | None,
    g: Decimal | None,
    flag_limit: int,
) -> Consistency:
    """Check site scores against the law's formula and against each other.

    Parameters
    ----------
    table
        Site scores, a frame with columns of `SITE_SCORES`; what is not there is not checked.
    threshold_share
        F, such as 12/100.
    target_share
        Share of the pupils in the target group, such as 15/100.
    c, g
        C and G as published, rounded to two decimals, or None.
    flag_limit
        Most pupils at which a score counts as unreliable.

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
    >>> result = check_against_law(
    ...     pa.table({**scores, "score": ["33.02", "0.00"]}),
    ...     threshold_share=Fraction(12, 100),
    ...     target_share=Fraction(15, 100),
    ...     c=None,
    ...     g=None,
    ...     flag_limit=40,
    ... )
    >>> result.ok, float(result.k_low), float(result.k_high)
    (True, 0.6959, 0.6961)
    """
    columns = read_columns(table, SITES)
    interval = _interval(columns)
    found = _in_order(
        columns,
        score_at_most_raw(columns),
        raw_is_sum_of_parts(columns),
        no_score_without_children(columns),
        flags_fit_pupils(columns, flag_limit),
        one_k_fits_all(columns, interval),
    )
    found += constants_fit(interval, threshold_share, c, g)
    return consistency(columns, interval, threshold_share, target_share, found)


def check_municipalities_against_law(
    table: Any, *, threshold_share: Fraction, target_share: Fraction
) -> Consistency:
    """Check scores of municipalities against the law's formula and against each other.

    Parameters
    ----------
    table
        A frame with columns of `MUNICIPALITY_SCORES`. Municipalities without `children` say nothing about k.
    threshold_share
        F, such as 5/100.
    target_share
        Share of the children in the target group, such as 15/100.

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
    >>> scores = {"municipality_code": ["GM0014", "GM0034"], "score_raw": ["390.00", "1.00"]}
    >>> result = check_municipalities_against_law(
    ...     pa.table({**scores, "children": [1000, None], "score": ["100.00", "0.71"]}),
    ...     threshold_share=Fraction(5, 100),
    ...     target_share=Fraction(15, 100),
    ... )
    >>> result.ok, float(result.k_low), float(result.k_high)
    (True, 0.28999, 0.29001)
    """
    columns = read_columns(table, MUNICIPALITIES)
    interval = _interval(columns)
    found = _in_order(
        columns,
        score_at_most_raw(columns),
        no_score_without_children(columns),
        one_k_fits_all(columns, interval),
    )
    return consistency(columns, interval, threshold_share, target_share, found)


def _interval(columns: PublishedColumns) -> ThresholdInterval:
    return common_interval(threshold_bounds(columns.children, columns.raw, columns.score))


def _in_order(columns: PublishedColumns, *by_rule: Iterable[Finding]) -> list[Finding]:
    order = {code: index for index, code in enumerate(columns.codes)}
    found = [finding for findings in by_rule for finding in findings]
    return sorted(found, key=lambda finding: order[finding.code or ""])
