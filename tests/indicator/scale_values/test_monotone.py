import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.indicator.scale_values.monotone import monotone_minimum

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
    monkeypatch.setattr("oab_funding.indicator.scale_values.monotone._MOST_STEPS", 2)
    square = np.array([[2.0, 1.9, 0.0], [1.9, 2.0, 0.0], [0.0, 0.0, 1.0]])
    with pytest.raises(InputError, match="do not settle"):
        monotone_minimum(square, np.array([1.0, 5.0, 9.0]), np.zeros(3), 3)
