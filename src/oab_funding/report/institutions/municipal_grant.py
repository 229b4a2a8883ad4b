"""A municipality's grant in the letters of the law: (H + I) x (J / K), the minimum, and the transition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from oab_funding.exact import round_exact, to_fraction
from oab_funding.exact.fraction import Exact
from oab_funding.grants.schools import BEFORE_TRANSITION
from oab_funding.regulation import MunicipalityGrantProvision
from oab_funding.report.document import Derivation, Line, Paragraph, Section
from oab_funding.report.institutions.amount import share_line
from oab_funding.report.institutions.score_dates import ScoreDate
from oab_funding.report.institutions.telling import Row, Telling
from oab_funding.run import steps

PRICE_PLACES = 10
"""Decimals to which J / K is written: enough for the cents of the largest municipality."""

_AMOUNT_PLACES = 4


def grant_section(
    telling: Telling, law: MunicipalityGrantProvision, days: Sequence[ScoreDate], grant: Row
) -> Section:
    """Give the section on the amount before a transition, from a row of `municipal_grants`."""
    lines = (
        *_score_lines(telling, days, grant),
        *municipal_price_lines(telling),
        *_amount_lines(telling, law, days, grant),
    )
    return Section(telling.t("municipal.grant_title", year=law.year.year), (Derivation(lines),))


def transition_section(telling: Telling, law: MunicipalityGrantProvision, grant: Row) -> Section | None:
    """Give the transition of a municipality; None where the year has none."""
    t, transition = telling.t, law.year.transition
    if transition is None:
        return None
    title = t("transition.title", article=transition.article)
    if municipal_figure(telling, "transition") == BEFORE_TRANSITION:
        return Section(title, (Paragraph(t("municipal.before", year=law.year.year)),))
    if grant["grant_2018"] is None:
        why = "not_eligible_nothing" if not grant["eligible"] and _leaves_out(telling) else "exempt"
        return Section(title, (Paragraph(t(f"municipal.{why}")),))
    lines = tuple(_transition_lines(telling, grant))
    return Section(title, (Paragraph(t("transition.formula")), Derivation(lines)))


def municipal_figure(telling: Telling, name: str) -> object:
    """Give a figure of the municipal grants, None where it is not there."""
    return telling.figure(steps.GRANTS_OF_MUNICIPALITIES, name)


def municipal_exact(telling: Telling, name: str) -> Exact | None:
    """Give a figure of the municipal grants that is a number, None where it is not there."""
    return telling.exact(steps.GRANTS_OF_MUNICIPALITIES, name)


def municipal_rule(telling: Telling, name: str) -> str:
    """Say how the run chose on minimum, eligibility or rounding."""
    return str(telling.part_of_parameter(steps.GRANTS_OF_MUNICIPALITIES, "rule", name))


def has_budget(telling: Telling) -> bool:
    """Say whether a budget was divided; else a price was given."""
    return municipal_figure(telling, "budget") is not None


def price_in_cents(telling: Telling) -> bool:
    """Say whether J / K was rounded to cents."""
    return municipal_rule(telling, "price_rounding") == "cents"


def written_price(telling: Telling) -> str:
    """Write J / K: whole cents where it is that, else to ten decimals."""
    n, price = telling.n, municipal_exact(telling, "price")
    if price is None:
        return n.unknown
    return n.number(price, 2 if _in_cents(to_fraction(price)) else PRICE_PLACES)


def _in_cents(amount: Fraction) -> bool:
    return (amount * 100).denominator == 1


def municipal_price_lines(telling: Telling) -> Iterable[Line]:
    """Give the price per unit: K, B and J where a budget was divided, or what was given."""
    t, n = telling.t, telling.n
    exact = to_fraction(municipal_exact(telling, "price") or 0)
    price = n.becomes(exact, round_exact(exact, 2 if _in_cents(exact) else PRICE_PLACES), "EUR ")
    if not has_budget(telling):
        yield Line(f"{t('amount.price')} = {price}", t("municipal.price_given"))
        return
    counted = n.number(municipal_exact(telling, "municipalities"))
    topped_up, cost = (
        municipal_exact(telling, "topped_up"),
        n.euros(municipal_exact(telling, "cost_of_top_ups")),
    )
    how = "cents" if price_in_cents(telling) else "exact"
    yield Line(f"K = {n.number(municipal_exact(telling, 'K'))}", t("municipal.k_means", number=counted))
    yield Line(
        f"{t('amount.budget')} = {n.euros(municipal_exact(telling, 'budget'))}", t("municipal.budget_means")
    )
    means = t(f"municipal.j_{how}", number=n.number(topped_up), cost=cost)
    divided = to_fraction(municipal_exact(telling, "J") or 0)
    _check_price(telling, divided, exact)
    yield Line(f"J = {n.becomes(divided, round_exact(divided, 2), 'EUR ')}", means)
    yield Line(f"J / K = {price}", t(f"municipal.price_{how}"))


def _check_price(telling: Telling, divided: Fraction, price: Fraction) -> None:
    """Check that K is the sum of all scores, J what is divided over it, and J / K the price."""
    known = municipal_exact(telling, "K") or 0
    telling.check_sum(known, telling.run.table("municipal_grants").column("score").to_pylist(), "K")
    telling.check(price * to_fraction(known), divided, "J")
    if not price_in_cents(telling):
        cost = to_fraction(municipal_exact(telling, "cost_of_top_ups") or 0)
        telling.check(divided, to_fraction(municipal_exact(telling, "budget") or 0) - cost, "J")


def _score_lines(telling: Telling, days: Sequence[ScoreDate], grant: Row) -> Iterable[Line]:
    t, n = telling.t, telling.n
    code = grant["municipality_code"]
    rows = [telling.row(day.table, "municipality_code", code) for day in days]
    telling.check_sum(
        grant["score"], (None if row is None else Fraction(row["score"]) / 2 for row in rows), f"s of {code}"
    )
    for letter, day, row in zip("HI", days, rows, strict=True):
        score = row["score"] if row is not None else None
        half = None if score is None else Fraction(score) / 2
        means = t("municipal.half_means", date=t.day(day.day))
        yield Line(f"{letter} = 1/2 x {n.number(score)} = {n.exact(half, 3)}", means)
    yield Line(f"s = H + I = {n.number(grant['score'])}", t("municipal.s_means"))


def _amount_lines(
    telling: Telling, law: MunicipalityGrantProvision, days: Sequence[ScoreDate], grant: Row
) -> Iterable[Line]:
    t, n = telling.t, telling.n
    minimum = {"minimum": n.euros(municipal_rule(telling, "minimum")), "article": law.rule.minimum_article}
    price = to_fraction(municipal_exact(telling, "price") or 0)
    exact = price * to_fraction(grant["score"])
    factors = f"{n.number(grant['score'])} x {n.exact(price, 2)}"
    product = n.becomes(exact, round_exact(exact, 2 if _in_cents(exact) else _AMOUNT_PLACES), "EUR ")
    _check_cents(telling, grant, "amount_new", _new_amount(telling, grant))
    yield Line(f"{_product(telling)} = {factors} = {product}", t("municipal.product_means"))
    yield Line(_raw_scores(telling, days, grant), t(f"municipal.{_entitlement(telling, grant)}", **minimum))
    if grant["topped_up"]:
        means = t("municipal.topped_up", **minimum)
    else:
        bound = has_budget(telling) and not price_in_cents(telling)
        by_remainder = bound and municipal_rule(telling, "remainder") == "largest_remainder"
        means = t("municipal.cents_largest_remainder" if by_remainder else "municipal.cents_half_up")
    yield Line(f"{t('amount.amount')} = {n.euros(grant['amount_new'])}", means)


def _product(telling: Telling) -> str:
    return "s x J / K" if has_budget(telling) else f"s x {telling.t('amount.price')}"


def _raw_scores(telling: Telling, days: Sequence[ScoreDate], grant: Row) -> str:
    rows = [telling.row(day.table, "municipality_code", grant["municipality_code"]) for day in days]
    written = [telling.n.number(row["score_raw"] if row is not None else None) for row in rows]
    return "A = " + f" {telling.t('municipal.and')} ".join(written)


def _entitlement(telling: Telling, grant: Row) -> str:
    """Say by which rule the municipality gets at least the minimum, or does not."""
    whether = "eligible" if grant["eligible"] else "not_eligible"
    return f"{whether}_{municipal_rule(telling, 'eligibility')}"


def _leaves_out(telling: Telling) -> bool:
    """Say whether who is not eligible gets nothing for an old grant."""
    return telling.part_of_parameter(steps.GRANTS_OF_MUNICIPALITIES, "transition", "ineligible") == "nothing"


def _transition_lines(telling: Telling, grant: Row) -> Iterable[Line]:
    t, n = telling.t, telling.n
    old, new = to_fraction(grant["grant_2018"]), _new_amount(telling, grant)
    who = "losers" if old > new else "gainers"
    share = to_fraction(municipal_exact(telling, f"{who}_share") or 0)
    exact = new + (old - new) * share
    _check_cents(telling, grant, "amount", exact)
    paid = f"{n.exact(new, 2)} + ({n.exact(old, 2)} - {n.exact(new, 2)}) x {n.exact_percent(share)}"
    yield Line(f"A = {n.euros(old)}", t("municipal.a_2018"))
    yield Line(f"B = EUR {n.exact(new, 2)}", t("municipal.b_means"))
    yield share_line(telling, steps.GRANTS_OF_MUNICIPALITIES, who, "municipal")
    becomes = n.becomes(exact, grant["amount"], "EUR ")
    yield Line(f"{t('transition.paid')} = {paid} = {becomes}", t(f"municipal.paid_{_cents(telling)}"))


def _new_amount(telling: Telling, grant: Row) -> Fraction:
    """Give the amount before a transition in euros, unrounded."""
    if grant["topped_up"]:
        return to_fraction(municipal_rule(telling, "minimum"))
    return to_fraction(municipal_exact(telling, "price") or 0) * to_fraction(grant["score"])


def _check_cents(telling: Telling, grant: Row, name: str, exact: Fraction) -> None:
    """Check a recorded amount: less than a cent from the exact one, since cents may go up or down."""
    if abs(to_fraction(grant[name]) - exact) >= Fraction(1, 100):
        telling.check(grant[name], round_exact(exact, 2), f"the {name} of {grant['municipality_code']}")


def _cents(telling: Telling) -> str:
    """Say how amounts after the transition come to cents: to the budget where the total is kept exactly."""
    kept = to_fraction(municipal_exact(telling, "not_covered_by_gainers") or 0) == 0
    bound = has_budget(telling) and not price_in_cents(telling)
    by_remainder = municipal_rule(telling, "remainder") == "largest_remainder"
    return "largest_remainder" if kept and bound and by_remainder else "half_up"
