"""The price per unit of score: given, or following from a budget."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.exact import Exact, money, round_exact, to_fraction
from oab_funding.exact import share as as_share
from oab_funding.exact.given import LARGEST_PRICE
from oab_funding.tables.columns import units
from oab_funding.tables.step_result import Figure, StepResult

_SCORE_UNITS = 100


def price_per_unit(value: Exact) -> Decimal:
    """Take a price per unit of score: euros in whole cents, above 0 and below a million.

    Raises
    ------
    InputError
        It is a float or no number, or outside its bounds.

    Examples
    --------
    >>> price_per_unit("559.5")
    Decimal('559.50')
    """
    return money(value, "price", above_zero=True, below=LARGEST_PRICE)


def unrounded_price(value: Exact) -> Fraction:
    """Take a price per unit that need not be in cents, as J/K is: euros, above 0 and below a million.

    Raises
    ------
    InputError
        It is a float or no number, or outside its bounds.

    Examples
    --------
    >>> unrounded_price("1000/3")
    Fraction(1000, 3)
    """
    exact = to_fraction(value, Place(argument="price"))
    if isinstance(value, str) and "%" in value:
        raise InputError(
            "is no amount", Place(argument="price", value=value), "write euros with a decimal point"
        )
    if not 0 < exact < LARGEST_PRICE:
        raise InputError(
            "is no price",
            Place(argument="price", value=value),
            f"give an amount of above 0 and below EUR {LARGEST_PRICE:,d}",
        )
    return exact


def budget_in_euros(value: Exact) -> Decimal:
    """Take a budget: euros in whole cents, above 0.

    Raises
    ------
    InputError
        It is a float or no number, or outside its bounds.

    Examples
    --------
    >>> budget_in_euros(320_000_000)
    Decimal('320000000.00')
    """
    return money(value, "budget", above_zero=True)


def unit_price(
    schools: pa.Table,
    price: Exact | None,
    budget: Exact | None,
    source: str,
    share: Exact = Fraction(1),
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
        One of the two, in euros and whole cents; never a float.
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
        Not one of the two is given, it is no amount above 0 or too large, no score is above 0, or the price
        that follows would be 0 or too large.

    Examples
    --------
    >>> schools = pa.table({"score": pa.array([Decimal("3.00")])})
    >>> unit_price(schools, None, Decimal("1000.00"), "an example").figures["price"]
    Decimal('333.33')
    """
    if price is not None and budget is not None:
        raise InputError("give a price or a budget, not both", remedy="leave out `price` or `budget`")
    if price is not None:
        return StepResult({}, {"price": price_per_unit(price), "source": source})
    if budget is None:
        raise InputError("there is no price", remedy="give `price` or `budget`")
    covered = as_share(share, "share", whole=True)
    return StepResult({}, _of_budget(schools, budget_in_euros(budget), source, covered, places))


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
    if settled >= LARGEST_PRICE:
        raise InputError(
            f"a budget of EUR {budget} over {total} units gives a price of EUR {settled}, "
            f"not below EUR {LARGEST_PRICE:,d}",
            remedy="check the budget and the scores",
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
