"""Published scores under another threshold: an estimate from A, E and the k that follows from the table.

By law score = max(0, A - k E) with k = F x (C - G). Another share F' makes it k' = k F' / F. A is published
in two decimals and k is known to an interval, so the score is an estimate; how far off it can be is computed
too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.exact import round_ratio
from oab_funding.scores.published.changes import ThresholdPerPupil
from oab_funding.scores.schools import school_of_site
from oab_funding.tables.columns import build, units
from oab_funding.tables.score_tables import SITE_SCORES
from oab_funding.tables.step_result import Figure, StepResult

_UNITS = 100
_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class _Estimate:
    """The score of a site and the ends between which it must be, in hundredths."""

    score: int
    low: int
    high: int

    @property
    def error(self) -> int:
        return max(self.high - self.score, self.score - self.low)


def rescaled(k: ThresholdPerPupil, share: Fraction, instead_of: Fraction) -> ThresholdPerPupil:
    """Give the threshold per pupil for another share: k F' / F.

    Examples
    --------
    >>> k = ThresholdPerPupil(Fraction(6), Fraction(5), Fraction(7))
    >>> rescaled(k, Fraction("0.10"), Fraction("0.12")).best
    Fraction(5, 1)
    """
    ratio = share / instead_of
    return ThresholdPerPupil(k.best * ratio, k.low * ratio, k.high * ratio)


def under_threshold(
    published_scores: pa.Table,
    k: ThresholdPerPupil | None,
    threshold_share: Fraction,
    instead_of: Fraction,
) -> StepResult:
    """Estimate every site's score under another threshold share.

    Parameters
    ----------
    published_scores
        Table of site scores with `pupils` (E) and `score_raw` (A).
    k
        The threshold per pupil that follows from the table, with its interval.
    threshold_share, instead_of
        F', and the F under which the table was published.

    Returns
    -------
    StepResult
        Table `site_scores`, as it came in but for `score`, and without `threshold`; figures: k', the sum of
        scores, sites above 0, and the largest error in units of score: of one school, and of all together.

    Raises
    ------
    InputError
        The table lacks A or E, or k cannot be found from it.

    Examples
    --------
    >>> columns = {"site_id": ["00AP00"], "pupils": [100], "score_raw": [10262], "score": [3302]}
    >>> k = ThresholdPerPupil(Fraction("0.696"), Fraction("0.696"), Fraction("0.696"))
    >>> found = under_threshold(build(SITE_SCORES, columns), k, Fraction("0.10"), Fraction("0.12"))
    >>> found.table.column("score").to_pylist(), found.figures["largest_error"]
    ([Decimal('44.62')], Fraction(1, 100))
    """
    names = published_scores.column_names
    if k is None or not {"pupils", "score_raw"} <= set(names):
        raise InputError(
            "the scores do not say what they would be under another threshold",
            remedy="give scores with `pupils` (E), `score_raw` (A) and `score`, or scored children",
        )
    new = rescaled(k, threshold_share, instead_of)
    pupils = published_scores.column("pupils").to_pylist()
    raw = units(published_scores, "score_raw", 2)
    found = _estimates(raw, pupils, new)
    columns: dict[str, Any] = {name: published_scores.column(name) for name in names if name != "threshold"}
    columns["score"] = [site.score for site in found]
    errors: dict[str, int] = {}
    for school, site in zip(school_of_site(published_scores), found, strict=True):
        errors[school] = errors.get(school, 0) + site.error
    figures: dict[str, Figure] = {
        "threshold_per_pupil": new.best,
        "sum_of_scores": Fraction(sum(site.score for site in found), _UNITS),
        "sites_above_zero": sum(site.score > 0 for site in found),
        "largest_error": Fraction(max(errors.values()), _UNITS),
        "largest_error_of_sum": Fraction(sum(errors.values()), _UNITS),
    }
    return StepResult({"site_scores": build(SITE_SCORES, columns)}, figures)


def _estimates(raw: Sequence[int], pupils: Sequence[int], k: ThresholdPerPupil) -> list[_Estimate]:
    ends = ((k.best, Fraction(0)), (k.high, -_HALF), (k.low, _HALF))
    columns = (_floored(raw, pupils, each, shift) for each, shift in ends)
    return [_Estimate(*each) for each in zip(*columns, strict=True)]


def _floored(raw: Sequence[int], pupils: Sequence[int], k: Fraction, shift: Fraction) -> list[int]:
    """Give A + shift - k E in hundredths, rounded once and not below 0, in whole numbers over one divisor."""
    per_pupil = k * _UNITS
    divisor = lcm(per_pupil.denominator, shift.denominator)
    each, more = int(per_pupil * divisor), int(shift * divisor)
    pairs = zip(raw, pupils, strict=True)
    return [max(0, round_ratio(a * divisor + more - e * each, divisor)) for a, e in pairs]
