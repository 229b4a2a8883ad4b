"""The front door to the comparison of a grant with what preschool education costs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any, cast

from oab_funding.errors import InputError, Place
from oab_funding.exact import Exact, round_exact, share
from oab_funding.preschool.comparison import HboCount, Terms
from oab_funding.preschool.explain import explain_preschool
from oab_funding.preschool.given import OneOrMore, euros, number, several, table_of, year_of
from oab_funding.preschool.outcome import Outcome
from oab_funding.preschool.step import compare_all
from oab_funding.preschool.year_law import YearLaw, year_law
from oab_funding.tables.preschool_tables import GRANTS, TODDLER_COUNTS

COMPARISON = "a comparison with what preschool education costs: the grant is not tied to a group of children"
OTHER_DUTIES = "the duties of WPO art. 158 and 160 besides preschool education are not in the sum"
_DECIMALS = 6
WHAT_IF = "what-if: several variants of the terms"
BELOW_LAW = "fewer hours than the law asks for, as told"


def preschool(
    grants: Any,
    toddlers: Any,
    *,
    year: str | int | date,
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
) -> Outcome:
    """Hold municipal grants against what preschool education for target toddlers costs.

    Where several values are given for `hour_price`, `reach`, `hours` or `tariff`, every combination is a
    variant (a what-if), numbered in the order given.

    Parameters
    ----------
    grants
        `municipality_code` and `amount` (euros): a frame, a result, a path, or the folder of a run.
    toddlers
        `municipality_code`, `toddlers` and, where known, `toddlers_1_january`: a frame or a path.
    year
        Calendar year, from 2019 on.
    hour_price
        Euros for an hour of one toddler. There is no default: the real cost is not published.
    hbo_wage
        Hourly wage of the higher-educated worker; needed from 2022 on.
    reach
        Share of the target toddlers who take part.
    hours
        Hours a year of a toddler who takes part; by default what the law asks for.
    tariff, charged_hours, weeks
        What parents pay an hour, for how many hours a week, for how many weeks a year (by default the
        law's 40). It is charged to the share of the hours without childcare allowance.
    allowance_share
        Share of the hours for which parents have childcare allowance.
    ceiling
        Hourly price up to which the allowance counts; by default the published one of the year.
    allowance_parents
        What parents under the allowance pay themselves per hour; by default whatever of the price is above
        the ceiling.
    place_cost
        What a toddler who takes part costs a year besides the hours.
    hbo_count
        Whose number sets the hours of the higher-educated worker: ``offered`` (on 1 January) or ``target``.
    below_law
        Allow fewer hours than the law asks for.

    Returns
    -------
    Outcome
        Table `preschool`, totals, labels, gaps, and an explanation per municipality.

    Raises
    ------
    InputError
        A number is a float, negative or out of bounds; the wage or the ceiling is needed and not known; the
        hours are below the law's; parents and the allowance pay more than the cost.

    Notes
    -----
    Besluit basisvoorwaarden kwaliteit voorschoolse educatie art. 2 and 3. What the grant "must" buy is a
    comparison: it is not tied to a group of children.

    Examples
    --------
    >>> import pandas as pd
    >>> grants = pd.DataFrame({"municipality_code": ["GM0637"], "amount": ["916236.08"]})
    >>> counts = pd.DataFrame({"municipality_code": ["GM0637"], "toddlers": [100]})
    >>> outcome = preschool(grants, counts, year=2021, hour_price="8.46")
    >>> str(outcome.figures["left"]), outcome.table.column("break_even_toddlers")[0].as_py()
    ('9369902/25', 169)
    """
    law = year_law(year_of(year))
    fixed = _fixed(
        law, hbo_wage, charged_hours, weeks, allowance_share, ceiling, allowance_parents, place_cost
    )
    asked = [law.hours] if hours is None else [number(value, "hours") for value in several(hours)]
    labels = _labels(law, asked, below_law)
    count = _hbo_count(hbo_count)
    variants = [
        Terms(hour_price=p, reach=r, hours=h, tariff=f, hbo_count=count, **fixed)
        for p, r, h, f in product(
            [euros(value, "hour_price") for value in several(hour_price)],
            [share(value, "reach", whole=True) for value in several(reach)],
            asked,
            [euros(value, "tariff") for value in several(tariff)],
        )
    ]
    step = compare_all(
        table_of(grants, GRANTS, "municipal_grants"), table_of(toddlers, TODDLER_COUNTS), variants, law
    )
    return Outcome(
        step=step,
        labels=(*labels, *([WHAT_IF] if len(variants) > 1 else [])),
        given=_given(terms_by_name(variants[0])),
        sources=(*map(str, law.sources), *([law.ceiling_source] if law.ceiling_source else [])),
        gaps=law.gaps,
        telling=explain_preschool,
    )


def terms_by_name(terms: Terms) -> Mapping[str, object]:
    """Give the terms by name, in order."""
    return {name: getattr(terms, name) for name in Terms.__dataclass_fields__}


def _given(values: Mapping[str, object]) -> dict[str, str]:
    return {name: _as_given(value) for name, value in values.items()}


def _as_given(value: object) -> str:
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
    if hbo_wage is None and law.hbo_hours:
        raise InputError(
            f"is needed: from 2022 on {law.hbo_hours} hours a year per child",
            Place(argument="hbo_wage"),
            "give euros an hour; the law sets none",
        )
    part = share(allowance_share, "allowance_share", whole=True)
    limit = law.ceiling if ceiling is None else euros(ceiling, "ceiling")
    if limit is None and part:
        raise InputError(
            f"the maximum hourly price of {law.year} is not known", Place(argument="ceiling"), "give it"
        )
    return {
        "hbo_hours": law.hbo_hours,
        "hbo_wage": Fraction(0) if hbo_wage is None else euros(hbo_wage, "hbo_wage"),
        "charged_hours": number(charged_hours, "charged_hours"),
        "weeks": law.weeks if weeks is None else number(weeks, "weeks"),
        "allowance_share": part,
        "ceiling": Fraction(limit or 0),
        "allowance_parents": None
        if allowance_parents is None
        else euros(allowance_parents, "allowance_parents"),
        "place_cost": euros(place_cost, "place_cost"),
    }


def _hbo_count(value: str) -> HboCount:
    if value not in ("offered", "target"):
        raise InputError("is no option", Place(value=value, argument="hbo_count"), "choose offered or target")
    return cast(HboCount, value)


def _labels(law: YearLaw, asked: list[Fraction], below_law: bool) -> list[str]:
    labels = [COMPARISON, OTHER_DUTIES]
    if min(asked) >= law.hours:
        return labels
    if not below_law:
        raise InputError(
            f"are below what the law asks for in {law.year}: {law.hours} hours a year",
            Place(value=str(min(asked)), argument="hours"),
            "give `below_law` if that is meant",
        )
    return [*labels, BELOW_LAW]
