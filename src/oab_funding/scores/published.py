"""The step that checks published scores against the law, with what follows from them as tables and figures."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from oab_funding.scores.consistency import Consistency, check_against_law
from oab_funding.scores.mergers import ThresholdPerPupil
from oab_funding.tables.catalogue import CONTRADICTIONS
from oab_funding.tables.step_result import StepResult


def check_published(
    published_scores: pa.Table,
    threshold_share: Fraction,
    target_share: Fraction,
    c: Decimal | None,
    g: Decimal | None,
    flag_limit: int,
) -> StepResult:
    """Check published scores and say what follows: k, C - G, T.

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
    >>> from oab_funding.tables.catalogue import SITE_SCORES
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
    found.raise_if_contradicted()
    return StepResult({"contradictions": _table(found)}, found.figures())


def threshold_per_pupil(figures: StepResult) -> ThresholdPerPupil | None:
    """Take k and its interval out of what `check_published` found; None where it is not identified."""
    best, low, high = (figures.figures[name] for name in ("k", "k low", "k high"))
    if not (isinstance(best, Fraction) and isinstance(low, Fraction) and isinstance(high, Fraction)):
        return None
    return ThresholdPerPupil(best, low, high)


def _table(found: Consistency) -> pa.Table:
    rows = [{"site_id": f.site_id, "rule": f.rule, "message": f.message} for f in found.findings]
    return pa.Table.from_pylist(rows, schema=CONTRADICTIONS.arrow())
