import subprocess
import sys
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from indicator.frames import SITES, many_children, small_specification
from indicator.inference.independent import (
    SPECIFICATION,
    coded,
    fitted,
    independent,
    made_up,
)
from oab_funding.errors import InputError
from oab_funding.indicator.coding import code_children
from oab_funding.indicator.fit import fit, fit_coded, fit_statistics
from oab_funding.indicator.inference.design import make_design
from oab_funding.indicator.inference.infer import infer
from oab_funding.indicator.scale_values.values import ScaleValues

sm = pytest.importorskip("statsmodels.api")

RELATIVE = 1e-8
"""What the coefficients and standard errors of statsmodels must agree within."""

ALL = ("nonrobust", "HC0", "HC1", "HC2", "HC3", "cluster")


def by_statsmodels(cov_type, X=None, groups=None):
    own = independent()
    model = sm.OLS(own.y, own.X if X is None else X)
    if cov_type == "cluster":
        groups = own.school if groups is None else groups
        return model.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    return model.fit(cov_type=cov_type, use_t=True)


def relative(one, other) -> float:
    one, other = np.asarray(one, float), np.asarray(other, float)
    return float(np.max(np.abs(one - other) / np.abs(other)))


@pytest.mark.parametrize("cov_type", ALL)
def test_agrees_with_statsmodels(cov_type) -> None:
    result, other = infer(fitted(), cov_type), by_statsmodels(cov_type)
    assert list(result.params.index) == list(other.params.index)
    assert result.nobs == len(independent().y) > 10_000
    for name in ("params", "bse", "tvalues"):
        assert relative(getattr(result, name), getattr(other, name)) < RELATIVE, name
    assert np.allclose(result.pvalues, other.pvalues, rtol=1e-6, atol=1e-300)
    assert relative(result.conf_int(0.1), other.conf_int(0.1)) < 1e-6
    assert np.allclose(result.cov_params(), other.cov_params(), rtol=1e-6, atol=1e-12)
    for name in ("rsquared", "rsquared_adj", "ssr", "mse_resid", "llf", "aic", "bic", "fvalue", "df_model"):
        assert getattr(result, name) == pytest.approx(getattr(other, name), rel=1e-8), name
    assert result.f_pvalue == pytest.approx(other.f_pvalue, rel=1e-6)
    assert result.df_resid == other.df_resid
    assert result.condition_number == pytest.approx(other.condition_number, rel=1e-6)
    assert result.df_inference == getattr(other, "df_resid_inference", other.df_resid)


def test_one_covariance_is_meant_everywhere() -> None:
    """Clustered by school, whichever way a number is asked for."""
    clustered = fitted().inference("cluster", "school")
    assert fitted().inference() is clustered
    assert infer(fitted()).cov_type == clustered.cov_type == "cluster"
    for name in ("bse", "tvalues", "pvalues"):
        assert np.array_equal(getattr(fitted(), name), getattr(clustered, name)), name
    assert fitted().cov_params().equals(clustered.cov_params())
    assert fitted().conf_int(0.1).equals(clustered.conf_int(0.1))
    assert fitted().to_frame().equals(clustered.to_frame())
    assert fitted().f_test(["stay"]) == clustered.f_test(["stay"])
    assert fitted().summary().as_text() == clustered.summary().as_text()


def test_clusters_of_municipalities() -> None:
    result = infer(fitted(), "cluster", "municipality")
    other = by_statsmodels("cluster", groups=independent().municipality)
    assert relative(result.bse, other.bse) < RELATIVE
    assert result.groups == len(set(independent().municipality)) < infer(fitted(), "cluster").groups


def test_with_scale_values() -> None:
    values = {str(number): f"{number**1.2:.4f}" for number in range(1, 9)}
    scale = ScaleValues(features=("education_mother", "education_father"), values=values)
    scaled = fit_statistics(fitted().statistics, SPECIFICATION, coded(), (scale,))
    X = independent().X.copy()
    for name in ("education_mother", "education_father"):
        number = sum(k * X.pop(f"{name}[{k}]") for k in range(2, 9))
        X[name] = number.where(number > 0, 1).astype(int).astype(str).map(values).astype(float)
    X = X[list(scaled.columns)]
    for cov_type in ("nonrobust", "HC3", "cluster"):
        result, other = infer(scaled, cov_type), by_statsmodels(cov_type, X)
        assert relative(result.params, other.params) < RELATIVE
        assert relative(result.bse, other.bse) < RELATIVE


@pytest.mark.parametrize("cov_type", ALL)
def test_same_bits_for_shuffled_children(cov_type) -> None:
    order = pa.array(np.random.default_rng(1).permutation(made_up().pupils.num_rows))
    shuffled = fit(made_up().pupils.take(order), made_up().sites)
    assert np.array_equal(infer(shuffled, cov_type).covariance, infer(fitted(), cov_type).covariance)


def test_statistics_alone_give_classical_errors() -> None:
    alone = fit_statistics(fitted().statistics, SPECIFICATION)
    assert np.array_equal(alone.inference("nonrobust").bse, fitted().inference("nonrobust").bse)
    assert (alone.rsquared, alone.aic) == (fitted().rsquared, fitted().aic)
    with pytest.raises(InputError, match="hold no single child; fit on the children"):
        alone.inference()
    with pytest.raises(InputError, match="hold no single child; fit on the children"):
        alone.inference("HC1")
    with pytest.raises(InputError, match="is no cov_type; choose nonrobust"):
        alone.inference("hc1")
    with pytest.raises(InputError, match="choose school or municipality"):
        fitted().inference("cluster", "class")


def test_one_school_says_nothing_about_schools() -> None:
    sites = SITES.assign(school_id="00AP")
    one = fit(many_children(1000), sites)
    with pytest.raises(InputError, match="1 cluster says nothing"):
        one.inference("cluster")
    assert one.inference("cluster", "municipality").groups == 2


def test_two_clusters_do_not_test_thirty_coefficients() -> None:
    result = fit(many_children(1000), SITES).inference("cluster", "municipality")
    assert np.isnan(result.fvalue)
    assert np.isnan(result.f_pvalue)
    assert result.f_test(["ability"]).statistic == pytest.approx(result.tvalues["ability"] ** 2)


def lone_child() -> tuple:
    """One child alone has debts: its residual is 0."""
    rows = many_children(60, seed=2, classes=3)
    rows["origin_mother"], rows["origin_father"] = np.resize(["NL", "MA", "SY"], 60), "NL"
    rows["debt_restructuring"] = rows.index == 7
    return rows, small_specification()


def test_a_child_that_determines_a_coefficient_is_refused_by_hc2_and_hc3() -> None:
    rows, specification = lone_child()
    one = fit(rows, SITES, specification)
    for cov_type in ("HC2", "HC3"):
        with pytest.raises(InputError, match="determines a coefficient alone"):
            one.inference(cov_type)
    assert one.inference("HC1").bse.min() >= 0


def test_no_more_children_than_columns() -> None:
    rows, specification = lone_child()
    coded_rows = code_children(rows, SITES, specification)
    one = fit_coded(coded_rows, specification)
    few = replace(one, equations=replace(one.equations, n=len(one.columns)))
    with pytest.raises(InputError, match="leave nothing over"):
        infer(few, "nonrobust")


def test_children_left_out_count_in_the_school_means_alone() -> None:
    rows = many_children(4000).astype({"attainment": "Int64"})
    half = rows.assign(attainment=rows["attainment"].where(rows.index % 2 == 0))
    kept, whole = fit(half, SITES), fit(rows, SITES)
    assert kept.inference("HC1").nobs == 2000
    mine, theirs = make_design(kept), make_design(whole)
    assert {*mine.numbers[0]} == {*theirs.numbers[0]}


def test_nothing_but_the_multilevel_check_needs_statsmodels() -> None:
    program = """
import sys
sys.modules["statsmodels"] = None
from oab_funding.errors import InputError
from oab_funding.indicator.fit import fit
from oab_funding.indicator.inference.multilevel import multilevel_check
from oab_funding.synthetic import country
c = country(6_000, seed=1)
f = fit(c.pupils, c.sites)
assert f.bse.shape == f.pvalues.shape == (31,)
r = f.inference("HC1")
assert r.rsquared > 0.5 and r.vif().shape == (30,) and r.generalised_vif().shape == (7, 3)
assert "school_mean" in f.summary().as_text() and r.conf_int().shape == (31, 2)
try:
    multilevel_check(f)
except InputError as error:
    assert 'pip install "oab-funding[stats]"' in str(error), error
else:
    raise SystemExit("not refused")
"""
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": ":".join(sys.path)})
