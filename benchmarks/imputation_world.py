"""A made-up world with known truth, to judge the imputation of parents' education by.

Each child has a cell of categorical predictors, two educations from a joint distribution given the cell, and
an integer score that depends on both. What is missing depends on age, origin and the other parent's
education:

- both unknown with a probability that depends on age and origin;
- only the mother unknown: on age, origin and the father's education;
- only the father unknown: on age, origin and the mother's education.

This is missing at random, and a child with both parents known is not a random child. Two worlds differ in how
the educations arise: "sequential" is a continuation-ratio model, the imputation model's own family; "latent"
cuts a bivariate normal into classes, which the imputation model can only approximate.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

from oab_funding.indicator.imputation.counts import EducationInput, Predictor
from oab_funding.indicator.imputation.draws import child_keys

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

LEVELS = {"origin": 5, "age": 3, "density": 3, "socioeconomic": 3, "stay": 3, "debt": 2}
ORIGINS = LEVELS["origin"]
_ORIGIN_SHARE = np.array([0.62, 0.14, 0.1, 0.08, 0.06])
_STAY_SHARE = np.array(
    [[1.0, 0.0, 0.0], [0.8, 0.1, 0.1], [0.6, 0.25, 0.15], [0.5, 0.25, 0.25], [0.3, 0.3, 0.4]]
)
_SOCIAL_SHARE = np.array(
    [[0.75, 0.15, 0.1], [0.6, 0.25, 0.15], [0.5, 0.3, 0.2], [0.5, 0.25, 0.25], [0.4, 0.3, 0.3]]
)
_DENSITY_SHARE = np.array(
    [[0.45, 0.35, 0.2], [0.3, 0.35, 0.35], [0.2, 0.3, 0.5], [0.15, 0.3, 0.55], [0.2, 0.3, 0.5]]
)
_PULL = {
    "origin": np.array([0.0, -0.25, -0.75, -1.0, -0.45]),
    "age": np.array([0.0, -0.1, -0.25]),
    "density": np.array([0.0, 0.05, 0.15]),
    "socioeconomic": np.array([0.0, -0.5, -0.8]),
    "stay": np.array([0.0, -0.2, -0.35]),
    "debt": np.array([0.0, -0.5]),
}
_CUTS = np.array([-1.55, -0.85, -0.45, 0.0, 0.4, 0.65, 1.25])
_SCORE = {
    "mother": np.array([0, 900, 1700, 2500, 3300, 4300, 5200, 6400]),
    "father": np.array([0, 700, 1400, 2000, 2700, 3500, 4300, 5300]),
    "origin": np.array([0, -410, -1130, -1570, -730]),
    "stay": np.array([0, -310, -670]),
    "debt": np.array([0, -930]),
}
_START = 528_000


@dataclass(frozen=True)
class World:
    """Cells of predictors (c), their shares, educations and missingness, and the truth that follows.

    Parameters
    ----------
    codes, share
        Shapes (c, 6) and (c,).
    pairs
        Shape (c, 8, 8): p(mother, father | cell).
    missing
        Shape (c, 8, 8, 4): probability of both known, mother unknown, father unknown, both unknown.
    score
        Shape (c, 8, 8): score in thousandths.
    line
        The fixed line: the lowest score with at least 15% of the world at or below it.
    """

    codes: Codes
    share: Floats
    pairs: Floats
    missing: Floats
    score: Codes
    line: int

    def truth(self) -> Floats:
        """Give the true mean (points) and share below the line, nationally and per origin: (6, 2)."""
        weight = self.share[:, None, None] * self.pairs
        rows = []
        for group in range(-1, ORIGINS):
            taken = weight[self.codes[:, 0] == group] if group >= 0 else weight
            score = self.score[self.codes[:, 0] == group] if group >= 0 else self.score
            rows.append(
                [(taken * score).sum() / taken.sum() / 1000.0, taken[score < self.line].sum() / taken.sum()]
            )
        return np.array(rows)


@dataclass(frozen=True)
class Sample:
    """Children drawn from a world: cell, true educations (from 0), and what is seen of them."""

    cell: Codes
    mother: Codes
    father: Codes
    seen: EducationInput


def make_world(kind: str) -> World:
    """Make the world "sequential" or "latent"."""
    codes = np.array(list(product(*(range(size) for size in LEVELS.values()))))
    origin = codes[:, 0]
    share = _ORIGIN_SHARE[origin] * np.array([0.3, 0.4, 0.3])[codes[:, 1]]
    share = share * _DENSITY_SHARE[origin, codes[:, 2]] * _SOCIAL_SHARE[origin, codes[:, 3]]
    share = share * _STAY_SHARE[origin, codes[:, 4]] * np.array([0.96, 0.04])[codes[:, 5]]
    inside = share > 0
    codes, share = codes[inside], share[inside]
    pull = sum(effect[codes[:, place]] for place, effect in enumerate(_PULL.values()))
    pairs = _latent(pull) if kind == "latent" else _sequential(pull)
    score = _START + _SCORE["mother"][:, None] + _SCORE["father"]
    own = _SCORE["origin"][codes[:, 0]] + _SCORE["stay"][codes[:, 4]] + _SCORE["debt"][codes[:, 5]]
    score = score + own[:, None, None]
    weight = (share[:, None, None] * pairs).ravel()
    order = np.argsort(score.ravel(), kind="stable")
    line = score.ravel()[order][np.searchsorted(np.cumsum(weight[order]), 0.15)]
    return World(codes, share, pairs, _missing(codes), score, int(line))


def draw_sample(world: World, children: int, seed: int) -> Sample:
    """Draw children from a world."""
    rng = np.random.default_rng(seed)
    cell = rng.choice(len(world.share), size=children, p=world.share / world.share.sum())
    cumulative = np.cumsum(world.pairs.reshape(-1, 64), axis=1)[cell]
    pair = np.minimum((rng.random(children)[:, None] > cumulative).sum(axis=1), 63)
    mother, father = np.divmod(pair, 8)
    pattern = (rng.random(children)[:, None] > np.cumsum(world.missing[cell, mother, father], axis=1)).sum(
        axis=1
    )
    seen_mother = np.where((pattern == 1) | (pattern == 3), -1, mother)
    seen_father = np.where((pattern == 2) | (pattern == 3), -1, father)
    predictors = tuple(
        Predictor(name, world.codes[cell, place], size) for place, (name, size) in enumerate(LEVELS.items())
    )
    keys = child_keys(f"{seed}-{row}" for row in range(children))
    seen = EducationInput(keys, seen_mother, seen_father, predictors, np.ones(children, dtype=bool))
    return Sample(cell, mother, father, seen)


def _missing(codes: Codes) -> Floats:
    age, origin = codes[:, 1, None], codes[:, 0, None]
    low = np.linspace(1.0, -1.0, 8)
    both = expit(-3.2 + 0.5 * age + 0.35 * origin)
    mother = (1.0 - both) * 0.5 * expit(-2.2 + 0.5 * age + 0.25 * origin + 1.3 * low)
    father = (1.0 - both) * 0.6 * expit(-1.6 + 0.4 * age + 0.2 * origin + 1.5 * low)
    probability = np.zeros((len(codes), 8, 8, 4))
    probability[..., 1] = mother[:, None, :]  # depends on the father, who is seen
    probability[..., 2] = father[:, :, None]  # depends on the mother, who is seen
    probability[..., 3] = both[:, :, None]
    probability[..., 0] = 1.0 - probability.sum(axis=-1)
    return probability


def _sequential(pull: Floats) -> Floats:
    start = np.array([-2.4, -1.6, -1.5, -1.0, -1.1, -1.0, 0.4])
    slope = np.array([1.5, 1.3, 1.1, 0.9, 0.8, 0.5, 0.9])
    partner = np.linspace(-1.6, 1.6, 8)
    mother = _classes(expit(start - slope * pull[:, None]))
    father = _classes(expit(start + 0.1 - 0.7 * slope * pull[:, None, None] - slope * partner[:, None]))
    return mother[:, :, None] * father


def _classes(hazard: Floats) -> Floats:
    survival = np.concatenate([np.ones((*hazard.shape[:-1], 1)), np.cumprod(1.0 - hazard, axis=-1)], axis=-1)
    return survival * np.concatenate([hazard, np.ones((*hazard.shape[:-1], 1))], axis=-1)


def _latent(pull: Floats, correlation: float = 0.55) -> Floats:
    """Cut a bivariate normal, integrating the mother's part over a fine grid within each class."""
    edges = np.concatenate([[-7.0], _CUTS, [7.0]])
    pairs = np.zeros((len(pull), 8, 8))
    steps = (np.arange(60) + 0.5) / 60
    for place, own in enumerate(pull):
        for mother in range(8):
            z = edges[mother] - own + (edges[mother + 1] - edges[mother]) * steps
            density = np.exp(-z * z / 2.0)
            limits = (_CUTS - own - correlation * z[:, None]) / np.sqrt(1.0 - correlation**2)
            father = np.diff(ndtr(limits), prepend=0.0, append=1.0, axis=1)
            pairs[place, mother] = (density[:, None] * father).sum(axis=0) * (
                edges[mother + 1] - edges[mother]
            )
    return pairs / pairs.sum(axis=(1, 2), keepdims=True)
