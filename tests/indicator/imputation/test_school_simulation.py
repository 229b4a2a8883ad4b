"""A small run of benchmarks/imputation_per_site.py: the school mends what is lost per site without it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import imputation_per_site
    finally:
        sys.path.remove(str(BENCHMARKS))
    return imputation_per_site


def test_the_school_repairs_the_worst_off_sites(benchmark: ModuleType) -> None:
    truth = benchmark.make_truth(8_000, 5)
    hidden = benchmark.hide_at_random(truth, 5)
    without, level = (benchmark.one_country(truth, hidden, school, 5, 5) for school in ("none", "level"))
    assert without["slope"] < -0.25
    assert abs(level["slope"]) < 0.15
    assert without["A worst %"] < -4
    assert abs(level["A worst %"]) < 3
    assert level["coverage"] > without["coverage"]
