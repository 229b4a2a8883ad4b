"""Dividing a budget: to the cent, in any order, and what more budget does."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.grants.division import (
    Division,
    JoinedScores,
    MunicipalRule,
    divide,
    division_figures,
    join_dates,
    require_country,
    shared_among,
    to_cents,
)
from oab_funding.tables.columns import build
from oab_funding.tables.score_tables import MUNICIPALITY_SCORES
from oracle.strategies import MunicipalCase, municipal_cases
from oracle_bridge import decimal, examples, municipality_table

F = Fraction
RULE = MunicipalRule(Decimal("64000.00"))


def joined_of(case: MunicipalCase) -> JoinedScores:
    return join_dates(municipality_table(case.rows, "later"), municipality_table(case.rows, "earlier"))


def divided(joined: JoinedScores, budget: Fraction, rule: MunicipalRule = RULE) -> Division:
    try:
        return divide(joined, rule, budget=decimal(budget, 2))
    except InputError:
        assume(False)
        raise


@examples(150)
@given(municipal_cases())
def test_the_budget_is_kept_to_the_cent(case: MunicipalCase) -> None:
    found = divided(joined_of(case), case.budget)
    assert sum(found.exact) == case.budget
    assert sum(found.cents) == found.bound == case.budget * 100
    assert all(abs(cents - 100 * exact) < 1 for cents, exact in zip(found.cents, found.exact, strict=True))
    assert all(cents == 6_400_000 for cents, top in zip(found.cents, found.topped_up, strict=True) if top)


@examples(200)
@given(municipal_cases(), st.one_of(st.integers(1, 300), st.integers(1, 10**9)))
def test_more_budget_costs_nobody_more_than_the_one_cent_of_the_remainder(
    case: MunicipalCase, more: int
) -> None:
    joined = joined_of(case)
    before, after = divided(joined, case.budget), divided(joined, case.budget + F(more, 100))
    assert after.price > before.price
    assert all(new >= old for old, new in zip(before.exact, after.exact, strict=True))
    assert all(new <= old for old, new in zip(before.topped_up, after.topped_up, strict=True))
    assert all(new >= old - 1 for old, new in zip(before.cents, after.cents, strict=True))
    for other in (replace(RULE, remainder="half_up"), replace(RULE, price_rounding="cents")):
        less, then = divided(joined, case.budget, other), divided(joined, case.budget + F(more, 100), other)
        assert all(new >= old for old, new in zip(less.cents, then.cents, strict=True))


def test_that_cent_is_really_lost() -> None:
    """The paradox of Alabama: of 10 cents over 6, 6 and 2 the third gets two, of 11 cents one."""
    joined = JoinedScores(("GM0001", "GM0002", "GM0003"), (F(6), F(6), F(2)), (True, True, True))
    rule = MunicipalRule(Decimal("0.01"))
    assert divide(joined, rule, budget=Decimal("0.10")).cents == (4, 4, 2)
    assert divide(joined, rule, budget=Decimal("0.11")).cents == (5, 5, 1)


@examples(60)
@given(municipal_cases(), st.randoms(use_true_random=False))
def test_other_codes_permute_the_exact_amounts(case: MunicipalCase, random: object) -> None:
    codes = [row.code for row in case.rows]
    other = list(codes)
    random.shuffle(other)  # type: ignore[attr-defined]
    new = dict(zip(codes, other, strict=True))
    renamed = replace(case, rows=tuple(replace(row, code=new[row.code]) for row in case.rows))
    first, second = divided(joined_of(case), case.budget), divided(joined_of(renamed), case.budget)
    assert first.price == second.price
    by_code = dict(zip(joined_of(renamed).codes, zip(second.exact, second.cents, strict=True), strict=True))
    for code, exact, cents in zip(joined_of(case).codes, first.exact, first.cents, strict=True):
        assert by_code[new[code]][0] == exact
        assert abs(by_code[new[code]][1] - cents) <= 1  # a tie of remainders goes by the code


@examples(60)
@given(municipal_cases(), st.integers(2, 50))
def test_scaled_scores_give_the_same_amounts(case: MunicipalCase, factor: int) -> None:
    joined = joined_of(case)
    scaled = replace(joined, scores=tuple(factor * s for s in joined.scores))
    first, second = divided(joined, case.budget), divided(scaled, case.budget)
    assert second.price * factor == first.price
    assert second.cents == first.cents


TWO = JoinedScores(("GM0001", "GM0002"), (F(1000), F(10)), (True, True))


def test_figures_are_the_law_s_j_and_k() -> None:
    found = divide(TWO, RULE, budget=Decimal("564000"))
    figures = division_figures(TWO, found, RULE, Decimal("564000"))
    assert (figures["K"], figures["price"], figures["J"]) == (1010, 500, 505_000)
    assert (figures["topped_up"], figures["cost_of_top_ups"], figures["eligible"]) == (1, 59_000, 2)
    assert figures["J"] + figures["cost_of_top_ups"] == 564_000  # type: ignore[operator]
    assert (figures["total_new"], figures["total_new_misses_budget_by"]) == (564_000, 0)
    at_price = divide(TWO, RULE, price=Decimal("500.00"))
    assert at_price.cents == found.cents
    assert at_price.bound is None
    assert division_figures(TWO, at_price, RULE, None)["total_new_misses_budget_by"] is None


@pytest.mark.parametrize(
    ("price", "cents"),
    [("63.99", 6_400_000), ("64.00", 6_400_000), ("64.01", 6_401_000), ("0.01", 6_400_000)],
)
def test_a_known_price_and_one_municipality_at_the_minimum(price: str, cents: int) -> None:
    one = JoinedScores(("GM0001",), (F(1000),), (True,))
    found = divide(one, RULE, price=Decimal(price))
    assert found.cents == (cents,)
    assert found.topped_up == (Decimal(price) < 64,)


def test_half_cents_at_a_known_price() -> None:
    joined = JoinedScores(("GM0001", "GM0002"), (F("200.001"), F("200.003")), (True, True))
    assert divide(joined, RULE, price=Decimal("505.00")).cents == (
        10_100_051,
        10_100_152,
    )  # 100,000.505; .515


def test_eligibility() -> None:
    joined = JoinedScores(("GM0001", "GM0002", "GM0003"), (F(1000), F(0), F(0)), (True, True, False))
    assert divide(joined, RULE, budget=Decimal("564000")).cents == (50_000_000, 6_400_000, 0)
    literal = divide(joined, replace(RULE, eligibility="formula"), budget=Decimal("564000"))
    assert (literal.cents, literal.eligible) == ((56_400_000, 0, 0), (True, False, False))


def test_a_price_in_cents_is_rounded_once_and_applied() -> None:
    joined = JoinedScores(("GM0001", "GM0002"), (F(2000), F(1000)), (True, True))
    found = divide(joined, replace(RULE, price_rounding="cents"), budget=Decimal("1000000"))
    assert (found.price, found.cents, found.bound) == (F("333.33"), (66_666_000, 33_333_000), None)


@pytest.mark.parametrize(
    ("budget", "price", "message"),
    [
        (None, None, "give a budget or a price, one of the two"),
        (Decimal(1), Decimal(1), "give a budget or a price, one of the two"),
        (Decimal(0), None, "`budget`, value .*0.*: is below what it may be; give an amount of above 0"),
        (Decimal(-5), None, "is below what it may be"),
        (Decimal(10**13), None, "`budget`, .*is too large; give an amount below EUR 10,000,000,000,000"),
        (492e6, None, "`budget`, .*a float is not exact"),
        (None, 502.66, "`price`, .*a float is not exact"),
        (None, Decimal(10**6), "`price`, .*is no price; give an amount of above 0 and below EUR 1,000,000"),
        (
            None,
            Decimal(0),
            "`price`, value .*: is no price; give an amount of above 0 and below EUR 1,000,000",
        ),
        (None, "50%", "`price`, value '50%': is no amount"),
        (Decimal("564000.005"), None, "`budget`, .*has parts of a cent"),
        (Decimal("127999.99"), None, "the minimums exhaust it"),
    ],
)
def test_what_is_refused(budget: Any, price: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        divide(TWO, RULE, budget, price)


def test_cents_that_do_not_add_up_are_not_shared_out() -> None:
    assert to_cents([F("0.005"), F("0.005")], 1, ["b", "a"]) == (0, 1)
    assert to_cents([F("0.005"), F("0.004")], None, ["b", "a"]) == (1, 0)
    with pytest.raises(ValueError, match="only what rounding takes"):
        to_cents([F(1), F(1)], 201, ["a", "b"])


@pytest.mark.parametrize("present", [0, 1, 354])
def test_the_budget_of_the_country_is_not_shared_among_a_part_of_it(present: int) -> None:
    with pytest.raises(InputError, match="is for the 355 municipalities of the country, and here"):
        require_country(present, 355, 2020, Decimal("492000000.00"))


def test_a_whole_country_and_a_budget_that_was_not_looked_up_are_taken() -> None:
    require_country(355, 355, 2020, Decimal("492000000.00"))
    require_country(1, 355, 2020, None)
    require_country(1, None, 2022, Decimal("1.00"))
    assert shared_among(354) == "budget shared among 354 municipalities"


def scores(**rows: tuple[int, int]) -> pa.Table:
    """Raw score and score in hundredths by code."""
    return build(
        MUNICIPALITY_SCORES,
        {
            "municipality_code": list(rows),
            "score_raw": [raw for raw, _ in rows.values()],
            "score": [score for _, score in rows.values()],
        },
    )


def test_half_of_both_by_ascending_code() -> None:
    later = scores(GM0002=(100, 3), GM0001=(0, 0))
    earlier = scores(GM0001=(1, 0), GM0002=(-5, 0))
    joined = join_dates(later, earlier)
    assert joined == JoinedScores(("GM0001", "GM0002"), (F(0), F("0.015")), (True, True))
    assert join_dates(earlier, later) == joined


def test_a_raw_score_of_exactly_0_is_not_above_0() -> None:
    joined = join_dates(scores(GM0001=(0, 0), GM0002=(-1, 0)), scores(GM0001=(0, 0), GM0002=(0, 0)))
    assert joined.raw_above_zero == (False, False)


def test_absent_on_one_date() -> None:
    one, two = scores(GM0001=(1, 1)), scores(GM0001=(1, 1), GM0002=(1, 1), GM0003=(1, 1))
    with pytest.raises(InputError, match=r"GM0002 \(and 1 more\) is not in the scores of the later date"):
        join_dates(one, two)
    with pytest.raises(InputError, match=r"GM0002 \(and 1 more\) is not in the scores of the earlier date"):
        join_dates(two, one)
    with pytest.raises(InputError, match="municipality GM0003 is not in the scores of the later date"):
        join_dates(two.slice(0, 2), two)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ((100, 101), "1.01 is not between 0 and the score without threshold 1.00"),
        ((-5, 1), "0.01 is not between 0 and the score without threshold -0.05"),
        ((100, -1), "-0.01 is not between 0 and the score without threshold 1.00"),
    ],
)
def test_a_score_is_between_0_and_the_raw_score(row: tuple[int, int], said: str) -> None:
    where = "scores of the earlier date, column score, value 'GM0001'"
    with pytest.raises(InputError, match=f"{where}: the score {said}"):
        join_dates(scores(GM0001=(1, 1)), scores(GM0001=row))
    join_dates(scores(GM0001=(100, 100)), scores(GM0001=(100, 100)))


def test_twice_in_one_table() -> None:
    twice = pa.concat_tables([scores(GM0001=(1, 1)), scores(GM0001=(2, 2))])
    with pytest.raises(InputError, match=r"scores of the later date.*is there twice"):
        join_dates(twice, scores(GM0001=(1, 1)))
