"""Scores of sites as either run has them: where only scores are at hand, or what they were published from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.analysis.school_money import SiteColumns
from oab_funding.exact import to_fraction
from oab_funding.exact.sums import Int64Array
from oab_funding.run import steps
from oab_funding.run.run import Run
from oab_funding.scores.published.changes import ThresholdPerPupil
from oab_funding.scores.published.what_if import under_threshold
from oab_funding.tables.columns import texts, units

Switched = frozenset[str]
"""The causes that have the value of the second run."""

_OPTIONAL = ("pupils", "score_raw", "school_id")


class SiteScoreSource(Protocol):
    """Gives the scores of every mixture of two runs."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The causes in which the scores of the two runs differ."""
        ...

    @property
    def unsplit(self) -> frozenset[str]:
        """The causes of which the own part cannot be known."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be said of these scores."""
        ...

    def scores(self, own: Switched, elsewhere: Switched) -> SiteColumns:
        """Give the scores of sites with causes switched, while C, G and the line are those of others.

        Parameters
        ----------
        own
            What is switched for the sites themselves.
        elsewhere
            What is switched where C, G and the line come from.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Side:
    """The scores of one run: as they are, and under the other run's threshold where that can be said."""

    own: SiteColumns
    under_other: SiteColumns | None

    def equals(self, other: _Side, switched: bool) -> bool:
        """Say whether the scores under one and the same threshold share are those of the other run."""
        mine, others = (self.under_other, other.own) if switched else (self.own, other.under_other)
        return mine is not None and others is not None and _same(mine, others)


def _same(one: SiteColumns, other: SiteColumns) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ("present", "score", "pupils")
    )


class GivenScores:
    """Scores of sites that are taken as they are: what of the children made them cannot be told.

    Parameters
    ----------
    runs
        The two runs.
    sites
        The sites of either, ascending.
    shares
        The threshold share F of either run's law.
    """

    def __init__(
        self, runs: tuple[Run, Run], sites: tuple[str, ...], shares: tuple[Fraction, Fraction]
    ) -> None:
        first, second = (
            _side(run, sites, own, other) for run, own, other in zip(runs, shares, shares[::-1], strict=True)
        )
        # A table that follows from the other by its threshold alone is the same table under that threshold.
        if first.under_other is not None and _same(first.under_other, second.own):
            second = _Side(second.own, first.own)
        elif second.under_other is not None and _same(second.under_other, first.own):
            first = _Side(first.own, second.own)
        self._sides = (first, second)
        self._apart = shares[0] != shares[1] and None not in (first.under_other, second.under_other)
        differ = (
            not (first.equals(second, switched=False) and first.equals(second, switched=True))
            if self._apart
            else not _same(first.own, second.own)
        )
        self.keys = (*(["threshold"] if self._apart else []), *(["scores"] if differ else []))
        self.unsplit = frozenset({"scores"})
        self.notes = tuple(_notes(differ, self._apart, shares))

    def scores(self, own: Switched, elsewhere: Switched) -> SiteColumns:
        """Give the scores of a mixture; how C, G and the line enter them is not known."""
        second = "scores" in own
        side = self._sides[second]
        if self._apart and ("threshold" in own) != second:
            assert side.under_other is not None
            return side.under_other
        return side.own


def _notes(differ: bool, apart: bool, shares: tuple[Fraction, Fraction]) -> list[str]:
    notes = []
    if differ:
        notes.append(
            "scores are compared as they were given: which part of them is due to coefficients, to children, "
            "to imputation or to the national figures cannot be known without the children of both runs"
        )
    if apart:
        notes.append("scores under the other run's threshold are estimates from rounded A and E")
    elif shares[0] != shares[1]:
        notes.append(
            "the threshold differs, and its part of the scores cannot be known without A, E and C - G"
        )
    return notes


def _side(run: Run, sites: tuple[str, ...], share: Fraction, other: Fraction) -> _Side:
    table = run.table("site_scores")
    found = None
    names = table.column_names
    if share != other and {"pupils", "score_raw"} <= set(names) and (k := _per_pupil(run, share)) is not None:
        slim = table.select([name for name in (*_OPTIONAL, "site_id", "score") if name in names])
        best = ThresholdPerPupil(k, k, k)
        found = _columns(under_threshold(slim, best, other, share).table, sites)
    return _Side(_columns(table, sites), found)


def _per_pupil(run: Run, share: Fraction) -> Fraction | None:
    """Give the threshold per pupil: as it follows from a published table, or F x (C - G) from children."""
    if (found := run.figures(steps.DERIVATION).get("threshold_per_pupil")) is not None:
        return to_fraction(str(found))
    distance = run.figures(steps.SITES).get("C_minus_G")
    return None if distance is None else share * to_fraction(str(distance))


def _columns(table: pa.Table, sites: tuple[str, ...]) -> SiteColumns:
    row = {site: at for at, site in enumerate(texts(table, "site_id"))}
    at = np.array([row.get(site, -1) for site in sites], dtype=np.int64)
    there = at >= 0
    pupils = table.column("pupils").to_pylist() if "pupils" in table.column_names else [0] * table.num_rows
    known = np.array([number or 0 for number in pupils], dtype=np.int64)
    score = np.array(units(table, "score", 2), dtype=np.int64)
    return SiteColumns(there, _placed(score, at, there), _placed(known, at, there))


def _placed(values: Int64Array, at: Int64Array, there: NDArray[np.bool_]) -> Int64Array:
    placed: Int64Array = np.where(there, values[at], 0)
    return placed


def homes_of(run: Run) -> Mapping[str, tuple[str, ...]]:
    """Give school, board, municipality and province of every site of a run."""
    table = run.table("site_grants")
    names = ("school_id", "board_id", "municipality_code", "province")
    columns = zip(*(texts(table, name) for name in names), strict=True)
    return dict(zip(texts(table, "site_id"), columns, strict=True))
