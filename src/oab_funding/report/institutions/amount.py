"""How a school's amount comes about: price x score, and the transition."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from oab_funding.exact import to_fraction
from oab_funding.exact.fraction import Exact
from oab_funding.report.document import Derivation, Line, Paragraph, Section
from oab_funding.report.institutions.law import is_before_transition
from oab_funding.report.institutions.telling import STEP_GRANTS, STEP_PRICE, Row, Telling


def price_lines(telling: Telling) -> list[Line]:
    """Give the price per unit, and the budget it follows from if it does."""
    t, n = telling.t, telling.n
    lines = []
    budget = telling.exact(STEP_PRICE, "budget")
    if budget is not None:
        spent = n.euros(telling.exact(STEP_PRICE, "budget_as_spent"))
        lines.append(Line(f"{t('amount.budget')} = {n.euros(budget)}", t("amount.budget_means", spent=spent)))
    price = n.euros(telling.exact(STEP_PRICE, "price"))
    means = t("amount.price_from_budget_means" if budget is not None else "amount.price_means")
    lines.append(Line(f"{t('amount.price')} = {price}", means))
    if not covers_whole_year(telling):
        part = n.percent(share_of_year(telling))
        lines.append(Line(f"{t('amount.share')} = {part}", t("amount.share_means")))
    return lines


def share_of_year(telling: Telling) -> Exact | None:
    """Give the share of the annual amount that the period covers."""
    return telling.exact(STEP_GRANTS, "share_of_annual_amount")


def covers_whole_year(telling: Telling) -> bool:
    """Say whether the period covers a whole year's amount."""
    share = share_of_year(telling)
    return share is None or to_fraction(share) == 1


def amount_line(telling: Telling, school: Row) -> Line:
    """Give price x score of a school, from its row of `school_grants`."""
    t, n = telling.t, telling.n
    factors = [n.number(school["score"]), n.euros(telling.exact(STEP_PRICE, "price"))]
    if not covers_whole_year(telling):
        factors.append(n.percent(share_of_year(telling)))
    rule = t(f"rounding.{telling.parameter(STEP_GRANTS, 'rounding') or 'half_up'}")
    equation = f"{t('amount.amount')} = {' x '.join(factors)} = {n.euros(school['amount_new'])}"
    return Line(equation, t("amount.amount_means", rule=rule))


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
    old, new = cast(Decimal, school["old_base"]), cast(Decimal, school["amount_new"])
    who = "losers" if old > new else "gainers"
    share = n.percent(telling.exact(STEP_GRANTS, f"{who}_share"))
    kind = (
        "gainers_solved" if who == "gainers" and telling.figure(STEP_GRANTS, "gainers_share_solved") else who
    )
    plain_old, plain_new = n.number(old), n.number(new)
    paid = f"{plain_new} + ({plain_old} - {plain_new}) x {share} = {n.euros(school['amount'])}"
    return [
        Line(f"A = {n.euros(old)}", t("transition.a_means")),
        Line(f"B = {n.euros(new)}", t("transition.b_means")),
        Line(f"c = {share}", t(f"transition.c_{kind}")),
        Line(f"{t('transition.paid')} = {paid}", t("transition.paid_means")),
    ]
