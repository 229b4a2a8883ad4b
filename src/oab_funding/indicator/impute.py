"""Imputing a population: education, length of stay and donors, for pupils and toddlers together.

One education model is learned from all children of the register. CBS has not published its imputation model; the
choices made here are the gaps of `imputation.education.GAPS` and the defaults of `ImputationRule`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.indicator.arrow import filled
from oab_funding.indicator.coding import CodedChildren, code_children
from oab_funding.indicator.imputation.counts import EducationInput, Predictor
from oab_funding.indicator.imputation.donors import DonorPool, class_codes
from oab_funding.indicator.imputation.draws import Keys, child_keys
from oab_funding.indicator.imputation.education import impute_education
from oab_funding.indicator.imputation.result import ImputedEducation
from oab_funding.indicator.imputation.stay import ImputedStay, StayInput, impute_stay
from oab_funding.indicator.imputed import NO_DONOR, Imputed
from oab_funding.indicator.population import counted_pupils, counted_toddlers, toddler_ages
from oab_funding.indicator.predictors import age_classes, coded_classes, density_classes, text_classes
from oab_funding.indicator.specification import Specification
from oab_funding.tables.catalogue import PUPILS, TODDLERS
from oab_funding.tables.conform import conform

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ImputationRule:
    """How the unknown is imputed.

    Parameters
    ----------
    rounds
        Rounds of imputation m.
    seed
        Seed of every draw.
    density_groups
        Groups of equal size into which address density is cut.
    donors_needed
        Donors that a class must have before it serves.
    """

    rounds: int = 10
    seed: int = 1
    density_groups: int = 5
    donors_needed: int = 5


@dataclass(frozen=True, slots=True, eq=False)
class ImputedPopulation:
    """What imputation adds to a population of n children: pupils first, then toddlers.

    Parameters
    ----------
    pupils, toddlers
        For scoring; None where there are no toddlers.
    child_ids
        `child_id` of each child, shape (n,).
    education, stay
        Education and length of stay by round.
    donors
        Row, among its own kind, of each child's donor; `NO_DONOR` where it needs none. Shape (n,).
    """

    pupils: Imputed
    toddlers: Imputed | None
    child_ids: pa.Array
    education: ImputedEducation
    stay: ImputedStay
    donors: Rows


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Children of one kind: their table, their codes, who counts, and their ages."""

    table: pa.Table
    coded: CodedChildren
    counted: NDArray[np.bool_]
    ages: NDArray[np.int64]

    @property
    def settled(self) -> NDArray[np.bool_]:
        """Children who count and get a score of their own or from a donor."""
        return self.counted & ~self.coded.asylum_seeker

    @property
    def has_own_score(self) -> NDArray[np.bool_]:
        """Children of the register whose origin is known: all else can be imputed."""
        return self.coded.in_register & (self.coded.codes["origin"] >= 0)


def impute(
    pupils: Any,
    toddlers: Any,
    sites: Any,
    specification: Specification,
    toddler_months: tuple[int, int],
    rule: ImputationRule,
    reference_date: date | None = None,
) -> ImputedPopulation:
    """Impute what is not known of a population.

    Parameters
    ----------
    pupils, toddlers
        Frames of pupils, and of toddlers or None.
    sites
        Frame of sites with `municipality_code`.
    specification
        The features.
    toddler_months
        From how many complete months, and until below how many, a toddler counts.
    rule
        Rounds, seed and classes.
    reference_date
        The day on which ages and lengths of stay are counted; the specification's own if left out.

    Returns
    -------
    ImputedPopulation
        Every child gets the same for any order of the rows.

    Raises
    ------
    InputError
        A table does not keep to its schema, there is nothing to learn from, or no donor.
    """
    parts = [_pupils(pupils, sites, specification, reference_date)]
    if toddlers is not None:
        parts.append(_toddlers(toddlers, sites, specification, reference_date, toddler_months))
    ids = pa.concat_arrays([part.table.column("child_id").combine_chunks() for part in parts])
    keys = child_keys(ids.to_pylist())
    predictors = _predictors(parts, specification, rule)
    eligible = np.concatenate([part.coded.in_register & ~part.coded.asylum_seeker for part in parts])
    mother, father, stay = (_numbers(parts, name) for name in ("education_mother", "education_father", "stay"))
    education = impute_education(EducationInput(keys, mother, father, predictors, eligible), rule.rounds, rule.seed)
    age, origin = predictors[0], predictors[1]
    groups = [class_codes([origin.codes, age.codes], (origin.levels, age.levels)), origin.codes]
    abroad = np.concatenate([~filled(part.table.column("mother_born_in_nl"), False) for part in parts])
    stays = impute_stay(StayInput(keys, stay, abroad, eligible, groups), education.mother, rule.seed)
    ends = np.cumsum([0, *(len(part.coded) for part in parts)])
    spans = [slice(start, stop) for start, stop in zip(ends[:-1], ends[1:], strict=True)]
    donors = [_donors(part, keys[span], rule) for part, span in zip(parts, spans, strict=True)]
    done = [_of_part(education, stays, chosen, span) for chosen, span in zip(donors, spans, strict=True)]
    return ImputedPopulation(
        done[0], done[1] if len(done) > 1 else None, ids, education, stays, np.concatenate(donors)
    )


def _pupils(frame: Any, sites: Any, specification: Specification, day: date | None) -> _Part:
    table = conform(frame, PUPILS)
    coded = code_children(table, sites, specification, day)
    return _Part(table, coded, counted_pupils(coded)[0], filled(table.column("age"), 0))


def _toddlers(
    frame: Any, sites: Any, specification: Specification, day: date | None, months: tuple[int, int]
) -> _Part:
    table = conform(frame, TODDLERS)
    coded = code_children(table, sites, specification, day)
    return _Part(table, coded, counted_toddlers(coded, months)[0], toddler_ages(coded, months))


def _predictors(
    parts: Sequence[_Part], specification: Specification, rule: ImputationRule
) -> tuple[Predictor, ...]:
    """Age, origin and stay, and the auxiliary columns where all parts have them."""
    found = [age_classes(np.concatenate([part.ages for part in parts]))]
    for name in ("origin", "stay"):
        codes = np.concatenate([part.coded.codes[name] for part in parts])
        found.append(coded_classes(name, codes, len(specification.categories(name))))
    if all("socioeconomic_category" in part.table.column_names for part in parts):
        found.append(text_classes("socioeconomic", [part.table.column("socioeconomic_category") for part in parts]))
    if all("address_density" in part.table.column_names for part in parts):
        found.append(density_classes([part.table.column("address_density") for part in parts], rule.density_groups))
    return tuple(found)


def _numbers(parts: Sequence[_Part], name: str) -> NDArray[np.int64]:
    """Categories counted from 1, with 0 for unknown."""
    return np.concatenate([part.coded.codes[name].astype(np.int64) + 1 for part in parts])


def _donors(part: _Part, keys: Keys, rule: ImputationRule) -> Rows:
    """Give children without a score of their own a donor of their site, else municipality, else the country."""
    names = ("site_id", "municipality_code") if part.coded.kind == "pupil" else ("municipality_code",)
    columns = {name: part.coded.children.column(name) for name in names}
    classes = [text_classes(name, [column]).codes for name, column in columns.items()]
    gives = np.flatnonzero(part.settled & part.has_own_score)
    takes = np.flatnonzero(part.settled & ~part.has_own_score)
    donors = np.full(len(part.coded), NO_DONOR, dtype=np.int64)
    if takes.size:
        pool = DonorPool(keys[gives], [codes[gives] for codes in classes], rule.donors_needed)
        chosen = pool.choose(keys[takes], [codes[takes] for codes in classes], rule.seed)
        donors[takes] = gives[chosen.donor]
    return donors


def _of_part(education: ImputedEducation, stay: ImputedStay, donors: Rows, span: slice) -> Imputed:
    codes = {
        "education_mother": education.mother[:, span] - np.int8(1),
        "education_father": education.father[:, span] - np.int8(1),
        "stay": stay.stay[:, span] - np.int8(1),
    }
    return Imputed(codes, donors if (donors != NO_DONOR).any() else None)
