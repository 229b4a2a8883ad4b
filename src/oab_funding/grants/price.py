"""The price per unit of score: given, or following from a budget."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.exact import round_exact
from oab_funding.tables.columns import units
from oab_funding.tables.step_result import Figure, StepResult

_SCORE_UNITS = 100


def unit_price(
    schools: pa.Table,
    price: Decimal | None,
    budget: Decimal | None,
    source: str,
    share: Fraction = Fraction(1),
    places: int = 2,
) -> StepResult:
    """Settle the price per unit of score.

    From a budget it is budget / (share of the year x sum of scores), rounded half up. Because the price is
    rounded, price x units misses the budget by up to half a cent a unit; the figures give both.

    Parameters
    ----------
    schools
        Table with `score`.
    price, budget
        One of the two, in euros.
    source
        The regulation and version that set it, or "not stated".
    share
        Share of the annual amount that the period covers.
    places
        Decimals of the price.

    Returns
    -------
    StepResult
        No table; figures: `price`, `source`, and with a budget `budget`, `budget_as_spent` and
        `budget_missed_by`.

    Raises
    ------
    InputError
        Not one of the two is given, it is not above 0, no score is, or the price would be 0.

    Examples
    --------
    >>> schools = pa.table({"score": pa.array([Decimal("3.00")])})
    >>> unit_price(schools, None, Decimal("1000.00"), "an example").figures["price"]
    Decimal('333.33')
    """
    if price is not None and budget is not None:
        raise InputError("give a price or a budget, not both", remedy="leave out --price or --budget")
    if price is not None:
        if price <= 0:
            raise InputError(f"a price of EUR {price} pays nothing", remedy="give a price above 0")
        return StepResult({}, {"price": price, "source": source})
    if budget is None:
        raise InputError("there is no price", remedy="give a price or a budget")
    if budget <= 0:
        raise InputError(f"a budget of EUR {budget} cannot be divided", remedy="give a budget above 0")
    return StepResult({}, _of_budget(schools, budget, source, share, places))


def _of_budget(
    schools: pa.Table, budget: Decimal, source: str, share: Fraction, places: int
) -> dict[str, Figure]:
    total = Fraction(sum(units(schools, "score", 2)), _SCORE_UNITS) * share
    if total == 0:
        raise InputError(
            "no score is above 0, so no price follows from the budget", remedy="check the scores"
        )
    settled = round_exact(Fraction(budget) / total, places)
    if settled == 0:
        raise InputError(
            f"a budget of EUR {budget} over {total} units leaves a price of EUR {settled}",
            remedy="check the budget",
        )
    spent = Fraction(settled) * total
    return {
        "price": settled,
        "source": source,
        "budget": budget,
        "budget_as_spent": spent,
        "budget_missed_by": spent - Fraction(budget),
    }


def stated_money(price: Decimal | None, budget: Decimal | None, source: str) -> StepResult:
    """Put a price or a budget on record, with where it comes from.

    Examples
    --------
    >>> stated_money(None, Decimal("492000000.00"), "an example").figures["source"]
    'an example'
    """
    return StepResult({}, {"price": price, "budget": budget, "source": source})
