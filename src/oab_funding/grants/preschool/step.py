"""The step: every municipality and every variant of the terms, held against its grant, into one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.exact import round_units
from oab_funding.grants.preschool.cost import Comparison, Terms, compare
from oab_funding.grants.preschool.year_law import YearRule
from oab_funding.tables.columns import build, texts, units
from oab_funding.tables.preschool_tables import PRESCHOOL
from oab_funding.tables.step_result import StepResult

_CENTS = 100
_MICRO = 6
_EUROS = ("cost", "parents", "allowance", "to_be_bought", "left")


def compare_all(
    grants: pa.Table, toddler_counts: pa.Table, variants: Sequence[Terms], rule: YearRule
) -> StepResult:
    """Compare every municipality's grant with what it must buy, once per variant.

    Parameters
    ----------
    grants
        Table `GRANTS`.
    toddler_counts
        Table `TODDLER_COUNTS`; its municipalities are the ones compared.
    variants
        The terms, each a variant, numbered from 1.
    rule
        What the law asks in the year.

    Returns
    -------
    StepResult
        Table `preschool` by variant within code; figures: the law's hours and the totals of the first
        variant. Every amount is rounded half up to cents, once.

    Raises
    ------
    InputError
        A municipality has no grant, or parents and allowance pay more than the cost.
    """
    amounts = dict(zip(texts(grants, "municipality_code"), units(grants, "amount", 2), strict=True))
    counts = _counts(toddler_counts)
    if missing := sorted(counts.keys() - amounts.keys()):
        raise InputError(
            f"{len(missing)} municipalities have toddlers and no grant, the first is {missing[0]}",
            Place("toddlers"),
            "give the grant of each",
        )
    rows, firsts = [], []
    for code in sorted(counts):
        grant = Fraction(amounts[code], _CENTS)
        for number, terms in enumerate(variants, start=1):
            outcome = _compare(code, grant, counts[code], terms)
            rows.append(_row(code, number, grant, counts[code], terms, outcome, rule))
            if number == 1:
                firsts.append(outcome)
    table = build(PRESCHOOL, {name: [row[name] for row in rows] for name in PRESCHOOL.names})
    return StepResult({"preschool": table}, _figures(rule, counts, amounts, firsts))


def _counts(table: pa.Table) -> dict[str, tuple[int, int | None]]:
    toddlers = table.column("toddlers").to_pylist()
    has = "toddlers_1_january" in table.column_names
    offered = table.column("toddlers_1_january").to_pylist() if has else [None] * len(toddlers)
    return dict(zip(texts(table, "municipality_code"), zip(toddlers, offered, strict=True), strict=True))


def _compare(code: str, grant: Fraction, counts: tuple[int, int | None], terms: Terms) -> Comparison:
    try:
        return compare(grant, *counts, terms)
    except InputError as error:
        raise InputError(error.problem, Place("toddlers", value=code), error.remedy) from error


def _row(
    code: str,
    variant: int,
    grant: Fraction,
    counts: tuple[int, int | None],
    terms: Terms,
    outcome: Comparison,
    rule: YearRule,
) -> Mapping[str, object]:
    toddlers, offered = counts
    full = toddlers * rule.full_hours
    return {
        "municipality_code": code,
        "year": rule.year,
        "variant": variant,
        "grant": round_units(grant, 2),
        "toddlers": toddlers,
        "toddlers_1_january": offered,
        "hour_price": round_units(terms.hour_price, 2),
        "reach": round_units(terms.reach, _MICRO),
        "hours_per_toddler": round_units(terms.hours, _MICRO),
        "tariff": round_units(terms.tariff, 2),
        "hours": round_units(outcome.hours, _MICRO),
        "staff_hours": round_units(outcome.hours / rule.children_per_worker, _MICRO),
        **{name: round_units(getattr(outcome, name), 2) for name in _EUROS},
        "yardstick": round_units(grant / full, _MICRO) if full else None,
        "break_even_toddlers": outcome.break_even_toddlers,
        "break_even_price": outcome.break_even_price,
    }


def _figures(
    rule: YearRule,
    counts: Mapping[str, tuple[int, int | None]],
    amounts: Mapping[str, int],
    outcomes: Sequence[Comparison],
) -> dict[str, int | Fraction | None]:
    return {
        "year": rule.year,
        "hours_by_law": rule.hours,
        "maximum_hour_price": None if rule.ceiling is None else Fraction(rule.ceiling),
        "municipalities": len(counts),
        "grants_without_toddlers": len(amounts.keys() - counts.keys()),
        "toddlers": sum(toddlers for toddlers, _ in counts.values()),
        "granted": Fraction(sum(amounts[code] for code in counts), _CENTS),
        "to_be_bought": _cents(outcomes, "to_be_bought"),
        "left": _cents(outcomes, "left"),
        "falls_short": sum(outcome.left < 0 for outcome in outcomes),
    }


def _cents(outcomes: Sequence[Comparison], name: str) -> Fraction:
    """Add up the amounts as they stand in the table, in cents."""
    return Fraction(sum(round_units(getattr(outcome, name), 2) for outcome in outcomes), _CENTS)
