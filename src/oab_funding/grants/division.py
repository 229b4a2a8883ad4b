"""Dividing a budget over municipalities by score, or multiplying by a known price; with the minimum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.exact import Exact, largest_remainder, money, round_exact, round_units
from oab_funding.grants.minimum import price_with_minimum
from oab_funding.grants.price import budget_in_euros, unrounded_price
from oab_funding.tables.columns import texts, units
from oab_funding.tables.step_result import Figure

_CENTS = 100


@dataclass(frozen=True, slots=True)
class MunicipalRule:
    """The parameters of the division, as law and choices settle them.

    Parameters
    ----------
    minimum
        Euros.
    eligibility
        Who gets the minimum: ``minimum``, whoever has A > 0 on either date; ``formula``, only whose H + I is
        above 0.
    price_rounding
        ``none`` or ``cents``.
    remainder
        How amounts come to cents: ``largest_remainder`` or ``half_up``.
    """

    minimum: Decimal
    eligibility: Literal["minimum", "formula"] = "minimum"
    price_rounding: Literal["none", "cents"] = "none"
    remainder: Literal["largest_remainder", "half_up"] = "largest_remainder"

    def __post_init__(self) -> None:
        object.__setattr__(self, "minimum", money(self.minimum, "minimum"))


@dataclass(frozen=True, slots=True)
class Division:
    """What each municipality gets before a transition, in the order of the joined scores.

    Parameters
    ----------
    budget
        What was divided, in euros; None where a price was given.
    price
        Euros per unit of H + I.
    eligible, topped_up
        Who gets at least the minimum, and who gets it instead of price x score.
    exact
        Amounts in euros, unrounded.
    bound
        The total in cents that the rounded amounts must add up to, or None.
    cents
        Amounts in cents.
    """

    budget: Decimal | None
    price: Fraction
    eligible: tuple[bool, ...]
    topped_up: tuple[bool, ...]
    exact: tuple[Fraction, ...]
    bound: int | None
    cents: tuple[int, ...]


def divide(
    joined: JoinedScores, rule: MunicipalRule, budget: Exact | None = None, price: Exact | None = None
) -> Division:
    """Divide a budget, or apply a known price.

    With a budget, an unrounded price and the largest remainder the amounts add up to the budget to the cent.
    Each is then its exact amount, rounded down or up. More budget lowers nobody's exact amount and tops up
    nobody else; a rounded amount can lose one cent by it and no more, because the cents left over may go
    elsewhere (with scores 6, 6, 2 the third gets 2 of 10 cents and 1 of 11). With every other choice no
    amount falls at all.

    Parameters
    ----------
    joined
        The scores.
    rule
        Minimum, eligibility and rounding.
    budget, price
        One of the two, in euros.

    Raises
    ------
    InputError
        Not one of the two is given, it is a float, not above 0 or too large, or the budget is not in whole
        cents or cannot be divided.

    Examples
    --------
    >>> two = JoinedScores(("GM0001", "GM0002"), (Fraction(1), Fraction(9)), (True, True))
    >>> divide(two, MunicipalRule(Decimal(20)), budget=Decimal(100)).cents
    (2000, 8000)
    """
    eligible = _eligible(joined, rule)
    in_euros, settled = _money(joined, eligible, rule, budget, price)
    minimum = Fraction(rule.minimum)
    by_formula = [settled * s for s in joined.scores]
    topped_up = tuple(may and amount < minimum for may, amount in zip(eligible, by_formula, strict=True))
    exact = tuple(minimum if top else amount for top, amount in zip(topped_up, by_formula, strict=True))
    binds = rule.price_rounding == "none" and rule.remainder == "largest_remainder"
    bound = round_units(in_euros, 2) if binds and in_euros is not None else None
    return Division(
        in_euros, settled, eligible, topped_up, exact, bound, to_cents(exact, bound, joined.codes)
    )


def to_cents(exact: Sequence[Fraction], bound: int | None, codes: Sequence[str]) -> tuple[int, ...]:
    """Bring amounts (euros) to cents: by largest remainder to a total they add up to, or else each half up.

    Examples
    --------
    >>> third = Fraction(1, 3)
    >>> to_cents([third, third, third], 100, ["b", "a", "c"]), to_cents([third], None, ["a"])
    ((33, 34, 33), (33,))
    """
    if bound is None:
        return tuple(round_units(amount, 2) for amount in exact)
    if sum(exact) * _CENTS != bound:
        raise ValueError("only what rounding takes may be shared out by largest remainder")
    return largest_remainder(exact, bound, codes).units


def require_country(municipalities: int, country: int | None, year: int, budget: Decimal | None) -> None:
    """Refuse to divide the country's own budget over a part of the country.

    Parameters
    ----------
    municipalities
        How many are in the table.
    country
        How many the country has in the year, where that is known.
    year, budget
        Budget year, and the budget that was looked up.

    Raises
    ------
    InputError
        There are fewer municipalities than the country has.
    """
    if budget is not None and country is not None and municipalities < country:
        has = "is 1 municipality" if municipalities == 1 else f"are {municipalities} municipalities"
        raise InputError(
            f"the budget of {year}, EUR {budget:,}, is for the {country} municipalities of the country, and "
            f"here {has}",
            remedy="pass `price` (euros per unit) for a part of the country, or a `budget` of your own",
        )


def shared_among(number: int) -> str:
    """Say over how many a budget is divided.

    Examples
    --------
    >>> shared_among(1), shared_among(5)
    ('budget shared among 1 municipality', 'budget shared among 5 municipalities')
    """
    return f"budget shared among {number} {'municipality' if number == 1 else 'municipalities'}"


def division_figures(
    joined: JoinedScores, division: Division, rule: MunicipalRule, budget: Decimal | None
) -> dict[str, Figure]:
    """Give the law's K and J, the price, and what the top-ups cost."""
    k = sum(joined.scores, Fraction(0))
    by_formula = [division.price * s for s in joined.scores]
    minimum = Fraction(rule.minimum)
    total = Fraction(sum(division.cents), _CENTS)
    return {
        "municipalities": len(joined.codes),
        "eligible": sum(division.eligible),
        "topped_up": sum(division.topped_up),
        "cost_of_top_ups": sum(
            (minimum - amount for top, amount in zip(division.topped_up, by_formula, strict=True) if top),
            Fraction(0),
        ),
        "K": k,
        "J": division.price * k,
        "price": division.price,
        "total_new": total,
        "budget": budget,
        "total_new_misses_budget_by": None if budget is None else total - Fraction(budget),
    }


def _eligible(joined: JoinedScores, rule: MunicipalRule) -> tuple[bool, ...]:
    return joined.raw_above_zero if rule.eligibility == "minimum" else tuple(s > 0 for s in joined.scores)


def _money(
    joined: JoinedScores,
    eligible: Sequence[bool],
    rule: MunicipalRule,
    budget: Exact | None,
    price: Exact | None,
) -> tuple[Decimal | None, Fraction]:
    """Give the budget, where there is one, and the price."""
    if price is not None and budget is None:
        return None, unrounded_price(price)
    if price is not None or budget is None:
        raise InputError("give a budget or a price, one of the two", remedy="pass `budget` or `price`")
    euros = budget_in_euros(budget)
    settled = price_with_minimum(joined.scores, eligible, Fraction(euros), Fraction(rule.minimum)).price
    return euros, Fraction(round_exact(settled, 2)) if rule.price_rounding == "cents" else settled


_HALF_SCORE_UNITS = 200


@dataclass(frozen=True, slots=True)
class JoinedScores:
    """Municipalities by ascending code, with s = H + I and whether A > 0 on either date."""

    codes: tuple[str, ...]
    scores: tuple[Fraction, ...]
    raw_above_zero: tuple[bool, ...]


def join_dates(later: pa.Table, previous: pa.Table) -> JoinedScores:
    """Join the score tables of the two reference dates of a budget year.

    Parameters
    ----------
    later, previous
        Tables with `municipality_code`, `score_raw` and `score`.

    Raises
    ------
    InputError
        A municipality is in one table only (after a reorganisation both must be in the division of the budget
        year), or twice in one, or its score is above its raw score.

    Examples
    --------
    >>> from oab_funding.tables.columns import build
    >>> from oab_funding.tables.score_tables import MUNICIPALITY_SCORES
    >>> columns = {"municipality_code": ["GM0363"], "score_raw": [200], "score": [101]}
    >>> table = build(MUNICIPALITY_SCORES, columns)
    >>> join_dates(table, table).scores
    (Fraction(101, 100),)
    """
    first, second = _by_code(later, "later"), _by_code(previous, "earlier")
    for one, other, name in ((first, second, "earlier"), (second, first, "later")):
        if alone := sorted(one.keys() - other.keys()):
            more = f" (and {len(alone) - 1} more)" if len(alone) > 1 else ""
            raise InputError(
                f"municipality {alone[0]}{more} is not in the scores of the {name} date",
                remedy="bring both to the division of the budget year: from children, or by a map of mergers",
            )
    codes = sorted(first)
    return JoinedScores(
        tuple(codes),
        tuple(Fraction(first[code][0] + second[code][0], _HALF_SCORE_UNITS) for code in codes),
        tuple(first[code][1] > 0 or second[code][1] > 0 for code in codes),
    )


def _by_code(table: pa.Table, name: str) -> dict[str, tuple[int, int]]:
    """Give score and raw score (hundredths) by code."""
    found: dict[str, tuple[int, int]] = {}
    rows = zip(
        texts(table, "municipality_code"), units(table, "score", 2), units(table, "score_raw", 2), strict=True
    )
    for code, score, raw in rows:
        place = Place(f"scores of the {name} date", column="score", value=code)
        if code in found:
            raise InputError("is there twice", place, "give each municipality once")
        if not 0 <= score <= max(raw, 0):
            raise InputError(
                f"the score {_points(score)} is not between 0 and the score without threshold {_points(raw)}",
                place,
                "check both columns",
            )
        found[code] = (score, raw)
    return found


def _points(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)
