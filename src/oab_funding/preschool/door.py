"""The front door to the comparison of a grant with what preschool education costs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from oab_funding.exact import Exact
from oab_funding.grants.preschool.cost import HboCount
from oab_funding.grants.preschool.settle import OneOrMore, Settled, settle
from oab_funding.grants.preschool.step import compare_all
from oab_funding.grants.preschool.year_law import year_law
from oab_funding.preschool.explain import explain_preschool
from oab_funding.preschool.outcome import Outcome, table_of, year_of
from oab_funding.tables.preschool_tables import GRANTS, TODDLER_COUNTS


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
    settled = settle(
        year_law(year_of(year)),
        hour_price=hour_price,
        hbo_wage=hbo_wage,
        reach=reach,
        hours=hours,
        tariff=tariff,
        charged_hours=charged_hours,
        weeks=weeks,
        allowance_share=allowance_share,
        ceiling=ceiling,
        allowance_parents=allowance_parents,
        place_cost=place_cost,
        hbo_count=hbo_count,
        below_law=below_law,
    )
    return compared(table_of(grants, GRANTS, "municipal_grants"), table_of(toddlers, TODDLER_COUNTS), settled)


def compared(grants: pa.Table, toddler_counts: pa.Table, settled: Settled) -> Outcome:
    """Carry out the comparison on tables `GRANTS` and `TODDLER_COUNTS` and say what it rests on."""
    return Outcome(
        step=compare_all(grants, toddler_counts, settled.variants, settled.law.rule),
        labels=settled.labels,
        given=settled.given,
        sources=settled.law.said,
        gaps=settled.law.gaps,
        telling=explain_preschool,
    )
