"""What it matters that donors are drawn once, and from pools that are taken as known.

    python benchmarks/imputation_donors.py [--children 20000] [--countries 8] [--rounds 10]

Lengths of stay come from donors in every round, and scores of children outside the register from donors who
are drawn once and carry their average. Proper imputation would draw the pools anew too (the approximate
Bayesian bootstrap: D. B. Rubin and N. Schenker 1986, Journal of the American Statistical Association 81,
366-374), and donors in every round. In made-up countries whose truth is known, 20% of the mothers born abroad
lose their date of arrival and 3% of the pupils leave the register, unevenly over the schools; education is
known, or missing at random. The table shows, with its simulation error over the countries:

- the variance of A - B between rounds, over the sites with at least 10 pupils;
- how often the 95% interval of A - B over the rounds holds the truth: all these sites, the worst-off fifth,
  and the sites of which at least 5% of the pupils have a donor;
- how far A - B of a site is off (root of the mean square), averaged per child;
- how far A of the worst-off fifth is off (%), and its money (EUR million), averaged per child.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

import imputation_per_site as per_site
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from oab_funding.tables.coded_texts import CodedTexts

from oab_funding.indicator.imputation import impute
from oab_funding.indicator.imputation.donors import DonorPool, StayInput, impute_stay
from oab_funding.indicator.imputation.draws import Purpose
from oab_funding.indicator.imputation.education import impute_education
from oab_funding.indicator.imputation.imputed import NO_DONOR, Imputed
from oab_funding.indicator.imputation.pooling import pool
from oab_funding.indicator.imputation.school_level import SchoolLevels
from oab_funding.indicator.population import Population
from oab_funding.indicator.rounds import score_parts

Codes = NDArray[np.int8]
Rows = NDArray[np.int64]
LOST_STAY, GONE, EVENNESS, MOST_GONE, MANY = 0.2, 0.03, 0.5, 0.6, 0.05


def drawn_pool(rows: Rows, seed: int, round_: int) -> Rows:
    """Draw as many from a pool, with replacement."""
    rng = np.random.default_rng((seed, round_))
    return rows[np.sort(rng.integers(len(rows), size=len(rows)))]


def stays(given: StayInput, mother: Codes, seed: int, pools_drawn: bool) -> Codes:
    """Impute lengths of stay, from the donors as they are or from as many drawn from them in every round."""
    if not pools_drawn:
        return impute_stay(given, mother, seed).stay
    taking_part = given.eligible & given.born_abroad
    donors, others = np.flatnonzero(taking_part & (given.stay >= 0)), np.flatnonzero(given.stay < 0)
    found = np.tile(given.stay.astype(np.int8), (len(mother), 1))
    for number in range(len(mother)):
        rows = np.concatenate([drawn_pool(donors, seed, number), others])
        some = StayInput(
            *(values[rows] for values in (given.child_key, given.stay, given.born_abroad)),
            given.eligible[rows],
            [group[rows] for group in given.groups],
        )
        # the round's own draws: what comes before is not looked at
        own = impute_stay(some, mother[: number + 1, rows], seed).stay[number]
        found[number, others] = own[len(donors) :]
    return found


def hidden(truth: per_site.Truth, pupils: pa.Table, seed: int, stay: bool, gone: bool) -> pa.Table:
    """Hide dates of arrival, and take pupils out of the register."""
    coded, rng = truth.population.pupils, np.random.default_rng(1000 + seed)
    lost = ~coded.mother_born_here & (rng.random(len(coded)) < LOST_STAY * stay)
    rate = rng.gamma(EVENNESS, GONE / EVENNESS, len(coded.places)) * gone
    out = rng.random(len(coded)) < np.minimum(rate, MOST_GONE)[coded.place]
    arrival = pupils.column("mother_arrival_date").combine_chunks()
    changed = {
        "mother_arrival_date": pc.if_else(pa.array(lost), pa.scalar(None, arrival.type), arrival),
        "in_register": pa.array(~out),
    }
    for name, values in changed.items():
        place = pupils.column_names.index(name)
        pupils = pupils.set_column(place, pupils.field(name), values)
    return pupils


def one_country(
    truth: per_site.Truth, pupils: pa.Table, rounds: int, seed: int, stay_drawn: bool
) -> dict[str, dict[str, float]]:
    """Figures of one country by how donors of scores are drawn."""
    population = Population.of(pupils, None, truth.sites, per_site.SPECIFICATION)
    coded, specification = population.pupils, population.specification
    social = sorted(impute.social_categories(coded))
    children = impute.education_input(coded, specification, social, SchoolLevels.of([coded]))
    educated = impute_education(children, rounds, seed)
    codes = {impute.MOTHER: educated.mother, impute.FATHER: educated.father}
    codes[impute.STAY] = stays(
        impute.stay_input(coded, children.child_key), educated.mother, seed, stay_drawn
    )
    wants = impute.wants_donor(coded, codes)
    takers, givers = np.flatnonzero(wants), np.flatnonzero(coded.eligible & coded.counted & ~wants)
    ladder = impute.score_ladder(coded, social)

    def donors(number: int, rows: Rows) -> Rows:
        there = DonorPool(children.child_key[rows], [codes[rows] for codes in ladder])
        mine = [codes[takers] for codes in ladder]
        found = np.full(len(coded), NO_DONOR)
        found[takers] = rows[
            there.choose(children.child_key[takers], mine, seed, number, Purpose.DONOR).donor
        ]
        return found

    if not len(takers):
        return {"once": figures(truth, population, codes, None, rounds, wants)}
    ways: dict[str, Callable[[int], Rows]] = {
        "once": lambda _: donors(1, givers),
        "per round": lambda number: donors(number + 1, givers),
        "per round, pools drawn": lambda number: donors(number + 1, drawn_pool(givers, seed, number)),
    }
    return {
        name: figures(truth, population, codes, [way(number) for number in range(rounds)], rounds, wants)
        for name, way in ways.items()
    }


def figures(
    truth: per_site.Truth,
    population: Population,
    codes: dict[str, Codes],
    donors: list[Rows] | None,
    rounds: int,
    wants: NDArray[np.bool_],
) -> dict[str, float]:
    """Hold the sites' A and A - B against the truth."""
    (part,) = score_parts(population, [Imputed(codes, donors[0] if donors else None)], truth.model)
    by_round = list(part.rounds())
    for units, own in zip(by_round, donors or [], strict=bool(donors)):
        units[wants] = units[own[wants]]
    once = donors is None or all(np.array_equal(own, donors[0]) for own in donors)
    averaged = part.mean() if once else np.rint(np.mean(by_round, axis=0)).astype(np.int64)
    true_a, true_d, size = per_site._sites(truth, truth.part.mean())
    a, d, _ = per_site._sites(truth, averaged)
    d_rounds = np.array([per_site._sites(truth, units)[1] for units in by_round])
    place = CodedTexts.of(truth.population.pupils.children.column("site_id")).codes
    there = np.bincount(place)
    gone = np.bincount(place, wants)[there > 0] / there[there > 0]
    big = size >= 10
    worst = big & (true_a / size >= np.quantile((true_a / size)[big], 0.8))
    pooled = [pool(own, np.zeros(rounds)).interval() for own in d_rounds.T]
    holds = np.array([low - 1e-9 <= x <= high + 1e-9 for (low, high), x in zip(pooled, true_d, strict=True)])
    money = [np.maximum(x, 0)[worst].sum() / np.maximum(x, 0).sum() for x in (d, true_d)]
    return {
        "between": float(d_rounds.var(axis=0, ddof=1)[big].mean()),
        "coverage": float(holds[big].mean()),
        "worst": float(holds[worst].mean()),
        "many gone": float(holds[big & (gone >= MANY)].mean()) if donors else float("nan"),
        "rms": float(np.sqrt(np.mean((d - true_d)[big] ** 2))),
        "A worst %": 100 * float(a[worst].sum() / true_a[worst].sum() - 1),
        "EUR M worst": per_site.MILLIONS * float(money[0] - money[1]),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--children", type=int, default=20_000)
    parser.add_argument("--countries", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    rows: dict[tuple[str, str, str], list[dict[str, float]]] = {}
    for seed in range(1, given.countries + 1):
        truth = per_site.make_truth(given.children, seed)
        for world, pupils, stay, gone in (
            ("stay", truth.complete, True, False),
            ("register", truth.complete, False, True),
            ("all", per_site.hide_at_random(truth, seed), True, True),
        ):
            seen = hidden(truth, pupils, seed, stay, gone)
            for drawn in (False, True)[: 1 + stay]:
                for way, found in one_country(truth, seen, given.rounds, seed, drawn).items():
                    rows.setdefault((world, "drawn" if drawn else "as it is", way), []).append(found)
    print(f"{given.countries} countries of {given.children} pupils, {given.rounds} rounds")
    names = list(next(iter(rows.values()))[0])
    print(f"{'missing':8} {'stay pools':10} {'donors':22} | " + " | ".join(f"{name:^16}" for name in names))
    for (world, stay_pools, way), found_rows in rows.items():
        cells = []
        for name in names:
            values = np.array([row[name] for row in found_rows])
            error = values.std(ddof=1) / len(values) ** 0.5 if len(values) > 1 else float("nan")
            cells.append(f"{values.mean():8.3f} ± {error:5.3f}")
        print(f"{world:8} {stay_pools:10} {way:22} | " + " | ".join(cells), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
