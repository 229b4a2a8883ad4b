"""Do intervals cover the truth? Least squares on many made-up countries, judged by the true coefficients.

    python benchmarks/synth_coverage.py [--seeds 500] [--pupils 20000]

First with complete data, the true school mean, and attainment before it is rounded and clipped: 95%
intervals must cover the truth in 95% of the countries, up to simulation error. Then, apart, the bias that
each of the following adds to the coefficients: rounding to whole points, clipping to 501-550, and leaving out
children with an unknown parental education.
"""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
from numpy.typing import NDArray

from oab_funding.synthetic import Country, country, true_coefficients

Z_95 = 1.959963984540054
VARIANTS = ("complete", "rounded", "rounded and clipped", "clipped, known parents only")


def design(made: Country) -> NDArray[np.float64]:
    """Design matrix of the true features, columns as the true coefficients."""
    truth = made.truth.children
    columns: list[NDArray[np.float64]] = []
    labels = {
        name: np.asarray(truth[name].cast("string").to_pylist(), dtype=object)
        for name in ("education_mother", "education_father", "origin", "stay")
    }
    for name in made.truth.coefficients:
        feature, _, category = name.removesuffix("]").partition("[")
        if feature == "start":
            columns.append(np.ones(truth.num_rows))
        elif feature in labels:
            columns.append((labels[feature] == category).astype(float))
        else:
            columns.append(np.asarray(truth[feature].cast("float64")))
    columns[-1] = columns[-1] - made.truth.average_ability
    return np.column_stack(columns)


def estimates(seed: int, pupils: int) -> NDArray[np.float64]:
    """Estimates and standard errors of one country: shape (variants, 2, coefficients)."""
    made = country(pupils, seed=seed)
    x, latent = design(made), np.asarray(made.truth.children["attainment"].cast("float64"))
    known = np.asarray(made.pupils["education_mother"].is_valid()) & np.asarray(
        made.pupils["education_father"].is_valid()
    )
    rounded, observed = np.floor(latent + 0.5), np.asarray(made.pupils["attainment"], dtype=float)
    samples = ((x, latent), (x, rounded), (x, observed), (x[known], observed[known]))
    return np.stack([least_squares(*sample) for sample in samples])


def least_squares(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coefficients and their classical standard errors."""
    inverse = np.linalg.inv(x.T @ x)
    coefficients = inverse @ (x.T @ y)
    residual = y - x @ coefficients
    return np.stack([coefficients, np.sqrt(np.diag(inverse) * (residual @ residual) / (len(y) - x.shape[1]))])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=500)
    parser.add_argument("--pupils", type=int, default=20_000)
    wished = parser.parse_args()
    truth = true_coefficients()
    with ProcessPoolExecutor(
        os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count()
    ) as pool:
        results = np.stack(
            list(pool.map(partial(estimates, pupils=wished.pupils), range(wished.seeds), chunksize=10))
        )
    true = np.array([float(value) for value in truth.values()])
    error = results[:, :, 0] - true
    covered = np.abs(error[:, 0]) <= Z_95 * results[:, 0, 1]
    shares = covered.mean(axis=0)
    print(f"{wished.seeds} countries of {wished.pupils:,} pupils; 95% intervals, complete data")
    least, most = shares.min(), shares.max()
    print(f"covered {covered.mean():.4f} of all {covered.size:,}; per coefficient {least:.3f} to {most:.3f}")
    print(f"simulation error of one coefficient: {np.sqrt(0.95 * 0.05 / wished.seeds):.3f}\n")
    header = "".join(name.rjust(30) for name in VARIANTS)
    print(f"{'bias in points (and its error)':34}{header}")
    for place, name in enumerate(truth):
        means, spreads = error[:, :, place].mean(axis=0), error[:, :, place].std(axis=0)
        pairs = zip(means, spreads / np.sqrt(wished.seeds), strict=True)
        cells = [f"{mean:+.4f} ({spread:.4f})".rjust(30) for mean, spread in pairs]
        print(f"{name:34}{''.join(cells)}")


if __name__ == "__main__":
    main()
