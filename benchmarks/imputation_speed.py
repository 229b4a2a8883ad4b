"""Ten imputations of the whole country: time and memory.

    python benchmarks/imputation_speed.py [--children 1400000] [--rounds 10]

Six predictors with 17,280 possible cells, nearly all of them occupied; about a third of the children lacks a
parent's education. What is timed starts at the coded columns and the identifiers as text.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from oab_funding.indicator.imputation.counts import EducationInput, Predictor, count_education
from oab_funding.indicator.imputation.draws import child_keys
from oab_funding.indicator.imputation.education import impute_education
from oab_funding.indicator.imputation.parents_model import fit_parents

LEVELS = {"origin": 8, "age": 9, "density": 5, "socioeconomic": 6, "stay": 4, "debt": 2}


@contextmanager
def timed(name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    print(f"{name:28} {time.perf_counter() - start:7.2f} s   peak {_peak():7.0f} MB", flush=True)


def make_children(children: int, seed: int = 1) -> tuple[list[str], dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    columns = {}
    pull = np.zeros(children)
    for name, size in LEVELS.items():
        share = np.array([2.0] + [1.0] * (size - 1)) / (size + 1)
        columns[name] = rng.choice(size, p=share, size=children).astype(np.int8)
        pull += 0.5 * (columns[name] / size - 0.5)
    own = rng.normal(size=children)
    partner = 0.6 * own + 0.8 * rng.normal(size=children)
    for name, lack, noise in (("mother", 0.15, own), ("father", 0.2, partner)):
        education = np.clip(np.round(3.0 + 1.7 * (pull + noise)), 0, 7).astype(np.int8)
        columns[name] = np.where(rng.random(children) < lack, -1, education).astype(np.int8)
    return [f"P{row:08d}" for row in range(children)], columns


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--children", type=int, default=1_400_000)
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    names, columns = make_children(given.children)
    print(f"{given.children:,} children, {given.rounds} rounds; peak before: {_peak():.0f} MB")
    start = time.perf_counter()
    with timed("keys of the children"):
        keys = child_keys(names)
    with timed("counting"):
        predictors = tuple(Predictor(name, columns[name], size) for name, size in LEVELS.items())
        everyone = np.ones(given.children, dtype=bool)
        children = EducationInput(keys, columns["mother"], columns["father"], predictors, everyone)
        counted = count_education(children)
    with timed("fitting the joint model"):
        model = fit_parents(counted)
    with timed("drawing the rounds"):
        done = impute_education(children, given.rounds, 2019, model)
    total = time.perf_counter() - start
    print(f"cells {len(counted.cells):,}, coefficients {len(model.estimate)}, iterations {model.iterations}")
    print(f"children imputed {int(done.imputed.sum()):,}; in all {total:.1f} s")


if __name__ == "__main__":
    main()
