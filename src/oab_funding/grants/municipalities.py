"""Grants of municipalities: (H + I) x (J / K), the minimum, and the transition from the grants of 2018."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.exact import largest_remainder, round_exact, round_units
from oab_funding.grants.minimum import price_with_minimum
from oab_funding.grants.municipal_scores import JoinedScores, join_dates
from oab_funding.grants.transition import Shares, after_transition, transition_shares
from oab_funding.tables.catalogue import MUNICIPAL_GRANTS, UNSCORED_2018
from oab_funding.tables.columns import decimals, optional_decimals, texts, units
from oab_funding.tables.step_result import Figure, StepResult

_CENTS = 100


@dataclass(frozen=True, slots=True)
class MunicipalRule:
    """The parameters of the division, as law and choices settle them.

    Parameters
    ----------
    minimum
        Euros.
    eligibility
        Who gets the minimum: ``minimum``, whoever has A > 0 on either date; ``formula``, only whose H + I is above 0.
    price_rounding
        ``none`` or ``cents``.
    remainder
        How amounts come to cents: ``largest_remainder`` or ``half_up``.
    """

    minimum: Decimal
    eligibility: Literal["minimum", "formula"] = "minimum"
    price_rounding: Literal["none", "cents"] = "none"
    remainder: Literal["largest_remainder", "half_up"] = "largest_remainder"


@dataclass(frozen=True, slots=True)
class MunicipalTransition:
    """The transition of a year.

    Parameters
    ----------
    losers
        The losers' share c.
    gainers
        The gainers' share, or None to solve it.
    gainers_places
        If given, a solved share is rounded to this many decimals (4 is 0.01%).
    ineligible
        What a municipality gets that is not eligible but had a grant in 2018: ``share`` or ``nothing``.
    missing
        What to do with a municipality without a grant of 2018 in the file.
    """

    losers: Fraction
    gainers: Fraction | None
    gainers_places: int | None = None
    ineligible: Literal["share", "nothing"] = "share"
    missing: Literal["refuse", "zero", "exempt"] = "refuse"


def municipal_grants(
    later: pa.Table,
    previous: pa.Table,
    grants_2018: pa.Table | None,
    rule: MunicipalRule,
    budget: Decimal | None = None,
    price: Decimal | None = None,
    transition: MunicipalTransition | None = None,
) -> StepResult:
    """Divide a budget over municipalities, or multiply by a known price.

    Parameters
    ----------
    later, previous
        Scores on the two reference dates: `municipality_code`, `score_raw`, `score`; the same municipalities in both.
    grants_2018
        The grants of 2018 in the division of the budget year, for a year with a transition.
    rule
        Minimum, eligibility and rounding.
    budget, price
        One of the two, in euros. With a price one municipality suffices.
    transition
        The transition of the year, if it has one.

    Returns
    -------
    StepResult
        Table `municipal_grants` by ascending code; with grants of 2018 also `unscored_2018`. Figures: K, J, the price,
        how many are topped up and what that costs, totals, what the total misses the budget by, and the transition.

    Raises
    ------
    InputError
        The budget cannot be divided, a municipality is in one table only, or the transition lacks a grant of 2018.

    Notes
    -----
    Besluit specifieke uitkeringen gemeentelijk onderwijsachterstandenbeleid (Stb. 2018, 315) art. 2, 4 and 6. The
    minimum is applied before the transition and not again after it.
    """
    joined = join_dates(later, previous)
    eligible = joined.raw_above_zero if rule.eligibility == "minimum" else tuple(s > 0 for s in joined.scores)
    division = _divide(joined, eligible, rule, budget, price)
    old = _old(joined.codes, grants_2018, transition, eligible)
    shares = _shares(division.exact, old, transition) if old is not None else None
    after = [
        after_transition(b, a, shares) if shares is not None else (b, None)
        for b, a in zip(division.exact, old or [None] * len(division.exact), strict=True)
    ]
    amounts = _paid(division, [amount for amount, _ in after], joined.codes, shares, rule)
    table = _table(joined, eligible, division, old, [share for _, share in after], amounts)
    tables = {"municipal_grants": table}
    if grants_2018 is not None and transition is not None:
        tables["unscored_2018"] = _unscored(joined.codes, grants_2018)
    figures = _figures(joined, eligible, division, amounts, rule, budget)
    label = (
        "before transition" if transition is not None and shares is None else "applied" if shares else "none"
    )
    return StepResult(tables, {**figures, "transition": label, **_share_figures(shares)})


@dataclass(frozen=True, slots=True)
class _Division:
    """The division before the transition: price, exact amounts, cents, who is topped up, whether a budget binds."""

    price: Fraction
    exact: list[Fraction]
    cents: list[int]
    topped_up: list[bool]
    bound: int | None


def _divide(
    joined: JoinedScores,
    eligible: Sequence[bool],
    rule: MunicipalRule,
    budget: Decimal | None,
    price: Decimal | None,
) -> _Division:
    minimum = Fraction(rule.minimum)
    if (budget is None) == (price is None):
        raise InputError(
            "give a budget or a price, one of the two", remedy="pass --budget EUR or --price EUR"
        )
    if budget is not None:
        if budget <= 0:
            raise InputError(f"a budget of EUR {budget} cannot be divided", remedy="give a budget above 0")
        settled = price_with_minimum(joined.scores, eligible, Fraction(budget), minimum).price
        if rule.price_rounding == "cents":
            settled = Fraction(round_exact(settled, 2))
    else:
        settled = Fraction(price or 0)
        if settled <= 0:
            raise InputError(f"a price of EUR {price} pays nothing", remedy="give a price above 0")
    by_formula = [settled * s for s in joined.scores]
    topped_up = [may and amount < minimum for may, amount in zip(eligible, by_formula, strict=True)]
    exact = [minimum if top else amount for top, amount in zip(topped_up, by_formula, strict=True)]
    binds = budget is not None and rule.price_rounding == "none" and rule.remainder == "largest_remainder"
    bound = round_units(budget, 2) if binds and budget is not None else None
    return _Division(settled, exact, _to_cents(exact, bound, joined.codes), topped_up, bound)


def _to_cents(exact: Sequence[Fraction], bound: int | None, codes: Sequence[str]) -> list[int]:
    if bound is None:
        return [round_units(amount, 2) for amount in exact]
    return list(largest_remainder(exact, bound, codes).units)


def _old(
    codes: Sequence[str],
    grants_2018: pa.Table | None,
    transition: MunicipalTransition | None,
    eligible: Sequence[bool],
) -> list[Fraction | None] | None:
    if grants_2018 is None or transition is None:
        return None
    known = _by_code(grants_2018)
    if transition.missing == "refuse" and (missing := [code for code in codes if code not in known]):
        more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
        raise InputError(
            f"municipality {missing[0]}{more} has no grant of 2018",
            remedy="add its row (0.00 if it had none), or pass --missing-base zero or exempt",
        )
    default = Fraction(0) if transition.missing == "zero" else None
    old = [known.get(code, default) for code in codes]
    if transition.ineligible == "nothing":
        return [a if may else None for a, may in zip(old, eligible, strict=True)]
    return old


def _by_code(grants_2018: pa.Table) -> dict[str, Fraction]:
    amounts = [Fraction(cents, _CENTS) for cents in units(grants_2018, "grant_2018")]
    return dict(zip(texts(grants_2018, "municipality_code"), amounts, strict=True))


def _shares(
    new: Sequence[Fraction], old: Sequence[Fraction | None], transition: MunicipalTransition | None
) -> Shares | None:
    if transition is None:
        return None
    return transition_shares(new, old, transition.losers, transition.gainers, transition.gainers_places)


def _paid(
    division: _Division,
    after: list[Fraction],
    codes: Sequence[str],
    shares: Shares | None,
    rule: MunicipalRule,
) -> list[int]:
    if shares is None:
        return division.cents
    keeps_total = division.bound is not None and shares.uncovered == 0
    return _to_cents(after, division.bound if keeps_total else None, codes)


def _table(
    joined: JoinedScores,
    eligible: Sequence[bool],
    division: _Division,
    old: list[Fraction | None] | None,
    shares: list[Fraction | None],
    amounts: list[int],
) -> pa.Table:
    schema = MUNICIPAL_GRANTS.arrow()

    def rounded(name: str, values: Sequence[Fraction | None]) -> pa.Array:
        kind = schema.field(name).type
        return optional_decimals([None if v is None else round_units(v, kind.scale) for v in values], kind)

    money = schema.field("amount").type
    columns = {
        "municipality_code": list(joined.codes),
        "score": rounded("score", joined.scores),
        "eligible": list(eligible),
        "topped_up": division.topped_up,
        "amount_new": decimals(division.cents, money),
        "grant_2018": rounded("grant_2018", old or [None] * len(amounts)),
        "share": rounded("share", shares),
        "amount": decimals(amounts, money),
    }
    return pa.table(columns, schema=schema)


def _unscored(codes: Sequence[str], grants_2018: pa.Table) -> pa.Table:
    schema = UNSCORED_2018.arrow()
    known = _by_code(grants_2018)
    rows = sorted(known.keys() - set(codes))
    cents = [round_units(known[code], 2) for code in rows]
    return pa.table(
        [pa.array(rows, pa.string()), decimals(cents, schema.field("grant_2018").type)], schema=schema
    )


def _figures(
    joined: JoinedScores,
    eligible: Sequence[bool],
    division: _Division,
    amounts: Sequence[int],
    rule: MunicipalRule,
    budget: Decimal | None,
) -> Mapping[str, Figure]:
    k = sum(joined.scores, Fraction(0))
    topped = sum(division.topped_up)
    cost = sum(
        (
            Fraction(rule.minimum) - division.price * s
            for s, top in zip(joined.scores, division.topped_up, strict=True)
            if top
        ),
        Fraction(0),
    )
    total_new, total = Fraction(sum(division.cents), _CENTS), Fraction(sum(amounts), _CENTS)
    return {
        "municipalities": len(joined.codes),
        "eligible": sum(eligible),
        "topped_up": topped,
        "cost_of_top_ups": cost,
        "K": k,
        "J": division.price * k,
        "price": division.price,
        "total_new": total_new,
        "budget": budget,
        "total_new_misses_budget_by": None if budget is None else total_new - Fraction(budget),
        "total": total,
        "not_eligible_but_paid": sum(a > 0 and not may for a, may in zip(amounts, eligible, strict=True)),
    }


def _share_figures(shares: Shares | None) -> dict[str, Figure]:
    if shares is None:
        return {}
    return {
        "losers_share": shares.losers,
        "gainers_share": shares.gainers,
        "gainers_share_solved": shares.solved,
        "gainers_share_capped": shares.capped,
        "not_covered_by_gainers": shares.uncovered,
    }
