"""Grants of municipalities: (H + I) x (J / K), the minimum, and the transition from the grants of 2018."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.exact import Exact, round_units
from oab_funding.exact import share as as_share
from oab_funding.grants.division import (
    Division,
    JoinedScores,
    MunicipalRule,
    divide,
    division_figures,
    join_dates,
    to_cents,
)
from oab_funding.grants.transition import (
    BEFORE_TRANSITION,
    MAY_BE_BEFORE_TRANSITION,
    Gainers,
    MissingBase,
    NotStated,
    Shares,
    after_transition,
    gainers_share,
    left_over,
    old_amounts,
    partners,
    require_gainers_share,
    transition_shares,
)
from oab_funding.tables.columns import build, texts, units
from oab_funding.tables.grant_tables import MUNICIPAL_GRANTS, UNSCORED_2018
from oab_funding.tables.step_result import Figure, StepResult

__all__ = ["MunicipalRule", "MunicipalTransition", "municipal_grants"]

_CENTS = 100
_SCORE_PLACES = 3
_SHARE_PLACES = 12


@dataclass(frozen=True, slots=True)
class MunicipalTransition:
    """The transition of a year.

    Parameters
    ----------
    losers
        The losers' share c.
    gainers
        The gainers' share; None to solve it; "unknown" where it is not known, which is enough for
        municipalities that lose.
    gainers_places
        If given, a solved share is rounded to this many decimals (4 is 0.01%).
    ineligible
        What a municipality gets that is not eligible but had a grant in 2018: ``share`` or ``nothing``.
    missing
        What to do with a municipality without a grant of 2018 in the file.
    country
        How many municipalities the country has in the year, where that is known: with a price the gainers'
        share cannot be solved from fewer. A budget is divided over the municipalities that are there.

    Raises
    ------
    InputError
        A share is a float, or outside its bounds.
    """

    losers: Fraction
    gainers: Gainers
    gainers_places: int | None = None
    ineligible: Literal["share", "nothing"] = "share"
    missing: MissingBase = "refuse"
    country: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "losers", as_share(self.losers, "losers", whole=True))
        object.__setattr__(self, "gainers", gainers_share(self.gainers))


@dataclass(frozen=True, slots=True)
class _Paid:
    """What is paid in the end: cents, and per municipality the old amount and the share that applied."""

    cents: tuple[int, ...]
    old: Sequence[Fraction | None]
    share: Sequence[Fraction | None]
    shares: Shares | None


def municipal_grants(
    later: pa.Table,
    previous: pa.Table,
    grants_2018: pa.Table | None,
    rule: MunicipalRule,
    budget: Exact | None = None,
    price: Exact | None = None,
    transition: MunicipalTransition | NotStated | None = "not stated",
) -> StepResult:
    """Divide a budget over municipalities, or multiply by a known price.

    Parameters
    ----------
    later, previous
        Scores on the two reference dates: `municipality_code`, `score_raw`, `score`; the same municipalities
        in both.
    grants_2018
        The grants of 2018 in the division of the budget year, for a year with a transition.
    rule
        Minimum, eligibility and rounding.
    budget, price
        One of the two, in euros, a budget in whole cents; never a float. With a price one municipality
        suffices.
    transition
        The transition of the year; None where the year has none. Left out, the amounts are labelled as those
        before a transition that the year may have.

    Returns
    -------
    StepResult
        Table `municipal_grants` by ascending code; with grants of 2018 also `unscored_2018`. Figures: K, J,
        the price, how many are topped up and what that costs, totals, what the total misses the budget by,
        the transition, and the municipalities that have a score or a grant of 2018 only.

    Raises
    ------
    InputError
        The budget or price is a float or out of bounds, the budget cannot be divided, a municipality is in
        one table only, the transition lacks a grant of 2018, or a municipality gains and the gainers' share
        is not known and cannot be solved.

    Notes
    -----
    Besluit specifieke uitkeringen gemeentelijk onderwijsachterstandenbeleid (Stb. 2018, 315) art.
    2, 4 and 6. The minimum is applied before the transition and not again after it. Each amount is rounded
    once: before the transition to the budget (see `division.divide`), after it from the exact amounts, to the
    budget where the shares keep the total exactly and else half up.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from oab_funding.tables.score_tables import MUNICIPALITY_SCORES
    >>> columns = {"municipality_code": ["GM0363"], "score_raw": [20000], "score": [12732]}
    >>> scores = build(MUNICIPALITY_SCORES, columns)
    >>> rule = MunicipalRule(Decimal("64000.00"))
    >>> grants = municipal_grants(scores, scores, None, rule, price="502.66", transition=None)
    >>> grants.table.column("amount").to_pylist()
    [Decimal('64000.00')]
    """
    joined = join_dates(later, previous)
    division = divide(joined, rule, budget, price)
    in_euros = division.budget
    paid = _paid(joined, division, grants_2018, transition)
    tables = {"municipal_grants": _table(joined, division, paid)}
    found: dict[str, Figure] = {}
    if grants_2018 is not None and isinstance(transition, MunicipalTransition):
        known = _by_code(grants_2018)
        tables["unscored_2018"] = _unscored(joined.codes, known)
        found = partners("grant_2018", known, joined.codes, transition.missing)
    return StepResult(
        tables,
        {
            **division_figures(joined, division, rule, in_euros),
            "total": Fraction(sum(paid.cents), _CENTS),
            "not_eligible_but_paid": sum(
                cents > 0 and not may for cents, may in zip(paid.cents, division.eligible, strict=True)
            ),
            "transition": "applied" if paid.shares else _label(transition),
            **(paid.shares.figures() if paid.shares else {}),
            **found,
        },
    )


def _paid(
    joined: JoinedScores,
    division: Division,
    grants_2018: pa.Table | None,
    transition: MunicipalTransition | NotStated | None,
) -> _Paid:
    none = [None] * len(joined.codes)
    if grants_2018 is None:
        return _Paid(division.cents, none, none, None)
    if transition is None:
        raise InputError("the year has no transition", remedy="leave out `grants_2018`")
    if isinstance(transition, str):
        raise InputError("grants of 2018 are given and no transition", remedy="give `transition`")
    old = _old(joined.codes, _by_code(grants_2018), transition, division.eligible)
    shares = _shares(joined.codes, division, old, transition)
    after = [after_transition(b, a, shares) for b, a in zip(division.exact, old, strict=True)]
    bound = division.bound if shares.uncovered == 0 else None
    cents = to_cents([amount for amount, _ in after], bound, joined.codes)
    return _Paid(cents, old, [share for _, share in after], shares)


def _old(
    codes: Sequence[str],
    known: Mapping[str, Fraction],
    transition: MunicipalTransition,
    eligible: Sequence[bool],
) -> list[Fraction | None]:
    old = old_amounts(codes, known, transition.missing, "municipality {} has no grant of 2018")
    if transition.ineligible == "nothing":
        return [a if may else None for a, may in zip(old, eligible, strict=True)]
    return old


def _label(transition: MunicipalTransition | NotStated | None) -> str:
    """Say what amounts are to which no transition was applied."""
    if transition is None:
        return "none"
    return MAY_BE_BEFORE_TRANSITION if isinstance(transition, str) else BEFORE_TRANSITION


def _shares(
    codes: Sequence[str],
    division: Division,
    old: Sequence[Fraction | None],
    transition: MunicipalTransition,
) -> Shares:
    country = 0 if division.budget is not None or transition.country is None else transition.country
    amounts = dict(zip(codes, zip(division.exact, old, strict=True), strict=True))
    whole = len(codes) >= max(2, country)
    require_gainers_share(amounts, transition.gainers, whole, "municipality")
    return transition_shares(
        division.exact, old, transition.losers, transition.gainers, transition.gainers_places
    )


def _by_code(grants_2018: pa.Table) -> dict[str, Fraction]:
    amounts = [Fraction(cents, _CENTS) for cents in units(grants_2018, "grant_2018", 2)]
    return dict(zip(texts(grants_2018, "municipality_code"), amounts, strict=True))


def _table(joined: JoinedScores, division: Division, paid: _Paid) -> pa.Table:
    return build(
        MUNICIPAL_GRANTS,
        {
            "municipality_code": joined.codes,
            "score": _rounded(joined.scores, _SCORE_PLACES),
            "eligible": division.eligible,
            "topped_up": division.topped_up,
            "amount_new": division.cents,
            "grant_2018": _rounded(paid.old, 2),
            "share": _rounded(paid.share, _SHARE_PLACES),
            "amount": paid.cents,
        },
    )


def _rounded(values: Sequence[Fraction | None], places: int) -> list[int | None]:
    return [None if value is None else round_units(value, places) for value in values]


def _unscored(codes: Sequence[str], known: Mapping[str, Fraction]) -> pa.Table:
    alone = left_over(known, codes)
    return build(
        UNSCORED_2018,
        {"municipality_code": list(alone), "grant_2018": _rounded(list(alone.values()), 2)},
    )
