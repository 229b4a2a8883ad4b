"""The line through a ranking: the score at a rank, and how many score below it, without sorting.

Scores are counted into buckets, first wide ones for all scores, then one per score within the bucket where
the rank falls. Counts add up over batches, so a file larger than memory is read twice and never held, and the
answer is the same for every division into batches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from oab_funding.errors import InputError
from oab_funding.exact import group_sums
from oab_funding.exact.sums import INT64_MAX, Int64Array, magnitude

_WIDTH_BITS = 18
_WIDTH = 1 << _WIDTH_BITS
"""A bucket is 262,144 scores wide: about a quarter of a point on the scale of education scores."""


@dataclass(frozen=True, slots=True)
class Survey:
    """How scores spread over buckets.

    Parameters
    ----------
    largest
        The largest absolute score.
    buckets
        By number of the bucket, how many scores are in it and their sum.

    Examples
    --------
    >>> both = Survey.of(np.array([5, 1])) + Survey.of(np.array([9, 1]))
    >>> both.count, both.total
    (4, 16)
    """

    largest: int = 0
    buckets: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, scores: Int64Array) -> Survey:
        """Survey one array.

        Raises
        ------
        InputError
            The scores are so large that their sum could pass 63 bits.
        """
        if not scores.size:
            return cls()
        places = scores >> _WIDTH_BITS
        first = int(places.min())
        counts = np.bincount(places - first)
        sums = group_sums(scores, places - first, counts.size)
        used = np.flatnonzero(counts).tolist()
        return cls(magnitude(scores), {first + i: (int(counts[i]), int(sums[i])) for i in used})

    @property
    def count(self) -> int:
        """How many scores there are."""
        return sum(count for count, _ in self.buckets.values())

    @property
    def total(self) -> int:
        """What they add up to."""
        return sum(total for _, total in self.buckets.values())

    def check_sums(self) -> None:
        """Refuse scores of which some sum could pass 63 bits."""
        if self.largest * self.count > INT64_MAX:
            raise InputError(
                f"{self.count} scores of up to {self.largest} millionths can add up to more than 63 bits",
                remedy="check education_score",
            )

    def __add__(self, other: Survey) -> Survey:
        merged = dict(self.buckets)
        for place, (count, total) in other.buckets.items():
            there = merged.get(place, (0, 0))
            merged[place] = (there[0] + count, there[1] + total)
        return Survey(max(self.largest, other.largest), merged)


@dataclass(frozen=True, slots=True)
class Cut:
    """A line through a ranking.

    Parameters
    ----------
    line
        The score at the line.
    below, below_sum
        How many score below it, and what they add up to.
    at_line
        How many score exactly that.
    """

    line: int
    below: int
    below_sum: int
    at_line: int


def cut_at(scores: Iterable[Int64Array], survey: Survey, rank: int) -> Cut:
    """Find the score that stands at a rank when all are put in ascending order.

    Parameters
    ----------
    scores
        The scores, in arrays.
    survey
        Their survey.
    rank
        1 for the lowest.

    Raises
    ------
    ValueError
        There is no such rank.

    Examples
    --------
    >>> scores = np.array([5, 1, 9, 1])
    >>> cut_at([scores], Survey.of(scores), 3)
    Cut(line=5, below=2, below_sum=2, at_line=1)
    """
    if not 1 <= rank <= survey.count:
        raise ValueError(f"there is no rank {rank} among {survey.count} scores")
    place, before, sum_before = _bucket_of(survey, rank)
    start = place << _WIDTH_BITS
    counts = np.zeros(_WIDTH, dtype=np.int64)
    for array in scores:
        inside = array[(array >> _WIDTH_BITS) == place]
        counts += np.bincount(inside - start, minlength=_WIDTH)
    reached = np.cumsum(counts)
    offset = int(np.searchsorted(reached, rank - before))
    lower = counts[:offset]
    below = int(lower.sum())
    below_sum = start * below + int(lower @ np.arange(offset))
    return Cut(start + offset, before + below, sum_before + below_sum, int(counts[offset]))


def _bucket_of(survey: Survey, rank: int) -> tuple[int, int, int]:
    """Give the bucket where a rank falls, and the number and sum of the scores in lower buckets."""
    before = sum_before = 0
    for place in sorted(survey.buckets):
        count, total = survey.buckets[place]
        if before + count >= rank:
            return place, before, sum_before
        before, sum_before = before + count, sum_before + total
    raise AssertionError("the rank is among the scores")
