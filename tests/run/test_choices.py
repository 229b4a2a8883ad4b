"""Settling money, transition and gainers against the law, alike for both streams."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from oab_funding.errors import InputError
from oab_funding.regulation import Statutes
from oab_funding.run.calculation_file import Municipalities, Schools
from oab_funding.run.choices import (
    check_other_date,
    published_threshold,
    score_rule,
    settle_municipalities,
    settle_schools,
)

LAW = Statutes.shipped()
DAY, EARLIER = date(2019, 10, 1), date(2018, 10, 1)


def schools(
    period: str = "2020-2021", *, has_base: bool = False, of: date | None = None, **options: Any
) -> Any:
    if has_base:
        options["old_base"] = "base.csv"
    part = Schools(period=period, scores="s.csv", **options)
    return settle_schools(part, LAW, of, has_base)


def municipalities(year: int = 2021, *, has_old: bool = False, of: date | None = None, **options: Any) -> Any:
    if has_old:
        options["grants_2018"] = "old.csv"
    part = Municipalities(year=year, scores="s.csv", previous="p.csv", **options)
    return settle_municipalities(part, LAW, of, has_old)


def test_a_price_is_looked_up_with_where_it_stands() -> None:
    money = schools().money
    assert (money.price, money.budget, money.looked_up) == (Decimal("559.50"), None, True)
    assert "Stcrt. 2020" in money.source
    assert schools(source="letter").money.source == money.source.replace("; version:", "; letter; version:")


def test_a_budget_is_looked_up_with_where_it_stands() -> None:
    money = municipalities(2019).money
    assert money.price is None
    assert money.budget == LAW.municipality_grant(2019).year.budget.value
    assert money.looked_up
    assert municipalities(2019, source="letter").money.source == f"{money.source}; letter"


@pytest.mark.parametrize("settle", [schools, municipalities])
def test_what_is_given_goes_before_what_is_looked_up(settle: Any) -> None:
    for name, given in (("price", "600.00"), ("budget", "1000000.00")):
        money = settle(source="me", **{name: given}).money
        assert money.parameters() == {
            "price": None,
            "budget": None,
            "source": "me",
            name: Decimal(given),
        }
        assert not money.looked_up


def test_a_budget_that_nobody_knows_is_asked_for() -> None:
    unknown = [year for year in range(2019, 2027) if LAW.municipality_grant(year).year.budget.value is None]
    assert unknown
    with pytest.raises(InputError, match=f"the budget of {unknown[0]} is not known here; pass `budget`"):
        municipalities(unknown[0])


@pytest.mark.parametrize(
    ("given", "settled"),
    [("26.55%", Fraction(531, 2000)), ("solve", None), ("none", Fraction(0))],
)
def test_the_gainers_share(given: str, settled: object) -> None:
    money = {"budget": "1000000.00"}
    assert schools(has_base=True, gainers=given).transition.gainers == settled
    of_municipalities = municipalities(has_old=True, gainers=given, **money).transition
    assert (of_municipalities.gainers, of_municipalities.gainers_places) == (settled, None)


def test_the_gainers_share_of_the_law_may_be_unknown() -> None:
    assert schools(has_base=True, gainers="regulation").transition.gainers == Fraction(531, 2000)
    asked = municipalities(has_old=True, gainers="regulation", budget="1000000.00")
    assert asked.transition.gainers == "unknown"


def test_only_municipalities_round_a_share_that_is_solved() -> None:
    found = municipalities(has_old=True, gainers="solve_rounded", budget="1000000.00").transition
    assert (found.gainers, found.gainers_places) == (None, 4)
    with pytest.raises(InputError, match="gainers"):
        schools(has_base=True, gainers="solve_rounded")


def test_before_transition_is_said_where_the_law_has_one_and_no_old_amount_is_given() -> None:
    assert "before transition" in schools().labels
    assert "before transition" not in schools(has_base=True, gainers="solve").labels
    assert "before transition" in municipalities(budget="1000000.00").labels
    assert "before transition" not in municipalities(budget="1000000.00", has_old=True).labels
    assert schools("2023", price="600.00").transition is None
    assert "before transition" not in schools("2023", price="600.00").labels


def test_old_amounts_want_a_transition() -> None:
    with pytest.raises(InputError, match="the period 2023 has no transition; leave out `old_base`"):
        schools("2023", has_base=True, price="600.00")
    with pytest.raises(InputError, match="the year 2023 has no transition; leave out `grants_2018`"):
        municipalities(2023, has_old=True, budget="1000000.00")


def test_articles_name_the_transition() -> None:
    law = LAW.school_grant("2020-2021")
    assert law.period.transition is not None
    assert schools().articles == f"{law.source.article}, {law.period.transition.article}"
    assert schools("2023", price="600.00").articles == LAW.school_grant("2023").source.article


def test_scores_of_another_date() -> None:
    with pytest.raises(InputError, match="the scores are of 2018-10-01, 2020-2021 is paid on those of"):
        schools(of=EARLIER)
    label = "what-if: scores of 2018-10-01 instead of 2019-10-01"
    assert label in schools(of=EARLIER, other_date=True).labels
    allowed = Schools(period="2020-2021", scores="s.csv", other_date=True)
    check_other_date(allowed, DAY, EARLIER)
    with pytest.raises(InputError, match="`other_date` has no effect: the scores are of 2019-10-01"):
        check_other_date(allowed, DAY, DAY)
    with pytest.raises(InputError, match="the scores do not state their date"):
        check_other_date(allowed, DAY, None)


def test_the_transition_that_was_applied_has_the_share_that_was_solved() -> None:
    settled = schools(has_base=True, gainers="solve")
    assert settled.transition.gainers is None
    assert settled.transition_of({"gainers_share": Fraction(1, 5)}).gainers == Fraction(1, 5)
    assert settled.transition_of({}) is settled.transition


def test_published_scores_follow_another_threshold_of_sites_only() -> None:
    law = LAW.school_score(DAY)
    assert published_threshold(law) == law.formula.threshold_share == Fraction(3, 25)
    assert published_threshold(law.what_if(threshold_share="10%")) == Fraction(3, 25)
    with pytest.raises(InputError, match="published scores do not say what they would be with"):
        published_threshold(law.what_if(target_share="20%"))
    with pytest.raises(InputError, match="compute the scores from children"):
        published_threshold(LAW.municipality_score(DAY).what_if(threshold_share="10%"))


def test_whose_asylum_seekers_belong_to_the_target_group() -> None:
    law = LAW.school_score(DAY)
    assert score_rule(law, asylum_in_target_group="yes").asylum_kinds == ("pupil", "toddler")
    municipal = LAW.municipality_score(DAY)
    assert score_rule(municipal, asylum_in_target_group="pupils").asylum_kinds == ("pupil",)
    assert score_rule(law, asylum_in_target_group="no").asylum_kinds == ()
    with pytest.raises(InputError, match="tie_rule"):
        score_rule(law, tie_rule="whim")
