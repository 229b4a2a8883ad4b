"""Ten imputations of a made-up country: time and memory.

    python benchmarks/imputation_speed.py [--children 1400000] [--rounds 10]

Pupils and toddlers, with the school in the model of education and without it. What is timed starts at the
coded children and ends at what scoring takes; making up the country and writing are left out. The limit is 8
CPU seconds at national size with the school.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from typing import get_args

from oab_funding.indicator.imputation.impute import School, impute_coded
from oab_funding.indicator.population import Population
from oab_funding.indicator.specification_file import load_specification
from oab_funding.synthetic import country
from oab_funding.synthetic.shape import PUPILS_NATIONAL

SECONDS_LIMIT = 8
TODDLER_MONTHS = (30, 47)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--children", type=int, default=PUPILS_NATIONAL)
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    made = country(given.children)
    population = Population.of(
        made.pupils, made.toddlers, made.sites, load_specification("cbs-2019"), None, TODDLER_MONTHS
    )
    del made
    print(f"{sum(map(len, population.parts)):,} pupils and toddlers, {given.rounds} rounds", flush=True)
    print(f"peak before: {_peak():.0f} MB")
    used = {}
    for school in get_args(School):
        start = time.process_time()
        done = impute_coded(population, given.rounds, 2019, school)
        used[school] = time.process_time() - start
        print(
            f"{school:6} {used[school]:6.2f} CPU s, {len(done.model.estimate)} coefficients, "
            f"{done.model.iterations} iterations; peak {_peak():.0f} MB",
            flush=True,
        )
    return int(given.children <= PUPILS_NATIONAL and used["level"] > SECONDS_LIMIT)


if __name__ == "__main__":
    sys.exit(main())
