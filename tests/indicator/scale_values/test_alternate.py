import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.indicator.scale_values.alternate import _from, alternate, monotone_minimum
from oab_funding.indicator.scale_values.quadratic import Quadratic


def two_features(first: list[float], second: list[float], weights: list[float]) -> Quadratic:
    """Two features that do not go together, with these effects; what all classes share is the start's."""
    block = np.diag(weights) - np.outer(weights, weights) / np.sum(weights)
    square = np.kron(np.eye(2), block)
    effects = np.array([*first, *second])
    return Quadratic(("a", "b"), (1, 2, 3), square, square @ effects, float(effects @ square @ effects))


@pytest.mark.parametrize("weights", [[1.0, 1.0, 1.0], [3.0, 1.0, 2.0]])
def test_one_scale_for_two_features_is_the_nearest_of_rank_one(weights) -> None:
    effects = np.array([[-1.0, 0.2, 0.8], [-2.2, 0.9, 2.1]])
    found = alternate(two_features(*effects.tolist(), weights), (0, 0), "nominal", 1e-12, 10_000)
    centred = effects - np.average(effects, axis=1, weights=weights)[:, None]
    smallest = np.linalg.svd(centred * np.sqrt(weights), compute_uv=False)[-1]
    assert found.losses[-1] == pytest.approx(smallest**2, abs=1e-9)


def test_separate_scales_fit_every_effect() -> None:
    found = alternate(
        two_features([1.0, 5.0, 2.0], [7.0, 6.0, 1.0], [1.0, 2.0, 1.0]), (0, 1), "nominal", 1e-12, 100
    )
    assert found.losses[-1] == pytest.approx(0, abs=1e-9)
    assert found.values.min(axis=1).tolist() == [1, 1]
    assert found.values.max(axis=1).tolist() == [3, 3]
    assert (found.values @ [-1, 0, 1] >= 0).all()


def test_a_scale_rises_on_the_whole_even_where_most_children_see_it_rise_and_it_falls() -> None:
    bent = two_features([0.0, 1.0, -20.0], [0.0, 1.0, 2.0], [10.0, 10.0, 0.1])
    found = alternate(bent, (0, 1), "nominal", 1e-12, 100)
    assert found.values[0] == pytest.approx([3 - 2 * 20 / 21, 1.0, 3.0])
    assert found.coefficients[0] == pytest.approx(-10.5)


@pytest.mark.parametrize("level", ["ordinal", "nominal"])
def test_a_scale_without_any_effect_is_refused(level) -> None:
    nothing = two_features([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0])
    with pytest.raises(InputError, match=r"the classes of a, b all get the same scale value; leave"):
        alternate(nothing, (0, 0), level, 1e-10, 100)


def test_it_says_when_it_does_not_converge() -> None:
    slow = two_features([-1.0, 0.2, 0.8], [-2.2, 0.1, 2.1], [3.0, 1.0, 2.0])
    with pytest.raises(InputError, match="after 1 rounds; allow more rounds or a larger tolerance"):
        alternate(slow, (0, 0), "nominal", 1e-12, 1)


@pytest.mark.parametrize("level", ["ordinal", pytest.param("nominal", marks=pytest.mark.thorough)])
def test_the_best_of_several_minima_is_taken(level) -> None:
    """Brute force over scales: two parents with opposite effects have more than one minimum."""
    worse = 0
    for seed in range(40):
        draw = np.random.default_rng(seed)
        first, second = draw.normal(size=3), draw.normal(size=3)
        quadratic = two_features(first.tolist(), second.tolist(), draw.uniform(0.2, 3, 3).tolist())
        found = alternate(quadratic, (0, 0), level, 1e-12, 100_000)
        best = min(_loss(quadratic, scale) for scale in _scales(level))
        assert found.losses[-1] <= best + 1e-3 * quadratic.constant
        assert (np.diff(found.losses) <= 1e-9 * quadratic.constant).all()
        from_numbers = _from(np.array([[1.0, 2.0, 3.0]]), quadratic, (0, 0), level, 1e-12, 100_000)
        worse += from_numbers.losses[-1] > found.losses[-1] + 1e-6 * quadratic.constant
        assert found.minima >= 1 + (worse > 0 and from_numbers.losses[-1] > found.losses[-1] + 1e-6)
    assert worse > 0 or level == "nominal"


def test_one_minimum_is_said_to_be_one() -> None:
    easy = two_features([1.0, 2.0, 4.0], [2.0, 4.0, 8.0], [1.0, 2.0, 1.0])
    assert alternate(easy, (0, 0), "nominal", 1e-12, 1000).minima == 1
    assert alternate(easy, (0, 0), "ordinal", 1e-12, 1000).minima == 1


def _scales(level: str) -> list[np.ndarray]:
    middle = np.linspace(1, 3, 401) if level == "ordinal" else np.linspace(-40, 44, 8001)
    return [np.array([1.0, value, 3.0]) for value in middle] + [np.array([1.0, 2.0, 1.0])] * (
        level == "nominal"
    )


def _loss(quadratic: Quadratic, scale: np.ndarray) -> float:
    spread = np.kron(np.eye(2), scale[:, None])
    linear = spread.T @ quadratic.linear
    best = np.linalg.solve(spread.T @ quadratic.square @ spread, linear)
    return quadratic.constant - float(best @ linear)


optimize = pytest.importorskip("scipy.optimize")


def by_increments(square: np.ndarray, linear: np.ndarray, size: int) -> np.ndarray:
    """The same minimum by non-negative least squares on the increments; the first value is free."""
    steps = np.tril(np.ones((size, size)))
    free = np.column_stack([-steps[:, 0], steps])
    blocks = len(linear) // size
    whole = np.kron(np.eye(blocks), free)
    root = np.linalg.cholesky(square)
    found, _ = optimize.nnls(root.T @ whole, np.linalg.solve(root, linear), maxiter=10_000)
    return whole @ found


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 8), st.integers(1, 3))
def test_agrees_with_non_negative_least_squares(seed: int, size: int, blocks: int) -> None:
    draw = np.random.default_rng(seed)
    X = draw.standard_normal((4 * size * blocks, size * blocks))
    square, linear = X.T @ X, X.T @ draw.standard_normal(len(X)) * 3
    found = monotone_minimum(square, linear, np.zeros(size * blocks), size)
    assert np.allclose(found, by_increments(square, linear, size), atol=1e-7)
    assert (np.diff(found.reshape(blocks, size), axis=1) >= 0).all()


def test_what_it_does_not_settle_on_is_refused(monkeypatch) -> None:
    monkeypatch.setattr("oab_funding.indicator.scale_values.alternate._MOST_STEPS", 2)
    square = np.array([[2.0, 1.9, 0.0], [1.9, 2.0, 0.0], [0.0, 0.0, 1.0]])
    with pytest.raises(InputError, match="do not settle"):
        monotone_minimum(square, np.array([1.0, 5.0, 9.0]), np.zeros(3), 3)
