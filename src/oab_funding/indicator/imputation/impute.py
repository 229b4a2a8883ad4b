"""From coded children to what scoring takes: imputed categories of every round, and donors of scores.

One model of education serves pupils and toddlers together; donors are sought among children of the same kind.
The predictors of education are the features of the specification besides education (with "unknown" as a
level), age, address density, socio-economic category and the level of the school. Who has a category unknown
after that, or is not in the population register, gets a donor; asylum-seeking children get none, since their
score is G.

CBS has not published its imputation model; the choices made stand in `education.GAPS`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.indicator.category_codes import UNKNOWN, Codes
from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.imputation.counts import EducationInput, Predictor, count_education
from oab_funding.indicator.imputation.donors import DonorPool, StayInput, class_codes, impute_stay
from oab_funding.indicator.imputation.draws import Keys, child_keys
from oab_funding.indicator.imputation.education import impute_education
from oab_funding.indicator.imputation.imputed import NO_DONOR, Imputed
from oab_funding.indicator.imputation.outcome import outcome_predictors
from oab_funding.indicator.imputation.parents_model import ParentsModel, fit_parents
from oab_funding.indicator.imputation.school_level import SchoolLevels
from oab_funding.indicator.population import Population
from oab_funding.indicator.specification import Specification

Flags = NDArray[np.bool_]

_LOG = logging.getLogger("oab_funding")

School = Literal["level", "none"]
"""How the school enters the model of education: by its level, or not at all."""

For = Literal["score", "fit"]
"""What an imputation is for: a fit needs one that knows attainment and ability, scores one that does not."""

MOTHER, FATHER, ORIGIN, STAY = "education_mother", "education_father", "origin", "stay"
DENSITY_BOUNDARIES = (500, 1000, 1500, 2500)
"""Addresses per square kilometre at which CBS's five classes of urbanity (stedelijkheid) begin anew."""
YOUNGEST, OLDEST = 4, 12
"""Ages below or above form one class with these; toddlers are a class of their own (a gap)."""
MOST_CATEGORIES = 64
"""Of one predictor. Work grows with the third power of their number, and an identifier in the wrong column
would keep it busy for days."""


@dataclass(frozen=True, slots=True, eq=False)
class ImputedPopulation:
    """What was imputed for a population.

    Parameters
    ----------
    population
        The children.
    rounds, seed
        Number of rounds m and seed of the draws.
    parts
        For pupils, and toddlers if there are any: what scoring takes.
    model
        The fitted model of education.
    for_
        What it is for.
    """

    population: Population
    rounds: int
    seed: int
    parts: tuple[Imputed, ...]
    model: ParentsModel
    for_: For = "score"


def impute_coded(
    population: Population,
    rounds: int = 10,
    seed: int = 0,
    school: School = "level",
    for_: For = "score",
) -> ImputedPopulation:
    """Impute education, length of stay and donors.

    Parameters
    ----------
    population
        The children.
    rounds, seed
        Number of rounds m and seed of the calculation.
    school
        How the child's school, or a toddler's municipality, enters the model of education: by the level of
        the other parents there, or not at all (``"none"``).
    for_
        What it is for; for a fit, attainment and ability enter the model of education as well.

    Raises
    ------
    InputError
        `school` or `for_` is none of these; or as `fit_parents`, `impute_education`, `impute_stay` and
        `DonorPool`.
    """
    start = time.perf_counter()
    parts, specification = population.parts, population.specification
    check_school(school)
    social = sorted(set().union(*map(social_categories, parts)))
    levels = SchoolLevels.of(parts) if school == "level" else None
    inputs = [education_input(part, specification, social, levels) for part in parts]
    if for_ not in get_args(For):
        raise InputError(
            "is nothing to impute for", Place(argument="for_", value=for_), "choose score or fit"
        )
    if for_ == "fit":
        more = outcome_predictors(parts)
        inputs = [
            replace(children, predictors=(*children.predictors, *own))
            for children, own in zip(inputs, more, strict=True)
        ]
    counted = count_education(inputs[0])
    for children in inputs[1:]:
        counted = counted + count_education(children)
    model = fit_parents(counted)
    done = tuple(
        _impute_part(part, children, model, rounds, seed, social)
        for part, children in zip(parts, inputs, strict=True)
    )
    _LOG.info(
        "imputed %d children in %d rounds in %.2f s; model of education: %d children, %d iterations",
        sum(map(len, parts)),
        rounds,
        time.perf_counter() - start,
        model.informative,
        model.iterations,
    )
    return ImputedPopulation(population, rounds, seed, done, model, for_)


def check_school(school: str) -> None:
    """Refuse what is no way for the school to enter the model."""
    if school not in get_args(School):
        raise InputError(
            "is no way for the school to enter the model", Place(value=school), "choose level or none"
        )


def education_input(
    coded: CodedChildren,
    specification: Specification,
    social: Sequence[str],
    levels: SchoolLevels | None,
    keys: Keys | None = None,
) -> EducationInput:
    """Arrange children for the model of education.

    `social` lists the socio-economic categories; `keys` are the children's, if they are at hand.
    """
    codes = coded.codes
    predictors = []
    for name, values in codes.items():
        if name not in (MOTHER, FATHER):
            size = len(specification.categories(name))
            predictors.append(Predictor(name, _unknown_last(values, size), size + 1))
    predictors += [
        Predictor("age", age_class(coded), OLDEST - YOUNGEST + 2),
        Predictor("address_density", density_class(coded), len(DENSITY_BOUNDARIES) + 2),
        Predictor(
            "socioeconomic_category", _unknown_last(social_codes(coded, social), len(social)), len(social) + 1
        ),
    ]
    for predictor in predictors:
        _check_size(predictor)
    if levels is not None:
        own = levels.of_children(coded)
        predictors.append(Predictor("school_level", own.classes, len(own.cuts) + 1, own.classes_in_round))
    if keys is None:
        keys = child_keys(coded.children.column("child_id").to_pylist())
    return EducationInput(keys, codes[MOTHER], codes[FATHER], tuple(predictors), coded.eligible)


def age_class(coded: CodedChildren) -> NDArray[np.int64]:
    """Class of age: pupils by year, toddlers last."""
    if coded.kind == "toddler":
        return np.full(len(coded), OLDEST - YOUNGEST + 1)
    age: NDArray[np.int64] = coded.children.column("age").to_numpy()
    return np.clip(age, YOUNGEST, OLDEST) - YOUNGEST


def density_class(coded: CodedChildren) -> NDArray[np.int64]:
    """Class of address density, from thinly to densely built; unknown last."""
    unknown = len(DENSITY_BOUNDARIES) + 1
    if "address_density" not in coded.children.column_names:
        return np.full(len(coded), unknown)
    column = coded.children.column("address_density")
    classes = np.zeros(len(coded), dtype=np.int64)
    for boundary in DENSITY_BOUNDARIES:
        classes += pc.fill_null(pc.greater_equal(column, pa.scalar(boundary)), False).to_numpy()
    return np.where(column.is_null().to_numpy(), unknown, classes)


def score_ladder(coded: CodedChildren, social: Sequence[str]) -> list[NDArray[np.int64]]:
    """Donor classes from narrow to wide: site; municipality by socio-economic category; municipality."""
    municipality = _positions(coded.children.column("municipality_code"))
    both = class_codes(
        [municipality, social_codes(coded, social)], (int(municipality.max(initial=0)) + 1, len(social))
    )
    site = [_positions(coded.children.column("site_id"))] if coded.kind == "pupil" else []
    return [*site, both, municipality]


def _impute_part(
    coded: CodedChildren,
    children: EducationInput,
    model: ParentsModel,
    rounds: int,
    seed: int,
    social: Sequence[str],
) -> Imputed:
    education = impute_education(children, rounds, seed, model)
    codes = {MOTHER: education.mother, FATHER: education.father}
    codes[STAY] = impute_stay(stay_input(coded, children.child_key), education.mother, seed).stay
    donors, rung = _choose_donors(coded, children, wants_donor(coded, codes), seed, social)
    return Imputed(codes, donors, donor_rung=rung)


def stay_input(coded: CodedChildren, keys: Keys) -> StayInput:
    """Arrange children for the length of stay: donors by origin and age, then by origin."""
    origin = coded.codes[ORIGIN].astype(np.int64)
    by_age = class_codes([origin, age_class(coded)], (int(origin.max(initial=0)) + 1, OLDEST))
    born_abroad = ~coded.mother_born_here
    return StayInput(keys, coded.codes[STAY], born_abroad, coded.eligible, [by_age, origin])


def wants_donor(coded: CodedChildren, imputed: Mapping[str, Codes]) -> Flags:
    """Find children of whom something stays unknown, or who are in no register; not asylum seekers."""
    lacking = [np.any(array == UNKNOWN, axis=0) for array in imputed.values()]
    lacking += [values == UNKNOWN for name, values in coded.codes.items() if name not in imputed]
    wants: Flags = (np.any(lacking, axis=0) | ~coded.in_register) & ~coded.asylum_seeker
    return wants


def _choose_donors(
    coded: CodedChildren, children: EducationInput, wants: Flags, seed: int, social: Sequence[str]
) -> tuple[NDArray[np.int64] | None, NDArray[np.int64]]:
    takers, givers = np.flatnonzero(wants), np.flatnonzero(coded.eligible & coded.counted & ~wants)
    if not len(takers):
        return None, np.zeros(0, dtype=np.int64)
    ladder = score_ladder(coded, social)
    pool = DonorPool(children.child_key[givers], [codes[givers] for codes in ladder])
    choice = pool.choose(children.child_key[takers], [codes[takers] for codes in ladder], seed)
    donors = np.full(len(wants), NO_DONOR, dtype=np.int64)
    donors[takers] = givers[choice.donor]
    return donors, choice.rung


def social_categories(coded: CodedChildren) -> set[str]:
    """Find the socio-economic categories that occur."""
    if "socioeconomic_category" not in coded.children.column_names:
        return set()
    return set(coded.children.column("socioeconomic_category").drop_null().unique().to_pylist())


def social_codes(coded: CodedChildren, social: Sequence[str]) -> NDArray[np.int64]:
    """Give the position of each child's socio-economic category among these, `UNKNOWN` where empty."""
    if "socioeconomic_category" not in coded.children.column_names:
        return np.full(len(coded), UNKNOWN)
    return _positions(coded.children.column("socioeconomic_category"), social)


def _positions(column: pa.ChunkedArray, among: Sequence[str] | None = None) -> NDArray[np.int64]:
    """Position of each value among the sorted distinct values, `UNKNOWN` where empty."""
    plain = column.cast(pa.string())
    wanted = sorted(plain.drop_null().unique().to_pylist()) if among is None else among
    found = pc.index_in(plain, value_set=pa.array(wanted, pa.string()))
    positions: NDArray[np.int64] = pc.fill_null(found, UNKNOWN).to_numpy().astype(np.int64)
    return positions


def _check_size(predictor: Predictor) -> None:
    categories = predictor.levels - 1  # one level is "unknown"
    if categories > MOST_CATEGORIES:
        raise InputError(
            f"has {categories} categories, and imputation takes at most {MOST_CATEGORIES}",
            Place("imputation", column=predictor.name),
            "give fewer, broader categories; is it an identifier?",
        )


def _unknown_last(codes: NDArray[np.integer], size: int) -> NDArray[np.int64]:
    return np.where(codes == UNKNOWN, size, codes).astype(np.int64)


@dataclass(frozen=True, slots=True)
class ImputationRule:
    """How often to impute, the seed of every draw, and how the school enters (see `impute_coded`)."""

    rounds: int = 10
    seed: int = 1
    school: School = "level"


def impute(
    pupils: Any,
    toddlers: Any,
    sites: Any,
    specification: Specification,
    toddler_months: tuple[int, int] | None,
    rule: ImputationRule,
    reference_date: date | str | None = None,
) -> ImputedPopulation:
    """Impute what is not known of a population.

    Parameters
    ----------
    pupils, toddlers, sites, specification, toddler_months, reference_date
        See `Population.of`.
    rule
        Rounds, seed and how the school enters.

    Returns
    -------
    ImputedPopulation
        Every child gets the same for any order of the rows.

    Raises
    ------
    InputError
        A table does not keep to its schema, there is nothing to learn from, or no donor.
    """
    population = Population.of(pupils, toddlers, sites, specification, reference_date, toddler_months)
    return impute_coded(population, rule.rounds, rule.seed, rule.school)
