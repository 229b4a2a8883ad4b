"""Grants of schools: price x score, and the transition from the old scheme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.exact import Rule, round_units
from oab_funding.grants.old_base import old_bases
from oab_funding.grants.transition import (
    MissingBase,
    Shares,
    after_transition,
    old_amounts,
    transition_shares,
)
from oab_funding.tables.build import build
from oab_funding.tables.catalogue import SCHOOL_GRANTS, UNSCORED_BASE
from oab_funding.tables.columns import texts, units
from oab_funding.tables.step_result import Figure, StepResult

__all__ = ["BEFORE_TRANSITION", "ESTIMATE", "MissingBase", "SchoolTransition", "school_grants"]

BEFORE_TRANSITION = "before transition"
ESTIMATE = "estimate"
_CENTS = 100
_SCORE_UNITS = 100
_SHARE_PLACES = 12


@dataclass(frozen=True, slots=True)
class SchoolTransition:
    """The transition of a period, as law and choices settle it.

    Parameters
    ----------
    losers
        The losers' share c.
    gainers
        The gainers' share, or None to solve it so that the total is kept.
    missing
        What to do with a school that has a score and no base.
    index
        Share by which the old base is indexed.
    """

    losers: Fraction
    gainers: Fraction | None
    missing: MissingBase = "refuse"
    index: Fraction = Fraction(0)


def school_grants(
    schools: pa.Table,
    old_base: pa.Table | None,
    price: Decimal,
    share: Fraction = Fraction(1),
    rounding: Rule = "half_up",
    transition: SchoolTransition | None = None,
) -> StepResult:
    """Compute the grant of each school.

    Parameters
    ----------
    schools
        Table `schools` with `school_id`, `score`, `flags` and `estimated`.
    old_base
        Table of old bases. Without it the amounts of a period with a transition are those before the
        transition, and each is labelled so.
    price
        Euros per unit of score.
    share
        Share of the annual amount that the period covers.
    rounding
        How the amount is brought to cents: once, per school.
    transition
        The transition of the period, if it has one.

    Returns
    -------
    StepResult
        Table `school_grants` by ascending `school_id`; with old bases also `unscored_base`. Figures: price,
        share, sum of scores, price x sum of scores, totals after rounding per school, half cents met, schools
        above 0, and the shares of the transition.

    Raises
    ------
    InputError
        A school has no base and `missing` says to refuse, a share is outside what the law allows, or there
        are old bases and no transition.

    Notes
    -----
    Besluit bekostiging WPO art. 28 lid 1 and 36a; Besluit bekostiging WPO 2022 art. 18 lid 1 and
    11. There is no ceiling on the total and no remainder rule: price times quantity.

    Examples
    --------
    >>> from oab_funding.scores.schools import school_scores
    >>> from oab_funding.tables.catalogue import SITE_SCORES
    >>> from oab_funding.tables.conform import conform
    >>> sites = conform(pa.table({"site_id": ["00AP00"], "score": [Decimal("33.02")]}), SITE_SCORES)
    >>> school_grants(school_scores(sites).table, None, Decimal("559.50")).table.column("amount").to_pylist()
    [Decimal('18474.69')]
    """
    ids, scores = texts(schools, "school_id"), units(schools, "score", 2)
    new = [Fraction(score, _SCORE_UNITS) * Fraction(price) * share for score in scores]
    if transition is None and old_base is not None:
        raise InputError("the period has no transition", remedy="leave out the old base")
    if transition is None or old_base is None:
        paid = _Paid(new, [None] * len(ids), [None] * len(ids), None)
        label, tables = (BEFORE_TRANSITION if transition else ""), {}
    else:
        bases = old_bases(old_base, transition.index)
        paid = _after(ids, new, bases, transition)
        label, tables = "", {"unscored_base": _unscored(ids, bases)}
    cents_new = [round_units(amount, 2, rounding) for amount in new]
    cents = [round_units(amount, 2, rounding) for amount in paid.exact]
    figures: dict[str, Figure] = {
        "price": price,
        "share_of_annual_amount": share,
        "sum_of_scores": Fraction(sum(scores), _SCORE_UNITS),
        "price_times_sum_of_scores": sum(new, Fraction(0)),
        "total_new": Fraction(sum(cents_new), _CENTS),
        "half_cents": sum((amount * _CENTS).denominator == 2 for amount in new),
        "schools_above_zero": sum(score > 0 for score in scores),
        "total": Fraction(sum(cents), _CENTS),
        "transition": label or ("applied" if paid.shares else "none"),
        **(paid.shares.figures() if paid.shares else {}),
    }
    return StepResult({"school_grants": _table(schools, cents_new, paid, cents, label), **tables}, figures)


@dataclass(frozen=True, slots=True)
class _Paid:
    """What is paid in the end: euros, unrounded, and per school the old base and the share that applied."""

    exact: Sequence[Fraction]
    old: Sequence[Fraction | None]
    share: Sequence[Fraction | None]
    shares: Shares | None


def _after(
    ids: Sequence[str], new: Sequence[Fraction], bases: Mapping[str, Fraction], transition: SchoolTransition
) -> _Paid:
    old = old_amounts(ids, bases, transition.missing, "school {} has a score but no old base")
    shares = transition_shares(new, old, transition.losers, transition.gainers)
    after = [after_transition(b, a, shares) for b, a in zip(new, old, strict=True)]
    return _Paid([amount for amount, _ in after], old, [share for _, share in after], shares)


def _table(
    schools: pa.Table, cents_new: Sequence[int], paid: _Paid, cents: Sequence[int], label: str
) -> pa.Table:
    marks = zip(texts(schools, "flags"), schools.column("estimated").to_pylist(), strict=True)
    columns = {
        "school_id": schools.column("school_id"),
        "score": schools.column("score"),
        "amount_new": cents_new,
        "old_base": _rounded(paid.old, 2),
        "share": _rounded(paid.share, _SHARE_PLACES),
        "amount": cents,
        "flags": [
            "; ".join(filter(None, (flags, ESTIMATE if estimated else "", label)))
            for flags, estimated in marks
        ],
    }
    return build(SCHOOL_GRANTS, columns)


def _rounded(values: Sequence[Fraction | None], places: int) -> list[int | None]:
    return [None if value is None else round_units(value, places) for value in values]


def _unscored(ids: Sequence[str], bases: Mapping[str, Fraction]) -> pa.Table:
    rows = sorted(bases.keys() - set(ids))
    return build(UNSCORED_BASE, {"school_id": rows, "old_base": [round_units(bases[row], 2) for row in rows]})
