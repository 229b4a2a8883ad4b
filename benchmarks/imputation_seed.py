"""What the seed decides about the score of a site, against what one run says about it.

    python benchmarks/imputation_seed.py [--children 20000] [--seeds 60] [--rounds 10]

A made-up country is imputed and scored with many seeds. The standard deviation of the sites' scores over the
seeds (root of the sum of squares over the sites) is compared with the mean of what each seed's own rounds
say, by both ways of averaging; for children averaged first also with the jackknife, which leaves out one
round at a time. Then the donors alone are drawn with many seeds. The model of education is fitted once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

import oab_funding as oab
from oab_funding.indicator.imputation import impute
from oab_funding.indicator.population import Population
from oab_funding.indicator.rounds import ScoredPart, score_parts
from oab_funding.indicator.specification_file import load_specification
from oab_funding.scores.aggregate import ScoreRule
from oab_funding.scores.imputation_spread import _SitesOfPupils, halves
from oab_funding.synthetic import country

Floats = NDArray[np.float64]
RULE, LOWER_UNTIL = ScoreRule(Fraction(15, 100), Fraction(12, 100)), 7
DONOR_SEEDS = 100


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--children", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    made, specification = country(given.children, seed=3), load_specification("cbs-2019")
    model = oab.fit(made.pupils, made.sites).model(label="made up")
    population = Population.of(made.pupils, None, made.sites, specification)
    impute.fit_parents = cache(lambda counted, fit=impute.fit_parents: fit(counted))  # type: ignore[attr-defined]
    m, half = given.rounds, given.rounds // 2
    scores: dict[str, list[Floats]] = {"child": [], "institution": []}
    said: dict[str, list[float]] = {"halves": [], "one left out": [], "institution": []}

    for seed in range(1, given.seeds + 1):
        done = impute.impute_coded(population, m, seed)
        (part,) = score_parts(population, done.parts, model)
        of_rounds = by_site(part, made.sites, part.rounds())
        of_halves = by_site(part, made.sites, (part.mean(some) for some in halves(m)))
        others = ([*range(number), *range(number + 1, m)] for number in range(m))
        of_others = by_site(part, made.sites, (part.mean(some) for some in others))
        scores["child"].append(by_site(part, made.sites, [part.mean()])[0])
        scores["institution"].append(of_rounds.mean(axis=0))
        said["halves"].append(of_halves.var(axis=0).sum() * half / (m - half))
        said["one left out"].append(of_others.var(axis=0).sum() * (m - 1))
        said["institution"].append(of_rounds.var(axis=0, ddof=1).sum() / m)

    found = {name: size(np.array(of_seeds)) for name, of_seeds in scores.items()}
    print(f"{given.children} pupils, {given.seeds} seeds, {m} rounds: standard deviation over the seeds")
    for name, variances in said.items():
        averaged = "institution" if name == "institution" else "child"
        own = float(np.mean(variances)) ** 0.5
        print(f"per {averaged:11} {found[averaged]:6.1f}; from the rounds of a seed ({name}) {own:6.1f}")
    donors_alone(population, part, made.sites)
    return 0


def donors_alone(population: Population, part: ScoredPart, sites: Any) -> None:
    """Draw the donors of one imputation with other seeds."""
    pupils = population.pupils
    social = sorted(impute.social_categories(pupils))
    children = impute.education_input(pupils, population.specification, social, None)
    wants = impute.wants_donor(pupils, part.imputed.codes)
    means = []
    for seed in range(DONOR_SEEDS):
        donors, _ = impute._choose_donors(pupils, children, wants, seed, social)
        other = replace(part, imputed=replace(part.imputed, donors=donors))
        means.append(by_site(other, sites, [other.mean()])[0])
    share = wants[pupils.counted].mean()
    print(f"donors alone, per child {size(np.array(means)):6.1f}; {share:.2%} of the pupils have one")


def by_site(part: ScoredPart, sites: Any, units: Iterable[NDArray[np.int64]]) -> Floats:
    """Scores of the sites, a row for each set of education scores."""
    of = _SitesOfPupils.of(part, sites, (), RULE, LOWER_UNTIL)
    return np.array([[score / 100 for _, score in sorted(of.scores(one).items())] for one in units])


def size(scores: Floats) -> float:
    """Root of the sum over the sites of the variance over the seeds."""
    return float(scores.var(axis=0, ddof=1).sum() ** 0.5)


if __name__ == "__main__":
    sys.exit(main())
