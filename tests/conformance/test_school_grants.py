"""Besluit bekostiging WPO art. 28 and 36a, Besluit bekostiging WPO 2022 art. 18 and 11: grants of schools."""

from decimal import Decimal

import pytest

import oab_funding as oab
from oab_funding.errors import InputError

D = Decimal
OLD, NEW = "Besluit bekostiging WPO", "Besluit bekostiging WPO 2022"
SCORES = {"site_id": ["00AP00", "00AP01", "00AR00"], "score": ["33.02", "1.00", "0.00"]}


def paid(period, scores=None, **terms):
    table = oab.school_grants(scores or SCORES, period=period, **terms).table.to_pylist()
    return {row["school_id"]: row["amount"] for row in table}


PERIODS = [
    (f"{OLD} art. 28", "2019-2020", "2018-10-01", "1"),
    (f"{OLD} art. 28", "2020-2021", "2019-10-01", "1"),
    (f"{OLD} art. 28", "2021-2022", "2020-10-01", "1"),
    (f"{NEW} art. 18 and 11", "2023", "2022-02-01", "1"),
    (f"{NEW} art. 18 and 11", "2024", "2023-02-01", "1"),
    (f"{NEW} art. 18 and 11", "2025", "2024-02-01", "1"),
    (f"{NEW} art. 18 and 11", "2026", "2025-02-01", "1"),
]


@pytest.mark.parametrize(("article", "period", "date", "share"), PERIODS)
def test_each_period_has_its_reference_date_and_its_share(article, period, date, share):
    law = oab.regulation("school-grant", period)
    assert law.period.reference_date.isoformat() == date, article
    assert law.period.share.value == D(share), article
    assert paid(period, price="100.00", source="by hand")["00AP"] == D("3402.00")


def test_the_share_of_the_five_months_of_2022_has_no_silent_default():
    """Paid 34.55%, held due 41.67% by the court (ECLI:NL:RBMNE:2024:3854): it must be said."""
    with pytest.raises(InputError, match="share"):
        paid("2022-2023", price="100.00", source="by hand")
    assert paid("2022-2023", price="100.00", source="by hand", share="34.55%")["00AP"] == D("1175.39")
    assert paid("2022-2023", price="100.00", source="by hand", share="5/12")["00AP"] == D("1417.50")


def test_price_times_the_sum_of_the_sites():
    """Art. 28 lid 1 with DUO's price of 2020-2021: 34.02 x 559.50 = 19,034.19; score 0 gives 0."""
    assert paid("2020-2021") == {"00AP": D("19034.19"), "00AR": D("0.00")}


@pytest.mark.parametrize("period", ["2019-2020", "2021-2022", "2022-2023", "2023", "2024", "2025", "2026"])
def test_a_price_that_is_not_known_is_refused_by_name(period):
    with pytest.raises(InputError, match="is not known here"):
        paid(period, **({"share": "5/12"} if period == "2022-2023" else {}))


def test_cents_half_up_per_school():
    """The law has no rule for the amount; the declared default: 0.01 x 50.50 = 0.505 becomes 0.51."""
    scores = {"site_id": ["00AP00", "00AR00"], "score": ["0.01", "0.03"]}
    assert paid("2023", scores, price="50.50", source="by hand") == {"00AP": D("0.51"), "00AR": D("1.52")}


# paid = B + (A - B) x c: B = 34.02 x 100 = 3,402.00
TRANSITIONS = [
    ("art. 36a", "2019-2020", "a loser keeps 75% of the difference", "7402.00", "6402.00"),
    ("art. 36a", "2020-2021", "a loser keeps 50% of the difference", "7402.00", "5402.00"),
    ("art. 36a", "2021-2022", "a loser keeps 25% of the difference", "7402.00", "4402.00"),
    ("VOS/ABB", "2019-2020", "a gainer gives up 49% of the difference", "1402.00", "2422.00"),
    ("VOS/ABB", "2020-2021", "a gainer gives up 26.55% of the difference", "1402.00", "2871.00"),
    ("art. 36a", "2020-2021", "neither: A equals B", "3402.00", "3402.00"),
]


@pytest.mark.parametrize(("source", "period", "category", "base", "amount"), TRANSITIONS)
def test_the_transition(source, period, category, base, amount):
    old = {"school_id": ["00AP", "00AR"], "old_base": [base, "0.00"]}
    found = paid(period, price="100.00", source="by hand", old_base=old, gainers="regulation")
    assert found["00AP"] == D(amount), (source, category)


def test_a_school_without_score_and_with_an_old_base_is_paid():
    """Art. 36a: B = 0, A = 1,000: in 2020-2021 half of it."""
    old = {"school_id": ["00AP", "00AR"], "old_base": ["3402.00", "1000.00"]}
    found = paid("2020-2021", price="100.00", source="by hand", old_base=old, gainers="regulation")
    assert found["00AR"] == D("500.00")


@pytest.mark.parametrize(
    ("period", "losers"), [("2019-2020", "75%"), ("2020-2021", "50%"), ("2021-2022", "25%")]
)
def test_the_gainers_share_is_at_most_the_losers(period, losers):
    old = {"school_id": ["00AP", "00AR"], "old_base": ["0.00", "0.00"]}
    above = f"{int(losers[:-1]) + 1}%"
    with pytest.raises(InputError, match="above the losers' share"):
        paid(period, price="100.00", source="by hand", old_base=old, gainers=above)


@pytest.mark.parametrize("period", ["2023", "2024", "2025", "2026"])
def test_from_calendar_years_on_there_is_no_transition(period):
    old = {"school_id": ["00AP", "00AR"], "old_base": ["0.00", "0.00"]}
    with pytest.raises(InputError):
        paid(period, price="100.00", source="by hand", old_base=old)


MISSING = [("refuse", None), ("zero", "1701.00"), ("exempt", "3402.00")]


@pytest.mark.parametrize(("choice", "amount"), MISSING)
def test_a_school_without_an_old_base(choice, amount):
    """A missing row is refused unless told that it means zero or exempt; c of gainers here 50%."""
    old = {"school_id": ["00AR"], "old_base": ["0.00"]}
    terms = {"price": "100.00", "source": "by hand", "old_base": old, "gainers": "50%"}
    if amount is None:
        with pytest.raises(InputError, match="00AP"):
            paid("2020-2021", **terms)
    else:
        assert paid("2020-2021", missing_base=choice, **terms)["00AP"] == D(amount)


def test_a_school_year_falls_in_two_calendar_years():
    """5/12 and 7/12 in the accounts; paid out as 34.55% and 65.45% [source]."""
    table = oab.school_grants(SCORES, period="2020-2021", price="1000.00", source="by hand")
    rows = [row for row in table.tables["school_calendar"].to_pylist() if row["school_id"] == "00AP"]
    assert [(row["year"], row["accrued"], row["paid"]) for row in rows] == [
        (2020, D("14175.00"), D("11753.91")),
        (2021, D("19845.00"), D("22266.09")),
    ]
