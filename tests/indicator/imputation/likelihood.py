"""The likelihood of what was observed of both parents, in plain numpy, sharing nothing with the library."""

from __future__ import annotations

import numpy as np


def probabilities(flat: np.ndarray, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """p(mother | x) (c, 8) and p(father | mother, x) (c, 8, 8) by the dense design (c, q)."""
    columns = matrix.shape[1]
    of_mother = flat[: 7 * columns].reshape(7, columns)
    of_father = flat[7 * columns :].reshape(7, columns + 7)
    mother = np.stack([_sequential(of_mother @ x) for x in matrix])
    father = np.stack(
        [[_sequential(of_father @ np.concatenate([x, np.eye(8)[m][1:]])) for m in range(8)] for x in matrix]
    )
    return mother, father


def _sequential(log_odds: np.ndarray) -> np.ndarray:
    left, classes = 1.0, []
    for value in log_odds:
        hazard = 1.0 / (1.0 + np.exp(-value))
        classes.append(left * hazard)
        left *= 1.0 - hazard
    return np.array([*classes, left])


def log_likelihood(flat: np.ndarray, counts: np.ndarray, matrix: np.ndarray) -> float:
    """Log-likelihood of counts (c, 9, 9), mother by father, 0 unknown."""
    mother, father = probabilities(flat, matrix)
    joint = mother[:, :, None] * father
    both = (counts[:, 1:, 1:] * np.log(joint)).sum()
    only_mother = (counts[:, 1:, 0] * np.log(joint.sum(axis=2))).sum()
    only_father = (counts[:, 0, 1:] * np.log(joint.sum(axis=1))).sum()
    return float(both + only_mother + only_father)


def log_prior(flat: np.ndarray, columns: int, slope_sd: float, intercept_sd: float) -> float:
    intercepts = np.zeros(len(flat), dtype=bool)
    intercepts[: 7 * columns : columns] = True
    intercepts[7 * columns :: columns + 7] = True
    return float(-0.5 * ((flat / np.where(intercepts, intercept_sd, slope_sd)) ** 2).sum())
