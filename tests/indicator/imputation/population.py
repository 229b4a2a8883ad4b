"""Made-up children for the tests of imputation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oab_funding.indicator.imputation.counts import EducationInput, Predictor
from oab_funding.indicator.imputation.draws import child_keys

LEVELS = {"origin": 3, "age": 2, "density": 4}


def made_up(children: int, seed: int = 1, missing: float = 0.25, ineligible: float = 0.05) -> EducationInput:
    rng = np.random.default_rng(seed)
    predictors = tuple(
        Predictor(name, rng.integers(0, size, children).astype(np.int8), size)
        for name, size in LEVELS.items()
    )
    ability = rng.normal(size=children) + 0.4 * predictors[0].codes
    mother, father = (
        np.clip(np.round(4 + ability + rng.normal(size=children)), 1, 8).astype(np.int8) - 1 for _ in "mf"
    )
    mother[rng.random(children) < missing] = -1
    father[rng.random(children) < missing] = -1
    keys = child_keys(f"P{row:06d}" for row in range(children))
    return EducationInput(keys, mother, father, predictors, rng.random(children) >= ineligible)


def take(children: EducationInput, rows: np.ndarray | slice) -> EducationInput:
    predictors = tuple(replace(p, codes=p.codes[rows]) for p in children.predictors)
    return EducationInput(
        children.child_key[rows],
        children.mother[rows],
        children.father[rows],
        predictors,
        children.eligible[rows],
    )
