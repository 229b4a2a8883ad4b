"""Imputing the parents' education m times for children in the population register.

Every draw compares a whole number of 2^-32, from 32 random bits of the child, with cumulative probabilities.
The odds of a child are a product: of what its predictors say that are the same in every round, tabulated by
cell, of what those say that are drawn, and of the mother's class. Siblings are drawn independently of one
another: a declared gap (`GAPS`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError
from oab_funding.indicator.category_codes import UNKNOWN, Codes
from oab_funding.indicator.imputation.continuation_ratio import class_probabilities
from oab_funding.indicator.imputation.counts import (
    CLASSES,
    EducationInput,
    count_education,
    decode_cells,
    numbered,
)
from oab_funding.indicator.imputation.draws import ALGORITHM, Keys, Purpose, check_seed, draw_bits
from oab_funding.indicator.imputation.elementary import Floats
from oab_funding.indicator.imputation.joint import hazards
from oab_funding.indicator.imputation.parents_model import DrawnParents, ParentsModel, fit_parents

GRID_BITS = 32
"""Draws are whole multiples of 2^-32."""
_CHUNK = 1 << 13

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
    rows, drawn_mother, drawn_father = draw_education(children, model.drawn(rounds, seed))
    mother, father = (np.tile(_codes(codes), (rounds, 1)) for codes in (children.mother, children.father))
    mother[:, rows], father[:, rows] = drawn_mother, drawn_father
    no_mother, no_father = (
        children.eligible & (codes == UNKNOWN) for codes in (children.mother, children.father)
    )
    return ImputedEducation(rounds, mother, father, no_mother, no_father, seed, describe(model, rounds, seed))


def draw_education(children: EducationInput, model: DrawnParents) -> tuple[NDArray[np.int64], Codes, Codes]:
    """Draw every unknown education of the eligible children.

    Returns
    -------
    tuple
        Rows of the children of whom an education was drawn, and the mothers' and fathers' educations of
        these, each of shape (m, rows).

    Raises
    ------
    InputError
        The model has other predictors.
    """
    if model.levels != children.levels:
        raise InputError(
            f"the model has predictors {model.levels}, the children {children.levels}",
            "imputation",
            "code both alike",
        )
    lacks = (children.mother == UNKNOWN) | (children.father == UNKNOWN)
    rows = np.flatnonzero(children.eligible & lacks)
    incomplete, rounds = _Incomplete.of(children, rows), len(model.coefficients)
    mother, father = np.empty((2, rounds, len(rows)), dtype=np.int8)
    for index in range(rounds):
        mother[index], father[index] = incomplete.drawn(model, index + 1)
    return rows, mother, father


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


@dataclass(frozen=True, slots=True, eq=False)
class _Incomplete:
    """Eligible children with an unknown parent.

    Parameters
    ----------
    children, rows
        All children, and which of them lack a parent: n of them.
    mother, father
        Their educations.
    codes, cell
        Codes of the cells that occur, with the reference for what is drawn in rounds; each child's cell.
    """

    children: EducationInput
    rows: NDArray[np.int64]
    mother: Codes
    father: Codes
    codes: NDArray[np.int64]
    cell: NDArray[np.int64]

    @classmethod
    def of(cls, children: EducationInput, rows: NDArray[np.int64]) -> _Incomplete:
        fixed = children.cells(rows)
        cells, cell = numbered(fixed, prod(children.levels.values()))
        codes = decode_cells(cells, tuple(children.levels.values()))
        mother, father = _codes(children.mother[rows]), _codes(children.father[rows])
        return cls(children, rows, mother, father, codes, cell)

    def drawn(self, model: DrawnParents, round_: int) -> tuple[Codes, Codes]:
        """Draw the unknown educations of one round: the mother first, then the father given her."""
        coefficients, seed = model.coefficients[round_ - 1], model.seed
        odds = model.odds(self.codes, round_)
        factors = [
            (*coefficients.factors(first, predictor.levels), predictor.in_round(seed, round_, self.rows))
            for predictor, first in zip(self.children.predictors, model.first_columns, strict=True)
            if predictor.in_round is not None
        ]
        keys = self.children.child_key[self.rows]
        mother, father = self.mother.copy(), self.father.copy()

        def of_parent(which: int, rows: NDArray[np.int64]) -> Floats:
            found = np.take((odds.mother, odds.father)[which], self.cell[rows], axis=1)
            for *tables, codes in factors:
                found *= np.take(tables[which], codes[rows], axis=1)
            return found

        lacks = np.flatnonzero(mother == UNKNOWN)
        bits = draw_bits(keys[lacks], seed, round_, Purpose.MOTHER)
        for known in range(UNKNOWN, CLASSES):
            for some in _chunks(np.flatnonzero(father[lacks] == known)):
                rows = lacks[some]
                if known == UNKNOWN:
                    mother[rows] = draw_class(of_parent(0, rows), bits[some])
                else:
                    of_father = of_parent(1, rows)[:, None, :] * odds.partner[:, :, None]
                    mother[rows] = draw_given_father(of_parent(0, rows), of_father, known, bits[some])
        lacks = np.flatnonzero(father == UNKNOWN)
        bits = draw_bits(keys[lacks], seed, round_, Purpose.FATHER)
        for some in _chunks(np.arange(len(lacks))):
            rows = lacks[some]
            of_father = of_parent(1, rows)
            of_father *= np.take(odds.partner, mother[rows], axis=1)
            father[rows] = draw_class(of_father, bits[some])
        return mother, father


def draw_class(odds: Floats, bits: Keys) -> Codes:
    """Class from 0 that the high 32 of the 64 random bits fall into.

    Parameters
    ----------
    odds
        Shape (7, n): odds of going on to a higher class.
    bits
        From `draw_bits`.

    Examples
    --------
    >>> bits = np.array([2**62 - 1, 2**62, 2**63], dtype=np.uint64)
    >>> draw_class(np.array([[3.0, 3.0, 3.0], [0.5, 0.5, 0.5]]), bits).tolist()
    [0, 1, 1]
    """
    position = _position(bits)
    drawn, above = np.zeros(len(bits), dtype=np.int8), np.ones(len(bits))
    for going_on in odds:
        above *= going_on / (1.0 + going_on)
        drawn += position > 1.0 - above
    return drawn


def draw_given_father(of_mother: Floats, of_father: Floats, known: int, bits: Keys) -> Codes:
    """Class of mothers beside a known father, by Bayes' rule.

    Parameters
    ----------
    of_mother, of_father
        Odds of going on, of shapes (7, n) and (7, 8, n), with the mother's class on the second axis.
    known
        Class of the father.
    bits
        From `draw_bits`.
    """
    cumulative = mothers_given_father(of_mother, of_father, known)
    position = _position(bits) * cumulative[-1]
    drawn = np.zeros(len(bits), dtype=np.int8)
    for bound in cumulative[:-1]:
        drawn += position > bound
    return drawn


def mothers_given_father(of_mother: Floats, of_father: Floats, known: int) -> Floats:
    """Give p(mother at most a class, father), (8, n): what the mothers beside a known father are drawn by."""
    likely = np.ones(of_father.shape[1:])
    for going_on in of_father[:known]:
        likely *= going_on / (1.0 + going_on)
    if known < len(of_father):
        likely /= 1.0 + of_father[known]
    found: Floats = np.add.accumulate(likely * class_probabilities(hazards(of_mother)), axis=0)
    return found


def _position(bits: Keys) -> Floats:
    """Where the draws fall: the upper end of each of 2^32 equal parts of 0 to 1, exactly."""
    return np.ldexp((bits >> np.uint64(64 - GRID_BITS)).astype(np.float64) + 1.0, -GRID_BITS)


def _chunks(rows: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Give as many rows at a time as keep their figures in the processor's cache."""
    for start in range(0, len(rows), _CHUNK):
        yield rows[start : start + _CHUNK]


def _codes(values: NDArray[np.integer]) -> Codes:
    return values.astype(np.int8)
