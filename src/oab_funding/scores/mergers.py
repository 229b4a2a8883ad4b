"""The estimated score of a site that takes the pupils of closed sites, from published scores.

A merger is exact only from the children, because it changes the school mean of the mothers' education and
with it every pupil's score. From published scores it is an estimate: score = max(0, sum of A - k x sum of E),
with the interval that rounding of A and the interval of k leave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from oab_funding.exact import round_units

PLACES = 2
"""Decimals of published scores."""

_HALF_UNIT = Fraction(1, 2 * 10**PLACES)


@dataclass(frozen=True, slots=True)
class ThresholdPerPupil:
    """What is known of k = F x (C - G), the threshold per pupil: its best value and its interval."""

    best: Fraction
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Merger:
    """The estimate for a site that takes others in; scores in hundredths.

    Parameters
    ----------
    site_id
        The site that stays open.
    closed
        The sites that close, ascending.
    pupils
        E of all together.
    score_raw
        A of all together.
    score
        The best estimate.
    score_low, score_high
        No score outside this interval agrees with what is published, as long as no pupil's own score changes.
    """

    site_id: str
    closed: tuple[str, ...]
    pupils: int
    score_raw: int
    score: int
    score_low: int
    score_high: int


def estimate_merger(
    site_id: str, closed: Sequence[str], pupils: Sequence[int], raw: Sequence[int], k: ThresholdPerPupil
) -> Merger:
    """Estimate the score of a merged site.

    Parameters
    ----------
    site_id, closed
        The site that stays open and those that close.
    pupils, raw
        E and A (in hundredths, as published) of each of these sites.
    k
        The threshold per pupil.

    Examples
    --------
    >>> k = ThresholdPerPupil(Fraction("0.70"), Fraction("0.69"), Fraction("0.71"))
    >>> merged = estimate_merger("00AP00", ["00AP01"], [100, 50], [9000, 3000], k)
    >>> merged.score_low, merged.score, merged.score_high
    (1349, 1500, 1651)
    """
    size, raw_sum = sum(pupils), sum(raw)
    a, slack = Fraction(raw_sum, 10**PLACES), _HALF_UNIT * len(raw)
    return Merger(
        site_id=site_id,
        closed=tuple(sorted(closed)),
        pupils=size,
        score_raw=raw_sum,
        score=_net(a - k.best * size),
        score_low=_net(a - slack - k.high * size),
        score_high=_net(a + slack - k.low * size),
    )


def _net(difference: Fraction) -> int:
    return max(0, round_units(difference, PLACES))
