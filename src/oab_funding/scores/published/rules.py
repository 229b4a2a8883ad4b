"""The rules that every published score keeps, of a site and of a municipality alike."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from oab_funding.scores.published.columns import Finding, PublishedColumns, points, span
from oab_funding.scores.published.threshold_interval import ThresholdInterval


def score_at_most_raw(columns: PublishedColumns) -> Iterator[Finding]:
    """Find scores above A; a threshold only takes away.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from oab_funding.scores.published.columns import SITES, read_columns
    >>> scores = pa.table({"site_id": ["00AP00"], "score_raw": ["1.00"], "score": ["1.01"]})
    >>> print(*score_at_most_raw(read_columns(scores, SITES)))
    00AP00: score 1.01 is above the score without threshold, 1.00
    """
    for code, raw, score in zip(columns.codes, columns.raw, columns.score, strict=True):
        if raw is not None and score > max(raw, 0):
            message = f"score {points(score)} is above the score without threshold, {points(raw)}"
            yield Finding(code, "score at most A", message)


def no_score_without_children(columns: PublishedColumns) -> Iterator[Finding]:
    """Find an A or a score where E = 0.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from oab_funding.scores.published.columns import SITES, read_columns
    >>> scores = pa.table({"site_id": ["00AP00"], "pupils": [0], "score": ["1.01"]})
    >>> print(*no_score_without_children(read_columns(scores, SITES)))
    00AP00: has a score but no pupils
    """
    children = columns.kind.children
    rows = zip(columns.codes, columns.children, columns.raw, columns.score, strict=True)
    for code, size, raw, score in rows:
        if size == 0 and (raw or score):
            yield Finding(code, f"no {children}", f"has a score but no {children}")


def one_k_fits_all(columns: PublishedColumns, interval: ThresholdInterval) -> Iterator[Finding]:
    """Find the scores that need another threshold per child than the others have.

    Parameters
    ----------
    columns
        The published scores.
    interval
        Of k, as `common_interval` found it in these scores.
    """
    kind = columns.kind
    others = f"the other {kind.institutions} have k {span(interval.low, interval.high)}"
    for bound in interval.outside:
        raw, score = columns.raw[bound.position] or 0, columns.score[bound.position]
        figures = f"A {points(raw)}, {bound.children} {kind.children} and score {points(score)}"
        message = f"{figures} need k {span(bound.lowest, bound.highest)}; {others}"
        yield Finding(columns.codes[bound.position], "one k fits all", message)


_ROUNDING = Fraction(1, 100)
"""C and G are each rounded to two decimals, so their difference is off by less than this."""


def raw_is_sum_of_parts(columns: PublishedColumns) -> Iterator[Finding]:
    """Find an A that its lower and upper years do not make, each of the three rounded on its own.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from oab_funding.scores.published.columns import SITES, read_columns
    >>> parts = {"score_raw": ["9.00"], "score_raw_lower": ["4.00"], "score_raw_upper": ["5.02"]}
    >>> scores = pa.table({"site_id": ["00AP00"], "score": ["0.00"], **parts})
    >>> print(*raw_is_sum_of_parts(read_columns(scores, SITES)))
    00AP00: lower years 4.00 and upper years 5.02 do not make 9.00 within rounding
    """
    for code, raw, lower, upper in zip(columns.codes, columns.raw, columns.lower, columns.upper, strict=True):
        if raw is None or lower is None or upper is None:
            continue
        if abs(raw - lower - upper) > 1:  # each off by at most half a hundredth, and the sum is whole
            message = f"lower years {points(lower)} and upper years {points(upper)} do not make {points(raw)}"
            yield Finding(code, "A is the sum of its parts", f"{message} within rounding")


def flags_fit_pupils(columns: PublishedColumns, flag_limit: int) -> Iterator[Finding]:
    """Find flags that do not go with the number of pupils, or with each other.

    Flag a stands with at most `flag_limit` pupils. Then the lower and the upper years are as few, so where
    these are published flags b and c stand too.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from oab_funding.scores.published.columns import SITES, read_columns
    >>> scores = pa.table({"site_id": ["00AP00"], "pupils": [41], "score": ["0.00"], "flags": ["a"]})
    >>> print(*flags_fit_pupils(read_columns(scores, SITES), flag_limit=40))
    00AP00: carries flag a with 41 pupils; the limit is 40
    """
    rows = zip(columns.codes, columns.children, columns.flags, columns.lower, strict=True)
    for code, pupils, text, lower in rows:
        if pupils is None or text is None:
            continue
        flags = text.split(", ")
        if ("a" in flags) != (pupils <= flag_limit):
            has = "carries flag a" if "a" in flags else "lacks flag a"
            yield Finding(code, "flag a", f"{has} with {pupils} pupils; the limit is {flag_limit}")
        if "a" in flags and lower is not None and not {"b", "c"} <= set(flags):
            message = f'carries the flags "{text}"; a brings b and c along'
            yield Finding(code, "flag a implies b and c", message)


def constants_fit(
    interval: ThresholdInterval, threshold_share: Fraction, c: Decimal | None, g: Decimal | None
) -> Iterator[Finding]:
    """Find a published C - G that no k of the scores allows; nothing is said where C, G or k is not known.

    Examples
    --------
    >>> k = ThresholdInterval(Fraction("0.69"), Fraction("0.70"))
    >>> print(*constants_fit(k, Fraction("0.12"), Decimal("535.26"), Decimal("529.00")))
    all sites: C 535.26 - G 529.00 is 6.26, but the scores have C - G between 5.750000000 and 5.833333334
    """
    low, high = interval.distance(threshold_share)
    if c is None or g is None or low is None:
        return
    published = Fraction(c) - Fraction(g)
    if published + _ROUNDING <= low or (high is not None and published - _ROUNDING >= high):
        message = f"C {c} - G {g} is {c - g}, but the scores have C - G {span(low, high)}"
        yield Finding(None, "C - G as published", message)
