"""The steps that check published scores against the law, with what follows as tables and figures."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from oab_funding.scores.consistency import (
    Consistency,
    check_against_law,
    check_municipalities_against_law,
)
from oab_funding.scores.mergers import ThresholdPerPupil
from oab_funding.tables.build import build
from oab_funding.tables.score_tables import CONTRADICTIONS
from oab_funding.tables.step_result import StepResult


def check_published(
    published_scores: pa.Table,
    threshold_share: Fraction,
    target_share: Fraction,
    c: Decimal | None,
    g: Decimal | None,
    flag_limit: int,
) -> StepResult:
    """Check published scores of sites and say what follows: k, C - G, T.

    Parameters
    ----------
    published_scores
        Table of site scores.
    threshold_share, target_share
        F and the share of the target group.
    c, g
        C and G as published, rounded; None where they are not.
    flag_limit
        A score on this many pupils or fewer carries flag a.

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
    >>> check_published(sites, Fraction("0.12"), Fraction("0.15"), None, None, 40).figures["k"] is None
    True
    """
    found = check_against_law(
        published_scores,
        threshold_share=threshold_share,
        target_share=target_share,
        c=c,
        g=g,
        flag_limit=flag_limit,
    )
    return _checked(found)


def check_published_municipalities(
    scores: pa.Table, threshold_share: Fraction, target_share: Fraction
) -> StepResult:
    """Check published scores of municipalities and say what follows: k, C - G, T.

    Parameters
    ----------
    scores
        Table of municipality scores. `children` may be absent, or empty here and there: then k follows from
        the municipalities that have it, and is None where none does.
    threshold_share, target_share
        F and the share of the target group.

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
    >>> from oab_funding.tables.score_tables import MUNICIPALITY_SCORES
    >>> columns = {"municipality_code": ["GM0014"], "score_raw": [39000], "score": [10000]}
    >>> scores = build(MUNICIPALITY_SCORES, {**columns, "children": [1000]})
    >>> checked = check_published_municipalities(scores, Fraction("0.05"), Fraction("0.15"))
    >>> checked.figures["k low"], checked.figures["k high"]
    (Fraction(28999, 100000), Fraction(29001, 100000))
    """
    found = check_municipalities_against_law(
        scores, threshold_share=threshold_share, target_share=target_share
    )
    return _checked(found)


def contradictions(found: Consistency) -> pa.Table:
    """Give the contradictions as a table, in the order in which they are listed.

    Examples
    --------
    >>> columns = {"municipality_code": ["GM0014"], "score_raw": ["1.00"], "score": ["2.00"]}
    >>> found = check_municipalities_against_law(
    ...     pa.table(columns), threshold_share=Fraction("0.05"), target_share=Fraction("0.15")
    ... )
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


def _checked(found: Consistency) -> StepResult:
    found.raise_if_contradicted()
    return StepResult({"contradictions": contradictions(found)}, found.figures())
