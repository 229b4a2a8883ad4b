"""What published scores say about k and the size of the target group, and what contradicts what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from oab_funding.errors import CheckError
from oab_funding.exact.rounding import round_exact
from oab_funding.scores.published.columns import Finding, Kind, PublishedColumns, total
from oab_funding.scores.published.target_size import best_k, target_candidates, target_size
from oab_funding.scores.published.threshold_interval import ThresholdInterval


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
