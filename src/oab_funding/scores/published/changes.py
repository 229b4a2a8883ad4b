"""What happens to sites after the reference date: mergers and independence, from published scores.

From published scores a merger is an estimate (see `mergers`), and every output says so. A table that CBS
issues again takes precedence over it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.errors import InputError, Place
from oab_funding.exact import round_units
from oab_funding.scores.schools import school_of_site
from oab_funding.tables.columns import build, texts, units
from oab_funding.tables.score_tables import MERGER_ESTIMATES, SITE_SCORES
from oab_funding.tables.step_result import StepResult

_SCHOOL_CODE_LENGTH = 4
_FIRST_ROW = 2
_BY_YEARS = frozenset({"score_raw_lower", "score_raw_upper"})
"""Raw scores of a part of the years: those of a merged site are added up."""
_NEW = _BY_YEARS | {"pupils", "score_raw", "score"}
_UNKNOWN = frozenset({"threshold", "flags"})
"""What is not known of a merged site."""


class _Change(NamedTuple):
    site: str
    change: str
    target: str
    place: Place


def apply_changes(site_scores: pa.Table, changes: pa.Table | None, k: ThresholdPerPupil | None) -> StepResult:
    """Carry out mergers and independence on published scores.

    - `closes`: the site closes and its pupils move to the target site, of which the score is then an
      estimate.
    - `joins`: the site continues under the target school, which exists already. Its score stays what it is.
    - `independent`: the site becomes a school of its own, under the target code, which is new. The old school
      keeps
      the scores of its other sites: its own score minus the new school's.

    Parameters
    ----------
    site_scores
        Table with `site_id` and `score`; `closes` also needs `pupils` and `score_raw`.
    changes
        Table with `site_id`, `change` and `target`, or None where nothing changes.
    k
        The threshold per pupil; needed for `closes`.

    Returns
    -------
    StepResult
        Table `site_scores` as it came in, with the changes and the columns `school_id` and `estimated`; of a
        merged site threshold and flags are unknown. Table `merger_estimates`. Figures: sites closed and
        moved, and a label.

    Raises
    ------
    InputError
        A site or target does not exist (or does, for `independent`), or a figure that is needed is missing.

    Notes
    -----
    Wet op het primair onderwijs art. 121 lid 3 (old), art. 117-118 (from 2023); Besluit
    bekostiging WPO art. 27.

    Examples
    --------
    >>> from oab_funding.tables.register_tables import SITE_CHANGES
    >>> scores = build(SITE_SCORES, {"site_id": ["00AP00", "00AP01"], "score": [3302, 100]})
    >>> change = build(SITE_CHANGES, {"site_id": ["00AP01"], "change": ["independent"], "target": ["99ZZ"]})
    >>> apply_changes(scores, change, None).table.column("school_id").to_pylist()
    ['00AP', '99ZZ']
    """
    planned = _planned(changes)
    schools = dict(zip(texts(site_scores, "site_id"), school_of_site(site_scores), strict=True))
    closing = {change.site for change in planned if change.change == "closes"}
    for change in planned:
        _check(change, schools, closing)
    mergers = _mergers(site_scores, planned, k)
    moved = {change.site: change.target for change in planned if change.change != "closes"}
    table = _changed(site_scores, schools | moved, closing, mergers)
    figures = {
        "sites_closed": len(closing),
        "sites_moved": len(moved),
        "label": "estimate from published scores" if mergers else "no estimates",
    }
    return StepResult({"site_scores": table, "merger_estimates": _estimates(mergers.values())}, figures)


def _planned(changes: pa.Table | None) -> list[_Change]:
    if changes is None:
        return []
    rows = zip(*(texts(changes, name) for name in ("site_id", "change", "target")), strict=True)
    return [
        _Change(site, change, target, Place("site changes", row=number, value=site))
        for number, (site, change, target) in enumerate(rows, start=_FIRST_ROW)
    ]


def _check(change: _Change, schools: Mapping[str, str], closing: set[str]) -> None:
    site, target, place = change.site, change.target, change.place
    if site not in schools:
        raise InputError("is not in the scores", place, "name a site of the score file")
    if change.change == "closes":
        if target not in schools or target in closing:
            raise InputError(
                f"closes into {target}, which is not a site that stays open",
                place,
                "name the site that takes its pupils",
            )
        return
    if len(target) != _SCHOOL_CODE_LENGTH:
        raise InputError(f"goes to {target}, which is no school", place, "give a school code such as 00AP")
    exists = target in schools.values()
    if change.change == "independent" and exists:
        raise InputError(f"becomes {target}, which exists already", place, "give a new code, or write joins")
    if change.change == "joins" and not exists:
        raise InputError(
            f"joins {target}, which does not exist", place, "name a school, or write independent"
        )


def _mergers(
    site_scores: pa.Table, planned: Sequence[_Change], k: ThresholdPerPupil | None
) -> dict[str, Merger]:
    """Estimate the score of every site that takes others in, by ascending code."""
    closed: dict[str, list[str]] = {}
    for change in planned:
        if change.change == "closes":
            closed.setdefault(change.target, []).append(change.site)
    if not closed:
        return {}
    if k is None or not {"pupils", "score_raw"} <= set(site_scores.column_names):
        raise InputError(
            f"the merger into {min(closed)} cannot be estimated",
            remedy="use scores that have pupils, score_raw and score, from which the threshold can be found",
        )
    ids = texts(site_scores, "site_id")
    pupils = dict(zip(ids, site_scores.column("pupils").to_pylist(), strict=True))
    raw = dict(zip(ids, units(site_scores, "score_raw", 2), strict=True))
    return {
        target: estimate_merger(
            target,
            sites,
            [pupils[site] for site in (target, *sites)],
            [raw[site] for site in (target, *sites)],
            k,
        )
        for target, sites in sorted(closed.items())
    }


def _changed(
    site_scores: pa.Table, schools: Mapping[str, str], closing: set[str], mergers: Mapping[str, Merger]
) -> pa.Table:
    ids = texts(site_scores, "site_id")
    merged = pa.array([site in mergers for site in ids], pa.bool_())
    columns: dict[str, Any] = {name: site_scores.column(name) for name in site_scores.column_names}
    for name in _UNKNOWN & columns.keys():
        columns[name] = pc.if_else(merged, pa.scalar(None, columns[name].type), columns[name])
    for name in _NEW & columns.keys():
        cells = site_scores.column(name).to_pylist() if name == "pupils" else units(site_scores, name, 2)
        of_site = dict(zip(ids, cells, strict=True))
        new = {site: _of_merger(merger, name, of_site) for site, merger in mergers.items()}
        columns[name] = [*(of_site | new).values()]
    columns |= {"estimated": merged, "school_id": [schools[site] for site in ids]}
    return build(SITE_SCORES, columns).filter(pa.array([site not in closing for site in ids]))


def _of_merger(merger: Merger, name: str, of_site: Mapping[str, int]) -> int:
    if name in _BY_YEARS:
        return sum(of_site[site] for site in (merger.site_id, *merger.closed))
    figure: int = getattr(merger, name)
    return figure


def _estimates(mergers: Collection[Merger]) -> pa.Table:
    columns = {name: [getattr(merger, name) for merger in mergers] for name in MERGER_ESTIMATES.names}
    columns["closed"] = [", ".join(merger.closed) for merger in mergers]
    return build(MERGER_ESTIMATES, columns)


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
