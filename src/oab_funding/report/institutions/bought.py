"""What a municipality's grant must buy of preschool education, line by line: a comparison, never a claim.

Nothing is computed anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from oab_funding.exact.fraction import Exact
from oab_funding.grants.preschool.year_law import YearRule
from oab_funding.report.document import Block, Derivation, Line, Paragraph, Section
from oab_funding.report.institutions.telling import Telling
from oab_funding.report.phrases import Phrases
from oab_funding.run import steps

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


def bought_section(telling: Telling, code: str) -> Section | None:
    """Give the section on preschool education of a municipality; None where the run has none on it."""
    row = telling.row("preschool", "municipality_code", code)
    if row is None:
        return None
    t = telling.t
    blocks: list[Block] = [Paragraph(t(f"preschool.{name}")) for name in ("comparison", "other_duties")]
    lines = (*sum_lines(row, preschool_terms(telling), preschool_rule(telling), t), *even_lines(row, t))
    return Section(t("preschool.title", year=row["year"]), (*blocks, Derivation(lines)))


def preschool_terms(telling: Telling) -> Mapping[str, Exact]:
    """Give the terms of a run, as its record has them."""
    variants = telling.parameter(steps.PRESCHOOL, "variants")
    first = variants[0] if isinstance(variants, list) else {}
    return first if isinstance(first, dict) else {}  # type: ignore[return-value]


def preschool_rule(telling: Telling) -> YearRule:
    """Give what the law asked in the year of a run, as its record has it."""
    part = {
        name: telling.part_of_parameter(steps.PRESCHOOL, "rule", name)
        for name in YearRule.__dataclass_fields__
    }
    return YearRule(**part)  # type: ignore[arg-type]
