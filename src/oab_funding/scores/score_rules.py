"""The rules that every published score keeps, of a site and of a municipality alike."""

from __future__ import annotations

from collections.abc import Iterator

from oab_funding.scores.finding import Finding, points, span
from oab_funding.scores.published_columns import PublishedColumns
from oab_funding.scores.threshold_interval import ThresholdInterval


def score_at_most_raw(columns: PublishedColumns) -> Iterator[Finding]:
    """Find scores above A; a threshold only takes away.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from oab_funding.scores.published_columns import SITES, read_columns
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
    >>> from oab_funding.scores.published_columns import SITES, read_columns
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
