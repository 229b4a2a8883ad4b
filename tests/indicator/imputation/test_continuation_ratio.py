"""The arithmetic of continuation-ratio logits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.indicator.imputation.continuation_ratio import (
    MAX_STEP,
    at_risk,
    class_probabilities,
    curvature,
    limited,
    residuals,
)


@given(st.lists(st.integers(0, 9), min_size=8, max_size=8))
def test_at_risk_counts_everyone_not_yet_stopped(counts: list[int]) -> None:
    table = np.array([counts, counts[::-1]], dtype=float).T
    found = at_risk(table)
    assert found[:, 0].tolist() == [float(sum(counts[j:])) for j in range(7)]
    assert found[:, 1].tolist() == [float(sum(counts[: 8 - j])) for j in range(7)]
    hazards = np.full((7, 2), 0.25)
    assert residuals(table, hazards).tolist() == (table[:-1] - found * 0.25).tolist()
    assert curvature(table, hazards).tolist() == (found * 0.1875).tolist()


@given(st.lists(st.floats(0.0, 1.0), min_size=7, max_size=7))
def test_class_probabilities_are_products_of_hazards(hazards: list[float]) -> None:
    found = class_probabilities(np.array(hazards))
    for k in range(7):
        assert found[k] == pytest.approx(np.prod([1.0 - h for h in hazards[:k]]) * hazards[k], abs=1e-15)
    assert found.sum() == pytest.approx(1.0)


def test_a_step_too_far_is_shortened_as_a_whole() -> None:
    assert limited(np.array([1.0, -0.5])).tolist() == [1.0, -0.5]
    assert limited(np.array([8.0, -4.0])).tolist() == [MAX_STEP, -MAX_STEP / 2]
