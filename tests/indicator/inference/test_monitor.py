from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from indicator.inference.independent import (
    SPECIFICATION,
    few_schools,
    fitted,
    fitted_before,
    independent,
)
from oab_funding.errors import InputError
from oab_funding.indicator.fit import fit_statistics
from oab_funding.indicator.inference.monitor import ALL_FEATURES, EVERYTHING, monitor
from oab_funding.indicator.inference.sandwich import residual_sum_of_squares
from oab_funding.indicator.scale_values.values import ScaleValues

sm = pytest.importorskip("statsmodels.api")


def both() -> dict:
    return {2018: fitted_before(), 2019: fitted()}


def stacked() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One regression on both years, with ability centred at the mean of the first."""
    before, now = independent(before=True), independent()
    X = now.X.copy()
    X["ability"] += float(fitted().ability_centre - fitted_before().ability_centre)
    first, second = before.X.to_numpy(), X.to_numpy()
    rows = [[first, np.zeros_like(first)], [np.zeros_like(second), second]]
    schools = np.concatenate([before.school, now.school])
    return np.block(rows), np.concatenate([before.y, now.y]), schools


@pytest.mark.parametrize("cov_type", ["nonrobust", "HC0", "HC1", "HC3", "cluster"])
def test_agrees_with_one_regression_on_both_years(cov_type) -> None:
    X, y, schools = stacked()
    options = {"cov_kwds": {"groups": pd.factorize(schools)[0]}} if cov_type == "cluster" else {}
    other = sm.OLS(y, X).fit(cov_type=cov_type, use_t=True, **options)
    found = monitor(both(), cov_type)
    assert np.allclose(found.estimate.ravel(), other.params, rtol=1e-8, atol=1e-9)
    errors = np.sqrt(np.diagonal(found.covariance))
    assert np.allclose(errors, other.bse, rtol=1e-8)
    p = len(fitted().columns)
    for name, positions in (("stay", [26, 27]), (ALL_FEATURES, range(1, p)), (EVERYTHING, range(p))):
        restriction = np.zeros((len(positions), 2 * p))
        for row, position in enumerate(positions):
            restriction[row, position], restriction[row, p + position] = -1, 1
        expected = other.f_test(restriction)
        test = found.tests().set_index("feature").loc[name]
        if test["df_denom"] < test["df"]:
            assert np.isnan(test["F"])
            continue
        assert test["F"] == pytest.approx(float(expected.fvalue), rel=1e-6)
        assert test["p"] == pytest.approx(float(expected.pvalue), rel=1e-5)
        assert (test["df"], test["df_denom"]) == (expected.df_num, expected.df_denom)
    movement = other.t_test(np.hstack([-np.eye(p), np.eye(p)]))
    table = found.to_frame().iloc[p:]
    assert np.allclose(table["change"], movement.effect, rtol=1e-6, atol=1e-9)
    assert np.allclose(table["change_error"], movement.sd, rtol=1e-7)
    assert np.allclose(table["change_p"], movement.pvalue, rtol=1e-5)
    assert np.allclose(table[["change_low", "change_high"]], movement.conf_int(), rtol=1e-6)


def test_the_classical_test_is_chows() -> None:
    """Sum of squares of one line for both years against that of two, in the sums themselves."""
    X, y, _ = stacked()
    p = X.shape[1] // 2
    pooled = sm.OLS(y, X[:, :p] + X[:, p:]).fit().ssr
    apart = sum(float(residual_sum_of_squares(one.equations, one.exact)) for one in both().values())
    chow = (pooled - apart) / p / (apart / (len(y) - 2 * p))
    tests = monitor(both(), "nonrobust").tests().set_index("feature")
    assert tests["F"][EVERYTHING] == pytest.approx(chow, rel=1e-6)


def test_years_of_one_school_go_together() -> None:
    """The same children twice: nothing moved, and that is certain only if the years go together."""
    same = {1: fitted(), 2: fitted()}
    apart, together = monitor(same, "HC1"), monitor(same, "cluster")
    p = len(fitted().columns)
    assert apart.to_frame()["change_error"][p:].min() > 0
    assert np.allclose(together.covariance[:p, p:], together.covariance[:p, :p])
    assert np.isnan(together.tests()["F"]).all()
    assert (together.to_frame()["change_error"][p:] == 0).all()
    assert together.to_frame()["change_p"].isna().all()


def test_a_shift_of_one_coefficient_is_found_in_its_feature() -> None:
    from indicator.inference.independent import coded, recoded

    debt = coded().codes["debt_restructuring"] == 1
    moved = recoded(attainment=(coded().attainment - 8 * debt).astype(np.int32))
    tests = monitor({2018: fitted_before(), 2019: moved}, "HC1").tests().set_index("feature")
    assert tests["p"]["debt_restructuring"] < 1e-4
    assert tests["p"].drop(["debt_restructuring", ALL_FEATURES, EVERYTHING]).min() > 1e-4


def test_three_years() -> None:
    found = monitor({"a": fitted_before(), "b": fitted(), "c": few_schools()})
    table, tests = found.to_frame(), found.tests()
    assert table.groupby("year", sort=False).size().to_dict() == {"a": 31, "b": 31, "c": 31}
    assert table["change"].isna().sum() == 31
    spans = list(dict.fromkeys(zip(tests["from_year"], tests["to_year"], strict=True)))
    assert spans == [("a", "b"), ("b", "c"), ("a", "c")]
    over_all = tests[(tests["from_year"] == "a") & (tests["to_year"] == "c")].set_index("feature")
    assert over_all["df"]["stay"] == 4


def test_start_values_lie_at_the_same_ability() -> None:
    found = monitor(both(), "nonrobust")
    shift = float(fitted_before().ability_centre - fitted().ability_centre)
    params = fitted().params
    assert shift != 0
    assert found.estimate[1, 0] == pytest.approx(params["start"] + shift * params["ability"], rel=1e-12)
    assert found.estimate[0, 0] == fitted_before().params["start"]


def test_pictures() -> None:
    found = monitor(both())
    (axes,) = found.figure().axes
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["2018", "2019"]
    (axes,) = found.movement_figure().axes
    drawn = axes.containers[0].lines[0].get_xdata()
    assert np.allclose(drawn, found.estimate[1, 1:] - found.estimate[0, 1:])


def test_classical_errors_need_no_children() -> None:
    alone = {year: fit_statistics(one.statistics, SPECIFICATION) for year, one in both().items()}
    assert np.array_equal(monitor(alone, "nonrobust").covariance, monitor(both(), "nonrobust").covariance)
    with pytest.raises(InputError, match="hold no single child"):
        monitor(alone)


def test_refusals() -> None:
    with pytest.raises(InputError, match="one year shows no movement"):
        monitor({2019: fitted()})
    with pytest.raises(InputError, match="is no cov_type"):
        monitor(both(), "robust")
    scale = ScaleValues(features=("school_mean",), values={str(n): str(n) for n in range(1, 9)})
    with pytest.raises(InputError, match="2019 has other columns or scale values than 2018"):
        monitor({2018: fitted(), 2019: replace(fitted(), scale_values=(scale,))})
