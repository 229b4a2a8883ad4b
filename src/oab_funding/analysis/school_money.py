"""What every site gets of its school's grant, in columns: the cents of the steps, many times over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError
from oab_funding.exact import Rule, group_counts, group_sums, round_exact, round_ratio_array, round_units
from oab_funding.exact.sums import Int64Array, magnitude
from oab_funding.grants.old_amounts import old_amounts
from oab_funding.grants.schools import SchoolTransition
from oab_funding.grants.site_parts import Family, share_out
from oab_funding.grants.transition import Shares, after_transition, require_gainers_share, transition_shares

_SCORE_UNITS = 100
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
        present, new, old = self._old_and_new(scores, unit, terms)
        amounts = dict(zip(present, zip(new, old, strict=True), strict=True))
        require_gainers_share(amounts, terms.transition.gainers, len(amounts) > 1, "school")
        return transition_shares(new, old, terms.transition.losers, terms.transition.gainers)

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
            exact = self._paid(scores, unit, terms, shares)
            cents = np.zeros(len(self.names), dtype=np.int64)
            for school, euros in exact.items():
                cents[school] = round_units(euros, 2, terms.rounding)
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

    def _old_and_new(
        self, scores: SiteColumns, unit: Fraction, terms: SchoolTerms
    ) -> tuple[list[str], list[Fraction], list[Fraction | None]]:
        assert terms.transition is not None
        assert terms.old is not None
        totals = group_sums(scores.score, self.of_site, len(self.names))
        there = group_counts(self.of_site[scores.present], len(self.names)) > 0
        rows = np.flatnonzero(there).tolist()
        names = [self.names[row] for row in rows]
        new = [Fraction(int(totals[row]), _SCORE_UNITS) * unit for row in rows]
        # A mixture of two runs may hold a school without a base that neither run itself would accept.
        missing = "exempt" if terms.transition.missing == "refuse" else terms.transition.missing
        return names, new, old_amounts(names, terms.old, missing, "")

    def _paid(
        self, scores: SiteColumns, unit: Fraction, terms: SchoolTerms, shares: Shares
    ) -> dict[int, Fraction]:
        names, new, old = self._old_and_new(scores, unit, terms)
        number = {name: at for at, name in enumerate(self.names)}
        return {
            number[name]: after_transition(b, a, shares)[0]
            for name, b, a in zip(names, new, old, strict=True)
        }


def in_transition(terms: SchoolTerms, other: SchoolTerms) -> SchoolTerms:
    """Give the terms with the transition of others."""
    return replace(terms, transition=other.transition, old=other.old)
