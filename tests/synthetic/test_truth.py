"""Attainment follows the true model, exactly where it is exact and as regression shows where it is random."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from oab_funding.indicator.coding import code_children
from oab_funding.indicator.normal_equations import design_columns
from oab_funding.indicator.specification_file import load_specification
from oab_funding.synthetic import Country

FEATURES = ("education_mother", "education_father", "origin", "stay")


def test_education_score_is_the_sum_of_the_effects(small: Country) -> None:
    effect = small.truth.coefficients
    for child in small.truth.children.slice(0, 300).to_pylist():
        expected = effect["start"] + sum(
            effect.get(f"{name}[{child[name]}]", Decimal(0)) for name in FEATURES
        )
        expected += effect["debt_restructuring[yes]"] * child["debt_restructuring"]
        expected += effect["school_mean"] * child["school_mean"]
        assert child["education_score"] == expected


def test_columns_are_those_of_the_shipped_specification(small: Country) -> None:
    assert tuple(small.truth.coefficients) == design_columns(load_specification("cbs-2019"))


def test_coding_the_tables_gives_the_true_categories(small: Country) -> None:
    """Where the tables know a feature, the library codes it as the truth has it."""
    specification = load_specification("cbs-2019")
    coded = code_children(small.pupils, small.sites, specification)
    truth = small.truth.children.to_pandas()
    for name in FEATURES:
        known = coded.codes[name] >= 0
        labels = np.array(specification.categories(name))[coded.codes[name][known]]
        same = labels == truth[name].astype(str).to_numpy()[known]
        if name == "origin":  # an unknown father of a Dutch mother counts as Dutch
            fathers = small.pupils["origin_father"].is_valid().to_numpy()[known]
            same |= ~fathers
        assert known.mean() > 0.7
        assert same.all(), name


def test_school_mean_runs_over_the_school_within_its_municipality(small: Country) -> None:
    truth, pupils = small.truth.children.to_pandas(), small.pupils.to_pandas()
    sites = small.sites.to_pandas().set_index("site_id")
    site = pupils["site_id"].astype(str)
    group = [site.map(sites["school_id"]), site.map(sites["municipality_code"])]
    total = truth["education_mother"].groupby(group).transform("sum")
    count = truth["education_mother"].groupby(group).transform("count")
    for given, numerator, denominator in zip(truth["school_mean"][:400], total, count, strict=False):
        exact = Decimal(int(numerator)) / Decimal(int(denominator))
        assert abs(given - exact) <= Decimal("0.0000005")


def test_a_school_in_two_towns_has_two_means(small: Country) -> None:
    sites = small.sites.to_pandas()
    towns = sites.groupby("school_id")["municipality_code"].nunique()
    school = towns.index[towns > 1][0]
    pair = sites.loc[sites["school_id"] == school, "site_id"]
    site = small.pupils.to_pandas()["site_id"].astype(str)
    means = small.truth.children.to_pandas()["school_mean"][site.isin(pair)]
    assert means.nunique() == 2


def test_attainment_is_rounded_half_up_and_clipped(small: Country) -> None:
    latent = small.truth.children["attainment"].to_numpy().astype(float)
    observed = small.pupils["attainment"].to_numpy()
    assert (observed == np.clip(np.floor(latent + 0.5), 501, 550)).all()
    assert observed.min() >= 501
    assert observed.max() == 550


def test_truth_stands_in_the_order_of_the_pupils(small: Country) -> None:
    assert small.truth.children["child_id"].equals(small.pupils["child_id"])


def test_regression_on_complete_data_finds_the_truth(large: Country) -> None:
    truth = large.truth.children.to_pandas()
    names, columns = list(large.truth.coefficients), []
    for name in names:
        feature, category = name.removesuffix("]").split("[") if "[" in name else (name, "")
        if feature == "start":
            columns.append(np.ones(len(truth)))
        elif category:
            columns.append(
                (truth[feature].astype(str) == category.replace("yes", "True")).to_numpy(dtype=float)
            )
        else:
            columns.append(truth[feature].to_numpy().astype(float))
    columns[-1] = columns[-1] - large.truth.average_ability
    design, outcome = np.column_stack(columns), truth["attainment"].to_numpy().astype(float)
    gram = np.linalg.inv(design.T @ design)
    estimate = gram @ design.T @ outcome
    spread = np.sqrt(np.diag(gram) * ((outcome - design @ estimate) ** 2).mean())
    distance = (estimate - np.array([float(value) for value in large.truth.coefficients.values()])) / spread
    assert np.abs(distance).max() < 4
    assert (distance**2).mean() == pytest.approx(1, abs=0.8)


def test_noise_has_the_stated_spread(large: Country) -> None:
    truth = large.truth.children.to_pandas()
    lift = float(large.truth.coefficients["ability"]) * (truth["ability"] - large.truth.average_ability)
    noise = pd.to_numeric(truth["attainment"]) - pd.to_numeric(truth["education_score"]) - lift
    assert noise.std() == pytest.approx(float(large.truth.noise_spread), rel=0.01)
    assert abs(noise.mean()) < 0.05
