"""Does imputation give back what is missing at each site? Made-up countries whose truth is known.

    python benchmarks/imputation_per_site.py [--children 50000] [--countries 6] [--first-seed 1] [--rounds 10]

Pupils in the register, seeking no asylum, of known origin and length of stay; scored with the true
coefficients. Education is hidden at random given age and origin (24% of the mothers, 29% of the fathers), or
as the country hides it: also by itself. With and without the school in the imputation, the table shows,
averaged per child unless said otherwise, each with its simulation error over the countries:

- the slope of (imputed - true) education of the mothers on the true mean of their school; 0 is right;
- A of the worst-off fifth of the sites (by A per pupil, at least 10 pupils), against the truth;
- how often the 95% interval of A - B over the rounds holds the truth, over all these sites and in that fifth;
- how far A - B of a site is off (root of the mean square), in units of score;
- how much of a fixed EUR 314.3 million goes to that fifth too much, and A - B of all sites together.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.indicator.category_codes import UNKNOWN
from oab_funding.indicator.imputation.impute import School, impute_coded
from oab_funding.indicator.imputation.imputed import Imputed
from oab_funding.indicator.imputation.pooling import pool
from oab_funding.indicator.model import Model, supplied_model
from oab_funding.indicator.population import Population
from oab_funding.indicator.rounds import ScoredPart, score_parts
from oab_funding.indicator.specification_file import load_specification
from oab_funding.scores.aggregate import ScoreRule, add_up
from oab_funding.scores.children import ChildBatch
from oab_funding.scores.counted import CountedChildren
from oab_funding.scores.line import Survey
from oab_funding.synthetic import country
from oab_funding.tables.columns import CodedTexts

Floats = NDArray[np.float64]

PARENTS = ("education_mother", "education_father")
HIDDEN = {"education_mother": 0.24, "education_father": 0.29}
MILLIONS = 314.3
RULE = ScoreRule(Fraction(15, 100), Fraction(12, 100))
SPECIFICATION = load_specification("cbs-2019")
GATES = {  # largest distance from the first number, or the least share
    "slope": 0.05,
    "A worst %": 1.5,
    "coverage": 0.92,
    "coverage worst": 0.89,
    "EUR M worst": 3.0,
}


@dataclass(frozen=True)
class Truth:
    """A country of which everything is known: table of pupils, the same as the country hides it, scores."""

    complete: pa.Table
    as_hidden: pa.Table
    sites: pa.Table
    population: Population
    model: Model
    part: ScoredPart


def make_truth(children: int, seed: int) -> Truth:
    """Make up a country and keep those of whom everything but the education is known."""
    made = country(children, seed=seed)
    complete = made.pupils
    for name in PARENTS:
        place, told = complete.column_names.index(name), made.truth.children.column(name)
        complete = complete.set_column(place, complete.field(name), told.cast(complete.field(name).type))
    effects = {name: value for name, value in made.truth.coefficients.items() if name != "ability"}
    model = supplied_model(effects, SPECIFICATION, label="true", source="made up")
    (everyone,) = Population.of(complete, None, made.sites, SPECIFICATION).parts
    known = (everyone.codes["origin"] >= 0) & (everyone.codes["stay"] >= 0)
    kept = pa.array(everyone.counted & everyone.eligible & known)
    complete, hidden = complete.filter(kept), made.pupils.filter(kept)
    population = Population.of(complete, None, made.sites, SPECIFICATION)
    return Truth(
        complete, hidden, made.sites, population, model, score_parts(population, [Imputed()], model)[0]
    )


def hide_at_random(truth: Truth, seed: int) -> pa.Table:
    """Hide educations with a probability that depends on age and origin only."""
    coded, rng = truth.population.pupils, np.random.default_rng(seed)
    origin = coded.codes["origin"]
    pull = 0.15 * (coded.ages - 4) + 0.8 * (origin != np.bincount(origin).argmax())
    table = truth.complete
    for name, share in HIDDEN.items():
        low, high = -6.0, 6.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if _chance(middle + pull).mean() < share else (low, middle)
        gone = pa.array(rng.random(len(coded)) < _chance(middle + pull))
        place = table.column_names.index(name)
        values = table.column(name).to_numpy(zero_copy_only=False)
        column = pa.array(values, table.field(name).type, mask=gone.to_numpy(zero_copy_only=False))
        table = table.set_column(place, table.field(name), column)
    return table


def one_country(truth: Truth, pupils: pa.Table, school: School, rounds: int, seed: int) -> dict[str, float]:
    """Figures of one country, hidden in one way and imputed in one way."""
    population = Population.of(pupils, None, truth.sites, SPECIFICATION)
    done = impute_coded(population, rounds, seed, school)
    (part,) = score_parts(population, done.parts, truth.model)
    true_a, true_d, size = _sites(truth, truth.part.mean())
    by_round = [_sites(truth, units) for units in part.rounds()]
    a_rounds, d_rounds = (np.array([one[n] for one in by_round]) for n in (0, 1))
    per_child_a, per_child_d, _ = _sites(truth, part.mean())
    big = size >= 10
    worst = big & (true_a / size >= np.quantile((true_a / size)[big], 0.8))
    pooled = [pool(estimates, np.zeros(rounds)).interval() for estimates in d_rounds.T]
    holds = np.array([low - 1e-9 <= d <= high + 1e-9 for (low, high), d in zip(pooled, true_d, strict=True)])

    def money(differences: Floats) -> float:
        units = np.maximum(differences, 0)
        return MILLIONS * float(units[worst].sum() / units.sum())

    paid = np.maximum(d_rounds, 0).mean(axis=0)
    return {
        "slope": _slope(truth, population, done.parts[0]),
        "A worst %": 100 * float(per_child_a[worst].sum() / true_a[worst].sum() - 1),
        "same, inst. %": 100 * float(a_rounds.mean(axis=0)[worst].sum() / true_a[worst].sum() - 1),
        "coverage": float(holds[big].mean()),
        "coverage worst": float(holds[worst].mean()),
        "rms": float(np.sqrt(np.mean((per_child_d - true_d)[big] ** 2))),
        "EUR M worst": money(per_child_d) - money(true_d),
        "same, inst.": money(paid) - money(true_d),
        "units %": 100 * float(np.maximum(per_child_d, 0).sum() / np.maximum(true_d, 0).sum() - 1),
    }


def _slope(truth: Truth, population: Population, imputed: Imputed) -> float:
    """Slope of the mean error of the imputed mothers on the true mean of all mothers at their place."""
    coded = truth.population.pupils
    true, place = coded.codes["education_mother"].astype(float), coded.place
    mean = np.bincount(place, true) / np.bincount(place)
    error = imputed.codes["education_mother"].mean(axis=0) - true
    gone = population.pupils.codes["education_mother"] == UNKNOWN
    x, y = mean[place][gone], error[gone]
    return float(np.polyfit(x, y, 1)[0])


def _sites(truth: Truth, units: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    """Give A, A - B and the number of pupils of each site."""
    coded = truth.population.pupils
    where = CodedTexts.of(coded.children.column("site_id"))
    nobody = np.zeros(0, dtype=np.int64)
    batch = ChildBatch(units, 2 * where.codes.astype(np.int64), nobody, None)
    counted = CountedChildren([batch], tuple(where.texts), Survey.of(units), 0, Counter())
    found = add_up(counted, RULE)
    a, b = (np.array(one.rounded(6)) / 1e6 for one in (found.raw, found.thresholds))
    return a, a - b, np.array(found.children, dtype=float)


def _chance(x: Any) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--children", type=int, default=50_000)
    parser.add_argument("--countries", type=int, default=6)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    rows: dict[tuple[str, str], list[dict[str, float]]] = {}
    for seed in range(given.first_seed, given.first_seed + given.countries):
        truth = make_truth(given.children, seed)
        for how, pupils in (("at random", hide_at_random(truth, seed)), ("as hidden", truth.as_hidden)):
            for school in ("none", "level"):
                found = one_country(truth, pupils, school, given.rounds, seed)
                rows.setdefault((how, school), []).append(found)
    print(f"{given.countries} countries of {given.children} pupils, {given.rounds} rounds")
    means: dict[tuple[str, str], dict[str, tuple[float, float]]] = {}
    for key, found_rows in rows.items():
        means[key] = {
            name: (
                float(np.mean([row[name] for row in found_rows])),
                float(np.std([row[name] for row in found_rows], ddof=1) / len(found_rows) ** 0.5)
                if len(found_rows) > 1
                else float("nan"),
            )
            for name in found_rows[0]
        }
    for name in next(iter(means.values())):
        cells = " | ".join(f"{of[name][0]:+9.3f} ± {of[name][1]:.3f}" for of in means.values())
        print(f"{name:16} | {cells}", flush=True)
    print(" " * 19 + " | ".join(f"{how}, {school}" for how, school in means))
    gated = means["at random", "level"]
    kept = {
        name: gated[name][0] >= limit if name.startswith("coverage") else abs(gated[name][0]) <= limit
        for name, limit in GATES.items()
    }
    print("limits: " + ", ".join(f"{name} {'kept' if ok else 'NOT KEPT'}" for name, ok in kept.items()))
    return 0 if all(kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
