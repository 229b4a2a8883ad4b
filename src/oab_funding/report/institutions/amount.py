"""How a school's amount comes about: price x score, and the transition."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import cast

from oab_funding.exact import Rule, round_exact, to_fraction
from oab_funding.exact.fraction import Exact
from oab_funding.grants.schools import old_bases
from oab_funding.report.document import Derivation, Line, Paragraph, Section
from oab_funding.report.institutions.law import is_before_transition
from oab_funding.report.institutions.telling import Row, Telling
from oab_funding.run import steps
from oab_funding.tables.files import read_table
from oab_funding.tables.grant_tables import SCHOOL_OLD_BASE
from oab_funding.tables.source import SourceFile


def price_lines(telling: Telling) -> list[Line]:
    """Give the price per unit, and the budget it follows from if it does."""
    t, n = telling.t, telling.n
    lines = []
    budget = telling.exact(steps.PRICE, "budget")
    if budget is not None:
        spent = n.euros(telling.exact(steps.PRICE, "budget_as_spent"))
        lines.append(Line(f"{t('amount.budget')} = {n.euros(budget)}", t("amount.budget_means", spent=spent)))
    price = n.euros(telling.exact(steps.PRICE, "price"))
    means = t("amount.price_from_budget_means" if budget is not None else "amount.price_means")
    lines.append(Line(f"{t('amount.price')} = {price}", means))
    if not covers_whole_year(telling):
        part = n.exact_percent(share_of_year(telling))
        lines.append(Line(f"{t('amount.share')} = {part}", t("amount.share_means")))
    return lines


def share_of_year(telling: Telling) -> Exact | None:
    """Give the share of the annual amount that the period covers."""
    return telling.exact(steps.GRANTS_OF_SCHOOLS, "share_of_annual_amount")


def covers_whole_year(telling: Telling) -> bool:
    """Say whether the period covers a whole year's amount."""
    share = share_of_year(telling)
    return share is None or to_fraction(share) == 1


def amount_line(telling: Telling, school: Row) -> Line:
    """Give price x score of a school, from its row of `school_grants`."""
    t, n = telling.t, telling.n
    factors = [n.number(school["score"]), n.euros(telling.exact(steps.PRICE, "price"))]
    if not covers_whole_year(telling):
        factors.append(n.exact_percent(share_of_year(telling)))
    rule, exact = rounding(telling), new_amount(telling, school)
    telling.check(school["amount_new"], round_exact(exact, 2, rule), f"the amount of {school['school_id']}")
    paid = n.becomes(exact, school["amount_new"], "EUR ")
    equation = f"{t('amount.amount')} = {' x '.join(factors)} = {paid}"
    return Line(equation, t("amount.amount_means", rule=t(f"rounding.{rule}")))


def new_amount(telling: Telling, school: Row) -> Fraction:
    """Give price x score x share of the year in euros, unrounded."""
    price = to_fraction(telling.exact(steps.PRICE, "price") or 0)
    return to_fraction(school["score"]) * price * to_fraction(share_of_year(telling) or 1)


def rounding(telling: Telling) -> Rule:
    """Give the rule by which an amount is brought to cents."""
    return cast(Rule, telling.parameter(steps.GRANTS_OF_SCHOOLS, "rounding") or "half_up")


def transition_section(telling: Telling, school: Row) -> Section | None:
    """Give the transition of a school, in the letters of its own article; None where the period has none."""
    t, law = telling.t, telling.grant_law
    transition = law.period.transition if law is not None else None
    if law is None or transition is None:
        return None
    title = t("transition.title", article=transition.article)
    if is_before_transition(telling):
        return Section(title, (Paragraph(t("transition.before", period=law.period.period)),))
    if school["old_base"] is None:
        return Section(title, (Paragraph(t("transition.exempt")),))
    return Section(
        title, (Paragraph(t("transition.formula")), Derivation(tuple(_transition_lines(telling, school))))
    )


def _transition_lines(telling: Telling, school: Row) -> list[Line]:
    t, n = telling.t, telling.n
    old, index = _old_base(telling, school)
    new = new_amount(telling, school)
    who = "losers" if old > new else "gainers"
    share = to_fraction(telling.exact(steps.GRANTS_OF_SCHOOLS, f"{who}_share") or 0)
    exact = new + (old - new) * share
    telling.check(
        school["amount"], round_exact(exact, 2, rounding(telling)), f"what {school['school_id']} is paid"
    )
    written = n.exact(new, 2)
    paid = f"{written} + ({n.exact(old, 2)} - {written}) x {n.exact_percent(share)}"
    base = n.exact(old / (1 + index), 2)
    indexed = f"EUR {base} x (1 + {n.exact_percent(index)}) = " if index else ""
    return [
        Line(f"A = {indexed}EUR {n.exact(old, 2)}", t("transition.a_means")),
        Line(f"B = EUR {written}", t("transition.b_means")),
        share_line(telling, steps.GRANTS_OF_SCHOOLS, who, "transition"),
        Line(
            f"{t('transition.paid')} = {paid} = {n.becomes(exact, school['amount'], 'EUR ')}",
            t("transition.paid_means"),
        ),
    ]


def share_line(telling: Telling, step: steps.Step, who: str, texts: str) -> Line:
    """Give c, and whether it keeps the total: a share held at its cap does not.

    Parameters
    ----------
    telling
        The run.
    step
        The step of the grants.
    who
        "losers" or "gainers".
    texts
        The texts to take: "transition" or "municipal".
    """
    t, n = telling.t, telling.n
    share = to_fraction(telling.exact(step, f"{who}_share") or 0)
    uncovered = to_fraction(telling.exact(step, "not_covered_by_gainers") or 0)
    kind, words = who, {}
    if who == "gainers" and telling.figure(step, "gainers_share_capped"):
        kind, words = "gainers_capped", {"uncovered": n.euros(uncovered)}
    elif who == "gainers" and telling.figure(step, "gainers_share_solved"):
        kind = "gainers_solved" if uncovered == 0 else "gainers_rounded"
        words = {} if uncovered == 0 else {"uncovered": n.euros(uncovered)}
    means = t(f"{texts}.c_{kind}", **words)
    return Line(f"c = {n.exact_percent(share)}{n.nearly(share)}", means)


def _old_base(telling: Telling, school: Row) -> tuple[Fraction, Fraction]:
    """Give A, unrounded, and the share by which it was indexed."""
    index = to_fraction(
        cast(Exact, telling.part_of_parameter(steps.GRANTS_OF_SCHOOLS, "transition", "index") or 0)
    )
    recorded = cast(Decimal, school["old_base"])
    if not index:
        return to_fraction(recorded), index
    source = telling.run.sources["schools.old_base"]
    bases = old_bases(read_table(SourceFile(source.name, source.data), SCHOOL_OLD_BASE), index)
    old = bases.get(school["school_id"], Fraction(0))
    telling.check(recorded, round_exact(old, 2), f"the old base of {school['school_id']}")
    return old, index
