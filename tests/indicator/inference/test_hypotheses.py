import numpy as np
import pytest

from indicator.inference.independent import fitted, independent
from oab_funding.indicator.inference.hypotheses import generalised_inflation

outliers = pytest.importorskip("statsmodels.stats.outliers_influence")


def test_factors_are_those_of_statsmodels() -> None:
    found, X = fitted().inference("nonrobust").vif(), independent().X.to_numpy()
    assert "start" not in found.index
    for position in (1, 9, 20, 28, 29, 30):
        expected = outliers.variance_inflation_factor(X, position)
        assert found.iloc[position - 1] == pytest.approx(expected, rel=1e-8)


def test_a_feature_with_one_column_has_its_own_factor() -> None:
    result = fitted().inference("nonrobust")
    both = result.generalised_vif()
    for name in ("school_mean", "ability"):
        assert both["gvif"][name] == pytest.approx(result.vif()[name], rel=1e-9)
        assert both["per_column"][name] == pytest.approx(result.vif()[name] ** 0.5, rel=1e-9)
    assert both["df"]["origin"] == 11


def test_the_reference_category_does_not_matter() -> None:
    X, columns = independent().X, fitted().columns
    other = X.copy()
    own = [name for name in columns if name.startswith("education_mother")]
    first = 1 - X[own].sum(axis=1)
    other[own[0]] = first
    mine, theirs = (generalised_inflation(columns, (x.T @ x).to_numpy()) for x in (X, other))
    assert np.allclose(mine["gvif"], theirs["gvif"], rtol=1e-9)
