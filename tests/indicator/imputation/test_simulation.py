"""A small run of benchmarks/imputation_simulation.py: imputation gives back the truth."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"
SAMPLES, CHILDREN = 30, 10_000


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import imputation_simulation
    finally:
        sys.path.remove(str(BENCHMARKS))
    return imputation_simulation


@pytest.fixture(scope="module")
def figures(benchmark: ModuleType) -> np.ndarray:
    return benchmark.simulate(benchmark.make_world("sequential"), SAMPLES, CHILDREN, workers=1)


def test_rounds_are_unbiased_nationally_and_per_origin(benchmark: ModuleType, figures: np.ndarray) -> None:
    found, error = benchmark.bias(figures, benchmark.ROUNDS)
    assert np.all(np.abs(found) < 4.0 * error)
    assert abs(found[0, 0]) < 0.01  # score points
    assert abs(found[0, 1]) < 0.002  # share


def test_complete_cases_are_visibly_biased(benchmark: ModuleType, figures: np.ndarray) -> None:
    cases, error = benchmark.bias(figures, benchmark.COMPLETE_CASES)
    rounds, _ = benchmark.bias(figures, benchmark.ROUNDS)
    assert np.all(np.abs(cases) > 10.0 * error)
    assert np.all(np.abs(cases[0]) > 30.0 * np.abs(rounds[0]))
    assert np.all(cases[:, 0] > 0.4)
    assert np.all(cases[:, 1] < 0.0)


def test_lone_fathers_are_needed(benchmark: ModuleType, figures: np.ndarray) -> None:
    without, error = benchmark.bias(figures, benchmark.WITHOUT_LONE_FATHERS)
    assert without[0, 0] > 10.0 * error[0, 0]


def test_averaging_per_child_pulls_children_away_from_the_line(
    benchmark: ModuleType, figures: np.ndarray
) -> None:
    averaged, error = benchmark.bias(figures, benchmark.AVERAGED)
    rounds, _ = benchmark.bias(figures, benchmark.ROUNDS)
    np.testing.assert_allclose(averaged[:, 0], rounds[:, 0], atol=1e-9)
    assert averaged[0, 1] < -20.0 * error[0, 1]


def test_intervals_cover(benchmark: ModuleType, figures: np.ndarray) -> None:
    covered = figures[..., benchmark.COVERS_TRUTH :].mean(axis=(0, 1, 2))
    assert np.all((covered > 0.92) & (covered < 0.98))


def test_the_report_names_every_group(benchmark: ModuleType, figures: np.ndarray) -> None:
    report = benchmark.report(figures, benchmark.make_world("sequential"))
    assert all(f"origin {group}" in report for group in range(1, 6))
