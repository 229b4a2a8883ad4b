"""The threshold per child k: what each published score leaves of it, and the k that fits all or most.

With A and the score rounded half up to hundredths, a positive score leaves k the open interval
((A - score - 0.01) / E, (A - score + 0.01) / E), a score of 0 the open half-line above (A - 0.01) / E.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple


class ThresholdBound(NamedTuple):
    """What one score leaves of k: the open interval (low, high) hundredths per so many children.

    `position` is its row; `high` is None where nothing bounds k from above. The keys are the bounds in whole
    steps, too small for two different bounds to share one: they sort alike.
    """

    position: int
    children: int
    low: int
    high: int | None
    low_key: int
    high_key: int | None

    @property
    def lowest(self) -> Fraction:
        """Lower end of the interval."""
        return Fraction(self.low, 100 * self.children)

    @property
    def highest(self) -> Fraction | None:
        """Upper end of the interval; None where there is none."""
        return None if self.high is None else Fraction(self.high, 100 * self.children)

    def holds_above(self, key: int) -> bool:
        """Whether the interval holds the numbers just above a key."""
        return self.low_key <= key and (self.high_key is None or key < self.high_key)


class ThresholdInterval(NamedTuple):
    """Open interval of k, its ends None where nothing bounds it, and the bounds that do not fit it."""

    low: Fraction | None
    high: Fraction | None
    outside: Sequence[ThresholdBound] = ()

    def distance(self, threshold_share: Fraction) -> tuple[Fraction | None, Fraction | None]:
        """Give the same interval for C - G, which is k divided by F."""
        low, high = (None if end is None else end / threshold_share for end in (self.low, self.high))
        return low, high


def threshold_bounds(
    children: Sequence[int | None], raw: Sequence[int | None], scores: Sequence[int]
) -> list[ThresholdBound]:
    """Find what each row leaves of k; a row without A, without E or with E = 0 leaves it free: no bound.

    Parameters
    ----------
    children
        E, shape (n,).
    raw, scores
        A and the score in hundredths, shape (n,).

    Examples
    --------
    >>> [bound] = threshold_bounds([100, None], [10262, 500], [3302, 100])
    >>> bound.lowest, bound.highest
    (Fraction(6959, 10000), Fraction(6961, 10000))
    """
    most = max((size for size in children if size is not None), default=0)
    shift = 2 * most.bit_length() + 1  # two bounds differ by 1 / (E x E) or more
    bounds = []
    for index, (size, a, score) in enumerate(zip(children, raw, scores, strict=True)):
        if size and a is not None:
            low = max(a - score - 1, 0)  # F and C - G, and so k, are not negative
            high = a - score + 1 if score else None
            high_key = None if high is None else (high << shift) // size
            bounds.append(ThresholdBound(index, size, low, high, (low << shift) // size, high_key))
    return bounds


def common_interval(bounds: Sequence[ThresholdBound]) -> ThresholdInterval:
    """Intersect all bounds, or if that is empty those of the most rows that share a k (ties: smallest k).

    Examples
    --------
    >>> found = common_interval(threshold_bounds([1, 1, 1], [200, 200, 500], [100, 100, 100]))
    >>> found.low, found.high, [bound.position for bound in found.outside]
    (Fraction(99, 100), Fraction(101, 100), [2])
    """
    if not bounds:
        return ThresholdInterval(None, None)
    low, high = _tightest(bounds)
    outside: list[ThresholdBound] = []
    if high is not None and high.high_key is not None and high.high_key <= low.low_key:
        start = _start_of_best_gap(bounds)
        outside = [bound for bound in bounds if not bound.holds_above(start)]
        inside = [bound for bound in bounds if bound.holds_above(start)]
        if not inside:
            return ThresholdInterval(None, None, outside)
        low, high = _tightest(inside)
    return ThresholdInterval(low.lowest, high.highest if high else None, outside)


def _tightest(bounds: Sequence[ThresholdBound]) -> tuple[ThresholdBound, ThresholdBound | None]:
    above = [bound for bound in bounds if bound.high_key is not None]
    low = max(bounds, key=lambda bound: bound.low_key)
    return low, min(above, key=lambda bound: bound.high_key or 0, default=None)


def _start_of_best_gap(bounds: Sequence[ThresholdBound]) -> int:
    """Sweep over k from below, intervals opening and closing, to where the first fullest gap begins."""
    change: Counter[int] = Counter()
    for bound in bounds:
        if bound.high_key is None or bound.low_key < bound.high_key:
            change[bound.low_key] += 1
            if bound.high_key is not None:
                change[bound.high_key] -= 1
    keys = sorted(change)
    if not keys:
        return 0
    counts = list(accumulate(change[key] for key in keys))
    return keys[counts.index(max(counts))]
