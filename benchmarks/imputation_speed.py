"""Ten imputations of the whole country: time and memory.

    python benchmarks/imputation_speed.py [--children 1400000] [--rounds 10] [--school-classes 20]

Six predictors with 17,280 possible cells, nearly all of them occupied; about a third of the children lacks a
parent's education. What is timed starts at the coded columns and the identifiers as text. The level of the
school is drawn in each round; with one class of it the school is left out.
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
from oab_funding.indicator.imputation.school_level import LEVEL_CLASSES, ChildLevels

SCHOOL_SIZE = 200
LEVELS = {"origin": 8, "age": 9, "density": 5, "socioeconomic": 6, "stay": 4, "debt": 2}


@contextmanager
def timed(name: str) -> Iterator[None]:
    start, cpu = time.perf_counter(), time.process_time()
    yield
    took, used = time.perf_counter() - start, time.process_time() - cpu
    print(f"{name:28} {took:7.2f} s   CPU {used:7.2f} s   peak {_peak():7.0f} MB", flush=True)


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


def school_levels(children: int, classes: int, seed: int = 2) -> ChildLevels:
    """Levels of schools of 200 pupils each, which tell nothing of the educations: only time is measured."""
    rng = np.random.default_rng(seed)
    place = (np.arange(children) // SCHOOL_SIZE).astype(np.int32)
    level = rng.normal(3500, 750, place[-1] + 1).astype(np.int64)
    cuts = np.quantile(level, np.arange(1, classes) / classes).astype(np.int64)
    spread = np.full(children, 100.0)
    keys = np.arange(len(level), dtype=np.uint64)
    return ChildLevels(level[place], spread, place, keys, cuts)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--children", type=int, default=1_400_000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--school-classes", type=int, default=LEVEL_CLASSES)
    given = parser.parse_args()
    levels = school_levels(given.children, given.school_classes)
    names, columns = make_children(given.children)
    print(f"{given.children:,} children, {given.rounds} rounds; peak before: {_peak():.0f} MB")
    start = time.process_time()
    with timed("keys of the children"):
        keys = child_keys(names)
    with timed("counting"):
        predictors = tuple(Predictor(name, columns[name], size) for name, size in LEVELS.items())
        if given.school_classes > 1:
            school = Predictor("school", levels.classes, given.school_classes, levels.classes_in_round)
            predictors = (*predictors, school)
        everyone = np.ones(given.children, dtype=bool)
        children = EducationInput(keys, columns["mother"], columns["father"], predictors, everyone)
        counted = count_education(children)
    with timed("fitting the joint model"):
        model = fit_parents(counted)
    with timed("drawing the rounds"):
        done = impute_education(children, given.rounds, 2019, model)
    total = time.process_time() - start
    print(f"cells {len(counted.cells):,}, coefficients {len(model.estimate)}, iterations {model.iterations}")
    print(f"children imputed {int(done.imputed.sum()):,}; in all {total:.1f} CPU s")


if __name__ == "__main__":
    main()
