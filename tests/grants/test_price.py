"""The price per unit: given, or following from a budget."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.grants.price import unit_price
from oab_funding.scores.schools import school_scores
from oab_funding.tables.columns import build
from oab_funding.tables.score_tables import SCHOOL_SCORES
from oracle import school_grants as oracle
from oracle import sites as oracle_sites
from oracle.refusal import RefusedError
from oracle.strategies import SchoolCase, fractions, school_cases
from oracle_bridge import both, decimal, examples, site_table

F = Fraction
SCHOOLS = build(
    SCHOOL_SCORES,
    {
        "school_id": ["00AP"],
        "sites": [1],
        "pupils": [None],
        "score": [300],
        "flags": [""],
        "estimated": [False],
    },
)


def below_a_million(found: oracle.BudgetPrice) -> oracle.BudgetPrice:
    if found.price >= 10**6:
        raise RefusedError("no price per unit is so large", price=found.price)
    return found


@examples(100)
@given(school_cases(), fractions(10**6, 10**9, 100), st.sampled_from([F(1), F("0.3455"), F(5, 12)]))
def test_a_budget_is_what_the_period_costs(case: SchoolCase, budget: Fraction, share: Fraction) -> None:
    scores = oracle_sites.school_scores(case.site_scores)
    schools = school_scores(site_table(case.site_scores)).table
    outcome = both(
        "prices of a budget",
        lambda: below_a_million(oracle.price_of_budget(scores, budget, share)),
        lambda: unit_price(schools, None, decimal(budget, 2), "a test", share),
    )
    if outcome is None:
        return
    expected, found = outcome
    assert F(found.figures["price"]) == expected.price  # type: ignore[arg-type]
    spent = expected.price * share * sum(scores.values())
    assert (found.figures["budget_as_spent"], found.figures["budget_missed_by"]) == (spent, spent - budget)
    assert abs(spent - budget) <= F(1, 200) * share * sum(scores.values())


def test_a_given_price_is_taken_as_it_is() -> None:
    found = unit_price(SCHOOLS, Decimal("559.5"), None, "Stcrt. 2020, 16933")
    assert dict(found.figures) == {"price": Decimal("559.5"), "source": "Stcrt. 2020, 16933"}


def test_half_a_cent_goes_up() -> None:
    assert unit_price(SCHOOLS, None, "2.01", "", F(2, 3)).figures["price"] == Decimal("1.01")  # 1.005


@pytest.mark.parametrize(
    ("price", "budget", "message"),
    [
        (None, None, "there is no price; give `price` or `budget`"),
        (Decimal(1), Decimal(1), "give a price or a budget, not both"),
        (Decimal(0), None, "`price`, value .*: is below what it may be; give an amount of above 0"),
        (Decimal("-1"), None, "`price`, value .*: is below what it may be"),
        (Decimal(10**6), None, "`price`, .*is too large; give an amount below EUR 1,000,000"),
        (559.55, None, "`price`, value 559.55: a float is not exact; pass text or a Decimal"),
        ("559.505", None, "`price`, .*has parts of a cent"),
        ("559,50", None, "`price`, .*has a decimal comma"),
        ("55%", None, "`price`, .*is no amount"),
        (None, Decimal(0), "`budget`, value .*: is below what it may be"),
        (None, -1, "`budget`, value -1: is below what it may be"),
        (None, 1e6, "`budget`, .*a float is not exact"),
        (None, 10**21, "`budget`, .*is too large; give an amount below EUR 10,000,000,000,000"),
        (None, 10**12, "over 3 units gives a price of EUR 333333333333.33, not below EUR 1,000,000"),
        (None, Decimal("0.01"), "leaves a price of EUR 0.00"),
    ],
)
def test_what_is_refused(price: Any, budget: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        unit_price(SCHOOLS, price, budget, "")
