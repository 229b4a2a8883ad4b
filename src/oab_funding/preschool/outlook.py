"""One municipality known by two scores and a price: its grant, the next one, and what they buy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.exact import Exact, to_fraction
from oab_funding.grants.preschool.settle import settle
from oab_funding.grants.preschool.year_law import year_law
from oab_funding.preschool.door import compared
from oab_funding.preschool.forecast import forecast_of
from oab_funding.preschool.outcome import Outcome, year_of
from oab_funding.regulation import Statutes
from oab_funding.tables.columns import build
from oab_funding.tables.preschool_tables import FORECAST_SCORES, TODDLER_COUNTS
from oab_funding.tables.schema import MUNICIPALITY_PATTERN

CODE = "GM0000"
"""Stands for the municipality where no code is given."""

SAME_SCORE = "the next year takes the later score for both dates and the same price: an assumption"
NO_WAGE = "the higher-educated worker is not in the sum: no wage was given"
NO_TODDLERS = "no number of target toddlers was given: only where the grant breaks even is said"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What follows from two scores and a price.

    Parameters
    ----------
    grant
        The grant of the year, before a transition; labels say what it rests on.
    next_year
        The forecast of the year after.
    preschool
        The comparison with what preschool education costs.
    labels
        What must be said with all three.
    """

    grant: Outcome
    next_year: Outcome
    preschool: Outcome
    labels: tuple[str, ...]


def municipal_outlook(
    score: Exact,
    previous_score: Exact,
    *,
    price: Exact,
    year: str | int | date,
    code: str = CODE,
    raw_above_zero: bool | None = None,
    toddlers: int | None = None,
    hour_price: Exact | None = None,
    hbo_wage: Exact | None = None,
) -> Outlook:
    """Say what one municipality gets in a year and the next, and what that buys.

    Parameters
    ----------
    score, previous_score
        Its scores on the later and the earlier reference date of the year.
    price
        Price per unit of score, in euros.
    year
        Budget year.
    code
        Its code.
    raw_above_zero
        Whether the score without threshold is above 0 on either date; asked only where both scores are 0.
    toddlers
        Target toddlers; without it only the break-even is said.
    hour_price
        Euros for an hour of one toddler; by default the maximum hourly price of the childcare allowance, or
        the last known one: a ceiling, and labelled so.
    hbo_wage
        Hourly wage of the higher-educated worker; without it that worker is left out, and labelled so.

    Raises
    ------
    InputError
        A number is a float or out of bounds, or both scores are 0 and `raw_above_zero` is not told.

    Examples
    --------
    >>> outlook = municipal_outlook("1822.77", "1822.77", price="700.00", year=2025)
    >>> outlook.grant.table.column("amount")[0].as_py()
    Decimal('1275939.00')
    >>> outlook.preschool.table.column("break_even_toddlers")[0].as_py()
    186
    """
    budget_year, code = year_of(year), _code(code)
    later, earlier = _points(score, "score"), _points(previous_score, "previous_score")
    raw = _raw(max(later, earlier), raw_above_zero)
    after, before = (_scores(code, points, raw) for points in (later, earlier))
    grant = forecast_of(after, before, year=budget_year, price=price)
    following = forecast_of(after, after, year=budget_year + 1, price=price)
    hour, labels = _hour_price(budget_year, hour_price)
    labels += [NO_WAGE] if hbo_wage is None else []
    labels += [NO_TODDLERS] if toddlers is None else []
    counts = build(TODDLER_COUNTS, {"municipality_code": [code], "toddlers": [_count(toddlers)]})
    wage = 0 if hbo_wage is None else hbo_wage
    settled = settle(year_law(budget_year), hour_price=hour, hbo_wage=wage)
    comparison = compared(grant.step.table, counts, settled)
    said = (*grant.labels, SAME_SCORE, *comparison.labels, *labels)
    return Outlook(grant, following, comparison, tuple(dict.fromkeys(said)))


def _points(value: Exact, name: str) -> int:
    """Take a score as hundredths."""
    exact = to_fraction(value, Place(argument=name))
    if exact < 0 or (exact * 100).denominator != 1 or exact >= 10**10:
        raise InputError("is no score", Place(value=value, argument=name), "give 0 or more, in two decimals")
    return int(exact * 100)


def _raw(largest: int, told: bool | None) -> int:
    """Give a score without threshold that says what the minimum asks: whether it is above 0."""
    if largest == 0 and told is None:
        raise InputError(
            "is needed where both scores are 0",
            Place(argument="raw_above_zero"),
            "the minimum depends on the score without threshold",
        )
    return largest or int(bool(told))


def _scores(code: str, points: int, raw: int) -> pa.Table:
    return build(FORECAST_SCORES, {"municipality_code": [code], "score_raw": [raw], "score": [points]})


def _code(value: str) -> str:
    if not re.fullmatch(MUNICIPALITY_PATTERN, str(value)):
        raise InputError(
            "is not a municipality code", Place(value=value, argument="code"), "write it as GM0363"
        )
    return value


def _count(toddlers: int | None) -> int:
    if toddlers is None:
        return 0
    if isinstance(toddlers, bool) or not isinstance(toddlers, int) or not 0 <= toddlers < 10**9:
        raise InputError(
            "is no number of toddlers", Place(value=toddlers, argument="toddlers"), "give 0 or more, whole"
        )
    return toddlers


def _hour_price(year: int, given: Exact | None) -> tuple[Exact, list[str]]:
    if given is not None:
        return given, []
    parts = [file.childcare_price for file in Statutes.shipped().files.values()]
    known = {
        part.year: part.price.value for part in parts if part is not None and part.price.value is not None
    }
    chosen = year if year in known else max(known)
    said = f"hour price EUR {known[chosen]}: the maximum of the childcare allowance in {chosen}, not a price"
    return known[chosen], [said]
