"""What every site gets of its school's grant, in columns: the cents of the steps, many times over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import lcm

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError
from oab_funding.exact import Rule, group_counts, group_sums, round_exact, round_ratio, round_ratio_array
from oab_funding.exact.sums import Int64Array, magnitude
from oab_funding.grants.old_amounts import old_amounts
from oab_funding.grants.schools import SchoolTransition
from oab_funding.grants.site_parts import Family, share_out
from oab_funding.grants.transition import Shares, require_gainers_share, transition_shares

_SCORE_UNITS = 100
_CENTS = 100
_SAFE = 2**62


@dataclass(frozen=True, slots=True)
class SchoolTerms:
    """On what terms scores become grants.

    Parameters
    ----------
    price, budget
        One of the two, in euros; from a budget the price follows, in `places` decimals.
    places
        Decimals of that price.
    share
        Share of the annual amount.
    rounding
        How a school's amount is brought to cents.
    transition, old
        The transition and the old bases (euros, indexed) by school; None where none is applied.
    """

    price: Fraction | None
    budget: Fraction | None
    places: int
    share: Fraction
    rounding: Rule
    transition: SchoolTransition | None = None
    old: Mapping[str, Fraction] | None = None

    def unit(self, sum_of_scores: int) -> Fraction:
        """Give the euros per unit of score, of the share of the year, for a sum of scores in hundredths."""
        if self.price is not None:
            return self.price * self.share
        if not sum_of_scores or self.budget is None:
            raise InputError(
                "no score is above 0, so no price follows from the budget", remedy="check the scores"
            )
        units = Fraction(sum_of_scores, _SCORE_UNITS) * self.share
        return Fraction(round_exact(self.budget / units, self.places)) * self.share


@dataclass(frozen=True, slots=True)
class SiteColumns:
    """Scores of sites in columns, shape (sites,).

    Parameters
    ----------
    present
        Whether the site is there.
    score
        In hundredths; 0 where it is not there.
    pupils
        E, 0 where not known.
    """

    present: NDArray[np.bool_]
    score: Int64Array
    pupils: Int64Array

    @property
    def total(self) -> int:
        """The sum of scores, in hundredths."""
        return int(self.score.sum())


class Schools:
    """Which sites make up which schools.

    Parameters
    ----------
    sites
        Codes of the sites, ascending.
    schools
        The school of each.
    """

    def __init__(self, sites: Sequence[str], schools: Sequence[str]) -> None:
        self.sites = tuple(sites)
        self.names = tuple(sorted(set(schools)))
        number = {name: at for at, name in enumerate(self.names)}
        self.of_site = np.array([number[school] for school in schools], dtype=np.int64)

    @cached_property
    def families(self) -> list[tuple[int, list[int]]]:
        """The schools of several sites, with the rows of these."""
        rows: dict[int, list[int]] = {}
        for row, school in enumerate(self.of_site.tolist()):
            rows.setdefault(school, []).append(row)
        return [(school, members) for school, members in sorted(rows.items()) if len(members) > 1]

    def shares(self, scores: SiteColumns, unit: Fraction, terms: SchoolTerms) -> Shares | None:
        """Give the shares of the transition, None where none is applied."""
        if terms.transition is None or terms.old is None:
            return None
        both = self._old_and_new(scores, unit, terms)
        settled = terms.transition
        if not isinstance(settled.gainers, Fraction) and (settled.gainers or len(both.rows) < 2):
            amounts = {
                self.names[row]: (both.euros(new), None if old is None else both.euros(old))
                for row, new, old in zip(both.rows, both.new, both.old, strict=True)
            }
            require_gainers_share(amounts, settled.gainers, len(amounts) > 1, "school")
        moved = [old - new for new, old in zip(both.new, both.old, strict=True) if old is not None]
        lost = both.euros(sum(change for change in moved if change > 0))
        gained = both.euros(-sum(change for change in moved if change < 0))
        # Only the sums matter: as if one school lost all that is lost, and another gained all that is gained.
        nothing = Fraction(0)
        return transition_shares([nothing, gained], [lost, nothing], settled.losers, settled.gainers)

    def parts(
        self, scores: SiteColumns, unit: Fraction, terms: SchoolTerms, shares: Shares | None
    ) -> Int64Array:
        """Give the cents of every site: its part of its school's amount, as `site_parts` divides it."""
        totals = group_sums(scores.score, self.of_site, len(self.names))
        if magnitude(totals) * unit.numerator >= _SAFE:
            raise InputError(
                "the amounts are too large to be compared", remedy="check the price and the scores"
            )
        exact: dict[int, Fraction] = {}
        if shares is None:
            cents = round_ratio_array(totals * unit.numerator, unit.denominator, terms.rounding)
        else:
            cents = np.zeros(len(self.names), dtype=np.int64)
            several = {school for school, _ in self.families}
            for school, top, bottom in self._paid(scores, unit, terms, shares):
                cents[school] = round_ratio(top * _CENTS, bottom, terms.rounding)
                if school in several:
                    exact[school] = Fraction(top, bottom)
        parts: Int64Array = np.where(scores.present, cents[self.of_site], 0)
        for school, rows in self.families:
            there = [row for row in rows if scores.present[row]]
            if len(there) > 1:
                euros = exact.get(school, Fraction(int(totals[school]), _SCORE_UNITS) * unit)
                family = Family(
                    tuple(self.sites[row] for row in there),
                    tuple(int(scores.score[row]) for row in there),
                    tuple(int(scores.pupils[row]) for row in there),
                )
                parts[there] = share_out(family, int(cents[school]), euros * _SCORE_UNITS).units
        return parts

    def _old_and_new(self, scores: SiteColumns, unit: Fraction, terms: SchoolTerms) -> _OldAndNew:
        assert terms.transition is not None
        assert terms.old is not None
        totals = group_sums(scores.score, self.of_site, len(self.names)).tolist()
        there = group_counts(self.of_site[scores.present], len(self.names)) > 0
        rows = np.flatnonzero(there).tolist()
        # A mixture of two runs may hold a school without a base that neither run itself would accept.
        missing = "exempt" if terms.transition.missing == "refuse" else terms.transition.missing
        old = old_amounts([self.names[row] for row in rows], terms.old, missing, "")
        below = {amount.denominator for amount in old if amount is not None}
        per_euro = lcm(_SCORE_UNITS * unit.denominator, *below)
        a_point = unit.numerator * (per_euro // (_SCORE_UNITS * unit.denominator))
        return _OldAndNew(
            rows,
            [totals[row] * a_point for row in rows],
            [None if one is None else one.numerator * (per_euro // one.denominator) for one in old],
            per_euro,
        )

    def _paid(
        self, scores: SiteColumns, unit: Fraction, terms: SchoolTerms, shares: Shares
    ) -> Iterator[tuple[int, int, int]]:
        """Give what every school gets after the transition, as the top and bottom of a fraction of euros."""
        both = self._old_and_new(scores, unit, terms)
        lose, gain = (
            (share.numerator, share.denominator, both.per_euro * share.denominator)
            for share in (shares.losers, shares.gainers)
        )
        for row, new, old in zip(both.rows, both.new, both.old, strict=True):
            if old is None:
                yield row, new, both.per_euro
            else:
                top, bottom, whole = lose if old > new else gain
                yield row, new * bottom + (old - new) * top, whole


@dataclass(frozen=True, slots=True)
class _OldAndNew:
    """New and old amounts of schools in whole units, so many to a euro, that both come out in."""

    rows: list[int]
    new: list[int]
    old: list[int | None]
    per_euro: int

    def euros(self, amount: int) -> Fraction:
        return Fraction(amount, self.per_euro)


def in_transition(terms: SchoolTerms, other: SchoolTerms) -> SchoolTerms:
    """Give the terms with the transition of others."""
    return replace(terms, transition=other.transition, old=other.old)
