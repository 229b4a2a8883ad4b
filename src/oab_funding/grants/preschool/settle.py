"""Settling the terms of a comparison: what was given, with what the law says of the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, TypeAlias, cast

from oab_funding.errors import InputError, Place
from oab_funding.exact import Exact, money, round_exact, share, to_fraction
from oab_funding.grants.preschool.cost import HboCount, Terms
from oab_funding.grants.preschool.year_law import YearLaw

OneOrMore: TypeAlias = Exact | Sequence[Exact]
"""A number, or several for a what-if."""

COMPARISON = "a comparison with what preschool education costs: the grant is not tied to a group of children"
OTHER_DUTIES = "the duties of WPO art. 158 and 160 besides preschool education are not in the sum"
WHAT_IF = "what-if: several variants of the terms"
BELOW_LAW = "fewer hours than the law asks for, as told"
_DECIMALS = 6
_LARGEST = 10**9


@dataclass(frozen=True, slots=True)
class Settled:
    """The terms of a comparison.

    Parameters
    ----------
    law
        The law of the year.
    variants
        The terms, each a variant.
    labels
        What must be said with every output.
    """

    law: YearLaw
    variants: tuple[Terms, ...]
    labels: tuple[str, ...]

    @property
    def given(self) -> Mapping[str, str]:
        """The terms of the first variant by name, in words."""
        first = self.variants[0]
        return {name: _in_words(getattr(first, name)) for name in Terms.__dataclass_fields__}


def settle(
    law: YearLaw,
    *,
    hour_price: OneOrMore,
    hbo_wage: Exact | None = None,
    reach: OneOrMore = 1,
    hours: OneOrMore | None = None,
    tariff: OneOrMore = 0,
    charged_hours: Exact = 0,
    weeks: Exact | None = None,
    allowance_share: Exact = 0,
    ceiling: Exact | None = None,
    allowance_parents: Exact | None = None,
    place_cost: Exact = 0,
    hbo_count: HboCount | str = "offered",
    below_law: bool = False,
) -> Settled:
    """Settle the terms; `door.preschool` says what each of them is.

    Raises
    ------
    InputError
        A number is a float, negative or out of bounds; the wage or the ceiling is needed and not known; the
        hours are below the law's.
    """
    fixed = _fixed(
        law, hbo_wage, charged_hours, weeks, allowance_share, ceiling, allowance_parents, place_cost
    )
    asked = [law.rule.hours] if hours is None else [number(value, "hours") for value in _several(hours)]
    labels = _labels(law, asked, below_law)
    count = _hbo_count(hbo_count)
    variants = tuple(
        Terms(hour_price=p, reach=r, hours=h, tariff=f, hbo_count=count, **fixed)
        for p, r, h, f in product(
            [_euros(value, "hour_price") for value in _several(hour_price)],
            [share(value, "reach", whole=True) for value in _several(reach)],
            asked,
            [_euros(value, "tariff") for value in _several(tariff)],
        )
    )
    return Settled(law, variants, (*labels, *([WHAT_IF] if len(variants) > 1 else [])))


def number(value: Exact, name: str) -> Fraction:
    """Take a number of hours or weeks: exact and not negative."""
    exact = to_fraction(value, Place(argument=name))
    if not 0 <= exact < _LARGEST:
        raise InputError("is below 0 or too large", Place(value=value, argument=name), "check it")
    return exact


def _euros(value: Exact, name: str) -> Fraction:
    return Fraction(money(value, name))


def _several(value: OneOrMore) -> tuple[Exact, ...]:
    """Give one or more numbers as a tuple; none at all is refused."""
    values = (value,) if isinstance(value, str) or not isinstance(value, Sequence) else tuple(value)
    if not values:
        raise InputError("an empty list of values is no what-if", remedy="give one value or more")
    return values


def _in_words(value: object) -> str:
    """Write a term as a decimal where it has an end, else as a fraction."""
    if not isinstance(value, Fraction):
        return "not given" if value is None else str(value)
    cut = round_exact(value, _DECIMALS)
    return f"{cut.normalize():f}" if cut == value else str(value)


def _fixed(
    law: YearLaw,
    hbo_wage: Exact | None,
    charged_hours: Exact,
    weeks: Exact | None,
    allowance_share: Exact,
    ceiling: Exact | None,
    allowance_parents: Exact | None,
    place_cost: Exact,
) -> dict[str, Any]:
    """Settle the terms that are the same in every variant."""
    if hbo_wage is None and law.rule.hbo_hours:
        raise InputError(
            f"is needed: from 2022 on {law.rule.hbo_hours} hours a year per child",
            Place(argument="hbo_wage"),
            "give euros an hour; the law sets none",
        )
    part = share(allowance_share, "allowance_share", whole=True)
    limit = law.rule.ceiling if ceiling is None else _euros(ceiling, "ceiling")
    if limit is None and part:
        raise InputError(
            f"the maximum hourly price of {law.rule.year} is not known", Place(argument="ceiling"), "give it"
        )
    return {
        "hbo_hours": law.rule.hbo_hours,
        "hbo_wage": Fraction(0) if hbo_wage is None else _euros(hbo_wage, "hbo_wage"),
        "charged_hours": number(charged_hours, "charged_hours"),
        "weeks": law.rule.weeks if weeks is None else number(weeks, "weeks"),
        "allowance_share": part,
        "ceiling": Fraction(limit or 0),
        "allowance_parents": None
        if allowance_parents is None
        else _euros(allowance_parents, "allowance_parents"),
        "place_cost": _euros(place_cost, "place_cost"),
    }


def _hbo_count(value: str) -> HboCount:
    if value not in ("offered", "target"):
        raise InputError("is no option", Place(value=value, argument="hbo_count"), "choose offered or target")
    return cast(HboCount, value)


def _labels(law: YearLaw, asked: Sequence[Fraction], below_law: bool) -> list[str]:
    labels = [COMPARISON, OTHER_DUTIES]
    if min(asked) >= law.rule.hours:
        return labels
    if not below_law:
        raise InputError(
            f"are below what the law asks for in {law.rule.year}: {law.rule.hours} hours a year",
            Place(value=str(min(asked)), argument="hours"),
            "give `below_law` if that is meant",
        )
    return [*labels, BELOW_LAW]
