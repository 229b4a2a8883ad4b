"""What the made-up country looks like: margins, relations, and what is not known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from oab_funding.synthetic import Country, shape
from oab_funding.synthetic.places import site_sizes


@pytest.fixture(scope="module")
def pupils(large: Country) -> pd.DataFrame:
    return large.pupils.to_pandas()


@pytest.fixture(scope="module")
def truth(large: Country) -> pd.DataFrame:
    return large.truth.children.to_pandas()


def test_numbers(large: Country) -> None:
    assert large.pupils.num_rows == 200_000
    assert large.toddlers.num_rows == pytest.approx(0.182 * 200_000, rel=0.01)
    assert large.previous.toddlers.num_rows == pytest.approx(0.177 * 200_000, rel=0.03)
    assert large.previous.pupils.num_rows == pytest.approx(200_000 / shape.GROWTH, rel=0.01)
    assert large.sites.num_rows == pytest.approx(200_000 / 221.8, abs=1)


def test_committed_size_has_the_same_shape(small: Country) -> None:
    towns = small.sites["municipality_code"].unique()
    assert small.sites.num_rows == 90
    assert 8 <= len(towns) <= 12
    kinds = small.sites["school_type"].to_pylist()
    assert kinds.count("sbo") == 1
    assert sum(small.sites["excluded"].to_pylist()) == 1


def test_site_sizes_of_the_national_country() -> None:
    sizes = site_sizes(np.random.default_rng(1).standard_normal(6295), 1_400_000)
    assert sizes.sum() == 1_400_000
    assert (sizes.min(), sizes.max()) == (4, 1815)
    # CBS, Achterstandsscores basisscholen 2019, table 1: p5, median and p95 of pupils per site.
    assert np.quantile(sizes, [0.05, 0.5, 0.95]) == pytest.approx([55, 196, 477], rel=0.03)


def test_schools_boards_and_towns(large: Country) -> None:
    sites = large.sites.to_pandas()
    schools = sites.groupby("school_id").agg(n=("site_id", "size"), towns=("municipality_code", "nunique"))
    assert 0.01 < (schools["n"] > 1).mean() < 0.03
    assert (schools["towns"] > 1).any()
    assert (sites["school_id"] == sites["site_id"].str[:4]).all()
    assert 0.1 < sites["board_id"].nunique() / len(sites) < 0.17
    assert (sites.groupby("school_id")["board_id"].nunique() == 1).all()
    assert (sites.groupby("municipality_code")["province"].nunique() == 1).all()


def test_codes_look_made_up(large: Country) -> None:
    sites = large.sites.to_pandas()
    assert sites["site_id"].str.fullmatch("[4-9][0-9][A-Z]{2}[0-9]{2}").all()  # codes in use stay below 40
    assert sites["municipality_code"].str.fullmatch("GM[3-9][0-9]{3}").all()  # codes in use stay below 2000
    assert sites["municipality_name"].str.fullmatch("Voorbeeldstad [0-9]+").all()
    assert sites["name"].str.startswith("Voorbeeldschool ").all()


def test_every_category_occurs(truth: pd.DataFrame, pupils: pd.DataFrame) -> None:
    assert set(truth["origin"]) == set(shape.ORIGINS)
    assert set(truth["stay"]) == {"under_5", "5_to_10", "10_or_more"}
    assert set(truth["education_mother"]) == set(truth["education_father"]) == set(range(1, 9))
    assert set(pupils["socioeconomic_category"].dropna()) == set(shape.SOCIOECONOMIC)


def test_margins(truth: pd.DataFrame, pupils: pd.DataFrame) -> None:
    assert 0.65 < (truth["origin"] == "netherlands").mean() < 0.75
    assert 0.004 < truth["debt_restructuring"].mean() < 0.015
    assert 0.9 < (truth["stay"] == "10_or_more").mean() < 0.97
    assert 0.05 < (truth["education_mother"] == 1).mean() < 0.1
    assert 0.001 < (~pupils["in_register"]).mean() < 0.01
    assert 0.002 < pupils["asylum_seeker"].mean() < 0.008
    assert 0.001 < (~pupils["funded"]).mean() < 0.004
    assert pupils["age"].between(4, 13).all()
    assert 0.45 < (pupils["age"] <= 7).mean() < 0.52


def test_parents_resemble_each_other(truth: pd.DataFrame) -> None:
    assert 0.5 < truth["education_mother"].corr(truth["education_father"]) < 0.7


def test_education_goes_with_origin_and_place(truth: pd.DataFrame, pupils: pd.DataFrame) -> None:
    by_origin = truth.groupby("origin", observed=True)["education_mother"].mean()
    assert by_origin["turkey"] < by_origin["netherlands"] - 0.5
    assert by_origin["western"] > by_origin["netherlands"] - 0.3
    means = truth.groupby(pupils["site_id"], observed=True)["education_mother"].transform("mean")
    between = means.var() / truth["education_mother"].var()
    assert 0.1 < between < 0.35
    foreign = (truth["origin"] != "netherlands").groupby(pupils["site_id"], observed=True).mean()
    assert foreign.std() > 0.12


def test_municipalities_differ(large: Country, truth: pd.DataFrame, pupils: pd.DataFrame) -> None:
    town = (
        pupils["site_id"].astype(str).map(large.sites.to_pandas().set_index("site_id")["municipality_code"])
    )
    means = truth.groupby(town)["education_mother"].transform("mean")
    assert 0.01 < means.var() / truth["education_mother"].var() < 0.15


def test_stay_goes_with_origin_and_age(truth: pd.DataFrame, pupils: pd.DataFrame) -> None:
    recent = truth["stay"] == "under_5"
    by_origin = recent.groupby(truth["origin"], observed=True).mean()
    assert by_origin["eastern_europe"] > by_origin["suriname"] > by_origin["netherlands"]
    young, old = recent[pupils["age"] <= 5].mean(), recent[pupils["age"] >= 10].mean()
    assert young > 1.3 * old


def test_asylum_seekers_cluster(pupils: pd.DataFrame) -> None:
    per_site = (
        pupils.groupby("site_id", observed=True)["asylum_seeker"].agg(["sum", "mean"]).sort_values("sum")
    )
    top = per_site.tail(round(0.012 * len(per_site)))
    assert top["sum"].sum() / per_site["sum"].sum() > 0.8
    assert top["mean"].max() > 0.5


def test_unregistered_children_have_nothing_known(pupils: pd.DataFrame) -> None:
    outside = pupils[~pupils["in_register"]]
    columns = [
        "education_mother",
        "education_father",
        "origin_mother",
        "mother_born_in_nl",
        "address_density",
    ]
    assert outside[columns].isna().all().all()
    assert not outside["debt_restructuring"].any()


def test_missing_education_is_selective(truth: pd.DataFrame, pupils: pd.DataFrame) -> None:
    missing = pupils["education_mother"].isna() & pupils["in_register"]
    assert 0.12 < missing.mean() < 0.3
    assert missing[pupils["age"] >= 10].mean() > 1.2 * missing[pupils["age"] <= 5].mean()
    home = truth["origin"] == "netherlands"
    assert missing[~home].mean() > 1.5 * missing[home].mean()
    low, high = truth["education_mother"] <= 2, truth["education_mother"] >= 7
    assert missing[home & low].mean() > 1.5 * missing[home & high].mean()
    father = pupils["education_father"].isna() & pupils["in_register"]
    assert father.mean() > missing.mean()
    assert (missing & father).mean() > 1.2 * missing.mean() * father.mean()


def test_what_is_known_is_true(truth: pd.DataFrame, pupils: pd.DataFrame) -> None:
    known = pupils["education_mother"].notna()
    assert (pupils.loc[known, "education_mother"] == truth.loc[known, "education_mother"]).all()
    assert (
        not pupils.loc[~pupils["mother_born_in_nl"].fillna(False).eq(False), "mother_arrival_date"]
        .notna()
        .any()
    )


def test_an_unknown_arrival_occurs(pupils: pd.DataFrame) -> None:
    abroad = pupils[pupils["mother_born_in_nl"].eq(False)]
    assert 0.03 < abroad["mother_arrival_date"].isna().mean() < 0.1


def test_toddlers_are_all_registered(large: Country) -> None:
    assert all(large.toddlers["in_register"].to_pylist())
    assert all(large.previous.toddlers["in_register"].to_pylist())
