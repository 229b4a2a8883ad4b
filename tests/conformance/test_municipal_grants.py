"""Stb. 2018, 315 art. 2, 4, 5 and 6: grants of municipalities, and what becomes of what is not spent."""

from decimal import Decimal

import pytest

import oab_funding as oab
from oab_funding.errors import InputError
from oab_funding.grants.spending import settle_spending

D = Decimal
MINIMUM = D("64000.00")


def table(**rows):
    """Give scores by municipality, as (score without threshold, score)."""
    return {
        "municipality_code": list(rows),
        "score_raw": [str(raw) for raw, _ in rows.values()],
        "score": [str(score) for _, score in rows.values()],
    }


def granted(later, earlier, year=2023, **terms):
    terms = {"price": "100.00", "source": "by hand", **terms}
    found = oab.municipal_grants(table(**later), table(**earlier), year=year, **terms)
    return {row["municipality_code"]: row for row in found.table.to_pylist()}


YEARS = [
    (2019, "2017-10-01", "2016-10-01", "75%"),
    (2020, "2018-10-01", "2017-10-01", "50%"),
    (2021, "2019-10-01", "2018-10-01", "25%"),
    (2022, "2020-10-01", "2019-10-01", None),
    (2023, "2021-10-01", "2020-10-01", None),
    (2024, "2023-02-01", "2022-02-01", None),
    (2025, "2024-02-01", "2023-02-01", None),
    (2026, "2025-02-01", "2024-02-01", None),
]


@pytest.mark.parametrize(("year", "later", "earlier", "losers"), YEARS)
def test_each_year_has_its_two_dates_and_its_transition(year, later, earlier, losers):
    """Art. 4: two and three years before until 2023, one and two from 2024 on. Art. 6: 2019 to 2021."""
    law = oab.regulation("municipality-grant", year)
    assert [day.isoformat() for day in law.year.reference_dates] == [later, earlier]
    assert (law.year.transition is None) is (losers is None)
    if losers is not None:
        assert law.year.transition.losers_share == D(losers[:-1]) / 100
    assert (law.rule.minimum, law.rule.minimum_article) == (MINIMUM, "art. 4 lid 2")


def test_price_times_half_the_two_scores():
    """Art. 4 lid 1: H + I = (1,000.01 + 1,000.00) / 2 = 1,000.005 exactly, times 100.00."""
    found = granted({"GM0001": (2000, "1000.01")}, {"GM0001": (2000, "1000.00")})
    assert found["GM0001"]["amount"] == D("100000.50")


MINIMA = [
    (
        "art. 4 lid 2",
        "a cent below the minimum",
        ("700.00", "639.99"),
        ("700.00", "640.00"),
        "64000.00",
        True,
    ),
    ("art. 4 lid 2", "at the minimum", ("700.00", "640.00"), ("700.00", "640.01"), "64000.50", False),
    ("art. 4 lid 2", "without threshold above 0 on the later date", ("0.01", 0), (0, 0), "64000.00", True),
    ("art. 4 lid 2", "without threshold above 0 on the earlier date", (0, 0), ("0.01", 0), "64000.00", True),
    ("art. 2", "0 on both dates", (0, 0), ("0.00", 0), "0.00", False),
]


@pytest.mark.parametrize(("article", "category", "later", "earlier", "amount", "topped_up"), MINIMA)
def test_the_minimum(article, category, later, earlier, amount, topped_up):
    found = granted({"GM0001": later, "GM0002": (5000, 4000)}, {"GM0001": earlier, "GM0002": (5000, 4100)})
    row = found["GM0001"]
    assert (row["amount"], row["topped_up"]) == (D(amount), topped_up), (article, category)


def test_article_2_read_literally_gives_nothing_without_a_score():
    """The law can be read in two ways; the declared default pays the minimum, the option does not."""
    later = {"GM0001": ("5.00", 0), "GM0002": (5000, 4000)}
    earlier = {"GM0001": ("5.00", 0), "GM0002": (5000, 4100)}
    assert granted(later, earlier)["GM0001"]["amount"] == MINIMUM
    assert granted(later, earlier, eligibility="formula")["GM0001"]["amount"] == 0


def test_the_minimum_is_taken_from_the_budget_and_all_adds_up_to_it():
    """Art. 4: s = 1,000, 500 and 11; K = 1,511. The third is topped up: 936,000 / 1,500 = 624."""
    later = {"GM0001": (2000, 1000), "GM0002": (900, 500), "GM0003": (20, 10)}
    earlier = {"GM0001": (2000, 1000), "GM0002": (900, 500), "GM0003": (20, 12)}
    found = granted(later, earlier, price=None, budget="1000000.00")
    amounts = [row["amount"] for row in found.values()]
    assert amounts == [D("624000.00"), D("312000.00"), MINIMUM]
    assert sum(amounts) == D("1000000.00")


def test_a_top_up_may_bring_another_municipality_below_the_minimum():
    """J depends on itself: at first GM0002 has 65,000 of 1,000,000, after the top-up of GM0003 63,046.63."""
    later = {"GM0001": (2000, 900), "GM0002": (90, 65), "GM0003": (50, 35)}
    earlier = {"GM0001": (2000, 900), "GM0002": (90, "65.00"), "GM0003": (50, "35.0")}
    earlier["GM0001"] = (2001, 900)
    found = granted(later, earlier, price=None, budget="1000000.00")
    assert [row["amount"] for row in found.values()] == [D("872000.00"), MINIMUM, MINIMUM]


def test_minimums_that_exhaust_the_budget_are_refused():
    later, earlier = {"GM0001": (5, 1), "GM0002": (5, 2)}, {"GM0001": (5, 1), "GM0002": (6, 2)}
    found = granted(later, earlier, price=None, budget="128000.00")  # the second stays at the minimum
    assert [row["amount"] for row in found.values()] == [MINIMUM, MINIMUM]
    with pytest.raises(InputError, match=r"128,?000"):
        granted(later, earlier, price=None, budget="127999.99")


# B = 1,000 x 100 = 100,000; paid = B + (A - B) x c, A the grant of 2018
TRANSITIONS = [
    ("art. 6", 2019, "a loser keeps 75% of the difference", "180000.00", "160000.00"),
    ("art. 6", 2020, "a loser keeps 50% of the difference", "180000.00", "140000.00"),
    ("art. 6", 2021, "a loser keeps 25% of the difference", "180000.00", "120000.00"),
    ("art. 6", 2020, "a gainer gives up its share of the difference", "20000.00", "84000.00"),
    ("art. 6", 2020, "the minimum is not applied again", "0.00", "80000.00"),
    ("art. 6", 2020, "neither: A equals B", "100000.00", "100000.00"),
]


@pytest.mark.parametrize(("article", "year", "category", "grant_2018", "amount"), TRANSITIONS)
def test_the_transition(article, year, category, grant_2018, amount):
    old = {"municipality_code": ["GM0001"], "grant_2018": [grant_2018]}
    terms = {"grants_2018": old, "gainers": "20%"}
    found = granted({"GM0001": (2000, 1000)}, {"GM0001": (2001, 1000)}, year, **terms)
    assert found["GM0001"]["amount"] == D(amount), (article, category)


def test_after_the_transition_less_than_the_minimum_may_be_paid():
    """Art. 6: B is the grant with the top-up, and the minimum is not applied again: 64,000 x (1 - 20%)."""
    old = {"municipality_code": ["GM0001"], "grant_2018": ["0.00"]}
    terms = {"grants_2018": old, "gainers": "20%"}
    assert granted({"GM0001": (5, 1)}, {"GM0001": (6, 1)}, 2020, **terms)["GM0001"]["amount"] == D("51200.00")


def test_who_is_not_eligible_but_had_a_grant_in_2018_gets_its_share_of_it():
    """Silent; the declared default: (A - 0) x c = 50% of 10,000 in 2020."""
    old = {"municipality_code": ["GM0001", "GM0002"], "grant_2018": ["10000.00", "100000.00"]}
    later, earlier = {"GM0001": (0, 0), "GM0002": (2000, 1000)}, {"GM0001": (0, 0), "GM0002": (2001, 1000)}
    terms = {"grants_2018": old, "gainers": "20%"}
    assert granted(later, earlier, 2020, **terms)["GM0001"]["amount"] == D("5000.00")
    none = granted(later, earlier, 2020, ineligible_with_old_grant="nothing", **terms)
    assert none["GM0001"]["amount"] == 0


SPENDING = [
    ("art. 5", "all spent", ["100.00"] * 4, ("0.00", "0.00")),
    ("art. 5", "half of the fourth year's grant moves on", ["100.00"] * 3 + ["50.00"], ("50.00", "0.00")),
    ("art. 5", "a cent more than half is recovered", ["100.00"] * 3 + ["49.99"], ("50.00", "0.01")),
    ("art. 5", "what was left of earlier years too", ["0.00"] * 4, ("50.00", "350.00")),
]


@pytest.mark.parametrize(("article", "category", "spent", "expected"), SPENDING)
def test_what_is_not_spent_in_four_years(article, category, spent, expected):
    import pyarrow as pa

    money = pa.decimal128(18, 2)
    rows = pa.table(
        {
            "municipality_code": ["GM0001"] * 4,
            "year": [2019, 2020, 2021, 2022],
            "granted": pa.array([D("100.00")] * 4, money),
            "spent": pa.array([D(value) for value in spent], money),
        }
    )
    law = oab.regulation("municipality-grant", 2022)
    first, last = law.rule.spending_periods[0]
    assert (first, last) == (2019, 2022), "art. 5: four years from 2019 on"
    row = settle_spending(rows, first, last, law.rule.carry_over_share).table.to_pylist()[0]
    assert (row["carried_over"], row["recovered"]) == (D(expected[0]), D(expected[1])), (article, category)
