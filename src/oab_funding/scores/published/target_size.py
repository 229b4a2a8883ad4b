"""The size T of the target group that published scores imply, and the k that follows where one size fits.

Over the whole country A sums to T (C - G), so T = F x sum of A / k, known as far as k and the rounding of A
allow. The errors of rounding are taken as independent, and also at their worst: all one way.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from oab_funding.exact.rounding import Rule, round_exact, round_units
from oab_funding.scores.published.threshold_interval import ThresholdInterval

ONE_TARGET_FITS: Final = "one T fits"
MIDPOINT: Final = "midpoint of the interval"

SPREADS: Final = 4
"""Standard deviations allowed for the rounding errors of the single A, taken as independent: 1 in 16,000."""

MOST_SIZES: Final = 10_000
"""Beyond this many sizes that fit, T is not identified and they are not listed."""

SD_PLACES: Final = 9
"""Decimals of the standard deviation."""

_TARGET_RULES: Final[tuple[Rule, ...]] = ("up", "half_up", "down")


@dataclass(frozen=True, slots=True)
class TargetSize:
    """What is known of T.

    Parameters
    ----------
    low, high
        T as a real number, before allowing for the rounding of A.
    sd
        Standard deviation of T if the rounding errors of A are independent and uniform.
    hard_low, hard_high
        T if all rounding errors may go one way.
    """

    low: Fraction
    high: Fraction
    sd: Decimal
    hard_low: Fraction
    hard_high: Fraction

    @property
    def sizes(self) -> tuple[int, ...] | None:
        """Whole numbers within `SPREADS` standard deviations of the interval; None if over `MOST_SIZES`."""
        slack = SPREADS * Fraction(self.sd)
        whole = whole_between(self.low - slack, self.high + slack)
        return tuple(whole) if len(whole) <= MOST_SIZES else None

    @property
    def hard_sizes(self) -> range:
        """Whole numbers from `hard_low` to `hard_high`."""
        return whole_between(self.hard_low, self.hard_high)


def target_size(
    raw_sum: Fraction, institutions: int, interval: ThresholdInterval, threshold_share: Fraction
) -> TargetSize | None:
    """Find T; None where k is not bounded on both sides, away from 0.

    Parameters
    ----------
    raw_sum
        Sum of A as published.
    institutions
        How many A were rounded.
    interval
        Of k.
    threshold_share
        F.

    Examples
    --------
    >>> k = ThresholdInterval(Fraction(1, 4), Fraction(1, 2))
    >>> found = target_size(Fraction(100), 3, k, Fraction(1, 10))
    >>> found.low, found.high, found.hard_low
    (Fraction(20, 1), Fraction(40, 1), Fraction(19997, 1000))
    """
    if not interval.low or not interval.high:
        return None
    worst = Fraction(institutions, 200)
    least, most = threshold_share / interval.high, threshold_share / interval.low
    # A rounding error uniform over a hundredth has variance 0.01^2 / 12.
    variance = Fraction(institutions, 120_000) * ((least + most) / 2) ** 2
    return TargetSize(
        low=raw_sum * least,
        high=raw_sum * most,
        sd=square_root(variance, SD_PLACES),
        hard_low=max(raw_sum - worst, Fraction(0)) * least,
        hard_high=(raw_sum + worst) * most,
    )


def target_candidates(children: int | None, target_share: Fraction) -> tuple[tuple[str, int], ...]:
    """Give T by rounding rule: the share of all children rounded up, half up and down; none without N.

    Examples
    --------
    >>> target_candidates(11, Fraction(15, 100))
    (('up', 2), ('half_up', 2), ('down', 1))
    """
    if children is None:
        return ()
    return tuple((rule, round_units(target_share * children, 0, rule)) for rule in _TARGET_RULES)


def best_k(
    raw_sum: Fraction | None,
    interval: ThresholdInterval,
    threshold_share: Fraction,
    sizes: tuple[int, ...] | None,
) -> tuple[Fraction | None, str | None]:
    """Choose k within its interval, and say how: from the one T that fits, or else the midpoint.

    Parameters
    ----------
    raw_sum
        Sum of A as published, None where not known.
    interval
        Of k; without an end on either side no k is chosen.
    threshold_share
        F.
    sizes
        Whole numbers T that fit.

    Examples
    --------
    >>> best_k(Fraction(100), ThresholdInterval(Fraction(1, 4), Fraction(1, 2)), Fraction(1, 10), (30,))
    (Fraction(1, 3), 'one T fits')
    """
    if interval.low is None or interval.high is None:
        return None, None
    if raw_sum is not None and sizes is not None and len(sizes) == 1 and sizes[0]:
        k = threshold_share * raw_sum / sizes[0]
        if interval.low < k < interval.high:
            return k, ONE_TARGET_FITS
    return (interval.low + interval.high) / 2, MIDPOINT


def whole_between(low: Fraction, high: Fraction) -> range:
    """Give the whole numbers from `low` to `high`, none below 0.

    Examples
    --------
    >>> whole_between(Fraction(5, 2), Fraction(5)), whole_between(Fraction(-3), Fraction(1, 2))
    (range(3, 6), range(0, 1))
    """
    return range(math.ceil(max(low, Fraction(0))), math.floor(high) + 1)


def square_root(value: Fraction, places: int) -> Decimal:
    """Take a square root, rounded half up, from whole numbers only.

    Examples
    --------
    >>> square_root(Fraction(2), 4), square_root(Fraction(9, 4), 0)
    (Decimal('1.4142'), Decimal('2'))
    """
    scaled = value * 10 ** (2 * places)
    double = math.isqrt(4 * scaled.numerator // scaled.denominator)
    return round_exact(Fraction((double + 1) // 2, 10**places), places)
