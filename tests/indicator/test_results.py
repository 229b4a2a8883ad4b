"""What `fit` gives, with the names of statsmodels."""

from __future__ import annotations

import pickle
from copy import deepcopy

import numpy as np
import pandas as pd
import pytest

from indicator.frames import SITES, many_children
from indicator.inference.independent import fitted, made_up
from indicator.inference.test_infer import by_statsmodels
from oab_funding.errors import InputError
from oab_funding.indicator.fit import fit, fit_statistics


@pytest.mark.parametrize("name", ["tvalues", "pvalues", "bse"])
def test_series_are_those_of_statsmodels_by_school(name: str) -> None:
    mine, theirs = getattr(fitted(), name), getattr(by_statsmodels("cluster"), name)
    assert list(mine.index) == list(fitted().columns)
    assert mine.to_numpy() == pytest.approx(np.asarray(theirs), rel=1e-6, abs=1e-300)


@pytest.mark.parametrize(
    "name",
    [
        "nobs",
        "df_model",
        "df_resid",
        "ssr",
        "centered_tss",
        "mse_resid",
        "rsquared",
        "rsquared_adj",
        "llf",
        "aic",
        "bic",
    ],
)
def test_measures_are_those_of_statsmodels(name: str) -> None:
    assert getattr(fitted(), name) == pytest.approx(getattr(by_statsmodels("nonrobust"), name), rel=1e-9)


def test_residuals_stand_by_child_in_the_order_of_the_table() -> None:
    pupils = made_up().pupils.to_pandas().set_index("child_id")
    resid, values = fitted().resid, fitted().fittedvalues
    assert resid.index.equals(values.index)
    assert resid.index.name == "child_id"
    inside = pupils.index.isin(resid.index)
    assert list(pupils.index[inside]) == list(resid.index)
    attainment = pupils["attainment"].astype(float)[resid.index]
    assert (values + resid).to_numpy() == pytest.approx(attainment.to_numpy(), abs=1e-9)
    assert (resid**2).sum() == pytest.approx(fitted().ssr, rel=1e-9)
    assert np.sort(resid) == pytest.approx(np.sort(by_statsmodels("nonrobust").resid), abs=1e-6)


def test_prediction_by_hand() -> None:
    rows, b = many_children(3000), None
    own = fit(rows, SITES)
    b = own.params
    first = rows.iloc[0]
    school = SITES.set_index("site_id").loc[first["site_id"]]
    here = SITES["site_id"][
        (SITES["school_id"] == school["school_id"])
        & (SITES["municipality_code"] == school["municipality_code"])
    ]
    mean = round(rows["education_mother"][rows["site_id"].isin(here)].mean(), 6)
    value = b["start"] + b["school_mean"] * mean
    value += b["ability"] * (first["ability"] - float(own.ability_centre))
    codes = {name: array[0] for name, array in own.sample.codes.items()}
    for name, code in codes.items():
        category = own.specification.categories(name)[code]
        value += b.get(f"{name}[{category}]", 0.0)
    assert own.fittedvalues.iloc[0] == pytest.approx(value, abs=1e-5)
    assert own.predict().iloc[0] == own.fittedvalues.iloc[0]


def test_prediction_of_a_frame() -> None:
    everyone = fitted().predict(made_up().pupils, made_up().sites)
    assert list(everyone.index) == made_up().pupils.column("child_id").to_pylist()
    inside = fitted().fittedvalues
    assert np.array_equal(everyone[inside.index], inside)
    coded = fitted().sample
    known = coded.ability_known & np.all([codes >= 0 for codes in coded.codes.values()], axis=0)
    assert np.array_equal(everyone.notna(), known)
    assert everyone.notna().sum() >= len(inside)
    with pytest.raises(InputError, match="`pupils` are given without `sites`"):
        fitted().predict(made_up().pupils)


def test_short_to_look_at() -> None:
    for shown in (fitted(), fitted().inference(), fitted().inference("HC1")):
        assert len(repr(shown)) < 120
        assert "<table" in shown._repr_html_()
    assert "by school" in repr(fitted().inference())
    constant = fit(many_children(2000).assign(attainment=530), SITES)
    assert repr(constant).endswith("2,000 children>")
    assert "<table" in constant._repr_html_()
    assert "<p>" in constant.inference("nonrobust")._repr_html_()


def test_estimated_when_first_used_and_once() -> None:
    own = fit(many_children(2000), SITES)
    assert not own._inferences
    own.rsquared  # noqa: B018
    assert [*own._inferences] == [("nonrobust", "school")]
    assert own.inference() is own.inference("cluster", "school")


def test_pickles_and_copies() -> None:
    for other in (pickle.loads(pickle.dumps(fitted())), deepcopy(fitted())):
        assert other.exact == fitted().exact
        assert other.bse.equals(fitted().bse)


def test_statistics_hold_no_child() -> None:
    alone = fit_statistics(fitted().statistics, fitted().specification)
    assert isinstance(alone.params, pd.Series)
    for name in ("resid", "fittedvalues", "bse"):
        with pytest.raises(InputError, match="hold no single child"):
            getattr(alone, name)
    assert "R-squared" in repr(alone)
