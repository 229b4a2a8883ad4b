import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from indicator.inference.independent import SPECIFICATION, coded, fitted, independent, made_up, recoded
from oab_funding.errors import InputError
from oab_funding.indicator.fit import fit, fit_statistics
from oab_funding.indicator.inference.design import clusters, make_design
from oab_funding.indicator.inference.influence import SchoolInfluence, school_influence
from oab_funding.indicator.inference.sandwich import cluster_grams, gram


@pytest.fixture(scope="module")
def influence() -> SchoolInfluence:
    return school_influence(fitted())


def refitted_without(school: str) -> pd.Series:
    """Fit on the other schools, with the start value at the ability at which it was."""
    chosen = pc.invert(pc.starts_with(pc.cast(made_up().pupils["site_id"], pa.string()), school))
    other = fit(made_up().pupils.filter(chosen), made_up().sites)
    params = other.params.copy()
    params["start"] += params["ability"] * float(fitted().ability_centre - other.ability_centre)
    return params


def test_coefficients_without_a_school_are_those_of_a_fit_without_it(influence: SchoolInfluence) -> None:
    most = np.argsort(influence.leverage)
    two_places = [
        school
        for school in influence.schools
        if sum(key[0] == school for key in fitted().statistics.places) > 1
    ]
    for school in {
        influence.schools[0],
        influence.schools[most[-1]],
        influence.schools[most[0]],
        *two_places[:1],
    }:
        refitted = refitted_without(school)
        assert np.allclose(influence.without(school), refitted, rtol=0, atol=1e-9), school


def test_measures(influence: SchoolInfluence) -> None:
    assert list(influence.schools) == sorted(set(independent().school))
    assert influence.children.sum() == fitted().n
    table = influence.to_frame()
    assert list(table.columns) == ["children", "leverage", "cooks_distance", *fitted().columns]
    expected = influence.dfbeta[4] / fitted().inference("nonrobust").bse.to_numpy()
    assert np.allclose(table.iloc[4, 3:].astype(float), expected)
    assert np.allclose(influence.to_frame(scaled=False).iloc[4, 3:].astype(float), influence.dfbeta[4])
    spread = fitted().inference("nonrobust").covariance
    distance = influence.dfbeta[4] @ np.linalg.solve(spread, influence.dfbeta[4]) / len(fitted().columns)
    assert influence.cooks_distance[4] == pytest.approx(distance, rel=1e-8)
    assert ((influence.leverage > 0) & (influence.leverage < 1)).all()


def test_leverage_is_the_largest_share_of_the_information(influence: SchoolInfluence) -> None:
    design = make_design(fitted())
    labels, group = clusters(design, "school")
    own = cluster_grams(design, group, range(len(labels)))
    assert np.allclose(own.sum(axis=0), gram(fitted().equations), rtol=1e-9, atol=1e-4)
    values = np.linalg.eigvals(np.linalg.solve(gram(fitted().equations), own[7])).real
    assert influence.leverage[7] == pytest.approx(values.max(), rel=1e-7)


def test_a_school_that_alone_has_a_category_leaves_it_undetermined() -> None:
    own = coded()
    schools = np.array([school for school, _ in own.places])[own.place]
    busiest = pd.Series(schools).value_counts().index[0]
    origin = own.codes["origin"].copy()
    number = SPECIFICATION.categories("origin").index("indonesia")
    origin[origin == number] = 0
    origin[np.flatnonzero(schools == busiest)[:60]] = number
    fit_alone = recoded(codes={**own.codes, "origin": origin})
    found = school_influence(fit_alone)
    place = found.schools.index(busiest)
    assert found.leverage[place] == pytest.approx(1.0, abs=1e-9)
    assert np.isnan(found.dfbeta[place]).all()
    assert np.isnan(found.cooks_distance[place])
    assert np.isfinite(np.delete(found.dfbeta, place, axis=0)).all()


def test_municipalities_can_be_left_out_too() -> None:
    found = school_influence(fitted(), "municipality")
    assert list(found.schools) == sorted(set(independent().municipality))


def test_refusals(influence: SchoolInfluence) -> None:
    with pytest.raises(InputError, match="value '99ZZ': is no school of the sample"):
        influence.without("99ZZ")
    with pytest.raises(InputError, match="hold no single child"):
        school_influence(fit_statistics(fitted().statistics, SPECIFICATION))
