"""The next period's grant of schools, from provisional scores and an assumed price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.exact import Exact, money
from oab_funding.exact import share as share_of
from oab_funding.grants.schools import BEFORE_TRANSITION, school_grants
from oab_funding.preschool.assumed import FORECAST, kept, school_law
from oab_funding.preschool.change import Change, Side, change
from oab_funding.preschool.explain import explain_school
from oab_funding.preschool.outcome import Outcome, table_of
from oab_funding.run.inputs import read_site_scores
from oab_funding.scores.schools import school_scores
from oab_funding.tables.columns import build, texts, units
from oab_funding.tables.preschool_tables import LAST_SCHOOL_GRANTS, SCHOOL_FORECAST
from oab_funding.tables.score_tables import SITE_SCORES
from oab_funding.tables.step_result import StepResult

NEW_OR_GONE = "a new school starts from 0; a school that is gone is left out"
DERIVED_PRICE = "the last price was derived from the amounts and scores of the last period"
_CENTS = 100


def forecast_schools(
    scores: Any,
    *,
    period: str | int,
    price: Exact,
    source: str = "not stated",
    share: Exact | None = None,
    last: Any = None,
    last_price: Exact | None = None,
) -> Outcome:
    """Forecast the grants of schools in a period.

    Parameters
    ----------
    scores
        Scores of sites: `site_id` and `score`; a frame, a result, or a path (also to a CBS workbook).
    period
        Such as "2026". A later year that no regulation covers uses the last one, labelled so.
    price
        Price per unit in euros; assumed, and labelled so.
    source
        Where the price comes from.
    share
        Share of the annual amount, where the law leaves it open.
    last
        The last period's grants, to split the change by cause: a run, a table as `allocate schools` writes
        it, or a frame.
    last_price
        Price x share of the last period; by default derived from its table.

    Returns
    -------
    Outcome
        Table `school_forecast`, figures, labels, and an explanation per school. With `last` the columns
        `from_score`, `from_price` and `from_transition` add up to `change`, to the cent.

    Raises
    ------
    InputError
        A number is no amount, no regulation covers the period, or the last price is not to be derived.

    Notes
    -----
    Besluit bekostiging WPO art. 28; Besluit bekostiging WPO 2022 art. 18.

    Examples
    --------
    >>> import pandas as pd
    >>> sites = pd.DataFrame({"site_id": ["00AP00"], "score": ["33.02"]})
    >>> forecast_schools(sites, period=2027, price="700.00").table.column("amount").to_pylist()
    [Decimal('23114.00')]
    """
    law, labels = school_law(str(period))
    part = law.require_share(None if share is None else share_of(share, "share", whole=True))
    per_unit = money(price, "price", above_zero=True)
    is_file = isinstance(scores, str | Path) and not Path(scores).is_dir()
    sites = read_site_scores(scores).table if is_file else table_of(scores, SITE_SCORES, "site_scores")
    now = school_grants(school_scores(sites).table, None, per_unit, part)
    said = [FORECAST, *labels, *([BEFORE_TRANSITION] if law.period.transition and not labels else [])]
    columns: dict[str, Any] = {name: now.table.column(name) for name in ("school_id", "score", "amount")}
    if last is not None:
        split, more = _split(now, Fraction(per_unit) * part, last, last_price)
        columns |= split
        said += more
    return Outcome(
        StepResult({"school_forecast": build(SCHOOL_FORECAST, columns)}, kept(now.figures, source)),
        tuple(said),
        {"period": str(period), "assumed": f"price EUR {price}", "source": source},
        (str(law.source),),
        law.gaps,
        explain_school,
    )


def _split(
    now: StepResult, price: Fraction, last: Any, last_price: Exact | None
) -> tuple[Mapping[str, Sequence[int]], list[str]]:
    before = table_of(last, LAST_SCHOOL_GRANTS, "school_grants")
    labels = [] if last_price is not None else [DERIVED_PRICE]
    was = (
        _derived(before) if last_price is None else Fraction(money(last_price, "last_price", above_zero=True))
    )
    old, new = _sides(before, was), _sides(now.table, price)
    nothing = Side(Fraction(0), was, 0, 0)
    parts: list[tuple[Side, Change]] = []
    for code, side in new.items():
        earlier = old.get(code, nothing)
        parts.append((earlier, change(earlier, side)))
    columns = {
        "last": [earlier.paid for earlier, _ in parts],
        "change": [part.whole for _, part in parts],
        **{
            f"from_{name}": [getattr(part, name) for _, part in parts]
            for name in ("score", "price", "transition")
        },
    }
    return columns, [*labels, *([NEW_OR_GONE] if old.keys() != new.keys() else [])]


def _sides(table: pa.Table, price: Fraction) -> dict[str, Side]:
    rows = zip(
        texts(table, "school_id"),
        units(table, "score", 2),
        units(table, "amount_new", 2),
        units(table, "amount", 2),
        strict=True,
    )
    return {code: Side(Fraction(s, _CENTS), price, new, paid) for code, s, new, paid in rows}


def _derived(before: pa.Table) -> Fraction:
    scores, amounts = units(before, "score", 2), units(before, "amount_new", 2)
    if not sum(scores):
        raise InputError(
            "is not known", Place(argument="last_price"), "give the price per unit of the last period"
        )
    return Fraction(sum(amounts), sum(scores))
