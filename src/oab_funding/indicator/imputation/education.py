"""Imputing the parents' education m times for children in the population register.

Every draw compares 32 random bits of the child with cumulative probabilities on a grid of 2^-32, fixed per
cell of the predictors. Children with the same predictors share one table, so a round costs as much as the
cells plus a few look-ups per child. Siblings are drawn independently of one another: a declared gap (`GAPS`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError
from oab_funding.indicator.category_codes import UNKNOWN, Codes
from oab_funding.indicator.imputation.counts import CLASSES, EducationInput, count_education, decode_cells
from oab_funding.indicator.imputation.draws import ALGORITHM, Keys, Purpose, check_seed, draw_bits
from oab_funding.indicator.imputation.grid import GRID_BITS, cumulative_grid, draw_class
from oab_funding.indicator.imputation.joint import Tables, tabulate
from oab_funding.indicator.imputation.parents_model import ParentsModel, fit_parents

GAPS = (
    "the imputation model is not published: continuation-ratio logits of mother and father given the mother",
    "siblings are imputed independently of one another",
    "a parent who does not exist is not told from a parent whose education is unknown",
    "education is missing at random given the predictors and the other parent's education where known",
    "whether the school is a predictor is not published: by default the level of the other parents there is",
)
"""Points on which CBS has published nothing, and what is done here."""


@dataclass(frozen=True, slots=True)
class ImputedEducation:
    """Both parents' education of n children in every round, observed or imputed.

    Parameters
    ----------
    rounds
        Number of rounds m.
    mother, father
        ``int8`` of shape (m, n): class from 0, or `UNKNOWN` where not to be imputed.
    mother_imputed, father_imputed
        Boolean of shape (n,).
    seed
        Seed of the draws.
    description
        What an auditor needs to know of how it was made; plain values, ready for JSON.
    """

    rounds: int
    mother: Codes
    father: Codes
    mother_imputed: NDArray[np.bool_]
    father_imputed: NDArray[np.bool_]
    seed: int
    description: Mapping[str, Any]

    @property
    def imputed(self) -> NDArray[np.bool_]:
        """Children with one parent imputed at least, (n,)."""
        return self.mother_imputed | self.father_imputed


def impute_education(
    children: EducationInput, rounds: int = 10, seed: int = 0, model: ParentsModel | None = None
) -> ImputedEducation:
    """Impute every unknown education of the eligible children, m times.

    Parameters
    ----------
    children
        All children, or a part of them if `model` is given.
    rounds
        Number of rounds m.
    seed
        Seed of the calculation.
    model
        Model fitted to all children (default: fitted to these).

    Returns
    -------
    ImputedEducation
        With the same children in the same order.

    Raises
    ------
    InputError
        Rounds below 1, a seed that does not fit, a model of other predictors, or nothing to learn from.

    Examples
    --------
    >>> from oab_funding.indicator.imputation.draws import child_keys
    >>> known = np.repeat(np.arange(8), 20)
    >>> mother = np.append(known, [-1, -1])
    >>> father = np.append(known, [7, -1])
    >>> keys = child_keys(f"child-{i}" for i in range(162))
    >>> children = EducationInput(keys, mother, father, (), np.ones(162, dtype=bool))
    >>> done = impute_education(children, rounds=3, seed=1)
    >>> done.mother[:, -2].tolist(), done.father[:, -2].tolist()
    ([7, 7, 7], [7, 7, 7])
    """
    if rounds < 1:
        raise InputError(f"{rounds} rounds are too few", "imputation", "give 1 or more")
    check_seed(seed)
    if model is None:
        model = fit_parents(count_education(children))
    if model.levels != children.levels:
        raise InputError(
            f"the model has predictors {model.levels}, the children {children.levels}",
            "imputation",
            "code both alike",
        )
    lacks_mother = children.eligible & (children.mother == UNKNOWN)
    lacks_father = children.eligible & (children.father == UNKNOWN)
    rows = np.flatnonzero(lacks_mother | lacks_father)
    observed = _Incomplete(
        children.child_key[rows], _codes(children.mother[rows]), _codes(children.father[rows])
    )
    mother, father = (np.tile(_codes(codes), (rounds, 1)) for codes in (children.mother, children.father))
    for index in range(rounds):
        if index == 0 or children.drawn:
            cells, cell = np.unique(children.cells_in_round(rows, seed, index + 1), return_inverse=True)
            design = model.design(decode_cells(cells, tuple(model.levels.values())))
        tables = tabulate(model.draw(seed, index + 1), design)
        mother[index, rows], father[index, rows] = _draw_pairs(observed, cell, tables, seed, index + 1)
    described = describe(model, rounds, seed)
    return ImputedEducation(rounds, mother, father, lacks_mother, lacks_father, seed, described)


def describe(model: ParentsModel, rounds: int, seed: int) -> dict[str, Any]:
    """Say how education was imputed, in plain values ready for JSON.

    Examples
    --------
    >>> from oab_funding.indicator.imputation.continuation_ratio import Prior
    >>> model = ParentsModel({"age": 9}, Prior(), np.zeros(0), np.zeros((0, 0)), 100, 7)
    >>> describe(model, 10, 2019)["predictors"]
    {'age': 9}
    """
    return {
        "model": "p(mother | x) p(father | mother, x), continuation-ratio logits",
        "fit": "maximum of the likelihood of what was observed, EM gradient",
        "predictors": dict(model.levels),
        "prior_sd": {"intercept": model.prior.intercept_sd, "slope": model.prior.slope_sd},
        "parameters": "drawn per round from the large-sample normal posterior",
        "informative_children": model.informative,
        "iterations": model.iterations,
        "draws": ALGORITHM,
        "grid_bits": GRID_BITS,
        "rounds": rounds,
        "seed": str(seed),
        "gaps": list(GAPS),
    }


@dataclass(frozen=True, slots=True)
class _Incomplete:
    """Eligible children with an unknown parent: key, educations."""

    key: Keys
    mother: Codes
    father: Codes


def _draw_pairs(
    observed: _Incomplete, cell: NDArray[np.int64], tables: Tables, seed: int, round_: int
) -> tuple[Codes, Codes]:
    """Draw the unknown educations of one round: the mother first, then the father given her.

    `cell` gives each child's row of the tables.
    """
    marginal = tables.mother[:, None, :]
    given_father = tables.mother_given_father().transpose(0, 2, 1)
    mother_grid = cumulative_grid(np.concatenate([marginal, given_father], axis=1))
    father_grid = cumulative_grid(tables.father)
    mother, father = observed.mother.copy(), observed.father.copy()

    lacks = np.flatnonzero(mother == UNKNOWN)
    place = cell[lacks] * (CLASSES + 1) + father[lacks] + 1  # first: by no father
    mother[lacks] = draw_class(
        mother_grid, place, draw_bits(observed.key[lacks], seed, round_, Purpose.MOTHER)
    )

    lacks = np.flatnonzero(father == UNKNOWN)
    place = cell[lacks] * CLASSES + mother[lacks]
    father[lacks] = draw_class(
        father_grid, place, draw_bits(observed.key[lacks], seed, round_, Purpose.FATHER)
    )
    return mother, father


def _codes(values: NDArray[np.integer]) -> Codes:
    return values.astype(np.int8)
