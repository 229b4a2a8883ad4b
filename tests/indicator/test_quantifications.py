"""The table of quantifications against the design itself, row by row."""

import numpy as np
import pandas as pd
import pytest

from indicator.inference.independent import SPECIFICATION, coded, fitted, recoded
from indicator.test_weights import weighted
from oab_funding.errors import InputError
from oab_funding.indicator.inference.design import dense, make_design
from oab_funding.indicator.quantifications import quantifications
from oab_funding.indicator.results import FittedIndicator
from oab_funding.indicator.scale_values.fit import fit_scale_values


def scaled() -> FittedIndicator:
    return fit_scale_values(coded(), SPECIFICATION).fitted


@pytest.mark.parametrize("fit", [fitted, weighted, scaled], ids=["plain", "weighted", "scaled"])
def test_betas_and_importance_are_those_of_the_rows(fit) -> None:
    model = fit()
    design = make_design(model)
    x, weights = dense(design, slice(None)), design.weights
    table = quantifications(model).drop_duplicates("feature").set_index("feature")

    def covariance(one, other) -> float:
        return float(np.cov(one, other, ddof=0, aweights=weights)[0, 1])

    total = 0.0
    for name in table.index:
        columns = [place for place, one in enumerate(model.columns) if one.partition("[")[0] == name]
        contribution = x[:, columns] @ model.params.to_numpy()[columns]
        beta = np.sqrt(covariance(contribution, contribution) / covariance(design.y, design.y))
        assert abs(table.loc[name, "beta"]) == pytest.approx(beta, rel=1e-7), name
        share = covariance(contribution, design.y) / covariance(design.y, design.y) / model.rsquared
        assert table.loc[name, "importance"] == pytest.approx(share, rel=1e-6, abs=1e-9), name
        total += share
    assert total == pytest.approx(1)


@pytest.mark.parametrize("fit", [fitted, weighted, scaled], ids=["plain", "weighted", "scaled"])
def test_quantifications_are_standardised_and_carry_the_effects(fit) -> None:
    model = fit()
    table = quantifications(model)
    spread = np.sqrt(model.centered_tss / (model.equations.total_weight / model.equations.weight_units))
    for name, rows in table.dropna(subset=["quantification"]).groupby("feature"):
        count, value = rows["count"], rows["quantification"]
        assert np.average(value, weights=count) == pytest.approx(0, abs=1e-9), name
        assert np.average(value**2, weights=count) == pytest.approx(1), name
        effects = rows["beta"] * spread * (value - value.iloc[0])
        assert np.allclose(effects, rows["effect"] - rows["effect"].iloc[0]), name
    whole = table[table["category"].isna()]
    assert list(whole["feature"]) == ["school_mean", "ability"]
    assert table["count"].gt(0).all()


def test_a_constant_attainment_is_refused() -> None:
    same = recoded(attainment=np.full(len(coded()), 530, dtype=np.int32))
    with pytest.raises(InputError, match="nothing to standardise by"):
        same.quantifications()


def test_it_is_reached_from_the_fit_and_from_scale_values() -> None:
    own = fit_scale_values(coded(), SPECIFICATION)
    pd.testing.assert_frame_equal(own.quantifications(), own.fitted.quantifications())
    assert (own.quantifications()["beta"] > 0).sum() > 10
