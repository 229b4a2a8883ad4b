import numpy as np
import pytest

from indicator.inference.independent import coded, few_schools, fitted, recoded
from oab_funding.indicator.fit import fit
from oab_funding.indicator.inference.multilevel import multilevel_check
from oab_funding.synthetic import country

pytest.importorskip("statsmodels")


def test_school_effects_put_in_are_found() -> None:
    own, draw = coded(), np.random.default_rng(4)
    schools, number = np.unique([school for school, _ in own.places], return_inverse=True)
    effect = 6.0 * draw.standard_normal(len(schools))
    lifted = own.attainment + np.rint(effect[number][own.place]).astype(np.int32)
    check = multilevel_check(recoded(attainment=lifted.astype(np.int32)), children=14_000)
    assert check.converged
    assert check.schools == len(schools)
    assert check.children == fitted().n
    assert 3.5**2 < check.school_variance < 9.0**2
    assert check.residual_variance == pytest.approx(fitted().inference("nonrobust").mse_resid, rel=0.05)
    assert 0.3 < check.intraclass_correlation < 0.8
    table = check.to_frame()
    assert table["multilevel"]["ability"] == pytest.approx(0.3, abs=0.02)
    assert table["least_squares"]["ability"] == pytest.approx(0.3, abs=0.02)
    assert table["standard_error"]["ability"] < table["standard_error"]["school_mean"]


def test_without_school_effects_both_agree() -> None:
    check = multilevel_check(few_schools())
    assert check.intraclass_correlation < 0.02
    assert np.allclose(check.least_squares, few_schools().params, atol=1e-7)
    assert check.to_frame()["difference"].abs().max() < 1.5


def test_a_sample_of_whole_schools() -> None:
    check = multilevel_check(fitted(), children=3000)
    assert 10 < check.schools < 40
    assert 2000 < check.children < 4500


def test_without_a_school_effect_it_is_least_squares() -> None:
    """At the boundary, where the variance between schools is 0, both models are one."""
    made = country(6000, seed=3)
    found = multilevel_check(fit(made.pupils, made.sites))
    if found.school_variance == 0:
        assert np.allclose(found.multilevel, found.least_squares, rtol=1e-8)
    assert abs(found.to_frame().loc["start", "difference"]) < 1
