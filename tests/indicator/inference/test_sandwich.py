from fractions import Fraction

import numpy as np
import pytest

from indicator.inference.independent import fitted, independent
from oab_funding.exact import solve_exact
from oab_funding.indicator.inference.sandwich import (
    bread,
    gram,
    residual_sum_of_squares,
    total_sum_of_squares,
)


def test_the_bread_is_the_exact_inverse() -> None:
    equations, found = fitted().equations, bread(fitted().equations)
    scales = equations.scales
    for j in (0, 1, 14, 29, 30):
        unit = [int(i == j) for i in range(len(scales))]
        column = solve_exact(equations.gram, unit)
        exact = np.array([float(value * scales[i] * scales[j]) for i, value in enumerate(column)])
        assert np.allclose(found[:, j], exact, rtol=1e-10, atol=1e-13 * np.abs(exact).max())


def test_gram_is_that_of_the_design() -> None:
    X = independent().X.to_numpy()
    assert np.allclose(gram(fitted().equations), X.T @ X, rtol=1e-9, atol=1e-3)


def test_sums_of_squares_are_exact() -> None:
    equations = fitted().equations
    exact = residual_sum_of_squares(equations, fitted().exact)
    assert isinstance(exact, Fraction)
    y, X = independent().y, independent().X.to_numpy()
    assert float(exact) == pytest.approx(float(((y - X @ fitted().params) ** 2).sum()), rel=1e-9)
    assert float(total_sum_of_squares(equations)) == pytest.approx(float(((y - y.mean()) ** 2).sum()))
