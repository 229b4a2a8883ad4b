"""Errors of scale values: the same for any order of the rows, and like those of cohorts drawn anew."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

import oab_funding as oab
from indicator.inference.independent import SPECIFICATION, made_up
from oab_funding.errors import InputError
from oab_funding.indicator.coding import code_children
from oab_funding.indicator.collect import collect_statistics
from oab_funding.indicator.scale_values.bootstrap import _times_drawn, bootstrap_scale_values
from oab_funding.indicator.scale_values.fit import fit_scale_values, scaled

REPLICATES = 60


@cache
def drawn() -> oab.ScaleValueBootstrap:
    fit = oab.fit_scale_values(made_up().pupils, made_up().sites)
    return oab.bootstrap_scale_values(fit, REPLICATES, seed=7)


def test_the_order_of_the_rows_changes_no_bit() -> None:
    pupils = made_up().pupils.to_pandas().sample(frac=1, random_state=2)
    again = bootstrap_scale_values(oab.fit_scale_values(pupils, made_up().sites), 12, seed=7)
    assert np.array_equal(again.replicates, drawn().replicates[:12])
    other = bootstrap_scale_values(oab.fit_scale_values(pupils, made_up().sites), 12, seed=8)
    assert not np.array_equal(again.replicates, other.replicates)


def test_a_replicate_is_the_schools_drawn_again() -> None:
    """Its statistics are those of a table in which every school drawn stands as often as it was drawn."""
    coded = code_children(made_up().pupils, made_up().sites, SPECIFICATION, for_fit=True)
    schools: list[str] = sorted({school for school, _ in coded.places})
    sample = collect_statistics(coded, SPECIFICATION)
    seen = {school for (school, _), row in zip(sample.places, sample.place_sums, strict=True) if row[0]}
    used = np.flatnonzero([school in seen for school in schools])
    times = _times_drawn(used, len(schools), 7, 1)
    assert times.sum() == len(used)
    count = dict(zip(schools, times.tolist(), strict=True))
    sites = made_up().sites.to_pandas().set_index("site_id")["school_id"]
    pupils = made_up().pupils.to_pandas()
    # The weight keeps the school means as they are; rows that occur twice would not change them either.
    pupils["w"] = sites[pupils["site_id"].astype(str)].map(count).to_numpy()
    weighted = code_children(pupils, made_up().sites, SPECIFICATION, for_fit=True, weights="w")
    _, sets, scaling = scaled(collect_statistics(weighted, SPECIFICATION), SPECIFICATION, "ordinal")
    assert np.array_equal(drawn().replicates[0], scaling.values[list(sets)])


def test_the_table_says_how_certain_each_value_is() -> None:
    table = drawn().to_frame()
    mother = table[table["feature"] == "education_mother"].set_index("category")
    assert mother.loc[["1", "8"], "standard_error"].max() < 1e-12
    inner = mother.loc["2":"7"]
    assert inner["standard_error"].between(0.02, 0.6).all()
    assert (inner["low"] <= inner["scale_value"]).all()
    assert (inner["scale_value"] <= inner["high"]).all()
    assert set(inner["low"]) <= set(drawn().replicates.ravel())
    assert repr(drawn()) == "<ScaleValueBootstrap 60 replicates of schools, seed 7>"
    pd.testing.assert_series_equal(
        mother["standard_error"].reset_index(drop=True),
        pd.Series(drawn().replicates[:, 0].std(axis=0, ddof=1), name="standard_error"),
    )


def test_refusals() -> None:
    fit = oab.fit_scale_values(made_up().pupils, made_up().sites)
    with pytest.raises(InputError, match="is no number of replicates"):
        bootstrap_scale_values(fit, 3)
    alone = fit_scale_values(fit.fitted.statistics, SPECIFICATION)
    with pytest.raises(InputError, match="hold no single child"):
        bootstrap_scale_values(alone, 20)
