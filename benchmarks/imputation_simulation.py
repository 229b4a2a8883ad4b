"""Does imputation give back what is missing? Repeated samples from a world with known truth.

    python benchmarks/imputation_simulation.py [--world sequential|latent] [--samples 400] [--children 20000]

For the mean score and the share below a fixed line, nationally and per origin, the table shows

- the bias against the complete data of the same sample, with its simulation error: of complete cases; of a
  model that learns nothing from children with only the father known; of the imputed rounds; and of scores
  averaged over the rounds per child before they are compared with the line;
- how often the pooled 95% interval holds the truth of the world (variance within and between), and how often
  the interval of imputation alone (variance within = 0, as for a census) holds the complete data's own value.
"""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
from imputation_world import LEVELS, ORIGINS, Sample, World, draw_sample, make_world

from oab_funding.indicator.imputation.counts import count_education
from oab_funding.indicator.imputation.education import ImputedEducation, impute_education
from oab_funding.indicator.imputation.parents_model import ParentsModel, fit_parents
from oab_funding.indicator.imputation.pooling import pool

FIGURES = ("mean", "share")
COMPLETE_DATA, COMPLETE_CASES, WITHOUT_LONE_FATHERS, ROUNDS, AVERAGED, COVERS_TRUTH, COVERS_CENSUS = range(7)


def one_sample(world: World, children: int, rounds: int, seed: int) -> np.ndarray:
    """Figures of one sample: (groups, 2, 7), the last axis as numbered above."""
    sample = draw_sample(world, children, seed)
    imputed = impute_education(sample.seen, rounds, seed)
    scores = _scores(world, sample, imputed)
    less_informed = _scores(
        world, sample, impute_education(sample.seen, rounds, seed, _without_lone_fathers(sample))
    )
    true_score = world.score[sample.cell, sample.mother, sample.father].astype(float)
    complete = (sample.seen.mother >= 0) & (sample.seen.father >= 0)
    truth = world.truth()
    table = np.empty((1 + ORIGINS, len(FIGURES), 7))
    for group in range(1 + ORIGINS):
        taken = _members(world, sample, group)
        for place, figure in enumerate(FIGURES):
            reading = partial(_values, figure=figure, line=world.line)
            full = reading(true_score[taken])
            by_round = reading(scores[:, taken])
            estimates, variances = by_round.mean(axis=1), by_round.var(axis=1) / by_round.shape[1]
            pooled, census = pool(estimates, variances), pool(estimates, np.zeros(rounds))
            table[group, place] = (
                full.mean(),
                reading(true_score[taken & complete]).mean(),
                reading(less_informed[:, taken]).mean(),
                pooled.estimate,
                reading(scores[:, taken].mean(axis=0)).mean(),
                _holds(pooled.interval(), truth[group, place]),
                _holds(census.interval(), full.mean()),
            )
    return table


def simulate(
    world: World, samples: int, children: int, rounds: int = 10, workers: int | None = None
) -> np.ndarray:
    """Stack `one_sample` over samples 1, 2, ...: (samples, groups, 2, 7)."""
    work = partial(one_sample, world, children, rounds)
    if workers == 1:
        return np.stack([work(seed) for seed in range(1, samples + 1)])
    with ProcessPoolExecutor(workers) as pool_of_workers:
        return np.stack(list(pool_of_workers.map(work, range(1, samples + 1), chunksize=4)))


def bias(figures: np.ndarray, estimator: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean difference from the complete data of the same sample, and its simulation error."""
    difference = figures[..., estimator] - figures[..., 0]
    return difference.mean(axis=0), difference.std(axis=0, ddof=1) / np.sqrt(len(figures))


def _scores(world: World, sample: Sample, imputed: ImputedEducation) -> np.ndarray:
    return world.score[sample.cell, imputed.mother, imputed.father].astype(float)


def _without_lone_fathers(sample: Sample) -> ParentsModel:
    counted = count_education(sample.seen)
    counted.counts[:, 0, :] = 0
    return fit_parents(counted)


def _members(world: World, sample: Sample, group: int) -> np.ndarray:
    origin = world.codes[sample.cell, list(LEVELS).index("origin")]
    return origin == group - 1 if group else np.ones(len(origin), dtype=bool)


def _values(scores: np.ndarray, figure: str, line: int) -> np.ndarray:
    return scores / 1000.0 if figure == "mean" else (scores < line).astype(float)


def _holds(interval: tuple[float, float], value: float) -> bool:
    return interval[0] <= value <= interval[1]


def report(figures: np.ndarray, world: World) -> str:
    """Table of bias and coverage."""
    truth = world.truth()
    titles = ("complete cases", "no lone fathers", "imputed rounds", "averaged per child")
    head = " | ".join(f"{title:>18}" for title in titles)
    lines = [f"{'':10} {'':6} {'truth':>8} | {head} | {'z rounds':>8} {'truth in':>8} {'census in':>9}"]
    estimators = (COMPLETE_CASES, WITHOUT_LONE_FATHERS, ROUNDS, AVERAGED)
    found = {estimator: bias(figures, estimator) for estimator in estimators}
    for group in range(1 + ORIGINS):
        name = "national" if group == 0 else f"origin {group}"
        for place, figure in enumerate(FIGURES):
            unit = 1.0 if figure == "mean" else 100.0
            cells = " | ".join(_number(found[estimator], group, place, unit) for estimator in estimators)
            z = found[ROUNDS][0][group, place] / found[ROUNDS][1][group, place]
            covered = figures[:, group, place, COVERS_TRUTH:].mean(axis=0)
            value = truth[group, place] * unit
            lines.append(
                f"{name:10} {figure:6} {value:8.3f} | {cells} | {z:8.1f} {covered[0]:8.1%} {covered[1]:9.1%}"
            )
    together = figures[..., COVERS_TRUTH:].mean(axis=(0, 1, 2))
    lines.append(
        f"all figures together: 95% interval holds truth {together[0]:.1%}, census {together[1]:.1%}"
    )
    return "\n".join(lines)


def _number(found: tuple[np.ndarray, np.ndarray], group: int, place: int, unit: float) -> str:
    return f"{found[0][group, place] * unit:+9.4f} ± {found[1][group, place] * unit:.4f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--world", choices=("sequential", "latent"), default="sequential")
    parser.add_argument("--samples", type=int, default=400)
    parser.add_argument("--children", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    given = parser.parse_args()
    world = make_world(given.world)
    figures = simulate(world, given.samples, given.children, given.rounds, given.workers)
    # score points for the mean, percentage points for the share
    print(f"{given.world} world, {given.samples} samples of {given.children} children, {given.rounds} rounds")
    print("bias in score points (mean) and percentage points (share), ± simulation error")
    print(report(figures, world))


if __name__ == "__main__":
    main()
