"""Municipal grants against the oracle: minimum, eligibility, price, transition."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.grants.municipalities import MunicipalRule, MunicipalTransition, municipal_grants
from oab_funding.tables.columns import build
from oab_funding.tables.grant_tables import GRANTS_2018
from oab_funding.tables.step_result import StepResult
from oracle import municipal_grants as oracle
from oracle.rounding import half_up
from oracle.strategies import MunicipalCase, fractions, municipal_cases
from oracle_bridge import both, column, decimal, examples, municipality_table

F = Fraction
KEY = "municipality_code"
LAW = MunicipalRule(Decimal("64000.00"))
Missing = Literal["refuse", "zero", "exempt"]


def grants(
    case: MunicipalCase,
    rule: MunicipalRule,
    price: Fraction | None = None,
    old: dict[str, Fraction] | None = None,
    transition: MunicipalTransition | None = None,
) -> StepResult:
    columns = {} if old is None else {KEY: list(old), "grant_2018": [int(a * 100) for a in old.values()]}
    return municipal_grants(
        municipality_table(case.rows, "later"),
        municipality_table(case.rows[::-1], "earlier"),
        None if old is None else build(GRANTS_2018, columns),
        rule,
        budget=decimal(case.budget, 2) if price is None else None,
        price=None if price is None else decimal(price, 2),
        transition=transition,
    )


def check(expected: oracle.Allocation, found: StepResult) -> None:
    assert column(found.table, KEY, "amount_new") == expected.amounts
    assert found.table.column(KEY).to_pylist() == sorted(expected.amounts)
    topped_up = column(found.table, KEY, "topped_up")
    assert {code for code, top in topped_up.items() if top} == expected.topped_up
    eligible = column(found.table, KEY, "eligible")
    assert {code for code, may in eligible.items() if may} == expected.eligible
    assert found.figures["price"] == expected.price
    assert found.figures["topped_up"] == len(expected.topped_up)
    assert found.figures["eligible"] == len(expected.eligible)
    assert found.figures["municipalities"] == len(expected.amounts)
    worth = {code: F(64_000) - expected.price * s for code, s in column(found.table, KEY, "score").items()}
    assert found.figures["cost_of_top_ups"] == sum(worth[code] for code in expected.topped_up)
    assert found.figures["total_new"] == sum(expected.amounts.values())


@examples(400)
@given(municipal_cases(), st.sampled_from(["minimum", "formula"]), st.sampled_from(["none", "cents"]))
def test_budgets_of_the_oracle(
    case: MunicipalCase, eligibility: oracle.Eligibility, price_rounding: oracle.PriceRounding
) -> None:
    outcome = both(
        "municipal grants",
        lambda: oracle.from_budget(
            case.rows, case.budget, eligibility=eligibility, price_rounding=price_rounding
        ),
        lambda: grants(case, MunicipalRule(Decimal(64_000), eligibility, price_rounding)),
    )
    if outcome is None:
        return
    expected, found = outcome
    check(expected, found)
    assert column(found.table, KEY, "score") == {row.code: row.s for row in case.rows}
    assert (found.figures["K"], found.figures["total_new_misses_budget_by"]) == (
        expected.k,
        -(expected.gap or 0),
    )
    if price_rounding == "none":
        assert found.figures["J"] == expected.j
        assert found.figures["total"] == case.budget
    assert found.figures["transition"] == "none"
    assert column(found.table, KEY, "amount") == expected.amounts


@examples(100)
@given(municipal_cases(), fractions(1, 100_000, 100), st.sampled_from(["minimum", "formula"]))
def test_known_prices_of_the_oracle(
    case: MunicipalCase, price: Fraction, eligibility: oracle.Eligibility
) -> None:
    outcome = both(
        "municipal grants at a price",
        lambda: oracle.from_price(case.rows, price, eligibility=eligibility),
        lambda: grants(case, MunicipalRule(Decimal(64_000), eligibility), price),
    )
    assert outcome is not None
    check(*outcome)
    assert outcome[1].figures["budget"] is None


@examples(400)
@given(municipal_cases(), st.data())
def test_transitions_of_the_oracle(case: MunicipalCase, data: st.DataObject) -> None:
    price = data.draw(st.one_of(st.none(), fractions(10_000, 100_000, 100)))
    losers = data.draw(st.sampled_from([F(3, 4), F(1, 2), F(1, 4)]))  # 2019, 2020, 2021
    gainers = data.draw(
        st.one_of(st.none(), st.sampled_from([F(0), F(1, 10), F("0.2655"), F(1, 4), F(3, 4)]))
    )
    rounded = data.draw(st.booleans())
    ineligible = data.draw(st.sampled_from(["share", "nothing"]))
    missing: Missing = data.draw(st.sampled_from(["refuse", "zero", "exempt"]))
    codes = [row.code for row in case.rows]
    known = (
        codes
        if missing == "refuse" and data.draw(st.booleans())
        else data.draw(st.lists(st.sampled_from(codes), unique=True))
    )
    old = {code: data.draw(fractions(0, 10**8, 100)) for code in [*known, "GM9998"]}
    transition = MunicipalTransition(losers, gainers, missing, 4 if rounded else None, ineligible)

    def by_the_oracle() -> tuple[oracle.Allocation, oracle.MunicipalTransition]:
        new = (
            oracle.from_budget(case.rows, case.budget)
            if price is None
            else oracle.from_price(case.rows, price)
        )
        after = oracle.with_transition(
            new,
            old,
            loser_share=losers,
            gainer_share=gainers,
            percent_decimals=2 if rounded else None,
            not_eligible="pay" if ineligible == "share" else "nothing",
            missing=missing,
        )
        if gainers is None and len(case.rows) == 1 and after.transition.gains:
            raise oracle.RefusedError("a share solved from one municipality")
        return new, after

    outcome = both("municipal transitions", by_the_oracle, lambda: grants(case, LAW, price, old, transition))
    if outcome is None:
        return
    (new, expected), found = outcome
    check(new, found)
    assert column(found.table, KEY, "amount") == expected.amounts
    step = expected.transition
    assert found.figures["gainers_share"] == step.gainer_share
    assert found.figures["gainers_share_capped"] == step.capped
    assert found.figures["not_covered_by_gainers"] == step.gap
    assert found.figures["transition"] == "applied"
    assert found.figures["total"] == sum(expected.amounts.values())
    if price is None and step.gap == 0:
        assert found.figures["total"] == case.budget
    unscored = column(found.tables["unscored_2018"], KEY, "grant_2018")
    assert tuple(sorted(unscored)) == step.base_without_score
    assert found.figures["not_eligible_but_paid"] == sum(
        expected.amounts[code] > 0 for code in expected.amounts if code not in new.eligible
    )
    shares = column(found.table, KEY, "share")
    assert all(shares[code] in (None, half_up(losers, 12), half_up(step.gainer_share, 12)) for code in shares)


def one_case(*scores: tuple[str, int], budget: int = 564_000) -> MunicipalCase:
    rows = tuple(oracle.MunicipalRow(code, F(s), F(s), F(s), F(s)) for code, s in scores)
    return MunicipalCase("by hand", rows, F(budget))


CASE = one_case(("GM0001", 10), ("GM0002", 0), ("GM0003", 1000))
OLD = {"GM0001": F(264_000), "GM0002": F(40_000), "GM0003": F(100_000)}


def test_the_top_up_is_part_of_b_and_the_ineligible_keep_a_share() -> None:
    # Losses 200,000 + 40,000, of which 75% = 180,000, out of gains of 400,000: 45%.
    found = grants(CASE, LAW, old=OLD, transition=MunicipalTransition(F(3, 4), None))
    assert column(found.table, KEY, "amount") == {"GM0001": 214_000, "GM0002": 30_000, "GM0003": 320_000}
    assert (found.figures["total"], found.figures["not_eligible_but_paid"]) == (564_000, 1)
    assert column(found.table, KEY, "share") == {"GM0001": F(3, 4), "GM0002": F(3, 4), "GM0003": F(45, 100)}
    assert column(found.table, KEY, "grant_2018") == OLD


def test_the_ineligible_may_get_nothing() -> None:
    transition = MunicipalTransition(F(3, 4), None, ineligible="nothing")
    found = grants(CASE, LAW, old=OLD, transition=transition)
    assert column(found.table, KEY, "amount") == {"GM0001": 214_000, "GM0002": 0, "GM0003": 350_000}


def test_the_minimum_is_not_applied_again() -> None:
    case = one_case(("GM0001", 10), ("GM0003", 1000))
    old = {"GM0001": F(0), "GM0003": F(500_000)}
    found = grants(case, LAW, old=old, transition=MunicipalTransition(F(3, 4), F(1, 4)))
    assert column(found.table, KEY, "amount")["GM0001"] == 48_000


def test_b_is_exact_and_what_is_paid_is_rounded_once() -> None:
    # 100,000.01 over two alike: 50,000.005 each, in cents .01 and .00. With c = 1/2 and A = 0 paid is
    # 25,000.0025: 25,000.00 for both, though half of the .01 would be a half cent, and go up.
    rule = MunicipalRule(Decimal("1.00"))
    case = MunicipalCase("by hand", one_case(("GM0001", 7), ("GM0002", 7)).rows, F("100000.01"))
    found = grants(
        case,
        rule,
        old=dict.fromkeys(("GM0001", "GM0002"), F(0)),
        transition=MunicipalTransition(F(1, 2), F(1, 2)),
    )
    assert column(found.table, KEY, "amount_new") == {"GM0001": F("50000.01"), "GM0002": F(50_000)}
    assert column(found.table, KEY, "amount") == {"GM0001": 25_000, "GM0002": 25_000}


def test_a_solved_share_keeps_the_budget_to_the_cent_and_a_given_one_need_not() -> None:
    rule = MunicipalRule(Decimal("1.00"))
    rows = one_case(("GM0001", 7), ("GM0002", 7), ("GM0003", 7)).rows
    case = MunicipalCase("by hand", rows, F(100))  # 33.333... each
    old = {"GM0001": F("43.33"), "GM0002": F("13.33"), "GM0003": F("33.34")}
    solved = grants(case, rule, old=old, transition=MunicipalTransition(F(1, 2), None))
    assert solved.figures["total"] == 100
    given = grants(case, rule, old=old, transition=MunicipalTransition(F(1, 2), F(1, 2)))
    # 38.3316..., 23.3316..., 33.3366...: each rounded half up
    assert column(given.table, KEY, "amount") == {
        "GM0001": F("38.33"),
        "GM0002": F("23.33"),
        "GM0003": F("33.34"),
    }
    assert given.figures["not_covered_by_gainers"] == F(-5)


def test_before_transition_without_grants_of_2018() -> None:
    found = grants(CASE, LAW, transition=MunicipalTransition(F(3, 4), None))
    assert found.figures["transition"] == "before transition"
    assert column(found.table, KEY, "amount") == column(found.table, KEY, "amount_new")
    assert set(found.table.column("share").to_pylist()) == {None}
    assert "unscored_2018" not in found.tables


@pytest.mark.parametrize(
    ("case", "price", "old", "transition", "message"),
    [
        (CASE, None, OLD, None, "the year has no transition"),
        (
            CASE,
            None,
            {"GM0001": F(1)},
            MunicipalTransition(F(1, 2), None),
            r"GM0002 \(and 1 more\) has no grant of 2018",
        ),
        (
            one_case(("GM0001", 500)),
            F(500),
            {"GM0001": F(1)},
            MunicipalTransition(F(1, 2), None),
            "municipality GM0001 gains, and the gainers' share cannot be solved from 1 municipality",
        ),
        (CASE, None, OLD, MunicipalTransition(F(1, 2), F(3, 4)), "above the losers' share"),
    ],
)
def test_what_is_refused(
    case: MunicipalCase,
    price: Fraction | None,
    old: dict[str, Fraction],
    transition: MunicipalTransition | None,
    message: str,
) -> None:
    with pytest.raises(InputError, match=message):
        grants(case, LAW, price, old, transition)


def test_a_municipality_that_loses_needs_no_gainers_share() -> None:
    case, old = one_case(("GM0637", 500)), {"GM0637": F(1_200_000)}
    for gainers in (None, "unknown"):
        transition = MunicipalTransition(F(1, 2), gainers, country=355)  # type: ignore[arg-type]
        found = grants(case, LAW, F("502.66"), old, transition)
        assert column(found.table, KEY, "amount") == {"GM0637": F("725665.00")}  # (251,330 + 1,200,000) / 2
        assert found.figures["nobody_gains"]


def test_a_gainers_share_is_solved_from_the_whole_country_only() -> None:
    transition = MunicipalTransition(F(1, 2), None, country=355)
    with pytest.raises(
        InputError, match=r"GM0001 \(and 1 more\) gains, .* from 3 of them, a part of the whole"
    ):
        grants(CASE, LAW, F(500), dict.fromkeys(OLD, F(1)), transition)
    whole = MunicipalTransition(F(1, 2), None, country=3)
    assert grants(CASE, LAW, F(500), OLD, whole).figures["gainers_share_solved"]
    # A budget is divided over whoever is there, and so is what the losers keep.
    assert grants(CASE, LAW, None, OLD, transition).figures["total"] == CASE.budget


def test_municipalities_on_one_side_only_are_counted_and_added_up() -> None:
    old = {"GM0001": F(264_000), "GM0009": F(7)}
    found = grants(CASE, LAW, old=old, transition=MunicipalTransition(F(1, 2), F(0), missing="exempt"))
    assert found.figures["grant_2018_without_a_score"] == 1
    assert found.figures["sum_of_grant_2018_without_a_score"] == 7
    assert found.figures["scores_without_grant_2018"] == 2
    assert found.figures["scores_without_grant_2018_taken_as"] == "exempt"


def test_amounts_of_a_year_nobody_named_do_not_look_paid() -> None:
    rows = municipality_table(CASE.rows, "later")
    found = municipal_grants(rows, rows, None, LAW, price="500.00")
    assert found.figures["transition"] == "before transition, if the period has one"
    with pytest.raises(InputError, match="grants of 2018 are given and no transition"):
        municipal_grants(rows, rows, build(GRANTS_2018, {KEY: [], "grant_2018": []}), LAW, price=500)


@pytest.mark.parametrize("numbers", [(0.5, None), (F(1, 2), 0.1)])
def test_shares_that_are_floats(numbers: tuple[Any, Any]) -> None:
    with pytest.raises(InputError, match="a float is not exact"):
        MunicipalTransition(*numbers)
    with pytest.raises(InputError, match=r"`minimum`, .*a float is not exact"):
        MunicipalRule(64_000.0)  # type: ignore[arg-type]


def test_one_municipality_with_a_known_price_and_a_known_share() -> None:
    case = one_case(("GM0001", 500))
    found = grants(case, LAW, F("502.66"), {"GM0001": F(1_330)}, MunicipalTransition(F(3, 4), F(1, 2)))
    assert column(found.table, KEY, "amount") == {"GM0001": F("126330.00")}  # (251,330 + 1,330) / 2
