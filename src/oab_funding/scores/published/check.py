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
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa

from oab_funding.errors import CheckError
from oab_funding.exact.rounding import round_exact
from oab_funding.scores.published.changes import ThresholdPerPupil
from oab_funding.scores.published.columns import (
    MUNICIPALITIES,
    SITES,
    Finding,
    Kind,
    PublishedColumns,
    read_columns,
    total,
)
from oab_funding.scores.published.rules import (
    constants_fit,
    flags_fit_pupils,
    no_score_without_children,
    one_k_fits_all,
    raw_is_sum_of_parts,
    score_at_most_raw,
)
from oab_funding.scores.published.target_size import (
    MIDPOINT,
    ONE_TARGET_FITS,
    best_k,
    target_candidates,
    target_size,
)
from oab_funding.scores.published.threshold_interval import (
    ThresholdInterval,
    common_interval,
    threshold_bounds,
)
from oab_funding.tables.columns import build
from oab_funding.tables.score_tables import CONTRADICTIONS
from oab_funding.tables.step_result import StepResult

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


@dataclass(frozen=True, slots=True)
class Consistency:
    """What scores say about k = F (C - G) and the size T of the target group, and what contradicts them.

    Every bound is None where it is not identified: without A or E, or without a positive score.

    Parameters
    ----------
    kind
        What the scores are of.
    institutions
        Number of sites or municipalities.
    children, sum_raw, sum_score
        Sums of E, of A and of the scores; None where some value is not known.
    k_low, k_high
        Open interval of k that fits every score; if there is none, the one that fits most.
    c_minus_g_low, c_minus_g_high
        The same for C - G.
    k, k_source
        Best value, and how it was chosen: `ONE_TARGET_FITS` or `MIDPOINT`.
    target_low, target_high, target_sd, target_sizes_independent
        T as a real number, and the whole numbers that fit: see `TargetSize`.
    target_hard_low, target_hard_high, target_hard_sizes
        The same if all rounding errors of A may go one way.
    target_candidates
        T by rounding rule: the target share of all children, rounded up, half up and down.
    target_rules
        The rules among these whose T is in `target_sizes_independent`.
    findings
        Every contradiction, in the order of the table; those of the table as a whole last.
    not_checked
        Why the law's formula could be held against no score, such as "not checked: no number of children".
    unknown
        Institutions whose score could not be held against the formula, because A or E is not known.
    """

    kind: Kind
    institutions: int
    children: int | None
    sum_raw: Decimal | None
    sum_score: Decimal
    k_low: Fraction | None
    k_high: Fraction | None
    c_minus_g_low: Fraction | None
    c_minus_g_high: Fraction | None
    k: Fraction | None
    k_source: str | None
    target_low: Fraction | None
    target_high: Fraction | None
    target_sd: Decimal | None
    target_sizes_independent: tuple[int, ...] | None
    target_hard_low: Fraction | None
    target_hard_high: Fraction | None
    target_hard_sizes: range | None
    target_candidates: tuple[tuple[str, int], ...]
    target_rules: tuple[str, ...]
    findings: tuple[Finding, ...]
    not_checked: str | None = None
    unknown: int = 0

    @property
    def ok(self) -> bool:
        """Whether nothing contradicts anything."""
        return not self.findings

    def figures(self) -> dict[str, int | Decimal | Fraction | str | None]:
        """Give the national figures by name, exact, for printing."""
        sizes = self.target_sizes_independent
        return {
            self.kind.institutions: self.institutions,
            "N": self.children,
            "sum of A": self.sum_raw,
            "sum of scores": self.sum_score,
            "k": self.k,
            "k source": self.k_source,
            "k low": self.k_low,
            "k high": self.k_high,
            "C - G low": self.c_minus_g_low,
            "C - G high": self.c_minus_g_high,
            "T that fit": ", ".join(map(str, sizes)) if sizes else None,
            "T low": self.target_low,
            "T high": self.target_high,
            "T standard deviation": self.target_sd,
            "T lowest possible": self.target_hard_low,
            "T highest possible": self.target_hard_high,
            "T rules that fit": ", ".join(self.target_rules) or None,
            "contradictions": len(self.findings) if self.not_checked is None else self.not_checked,
            "not_checked": self.unknown,
        }

    def raise_if_contradicted(self) -> None:
        """Raise if anything contradicts anything.

        Raises
        ------
        CheckError
            With one line per finding.
        """
        if self.findings:
            wrong = len({finding.code for finding in self.findings} - {None})
            share = f"{wrong} of {self.institutions} {self.kind.institutions}"
            lines = [str(finding) for finding in self.findings]
            raise CheckError(f"contradictions: {len(self.findings)}, at {share}", lines)


def consistency(
    columns: PublishedColumns,
    interval: ThresholdInterval,
    threshold_share: Fraction,
    target_share: Fraction,
    findings: Iterable[Finding],
) -> Consistency:
    """Draw from the interval of k what follows for C - G, T and k itself, and put the contradictions with it.

    Parameters
    ----------
    columns
        The published scores.
    interval
        Of k, as these scores leave it.
    threshold_share, target_share
        F and the share of the target group.
    findings
        Every contradiction.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from oab_funding.scores.published.columns import SITES, read_columns
    >>> columns = read_columns(pa.table({"site_id": ["00AP00"], "score": ["33.02"]}), SITES)
    >>> found = consistency(columns, ThresholdInterval(None, None), Fraction("0.12"), Fraction("0.15"), [])
    >>> found.sum_score, found.k
    (Decimal('33.02'), None)
    """
    hundredths = total(columns.raw)
    raw_sum = None if hundredths is None else Fraction(hundredths, 100)
    target = None if raw_sum is None else target_size(raw_sum, len(columns.codes), interval, threshold_share)
    sizes = target.sizes if target else None
    candidates = target_candidates(total(columns.children), target_share)
    k, source = best_k(raw_sum, interval, threshold_share, sizes)
    distance_low, distance_high = interval.distance(threshold_share)
    return Consistency(
        kind=columns.kind,
        institutions=len(columns.codes),
        children=total(columns.children),
        sum_raw=None if raw_sum is None else round_exact(raw_sum, 2),
        sum_score=round_exact(Fraction(sum(columns.score), 100), 2),
        k_low=interval.low,
        k_high=interval.high,
        c_minus_g_low=distance_low,
        c_minus_g_high=distance_high,
        k=k,
        k_source=source,
        target_low=target.low if target else None,
        target_high=target.high if target else None,
        target_sd=target.sd if target else None,
        target_sizes_independent=sizes,
        target_hard_low=target.hard_low if target else None,
        target_hard_high=target.hard_high if target else None,
        target_hard_sizes=target.hard_sizes if target else None,
        target_candidates=candidates,
        target_rules=tuple(rule for rule, size in candidates if size in (sizes or ())),
        findings=tuple(findings),
        not_checked=_not_checked(columns),
        unknown=sum(a is None or e is None for a, e in zip(columns.raw, columns.children, strict=True)),
    )


def _not_checked(columns: PublishedColumns) -> str | None:
    """Say why the law's formula could be held against no score; None where it could."""
    known = [
        score
        for a, e, score in zip(columns.raw, columns.children, columns.score, strict=True)
        if a is not None and e is not None
    ]
    if any(known):
        return None
    lacks = []
    if all(e is None for e in columns.children):
        lacks.append(f"no number of {columns.kind.children}")
    if all(a is None for a in columns.raw):
        lacks.append("no score without threshold")
    if not lacks:
        lacks.append("no score above 0" if known else "nowhere both")
    return f"not checked: {' and '.join(lacks)}"


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
