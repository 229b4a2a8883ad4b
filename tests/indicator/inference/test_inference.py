import numpy as np
import pandas as pd
import pytest

from indicator.inference.independent import few_schools, fitted, made_up
from indicator.inference.test_infer import by_statsmodels
from oab_funding.errors import InputError
from oab_funding.indicator.fit import FittedIndicator, fit
from oab_funding.indicator.inference.hypotheses import wald_test
from oab_funding.indicator.inference.infer import infer


@pytest.mark.parametrize("cov_type", ["nonrobust", "HC1", "cluster"])
def test_tests_of_features_are_those_of_statsmodels(cov_type) -> None:
    result, other = infer(fitted(), cov_type), by_statsmodels(cov_type)
    tests = result.feature_tests()
    assert list(tests.index) == [feature.name for feature in fitted().specification.features]
    for name in tests.index:
        own = [column.partition("[")[0] == name for column in result.columns]
        expected = other.f_test(np.eye(len(own))[own])
        assert tests["F"][name] == pytest.approx(float(expected.fvalue), rel=1e-7)
        assert tests["p"][name] == pytest.approx(float(expected.pvalue), rel=1e-5, abs=1e-300)
        assert (tests["df"][name], tests["df_denom"][name]) == (expected.df_num, expected.df_denom)


def test_the_classical_test_of_a_feature_compares_sums_of_squares() -> None:
    from oab_funding.indicator.specification import Specification

    content = fitted().specification.model_dump()
    content["features"] = tuple(f for f in content["features"] if f["name"] != "debt_restructuring")
    without = fit(made_up().pupils, made_up().sites, Specification.model_validate(content))
    full, small = infer(fitted(), "nonrobust"), infer(without, "nonrobust")
    assert full.nobs == small.nobs
    assert full.f_test(["debt_restructuring"]).statistic == pytest.approx(
        (small.ssr - full.ssr) / full.mse_resid, rel=1e-8
    )


def test_columns_and_features_can_be_tested_together() -> None:
    result = infer(fitted())
    together = result.f_test(["stay", "ability", "origin[africa]"])
    assert together.df_num == 4
    with pytest.raises(InputError, match="value 'income': is no column or feature"):
        result.f_test(["income"])


def test_frames() -> None:
    result = infer(fitted(), "HC1")
    table = result.to_frame(alpha=0.01)
    assert list(table.columns) == ["coefficient", "standard_error", "t", "p", "low", "high"]
    assert (table["low"] < table["coefficient"]).all()
    assert (table["coefficient"] - table["low"]).to_numpy() == pytest.approx(
        2.5765 * table["standard_error"].to_numpy(), rel=1e-3
    )
    assert result.bse.name == "bse"
    assert isinstance(result.cov_params(), pd.DataFrame)


def test_covers_says_which_intervals_hold_the_truth() -> None:
    result = infer(fitted())
    truth = dict(result.params)
    assert result.covers(truth).all()
    moved = {**truth, "ability": truth["ability"] + 3 * result.bse["ability"]}
    assert list(result.covers(moved)[lambda held: ~held].index) == ["ability"]
    assert result.covers(moved, alpha=0.0001).all()
    del moved["stay[under_5]"]
    with pytest.raises(InputError, match=r"no true value of stay\[under_5\]"):
        result.covers(moved)


def test_intervals_cover_the_truth_of_the_made_up_country() -> None:
    """Attainment is rounded and clipped, so a few of 31 intervals may miss."""
    held = infer(fitted(), "cluster").covers(made_up().truth.coefficients, alpha=0.01)
    assert held.drop("start").sum() >= 27


def test_fewer_clusters_than_restrictions_give_nan_and_not_a_number() -> None:
    result = infer(few_schools(), "cluster")
    assert result.groups < len(result.columns)
    assert np.isnan(result.fvalue)
    assert np.isfinite(result.feature_tests()["F"]).all()


def test_wald_of_a_singular_covariance_is_nan() -> None:
    assert np.isnan(wald_test(np.ones(2), np.ones((2, 2)), 100).statistic)
    assert wald_test(np.array([1.0, 2.0]), np.diag([1.0, 4.0]), 100).statistic == pytest.approx(1.0)


def _with_attainment(attainment: object) -> FittedIndicator:
    pupils = made_up().pupils.to_pandas()
    pupils["attainment"] = attainment
    return fit(pupils, made_up().sites)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("cov_type", ["nonrobust", "HC1", "HC3", "cluster"])
def test_a_constant_attainment_is_refused_in_words(cov_type) -> None:
    result = infer(_with_attainment(530), cov_type)
    assert result.ssr == result.centered_tss == 0
    assert result.params["start"] == 530
    for name in ("rsquared", "rsquared_adj"):
        with pytest.raises(InputError, match="all children have the same attainment"):
            getattr(result, name)
    for name in ("tvalues", "pvalues", "llf", "aic", "bic", "fvalue", "f_pvalue"):
        with pytest.raises(InputError, match="the fit leaves no residuals, so nothing can be tested; give"):
            getattr(result, name)
    for call in (result.summary, result.feature_tests, result.to_frame):
        with pytest.raises(InputError):
            call()
    assert result.bse.abs().max() < 1e-9


@pytest.mark.filterwarnings("error")
def test_an_attainment_that_follows_exactly_is_explained_and_not_tested() -> None:
    debt = made_up().pupils.column("debt_restructuring").to_numpy()
    result = infer(_with_attainment(530 + debt), "nonrobust")
    assert result.params["debt_restructuring[yes]"] == 1
    assert (result.rsquared, result.ssr) == (1.0, 0.0)
    with pytest.raises(InputError, match="the fit leaves no residuals"):
        result.summary()
