"""The design of the indicator once more, by pandas alone, from the tables as they are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from oab_funding.indicator.coding import CodedChildren, code_children
from oab_funding.indicator.fit import FittedIndicator, fit, fit_coded
from oab_funding.indicator.specification_file import load_specification
from oab_funding.synthetic import Country, Snapshot, country

SPECIFICATION = load_specification("cbs-2019")


@dataclass(frozen=True)
class Independent:
    """Design, attainment and school of the children whose everything is known."""

    X: pd.DataFrame
    y: np.ndarray
    school: np.ndarray
    municipality: np.ndarray


@cache
def made_up() -> Country:
    return country(20_000, seed=5)


@cache
def fitted() -> FittedIndicator:
    return fit(made_up().pupils, made_up().sites)


@cache
def fitted_before() -> FittedIndicator:
    before = made_up().previous
    return fit(before.pupils, before.sites, reference_date=before.day)


@cache
def coded() -> CodedChildren:
    return code_children(made_up().pupils, made_up().sites, SPECIFICATION)


@cache
def few_schools() -> FittedIndicator:
    """Fewer schools than columns."""
    small = country(6_000, seed=1)
    return fit(small.pupils, small.sites)


def recoded(**changes: np.ndarray) -> FittedIndicator:
    """Fit the same children with something else in their codes."""
    from dataclasses import replace

    return fit_coded(replace(coded(), **changes), SPECIFICATION)


@cache
def independent(before: bool = False) -> Independent:
    return of_snapshot(made_up().previous if before else made_up().now, fitted().columns)


def of_snapshot(at: Snapshot, columns: tuple[str, ...]) -> Independent:
    pupils = at.pupils.to_pandas().merge(
        at.sites.to_pandas()[["site_id", "school_id", "municipality_code"]].astype(str),
        left_on=at.pupils["site_id"].to_pandas().astype(str).to_numpy(),
        right_on="site_id",
        how="left",
        suffixes=("_own", ""),
    )
    features = pd.DataFrame(
        {
            "education_mother": pupils["education_mother"],
            "education_father": pupils["education_father"],
            "origin": _origin(pupils),
            "stay": _stay(pupils, at.day),
            "debt_restructuring": np.where(pupils["debt_restructuring"], "yes", "no"),
            "ability": pupils["ability"],
            "attainment": pupils["attainment"],
        }
    )
    place = pupils["school_id"] + pupils["municipality_code"]
    mean = pupils["education_mother"].groupby(place).transform("mean")
    features["school_mean"] = np.floor(mean * 10**6 + 0.5) / 10**6
    known = features.notna().all(axis=1)
    used = features[known]
    X = {}
    for name in columns:
        feature, _, category = name.removesuffix("]").partition("[")
        if name == "start":
            X[name] = np.ones(len(used))
        elif category and feature.startswith("education"):
            X[name] = (used[feature] == int(category)).to_numpy(float)
        elif category:
            X[name] = (used[feature] == category).to_numpy(float)
        else:
            X[name] = used[feature].to_numpy(float)
    X["ability"] = X["ability"] - X["ability"].mean()
    return Independent(
        pd.DataFrame(X),
        used["attainment"].to_numpy(float),
        pupils["school_id"][known].to_numpy(),
        pupils["municipality_code"][known].to_numpy(),
    )


def _origin(pupils: pd.DataFrame) -> pd.Series:
    groups = SPECIFICATION.feature("origin").groups
    mother, father = (pupils[f"origin_{one}"].astype(object).map(groups) for one in ("mother", "father"))
    first = mother.where(mother.notna() & (mother != "netherlands"), father)
    return first.where(first.notna(), mother)


def _stay(pupils: pd.DataFrame, day: date) -> pd.Series:
    arrived = pd.to_datetime(pupils["mother_arrival_date"])
    since = [pd.Timestamp(day.replace(year=day.year - years)) for years in (5, 10)]
    years = np.select([arrived > since[0], arrived > since[1]], ["under_5", "5_to_10"], "10_or_more")
    born_here = pupils["mother_born_in_nl"].fillna(False).astype(bool)
    return pd.Series(years, pupils.index).where(arrived.notna() | born_here)
