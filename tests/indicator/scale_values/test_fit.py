from dataclasses import replace
from decimal import Decimal
from functools import cache

import numpy as np
import pytest

from oab_funding.errors import InputError
from oab_funding.indicator.coding import CodedChildren, code_children
from oab_funding.indicator.collect import collect_statistics
from oab_funding.indicator.fit import fit_coded, fit_statistics
from oab_funding.indicator.inference.design import make_design, predict
from oab_funding.indicator.inference.sandwich import residual_sum_of_squares
from oab_funding.indicator.scale_values.fit import ScaleValueFit, fit_scale_values
from oab_funding.indicator.scale_values.quadratic import education_quadratic
from oab_funding.indicator.specification import Specification
from oab_funding.indicator.specification_file import load_specification
from oab_funding.synthetic import country

pytest.importorskip("scipy")

SPECIFICATION = load_specification("cbs-2019")
SCALE = np.array([1.0, 1.25, 2.5, 2.75, 4.0, 5.5, 7.5, 8.0])
"""The scale that attainment is made with."""

UNITS = 1000
"""Attainment in thousandths of a point, so that rounding it to whole numbers hides nothing."""

ROUNDED_MEANS = 1e-8
"""What rounding the school means to six decimals changes in a sum of squares at most."""


@cache
def coded() -> CodedChildren:
    made_up = country(12_000, seed=3)
    return code_children(made_up.pupils, made_up.sites, SPECIFICATION)


def simulated(
    mother: np.ndarray, father: np.ndarray, school: np.ndarray, noise: float, seed: int = 1
) -> CodedChildren:
    """The same children with an attainment that follows given scales, one per feature."""
    own, draw = coded(), np.random.default_rng(seed)
    counts = np.zeros((len(own.places), 8))
    known = own.codes["education_mother"] >= 0
    np.add.at(counts, (own.place[known], own.codes["education_mother"][known]), 1)
    mean = (counts @ school) / np.maximum(counts.sum(axis=1), 1)
    points = 1.1 * mother[own.codes["education_mother"]] + 0.8 * father[own.codes["education_father"]]
    points += 0.6 * mean[own.place] + 0.3 * (own.ability - 100) - 1.5 * (own.codes["stay"] == 0)
    points += noise * draw.standard_normal(len(points))
    return replace(own, attainment=np.rint(UNITS * points).astype(np.int32))


def scales(result: ScaleValueFit) -> dict[str, np.ndarray]:
    return {
        name: np.array([float(value) for value in one.values.values()])
        for one in result.scale_values
        for name in one.features
    }


@pytest.mark.parametrize("level", ["ordinal", "nominal"])
def test_recovers_a_known_scale_without_noise(level) -> None:
    result = fit_scale_values(simulated(SCALE, SCALE, SCALE, noise=0.0), SPECIFICATION, level)
    for found in scales(result).values():
        assert np.allclose(found, SCALE, rtol=0, atol=2e-3)
    params = result.fitted.params
    expected = {"education_mother": 1.1, "education_father": 0.8, "school_mean": 0.6, "ability": 0.3}
    for name, value in expected.items():
        assert params[name] / UNITS == pytest.approx(value, abs=1e-3)


def test_recovers_a_known_scale_with_noise() -> None:
    errors = []
    for seed in range(5):
        result = fit_scale_values(simulated(SCALE, SCALE, SCALE, noise=4.0, seed=seed), SPECIFICATION)
        errors.append(scales(result)["school_mean"] - SCALE)
    assert np.abs(np.mean(errors, axis=0)).max() < 0.25
    assert np.abs(errors).max() < 0.8
    assert np.std(errors) > 0.01


def test_recovers_separate_scales() -> None:
    other, third = SCALE[::-1] * -1 + 9, np.array([1.0, 1.5, 2.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    children = simulated(SCALE, other, third, noise=0.0)
    result = fit_scale_values(children, SPECIFICATION, shared=False)
    found = scales(result)
    assert np.allclose(found["education_mother"], SCALE, atol=2e-3)
    assert np.allclose(found["education_father"], other, atol=2e-3)
    assert np.allclose(found["school_mean"], third, atol=0.02)
    shared = fit_scale_values(children, SPECIFICATION)
    assert shared.losses[-1] > 2 * result.losses[-1]


def test_the_ordinal_fit_never_violates_the_order() -> None:
    bent = SCALE.copy()
    bent[[2, 3]], bent[[5, 6]] = bent[[3, 2]], bent[[6, 5]]
    children = simulated(bent, bent, bent, noise=3.0)
    for shared in (True, False):
        ordinal = fit_scale_values(children, SPECIFICATION, shared=shared)
        nominal = fit_scale_values(children, SPECIFICATION, "nominal", shared=shared)
        for name, found in scales(ordinal).items():
            assert (np.diff(found) >= 0).all()
            assert (np.diff(ordinal.unrounded[name]) >= 0).all()
            assert np.diff(found).min() == 0
        assert np.diff(scales(nominal)["education_mother"]).min() < -0.5
        assert ordinal.losses[-1] > nominal.losses[-1]


def test_pooled_classes_are_the_best_in_order() -> None:
    """No other ascending scale nearby fits better."""
    bent = SCALE.copy()
    bent[[2, 3]] = bent[[3, 2]]
    children = simulated(bent, bent, bent, noise=3.0)
    result = fit_scale_values(children, SPECIFICATION, places=6)
    statistics = collect_statistics(children, SPECIFICATION)

    def loss(values: np.ndarray) -> float:
        published = result.scale_values[0].model_copy(
            update={"values": {str(k + 1): f"{value:.6f}" for k, value in enumerate(values)}}
        )
        fitted = fit_statistics(statistics, SPECIFICATION, None, (published,))
        return float(residual_sum_of_squares(fitted.equations, fitted.exact))

    best = scales(result)["school_mean"]
    assert loss(best) == pytest.approx(result.losses[-1], rel=ROUNDED_MEANS)
    draw = np.random.default_rng(1)
    for _ in range(20):
        other = np.sort(best + 0.02 * draw.standard_normal(8))
        other = 1 + 7 * (other - other[0]) / (other[-1] - other[0])
        assert loss(other) > loss(best)


def test_nominal_separate_scales_with_class_numbers_at_school_are_the_dummy_fit() -> None:
    children = simulated(SCALE, SCALE**0.5, SCALE, noise=3.0)
    result = fit_scale_values(
        children, SPECIFICATION, "nominal", shared=False, scale_school_mean=False, places=6
    )
    dummies = fit_coded(children, SPECIFICATION)
    ssr, expected = (residual_sum_of_squares(one.equations, one.exact) for one in (result.fitted, dummies))
    # Rounding scale values to six decimals is all that separates them, and never for the better.
    assert 0 <= float((ssr - expected) / expected) < 1e-12
    mine, theirs = (predict(make_design(one), one.params.to_numpy()) for one in (result.fitted, dummies))
    assert np.abs(mine - theirs).max() < 1e-5 * UNITS
    others = [name for name in dummies.columns if not name.startswith("education") and name != "start"]
    assert np.allclose(result.fitted.params[others], dummies.params[others], rtol=1e-5, atol=1e-5 * UNITS)
    assert result.fitted.columns[1:3] == ("education_mother", "education_father")


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("level", ["ordinal", "nominal"])
@pytest.mark.parametrize("scale_school_mean", [True, False])
def test_the_loss_never_rises_and_is_that_of_the_exact_fit(level, shared, scale_school_mean) -> None:
    children = simulated(SCALE, SCALE, SCALE, noise=3.0)
    result = fit_scale_values(
        children, SPECIFICATION, level, shared=shared, scale_school_mean=scale_school_mean, places=6
    )
    assert (np.diff(result.losses) <= 1e-9 * result.losses[0]).all()
    exact = float(residual_sum_of_squares(result.fitted.equations, result.fitted.exact))
    assert result.losses[-1] == pytest.approx(exact, rel=ROUNDED_MEANS)
    assert ("school_mean" in scales(result)) == scale_school_mean
    assert len(result.scale_values) == (1 if shared else 2 + scale_school_mean)
    assert result.rounds >= 1


def test_class_numbers_are_where_it_begins() -> None:
    children = simulated(SCALE, SCALE, SCALE, noise=3.0)
    numbers = np.arange(1.0, 9.0)
    linear = fit_scale_values(children, SPECIFICATION).losses[0]
    statistics = collect_statistics(children, SPECIFICATION)
    from oab_funding.indicator.scale_values.values import ScaleValues

    names = ("education_mother", "education_father", "school_mean")
    own = ScaleValues(features=names, values={str(int(n)): str(int(n)) for n in numbers})
    fitted = fit_statistics(statistics, SPECIFICATION, None, (own,))
    assert linear == pytest.approx(float(residual_sum_of_squares(fitted.equations, fitted.exact)), rel=1e-9)


def test_without_school_mean_or_ability() -> None:
    content = SPECIFICATION.model_dump()
    content["features"] = tuple(f for f in content["features"] if f["kind"] not in ("ability", "school_mean"))
    specification = Specification.model_validate(content)
    made_up = country(6_000, seed=1)
    own = code_children(made_up.pupils, made_up.sites, specification)
    result = fit_scale_values(own, specification, "nominal", shared=False, places=6)
    expected = fit_coded(own, specification)
    found = residual_sum_of_squares(result.fitted.equations, result.fitted.exact)
    assert float(found) == pytest.approx(
        float(residual_sum_of_squares(expected.equations, expected.exact)), rel=1e-12
    )


def test_same_values_for_statistics_and_for_shuffled_children() -> None:
    made_up = country(6_000, seed=1)
    pupils = made_up.pupils.to_pandas().sample(frac=1, random_state=1)
    shuffled = code_children(pupils, made_up.sites, SPECIFICATION)
    ordered = code_children(made_up.pupils, made_up.sites, SPECIFICATION)
    one = fit_scale_values(ordered, SPECIFICATION)
    other = fit_scale_values(collect_statistics(shuffled, SPECIFICATION), SPECIFICATION)
    assert one.fitted.model().to_json() == other.fitted.model().to_json()
    assert one.fitted.sample is ordered
    assert other.fitted.sample is None


def test_published_with_the_declared_decimals() -> None:
    children = simulated(SCALE, SCALE, SCALE, noise=3.0)
    fine, coarse = (fit_scale_values(children, SPECIFICATION, places=places) for places in (4, 1))
    for one, other in zip(
        fine.scale_values[0].values.values(), coarse.scale_values[0].values.values(), strict=True
    ):
        assert len(one.partition(".")[2]) == 4
        assert abs(Decimal(one) - Decimal(other)) <= Decimal("0.0501")
    assert (fine.scale_values[0].values["1"], fine.scale_values[0].values["8"]) == ("1.0000", "8.0000")
    unrounded = fine.unrounded["education_mother"][1:-1] * 10**4
    nearest = np.abs((unrounded % 1) - 0.5).min() / 10**4
    assert fine.rounding_margin == pytest.approx(nearest, rel=1e-6)


def test_the_frame_shows_effects_and_standard_values() -> None:
    result = fit_scale_values(simulated(SCALE, SCALE, SCALE, noise=3.0), SPECIFICATION)
    table = result.to_frame()
    assert list(table.columns) == ["feature", "category", "scale_value", "effect", "standardised"]
    assert len(table) == 24
    mother = table[table["feature"] == "education_mother"]
    assert mother["effect"].iloc[-1] == pytest.approx(7 * result.fitted.params["education_mother"])
    statistics = result.fitted.statistics
    counts = [statistics.cross[0][statistics.columns.index(f"education_mother[{k}]")] for k in range(1, 9)]
    standard = mother["standardised"].to_numpy()
    assert np.average(standard, weights=counts) == pytest.approx(0, abs=1e-12)
    assert np.average(standard**2, weights=counts) == pytest.approx(1)
    assert table[table["feature"] == "school_mean"]["standardised"].isna().all()


def test_the_quadratic_is_the_sum_of_squares() -> None:
    statistics = collect_statistics(simulated(SCALE, SCALE, SCALE, noise=3.0), SPECIFICATION)
    quadratic = education_quadratic(statistics, SPECIFICATION, ["education_mother", "education_father"])
    dummies = fit_statistics(statistics, SPECIFICATION)
    effects = np.concatenate(
        [
            [0.0, *(dummies.params[f"{name}[{k}]"] for k in range(2, 9))]
            for name in ("education_mother", "education_father")
        ]
    )
    value = quadratic.constant - 2 * quadratic.linear @ effects + effects @ quadratic.square @ effects
    expected = float(residual_sum_of_squares(dummies.equations, dummies.exact))
    assert value == pytest.approx(expected, rel=1e-9)


def test_a_falling_scale_is_turned_to_rise() -> None:
    falling = 9 - SCALE
    result = fit_scale_values(simulated(falling, falling, falling, noise=0.0), SPECIFICATION, "nominal")
    assert np.allclose(scales(result)["education_mother"], SCALE, atol=2e-3)
    assert result.fitted.params["education_mother"] == pytest.approx(-1.1 * UNITS, rel=1e-3)


def test_refusals() -> None:
    children = simulated(SCALE, SCALE, SCALE, noise=3.0)
    with pytest.raises(
        InputError, match="value 'interval': is no level of scaling; choose ordinal or nominal"
    ):
        fit_scale_values(children, SPECIFICATION, "interval")
    with pytest.raises(InputError, match=r"value 7: is no number of decimals"):
        fit_scale_values(children, SPECIFICATION, places=7)
    with pytest.raises(InputError, match=r"still move by .* after 2 rounds; allow more rounds"):
        fit_scale_values(children, SPECIFICATION, most_rounds=2)
    content = SPECIFICATION.model_dump()
    content["features"] = tuple(
        f for f in content["features"] if f["kind"] not in ("education", "school_mean")
    )
    specification = Specification.model_validate(content)
    made_up = country(6_000, seed=1)
    with pytest.raises(InputError, match="has no feature of education; use fit"):
        fit_scale_values(code_children(made_up.pupils, made_up.sites, specification), specification)
