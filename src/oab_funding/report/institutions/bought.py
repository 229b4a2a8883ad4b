"""The lines of what a grant must buy of preschool education; nothing is computed anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from oab_funding.exact.fraction import Exact
from oab_funding.grants.preschool.year_law import YearRule
from oab_funding.report.document import Line
from oab_funding.report.phrases import Phrases

Row = Mapping[str, Any]
"""A row of table `preschool`."""

_YARDSTICK_PLACES = 4


def sum_lines(row: Row, given: Mapping[str, Exact], rule: YearRule, t: Phrases) -> Iterator[Line]:
    """Put a row of table `preschool` into words; nothing is computed anew.

    Parameters
    ----------
    row
        The row.
    given
        The terms by name.
    rule
        What the law asks in the year.
    t
        The texts.
    """
    n = t.numbers
    values = {
        "toddlers": n.number(row["toddlers"]),
        "reach": n.percent(row["reach"]),
        "per_toddler": n.number(row["hours_per_toddler"].normalize()),
        "by_law": n.exact(rule.hours),
        "workers": rule.children_per_worker,
        "group": rule.children_per_group,
        "price": n.number(row["hour_price"], 2),
        "hbo": n.exact(given["hbo_hours"]),
        "wage": n.number(given["hbo_wage"], 2),
        "place": n.number(given["place_cost"], 2),
        "tariff": n.number(row["tariff"], 2),
        "charged": n.exact(given["charged_hours"]),
        "weeks": n.exact(given["weeks"]),
        "share": n.percent(given["allowance_share"]),
        "ceiling": n.number(given["ceiling"], 2),
        "full": n.exact(rule.full_hours),
    }
    for name in ("hours", "staff_hours"):
        yield Line(n.number(row[name], 2), t(f"preschool.{name}", **values))
    for name in ("cost", "parents", "allowance", "to_be_bought", "grant"):
        yield Line(n.euros(row[name]), t(f"preschool.{name}", **values))
    yield Line(n.euros(row["left"]), t("preschool.left" if row["left"] >= 0 else "preschool.short"))
    if row["yardstick"] is not None:
        yardstick = n.number(row["yardstick"], _YARDSTICK_PLACES)
        yield Line(f"EUR {yardstick}", t("preschool.yardstick", **values))


def even_lines(row: Row, t: Phrases) -> Iterator[Line]:
    """Say where the comparison breaks even."""
    n, toddlers, price = t.numbers, row["break_even_toddlers"], row["break_even_price"]
    many = t("preschool.any_number") if toddlers is None else n.number(toddlers)
    yield Line(many, t("preschool.even_toddlers"))
    yield Line(t("preschool.any_price") if price is None else n.euros(price), t("preschool.even_price"))
