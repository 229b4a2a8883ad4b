"""Grants of municipalities: (H + I) x (J / K), the minimum, and the transition from the grants of 2018."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import pyarrow as pa

from oab_funding.exact import Exact, round_units
from oab_funding.grants.division import (
    Division,
    JoinedScores,
    MunicipalRule,
    divide,
    division_figures,
    join_dates,
    to_cents,
)
from oab_funding.grants.old_amounts import OldScheme, Paid, old_amounts, partners
from oab_funding.grants.transition import NotStated, Transition, transition_label
from oab_funding.tables.columns import build, texts, units
from oab_funding.tables.grant_tables import MUNICIPAL_GRANTS, UNSCORED_2018
from oab_funding.tables.step_result import Figure, StepResult

__all__ = ["MunicipalRule", "MunicipalTransition", "municipal_grants"]

_CENTS = 100
_SCORE_PLACES = 3


GRANT_2018 = OldScheme(
    receiver="municipality",
    period="year",
    argument="grants_2018",
    given="grants of 2018 are given",
    lacks="municipality {} has no grant of 2018",
    unscored=UNSCORED_2018,
)


@dataclass(frozen=True, slots=True)
class MunicipalTransition(Transition):
    """The transition of a year for municipalities.

    Parameters
    ----------
    losers, gainers, missing
        As for every `Transition`.
    gainers_places
        If given, a solved share is rounded to this many decimals (4 is 0.01%).
    ineligible
        What a municipality gets that is not eligible but had a grant in 2018: ``share`` or ``nothing``.
    country
        How many municipalities the country has in the year, where that is known: with a price the gainers'
        share cannot be solved from fewer. A budget is divided over the municipalities that are there.

    Raises
    ------
    InputError
        A share is a float, or outside its bounds.
    """

    gainers_places: int | None = None
    ineligible: Literal["share", "nothing"] = "share"
    country: int | None = None

    def __post_init__(self) -> None:
        Transition.__post_init__(self)


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
    tables: dict[str, pa.Table] = {}
    found: dict[str, Figure] = {}
    if grants_2018 is None:
        paid, cents = Paid.before(division.exact), division.cents
    else:
        settled, known = GRANT_2018.settled(transition), _by_code(grants_2018)
        paid = _after(joined.codes, division, known, settled)
        # Shares that keep the total exactly leave what was bound to the budget bound to it.
        bound = division.bound if paid.shares is not None and paid.shares.uncovered == 0 else None
        cents = to_cents(paid.exact, bound, joined.codes)
        tables["unscored_2018"] = GRANT_2018.alone(known, joined.codes)
        found = partners("grant_2018", known, joined.codes, settled.missing)
    tables = {"municipal_grants": _table(joined, division, paid, cents), **tables}
    return StepResult(
        tables,
        {
            **division_figures(joined, division, rule, in_euros),
            "total": Fraction(sum(cents), _CENTS),
            "not_eligible_but_paid": sum(
                amount > 0 and not may for amount, may in zip(cents, division.eligible, strict=True)
            ),
            "transition": "applied" if paid.shares else transition_label(transition),
            **(paid.shares.figures() if paid.shares else {}),
            **found,
        },
    )


def _after(
    codes: Sequence[str], division: Division, known: Mapping[str, Fraction], transition: MunicipalTransition
) -> Paid:
    old = old_amounts(codes, known, transition.missing, GRANT_2018.lacks)
    if transition.ineligible == "nothing":
        old = [a if may else None for a, may in zip(old, division.eligible, strict=True)]
    country = 0 if division.budget is not None or transition.country is None else transition.country
    whole = len(codes) >= max(2, country)
    return GRANT_2018.paid(codes, division.exact, old, transition, whole, transition.gainers_places)


def _by_code(grants_2018: pa.Table) -> dict[str, Fraction]:
    amounts = [Fraction(cents, _CENTS) for cents in units(grants_2018, "grant_2018", 2)]
    return dict(zip(texts(grants_2018, "municipality_code"), amounts, strict=True))


def _table(joined: JoinedScores, division: Division, paid: Paid, cents: Sequence[int]) -> pa.Table:
    return build(
        MUNICIPAL_GRANTS,
        {
            "municipality_code": joined.codes,
            "score": [round_units(score, _SCORE_PLACES) for score in joined.scores],
            "eligible": division.eligible,
            "topped_up": division.topped_up,
            "amount_new": division.cents,
            **paid.columns("grant_2018"),
            "amount": cents,
        },
    )
