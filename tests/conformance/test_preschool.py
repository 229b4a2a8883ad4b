"""Besluit basisvoorwaarden kwaliteit voorschoolse educatie art. 2 and 3: what preschool education must be."""

from decimal import Decimal

import pytest

import oab_funding as oab
from oab_funding.errors import InputError

D = Decimal


def row(year, toddlers=100, **terms):
    grants = {"municipality_code": ["GM0001"], "amount": ["10000000.00"]}
    counts = {"municipality_code": ["GM0001"], "toddlers": [toddlers]}
    return oab.preschool(grants, counts, year=year, hour_price="10", **terms).table.to_pylist()[0]


HOURS = [
    ("art. 2, before 1-8-2020", 2019, 400),
    ("art. 2, seven months before and five after", 2020, 500),
    ("art. 2, from 1-8-2020", 2021, 640),
    ("art. 2, from 1-8-2020", 2024, 640),
]


@pytest.mark.parametrize(("article", "year", "hours"), HOURS)
def test_hours_a_year(article, year, hours):
    """600 and 960 hours in one and a half years: 400 and 640 a year of 40 weeks."""
    terms = {} if year < 2022 else {"hbo_wage": "0"}
    assert row(year, **terms)["hours"] == 100 * hours, article


def test_one_qualified_worker_for_at_most_eight_children():
    """Art. 3: 64,000 hours of children need 8,000 hours of workers."""
    assert row(2021)["staff_hours"] == 8000


@pytest.mark.parametrize(("source", "year", "cost"), [("NJi", 2021, 0), ("NJi", 2022, 10), ("NJi", 2024, 10)])
def test_ten_hours_of_a_higher_educated_worker_per_child_from_2022(source, year, cost):
    base = row(year, hbo_wage="0")["cost"]
    assert row(year, hbo_wage="1.00")["cost"] - base == 100 * cost, source


PLANS = [
    ("art. 2", "four mornings of four hours: 16 x 60 = 960", [4, 4, 4, 4], "2024-01-01", True),
    ("art. 2", "an hour a week too few", [4, 4, 4, 3], "2024-01-01", False),
    ("art. 2", "six hours a day", [6, 5, 5], "2024-01-01", True),
    ("art. 2", "more than six hours a day", ["6.01", 5, 5], "2024-01-01", False),
    ("art. 2, before 1-8-2020", "ten hours a week", ["2.5", "2.5", "2.5", "2.5"], "2020-01-01", True),
]


@pytest.mark.parametrize(("article", "category", "hours", "on", "keeps"), PLANS)
def test_a_week_plan(article, category, hours, on, keeps):
    if keeps:
        oab.week_plan(hours, on=on)
        return
    with pytest.raises(InputError):
        oab.week_plan(hours, on=on)
