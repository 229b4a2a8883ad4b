"""Checking published site scores against the law's own formula: one k must fit every site.

By law (Besluit bekostiging WPO art. 27; WPO 2022 art. 18) score = A - k E with k = F (C - G), and a negative
score becomes 0. A and the score are published rounded half up to two decimals. So a site with a positive
score leaves k the open interval ((A - score - 0.01) / E, (A - score + 0.01) / E), a site with score 0 the
open half-line above (A - 0.01) / E. Over all sites A sums to T (C - G), with T the size of the target group.

Everything is exact: hundredths as integers, bounds as fractions. A table that fits is not thereby proven
right; what is found is figures that contradict each other.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Any, Final, NamedTuple

from oab_funding.errors import CheckError
from oab_funding.exact.decimal128 import units_from_arrow
from oab_funding.exact.rounding import Rule, round_exact, round_units
from oab_funding.tables.catalogue import SITE_SCORES
from oab_funding.tables.conform import conform

ONE_TARGET_FITS: Final = "one T fits"
MIDPOINT: Final = "midpoint of the interval"

SPREADS: Final = 4
"""Standard deviations allowed for the rounding errors of the single A, taken as independent: 1 in 16,000."""

MOST_SIZES: Final = 10_000
"""Beyond this many sizes that fit, T is not identified and they are not listed."""

_TARGET_RULES: Final[tuple[Rule, ...]] = ("up", "half_up", "down")
_SHOWN: Final = 9
_ROUNDING: Final = Fraction(1, 100)
"""C and G are each rounded to two decimals, so their difference is off by less than this."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A contradiction: at which site (None: in the table as a whole), against which rule, in words."""

    site_id: str | None
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.site_id or 'all sites'}: {self.message}"


@dataclass(frozen=True, slots=True)
class Consistency:
    """What site scores say about k = F (C - G) and the size T of the target group, and what contradicts them.

    Every bound is None where it is not identified: without A or E, or without a positive score.

    Parameters
    ----------
    sites
        Number of sites.
    pupils, sum_raw, sum_score
        Sums of E, of A and of the scores.
    k_low, k_high
        Open interval of k that fits every site; if there is none, the one that fits most sites.
    c_minus_g_low, c_minus_g_high
        The same for C - G.
    k, k_source
        Best value, and how it was chosen: `ONE_TARGET_FITS` or `MIDPOINT`.
    target_low, target_high
        T as a real number, before allowing for the rounding of A.
    target_sd
        Standard deviation of T if the rounding errors of A are independent and uniform.
    target_sizes_independent
        Whole numbers within `SPREADS` standard deviations of that interval; None if over `MOST_SIZES`.
    target_hard_low, target_hard_high, target_hard_sizes
        T if all rounding errors may go one way, and the whole numbers in it.
    target_candidates
        T by rounding rule: the target share of all pupils, rounded up, half up and down.
    target_rules
        The rules among these whose T is in `target_sizes_independent`.
    findings
        Every contradiction, in the order of the table; those of the table as a whole last.
    """

    sites: int
    pupils: int | None
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

    @property
    def ok(self) -> bool:
        """Whether nothing contradicts anything."""
        return not self.findings

    def figures(self) -> dict[str, int | Decimal | Fraction | str | None]:
        """Give the national figures by name, exact, for printing."""
        sizes = self.target_sizes_independent
        return {
            "sites": self.sites,
            "N": self.pupils,
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
            "contradictions": len(self.findings),
        }

    def raise_if_contradicted(self) -> None:
        """Raise if anything contradicts anything.

        Raises
        ------
        CheckError
            With one line per finding.
        """
        if self.findings:
            sites = len({finding.site_id for finding in self.findings} - {None})
            raise CheckError(
                f"contradictions: {len(self.findings)}, at {sites} of {self.sites} sites",
                [str(finding) for finding in self.findings],
            )


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
    columns = _read(conform(table, SITE_SCORES))
    interval = _common_interval(_bounds(columns))
    found = [*_site_findings(columns, flag_limit), *_misfits(columns, interval)]
    order = {site: index for index, site in enumerate(columns.sites)}
    found.sort(key=lambda finding: order[finding.site_id or ""])
    found += _constants_finding(interval, threshold_share, c, g)
    return _result(columns, interval, threshold_share, target_share, tuple(found))


class _Columns(NamedTuple):
    """Columns as lists, shape (n,): scores in hundredths; None where absent."""

    sites: list[str]
    pupils: list[int] | None
    raw: list[int] | None
    lower: list[int] | None
    upper: list[int] | None
    score: list[int]
    flags: list[str] | None


class _Bound(NamedTuple):
    """What one site leaves of k: the open interval (low, high) hundredths per so many pupils.

    The keys are the bounds in whole steps, too small for two different bounds to share one: they sort alike.
    """

    position: int
    pupils: int
    low: int
    high: int | None
    low_key: int
    high_key: int | None

    @property
    def lowest(self) -> Fraction:
        return Fraction(self.low, 100 * self.pupils)

    @property
    def highest(self) -> Fraction | None:
        return None if self.high is None else Fraction(self.high, 100 * self.pupils)


class _Interval(NamedTuple):
    """Open interval of k, None where nothing bounds it, and the bounds that do not fit it."""

    low: Fraction | None
    high: Fraction | None
    outside: list[_Bound]


def _read(table: Any) -> _Columns:
    def units(name: str) -> list[int] | None:
        if name not in table.column_names:
            return None
        values: list[int] = units_from_arrow(table.column(name), name).tolist()
        return values

    has_flags = "flags" in table.column_names
    return _Columns(
        sites=table.column("site_id").to_pylist(),
        pupils=units("pupils"),
        raw=units("score_raw"),
        lower=units("score_raw_lower"),
        upper=units("score_raw_upper"),
        score=units("score") or [],
        flags=[text or "" for text in table.column("flags").to_pylist()] if has_flags else None,
    )


def _bounds(columns: _Columns) -> list[_Bound]:
    if columns.pupils is None or columns.raw is None:
        return []
    shift = 2 * max(columns.pupils).bit_length() + 1  # two bounds differ by 1 / (E x E) or more
    bounds = []
    for index, (pupils, raw, score) in enumerate(
        zip(columns.pupils, columns.raw, columns.score, strict=True)
    ):
        if pupils:
            low = max(raw - score - 1, 0)  # F and C - G, and so k, are not negative
            high = raw - score + 1 if score else None
            high_key = None if high is None else (high << shift) // pupils
            bounds.append(_Bound(index, pupils, low, high, (low << shift) // pupils, high_key))
    return bounds


def _common_interval(bounds: Sequence[_Bound]) -> _Interval:
    """Intersect all bounds, or if that is empty those of the most sites that share a k (ties: smallest k)."""
    if not bounds:
        return _Interval(None, None, [])
    low, high = _tightest(bounds)
    outside: list[_Bound] = []
    if high is not None and high.high_key is not None and high.high_key <= low.low_key:
        start = _start_of_best_gap(bounds)
        outside = [bound for bound in bounds if not _holds(bound, start)]
        inside = [bound for bound in bounds if _holds(bound, start)]
        if not inside:
            return _Interval(None, None, outside)
        low, high = _tightest(inside)
    return _Interval(low.lowest, high.highest if high else None, outside)


def _tightest(bounds: Sequence[_Bound]) -> tuple[_Bound, _Bound | None]:
    above = [bound for bound in bounds if bound.high_key is not None]
    low = max(bounds, key=lambda bound: bound.low_key)
    return low, min(above, key=lambda bound: bound.high_key or 0, default=None)


def _holds(bound: _Bound, key: int) -> bool:
    """Whether a bound holds just above a key."""
    return bound.low_key <= key and (bound.high_key is None or key < bound.high_key)


def _start_of_best_gap(bounds: Sequence[_Bound]) -> int:
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


def _site_findings(columns: _Columns, flag_limit: int) -> Iterator[Finding]:
    for index, site in enumerate(columns.sites):
        raw = None if columns.raw is None else columns.raw[index]
        pupils = None if columns.pupils is None else columns.pupils[index]
        if raw is not None:
            yield from _raw_findings(columns, index, site, raw)
        if pupils == 0 and (raw or columns.score[index]):
            yield Finding(site, "no pupils", "has a score but no pupils")
        if pupils is not None and columns.flags is not None:
            yield from _flag_findings(columns, index, site, pupils, flag_limit)


def _raw_findings(columns: _Columns, index: int, site: str, raw: int) -> Iterator[Finding]:
    score = columns.score[index]
    if score > max(raw, 0):
        message = f"score {_shown(score)} is above the score without threshold, {_shown(raw)}"
        yield Finding(site, "score at most A", message)
    if columns.lower is not None and columns.upper is not None:
        lower, upper = columns.lower[index], columns.upper[index]
        if abs(raw - lower - upper) > 1:  # each off by at most half a hundredth, and the sum is whole
            message = f"lower years {_shown(lower)} and upper years {_shown(upper)} do not make {_shown(raw)}"
            yield Finding(site, "A is the sum of its parts", f"{message} within rounding")


def _flag_findings(
    columns: _Columns, index: int, site: str, pupils: int, flag_limit: int
) -> Iterator[Finding]:
    flags = columns.flags[index].split(", ") if columns.flags is not None else []
    if ("a" in flags) != (pupils <= flag_limit):
        has = "carries flag a" if "a" in flags else "lacks flag a"
        yield Finding(site, "flag a", f"{has} with {pupils} pupils; the limit is {flag_limit}")
    if "a" in flags and columns.lower is not None and not {"b", "c"} <= set(flags):
        shown = ", ".join(flags)
        yield Finding(site, "flag a implies b and c", f'carries the flags "{shown}"; a brings b and c along')


def _misfits(columns: _Columns, interval: _Interval) -> Iterator[Finding]:
    for bound in interval.outside:
        raw = columns.raw[bound.position] if columns.raw is not None else 0
        figures = f"A {_shown(raw)}, {bound.pupils} pupils and score {_shown(columns.score[bound.position])}"
        own = _span(bound.lowest, bound.highest)
        message = f"{figures} need k {own}; the other sites have k {_span(interval.low, interval.high)}"
        yield Finding(columns.sites[bound.position], "one k fits all", message)


def _constants_finding(
    interval: _Interval, threshold_share: Fraction, c: Decimal | None, g: Decimal | None
) -> Iterator[Finding]:
    if c is None or g is None or interval.low is None:
        return
    published = Fraction(c) - Fraction(g)
    low, high = (_divided(bound, threshold_share) for bound in (interval.low, interval.high))
    below = low is not None and published + _ROUNDING <= low
    if below or (high is not None and published - _ROUNDING >= high):
        message = f"C {c} - G {g} is {c - g}, but the scores have C - G {_span(low, high)}"
        yield Finding(None, "C - G as published", message)


def _result(
    columns: _Columns,
    interval: _Interval,
    threshold_share: Fraction,
    target_share: Fraction,
    findings: tuple[Finding, ...],
) -> Consistency:
    target = _target(columns, interval, threshold_share)
    pupils = None if columns.pupils is None else sum(columns.pupils)
    candidates = tuple((rule, round_units(target_share * (pupils or 0), 0, rule)) for rule in _TARGET_RULES)
    k, source = _best_k(columns, interval, threshold_share, target)
    return Consistency(
        sites=len(columns.sites),
        pupils=pupils,
        sum_raw=None if columns.raw is None else _decimal(sum(columns.raw)),
        sum_score=_decimal(sum(columns.score)),
        k_low=interval.low,
        k_high=interval.high,
        c_minus_g_low=_divided(interval.low, threshold_share),
        c_minus_g_high=_divided(interval.high, threshold_share),
        k=k,
        k_source=source,
        target_low=target.low if target else None,
        target_high=target.high if target else None,
        target_sd=target.sd if target else None,
        target_sizes_independent=target.sizes if target else None,
        target_hard_low=target.hard_low if target else None,
        target_hard_high=target.hard_high if target else None,
        target_hard_sizes=_whole_between(target.hard_low, target.hard_high) if target else None,
        target_candidates=candidates if pupils is not None else (),
        target_rules=tuple(rule for rule, size in candidates if target and size in (target.sizes or ())),
        findings=findings,
    )


class _Target(NamedTuple):
    low: Fraction
    high: Fraction
    sd: Decimal
    hard_low: Fraction
    hard_high: Fraction
    sizes: tuple[int, ...] | None


def _target(columns: _Columns, interval: _Interval, threshold_share: Fraction) -> _Target | None:
    """Sizes of the target group: T = sum of A / (C - G) = F x sum of A / k."""
    if columns.raw is None or not interval.low or not interval.high:
        return None
    total = Fraction(sum(columns.raw), 100)
    worst = Fraction(len(columns.sites), 200)
    least, most = threshold_share / interval.high, threshold_share / interval.low
    # A rounding error uniform over a hundredth has variance 0.01^2 / 12.
    variance = Fraction(len(columns.sites), 120_000) * ((least + most) / 2) ** 2
    sd = _square_root(variance)
    low, high = total * least, total * most
    sizes = _whole_between(low - SPREADS * Fraction(sd), high + SPREADS * Fraction(sd))
    return _Target(
        low=low,
        high=high,
        sd=sd,
        hard_low=max(total - worst, Fraction(0)) * least,
        hard_high=(total + worst) * most,
        sizes=tuple(sizes) if len(sizes) <= MOST_SIZES else None,
    )


def _best_k(
    columns: _Columns, interval: _Interval, threshold_share: Fraction, target: _Target | None
) -> tuple[Fraction | None, str | None]:
    if interval.low is None or interval.high is None:
        return None, None
    if columns.raw is not None and target and target.sizes and len(target.sizes) == 1 and target.sizes[0]:
        k = threshold_share * Fraction(sum(columns.raw), 100) / target.sizes[0]
        if interval.low < k < interval.high:
            return k, ONE_TARGET_FITS
    return (interval.low + interval.high) / 2, MIDPOINT


def _whole_between(low: Fraction, high: Fraction) -> range:
    return range(math.ceil(max(low, Fraction(0))), math.floor(high) + 1)


def _square_root(value: Fraction) -> Decimal:
    """Square root rounded half up to nine decimals, from whole numbers only."""
    scaled = value * 10 ** (2 * _SHOWN)
    double = math.isqrt(4 * scaled.numerator // scaled.denominator)
    return _decimal((double + 1) // 2, _SHOWN)


def _divided(value: Fraction | None, divisor: Fraction) -> Fraction | None:
    return None if value is None else value / divisor


def _decimal(units: int, places: int = 2) -> Decimal:
    return round_exact(Fraction(units, 10**places), places)


def _shown(hundredths: int) -> str:
    return str(_decimal(hundredths))


def _span(low: Fraction | None, high: Fraction | None) -> str:
    """Write an open interval, its ends rounded outwards."""
    start = round_exact(low or Fraction(0), _SHOWN, "down")
    return f"above {start}" if high is None else f"between {start} and {round_exact(high, _SHOWN, 'up')}"
