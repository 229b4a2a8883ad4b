"""Next year's grant of municipalities, from provisional scores and an assumed price or budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.exact import Exact, money, round_units
from oab_funding.grants.municipalities import MunicipalRule, municipal_grants
from oab_funding.preschool.assumed import FORECAST, kept, municipal_law
from oab_funding.preschool.change import Side, change
from oab_funding.preschool.explain import explain_municipality
from oab_funding.preschool.outcome import Outcome, opened_run, table_of, year_of
from oab_funding.tables.columns import build, texts, units
from oab_funding.tables.preschool_tables import FORECAST_SCORES, LAST_MUNICIPAL_GRANTS, MUNICIPAL_FORECAST
from oab_funding.tables.step_result import StepResult

TOTAL_UNKNOWN = "the effect of the national total of the scores is part of from_price: no budget was given"
DERIVED_PRICE = "the last price was derived from the amounts and scores of the last year"
BEFORE_TRANSITION = "before transition"
_CENTS = 100
_MILLI = 1000
_STEP = "grants of municipalities"


def forecast_municipalities(
    scores: Any,
    previous: Any,
    *,
    year: str | int | date,
    budget: Exact | None = None,
    price: Exact | None = None,
    source: str = "not stated",
    last: Any = None,
    last_price: Exact | None = None,
) -> Outcome:
    """Forecast the grants of municipalities in a year.

    Parameters
    ----------
    scores, previous
        Scores on the later and the earlier reference date: `municipality_code`, `score_raw`, `score` and,
        for an interval, `score_low` and `score_high`; a frame or a path.
    year
        Budget year. A year that no regulation covers uses the last one, labelled so.
    budget, price
        One of the two: the whole budget (then the scores are those of all municipalities), or the price per
        unit, in euros; assumed, and labelled so.
    source
        Where the budget or price comes from.
    last
        The last year's grants, to split the change by cause: the folder of a run, a table as
        `allocate municipalities` writes it, or a frame.
    last_price
        Price per unit of the last year; by default that of the run, or derived from the table.

    Returns
    -------
    Outcome
        Table `municipal_forecast`, figures, labels, and an explanation per municipality. With `last` the
        columns `from_score`, `from_total`, `from_price`, `from_minimum` and `from_transition` add up to
        `change`, to the cent.

    Raises
    ------
    InputError
        Not one of budget and price is given, a municipality is missing from a table, or the last price is
        neither given nor to be derived.

    Notes
    -----
    Besluit specifieke uitkeringen gemeentelijk onderwijsachterstandenbeleid art. 2-4. An amount of the
    interval is the forecast's price x the low or high scores, with the minimum.

    Examples
    --------
    >>> import pandas as pd
    >>> one = {"municipality_code": ["GM0637"], "score_raw": ["2100.00"], "score": ["1822.77"]}
    >>> outcome = forecast_municipalities(pd.DataFrame(one), pd.DataFrame(one), year=2027, price="700.00")
    >>> outcome.table.column("amount")[0].as_py(), outcome.labels[1]
    (Decimal('1275939.00'), 'assumed in force: the regulation of 2026')
    """
    later, earlier = (table_of(data, FORECAST_SCORES) for data in (scores, previous))
    return forecast_of(
        later,
        earlier,
        year=year_of(year),
        budget=budget,
        price=price,
        source=source,
        last=last,
        last_price=last_price,
    )


def forecast_of(
    later: pa.Table,
    earlier: pa.Table,
    *,
    year: int,
    budget: Exact | None = None,
    price: Exact | None = None,
    source: str = "not stated",
    last: Any = None,
    last_price: Exact | None = None,
) -> Outcome:
    """Forecast from two tables `FORECAST_SCORES`; see `forecast_municipalities`."""
    law, labels = municipal_law(year)
    if budget is not None and later.num_rows == 1:
        raise InputError(
            "is for all municipalities, and there is one", Place(argument="budget"), "give `price` instead"
        )
    rule = MunicipalRule(law.rule.minimum)
    total = None if budget is None else money(budget, "budget", above_zero=True)
    per_unit = None if price is None else money(price, "price", above_zero=True)
    now = municipal_grants(later, earlier, None, rule, total, per_unit)
    said = [FORECAST, *labels, *([BEFORE_TRANSITION] if law.year.transition and not labels else [])]
    settled = Fraction(_exact(now.figures["price"]))
    columns = _columns(now.table)
    columns |= _interval(later, earlier, columns["municipality_code"], settled, Fraction(rule.minimum))
    figures = kept(now.figures, source)
    if last is not None:
        split, more = _split(now, settled, last, last_price, total is not None)
        columns |= split
        said += more
    return Outcome(
        StepResult({"municipal_forecast": build(MUNICIPAL_FORECAST, columns)}, figures),
        tuple(said),
        {"year": str(year), "assumed": _assumed(budget, price), "source": source},
        (str(law.source),),
        law.gaps,
        explain_municipality,
    )


def _assumed(budget: Exact | None, price: Exact | None) -> str:
    return f"budget EUR {budget}" if price is None else f"price EUR {price}"


def _columns(grants: pa.Table) -> dict[str, Any]:
    return {
        "municipality_code": texts(grants, "municipality_code"),
        "score": grants.column("score"),
        "topped_up": grants.column("topped_up"),
        "amount": grants.column("amount"),
    }


def _interval(
    later: pa.Table, earlier: pa.Table, codes: Sequence[str], price: Fraction, minimum: Fraction
) -> dict[str, Any]:
    """Give the amounts at the ends of the interval; none where no score carries one."""
    names = ("score_low", "score_high")
    if not any(name in table.column_names for table in (later, earlier) for name in names):
        return {}
    found: dict[str, Any] = {}
    for name in names:
        first, second = (_ends(table, name) for table in (later, earlier))
        found[name.replace("score", "amount")] = [
            _amount(first[code], second[code], price, minimum) for code in codes
        ]
    return found


def _ends(table: pa.Table, name: str) -> dict[str, tuple[int, bool]]:
    """Give the end of the interval, or the score itself where there is none, and whether A > 0."""
    points = units(table, "score", 2)
    ends = table.column(name).to_pylist() if name in table.column_names else [None] * len(points)
    raw = units(table, "score_raw", 2)
    return {
        code: (point if end is None else int(end * _CENTS), a > 0)
        for code, point, end, a in zip(texts(table, "municipality_code"), points, ends, raw, strict=True)
    }


def _amount(first: tuple[int, bool], second: tuple[int, bool], price: Fraction, minimum: Fraction) -> int:
    amount = price * Fraction(first[0] + second[0], 2 * _CENTS)
    eligible = first[1] or second[1] or amount > 0
    return round_units(max(amount, minimum) if eligible else amount, 2)


def _split(
    now: StepResult, price: Fraction, last: Any, last_price: Exact | None, national: bool
) -> tuple[Mapping[str, Sequence[int]], list[str]]:
    opened = opened_run(last) if isinstance(last, str | Path) and Path(last).is_dir() else last
    before = table_of(opened, LAST_MUNICIPAL_GRANTS, "municipal_grants")
    was, labels = _last_price(opened, before, last_price)
    old, new = _sides(before, was), _sides(now.table, price)
    if odd := sorted(old.keys() ^ new.keys()):
        raise InputError(
            f"{len(odd)} municipalities are in one of the two years only, the first is {odd[0]}",
            Place(argument="last"),
            "bring both to the same division, by a map of mergers",
        )
    at_new_total = None
    if national:
        totals = [sum((side.score for side in sides.values()), Fraction(0)) for sides in (old, new)]
        at_new_total = was * totals[0] / totals[1]
    parts = {code: change(old[code], new[code], at_new_total) for code in sorted(new)}
    columns = {
        "last": [old[code].paid for code in parts],
        "change": [part.whole for part in parts.values()],
    }
    for name in ("score", "total", "price", "minimum", "transition"):
        columns[f"from_{name}"] = [getattr(part, name) for part in parts.values()]
    return columns, labels + ([] if national else [TOTAL_UNKNOWN])


def _sides(table: pa.Table, price: Fraction) -> dict[str, Side]:
    rows = zip(
        texts(table, "municipality_code"),
        units(table, "score", 3),
        units(table, "amount_new", 2),
        units(table, "amount", 2),
        table.column("topped_up").to_pylist(),
        strict=True,
    )
    return {code: Side(Fraction(s, _MILLI), price, new, paid, top) for code, s, new, paid, top in rows}


def _last_price(opened: Any, before: pa.Table, given: Exact | None) -> tuple[Fraction, list[str]]:
    """Settle the last year's price: given, of the run, or the amounts over the scores where no minimum is."""
    if given is not None:
        return Fraction(money(given, "last_price", above_zero=True)), []
    if hasattr(opened, "manifest") and (known := opened.figures(_STEP).get("price")) is not None:
        return _exact(known), []
    sides = [side for side in _sides(before, Fraction(0)).values() if side.score > 0 and not side.topped_up]
    if not sides:
        raise InputError(
            "is not known", Place(argument="last_price"), "give the price per unit of the last year"
        )
    amounts = Fraction(sum(side.new for side in sides), _CENTS)
    return amounts / sum(side.score for side in sides), [DERIVED_PRICE]


def _exact(value: object) -> Fraction:
    return Fraction(str(value))
