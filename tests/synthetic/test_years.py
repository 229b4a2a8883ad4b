"""The two dates fit together: the same children, a year older."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from oab_funding.synthetic import Country

LASTING = (
    "education_mother", "education_father", "origin_mother", "origin_father", "mother_arrival_date",
    "mother_born_in_nl", "in_register", "asylum_seeker", "attainment", "ability",
)  # fmt: skip


@pytest.fixture(scope="module")
def both(small: Country) -> pd.DataFrame:
    now, before = (table.to_pandas() for table in (small.pupils, small.previous.pupils))
    return now.merge(before, on="child_id", suffixes=("", "_before"))


def test_most_children_are_the_same(small: Country, both: pd.DataFrame) -> None:
    assert 0.84 < len(both) / small.pupils.num_rows < 0.9


def test_a_year_older_and_otherwise_the_same(both: pd.DataFrame) -> None:
    assert (both["age"] == both["age_before"] + 1).all()
    for name in LASTING:
        now, before = both[name].astype("object"), both[f"{name}_before"].astype("object")
        assert ((now == before) | (now.isna() & before.isna())).all(), name


def test_most_stay_at_their_site(both: pd.DataFrame) -> None:
    stayed = (both["site_id"].astype(str) == both["site_id_before"].astype(str)).mean()
    assert 0.9 < stayed < 0.99


def test_who_left_was_old_enough(small: Country) -> None:
    before = small.previous.pupils.to_pandas()
    gone = before[~before["child_id"].isin(small.pupils.to_pandas()["child_id"])]
    assert 0.9 < (gone["age"] >= 11).mean() < 1
    assert before["age"].min() == 4


def test_newly_four_were_toddlers(small: Country) -> None:
    pupils, toddlers = small.pupils.to_pandas(), small.previous.toddlers.to_pandas()
    four = pupils[(pupils["age"] == 4)]
    seen = four["child_id"].isin(toddlers["child_id"])
    assert seen.mean() > 0.95
    unseen = four[~seen]
    came = pd.to_datetime(unseen["mother_arrival_date"]) > pd.Timestamp(2018, 9, 1)
    assert (came | ~unseen["in_register"] | unseen["mother_arrival_date"].isna()).all()


def test_nobody_was_there_before_arriving(both: pd.DataFrame) -> None:
    asylum = both[both["asylum_seeker"]]
    assert (pd.to_datetime(asylum["mother_arrival_date"].dropna()) < pd.Timestamp(2018, 10, 1)).all()


def test_toddlers_are_two_and_a_half_up_to_four(small: Country) -> None:
    limits = ((small.now, "2015-10-02", "2017-04-01"), (small.previous, "2014-10-02", "2016-04-01"))
    for snapshot, first, last in limits:
        births = snapshot.toddlers["birth_date"].to_pylist()
        assert date.fromisoformat(first) <= min(births)
        assert max(births) <= date.fromisoformat(last)


def test_a_toddler_of_both_dates_is_the_same(small: Country) -> None:
    now, before = (table.to_pandas() for table in (small.toddlers, small.previous.toddlers))
    both = now.merge(before, on="child_id", suffixes=("", "_before"))
    assert 0.25 < len(both) / len(now) < 0.4
    assert (both["birth_date"] == both["birth_date_before"]).all()


def test_sites_open_close_and_merge(small: Country) -> None:
    now, before = (set(table["site_id"].to_pylist()) for table in (small.sites, small.previous.sites))
    pupils, earlier = small.pupils.to_pandas(), small.previous.pupils.to_pandas()
    assert now - before
    assert before - now
    for site in before - now:
        children = earlier.loc[earlier["site_id"] == site, "child_id"]
        later = pupils.loc[pupils["child_id"].isin(children), "site_id"].value_counts(normalize=True)
        assert later.iloc[0] > 0.85, "the pupils of a closed site go to one other"
    for site in now - before:
        children = pupils.loc[(pupils["site_id"] == site) & (pupils["age"] > 4), "child_id"]
        former = earlier.loc[earlier["child_id"].isin(children), "site_id"].value_counts(normalize=True)
        assert former.iloc[0] > 0.85, "the pupils of a new site come from one other"


def test_an_absorbed_school_had_its_own_code(large: Country) -> None:
    now, before = (table.to_pandas().set_index("site_id") for table in (large.sites, large.previous.sites))
    second = now.index[now.index.str[-2:] == "01"]
    assert 0 < len(second.difference(before.index)) < len(second)
