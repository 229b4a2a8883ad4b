"""Fitting and scoring children in parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.exact.integers import Int64Array
from oab_funding.indicator.coding import to_date
from oab_funding.indicator.fit import fit_statistics
from oab_funding.indicator.imputation.counts import EducationCounts
from oab_funding.indicator.imputation.draws import Keys
from oab_funding.indicator.imputation.impute import ImputationRule, check_school
from oab_funding.indicator.imputation.parents_model import ParentsModel, fit_parents
from oab_funding.indicator.imputation.school_level import SchoolLevels
from oab_funding.indicator.model import Model
from oab_funding.indicator.parts.donors import Stays, choose, impute_stays
from oab_funding.indicator.parts.sources import Each, in_turn, parts_of
from oab_funding.indicator.parts.work import (
    Draws,
    Plan,
    Seen,
    draw,
    education_counts,
    finish,
    level_counts,
    look,
    score,
    statistics_of,
)
from oab_funding.indicator.population import months_of_toddlers
from oab_funding.indicator.results import FittedIndicator
from oab_funding.indicator.school_mean import PlaceKey
from oab_funding.indicator.specification import Specification
from oab_funding.indicator.specification_file import load_specification


def fit_in_parts(
    pupils: Any,
    sites: Any,
    spec: str | Path | Specification = "cbs-2019",
    reference_date: date | str | None = None,
    each: Each = in_turn,
) -> FittedIndicator:
    """Fit the indicator on pupils in parts; see `fit` and `parts_of`.

    Without the pupils at hand, standard errors other than the classical ones are not to be had.

    Raises
    ------
    InputError
        See `fit`.

    Examples
    --------
    >>> from oab_funding.synthetic import country
    >>> made_up = country(6_000, seed=1)
    >>> fit_in_parts(made_up.pupils.to_batches(max_chunksize=2_000), made_up.sites).nobs
    3969
    """
    specification = load_specification(spec)
    day = specification.reference_date if reference_date is None else to_date(reference_date)
    plan = Plan(specification, sites, day, None)
    parts = iter(each(partial(statistics_of, plan), [(part,) for part in parts_of(pupils)]))
    total = next(parts, None)
    if total is None:
        raise _nobody()
    for part in parts:
        total = total + part
    return fit_statistics(total, specification)


@dataclass(frozen=True, slots=True, eq=False)
class ScoredParts:
    """Scores of children in parts, as files.

    Parameters
    ----------
    folder
        Holds a Parquet file per part, pupils first, each as `SCORED_CHILDREN` describes.
    left_out
        Children who do not count, by kind and reason.
    rounds, seed
        How was imputed.
    label
        What every output made with the model must say.
    education
        The fitted model of parents' education.
    """

    folder: Path
    left_out: Mapping[str, int]
    rounds: int
    seed: int
    label: str
    education: ParentsModel

    def dataset(self) -> ds.Dataset:
        """Give the scored children as a dataset."""
        return ds.dataset(sorted(self.folder.glob("part-*.parquet")))


def score_in_parts(
    pupils: Any,
    toddlers: Any,
    sites: Any,
    model: Model,
    out: str | Path,
    *,
    rule: ImputationRule | None = None,
    reference_date: date | str | None = None,
    each: Each = in_turn,
) -> ScoredParts:
    """Impute and score a population in parts; the rounds are averaged per child.

    Parameters
    ----------
    pupils, toddlers
        See `parts_of`; toddlers may be None.
    sites
        Frame of sites with `municipality_code`.
    model
        Coefficients and features.
    out
        Folder that is not there yet.
    rule
        Rounds, seed and how the school enters.
    reference_date
        See `score`.
    each
        How the parts are gone through: `in_turn`, `with_dask`, `with_executor(...)`.

    Raises
    ------
    InputError
        As `impute` and `score`; or a child stands in two parts.
    """
    rule, folder = rule or ImputationRule(), Path(out)
    check_school(rule.school)
    specification = model.specification
    day = specification.reference_date if reference_date is None else to_date(reference_date)
    plan = Plan(specification, sites, day, months_of_toddlers(day) if toddlers is not None else None)
    kinds = [parts_of(pupils), parts_of(toddlers)]
    every = [(part,) for parts in kinds for part in parts]
    if not kinds[0]:
        raise _nobody()
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise InputError(
            "cannot be made", Place(str(folder)), "give a folder that is not there yet"
        ) from error

    seen = list(each(partial(look, plan), every))
    check_ids(plan, seen, every)
    left_out: dict[str, int] = {}
    for one in seen:
        left_out |= {reason: left_out.get(reason, 0) + n for reason, n in one.left_out.items()}
    social = sorted(set().union(*(one.social for one in seen)))
    sums = seen[0].sums
    for one in seen[1:]:
        sums = sums + one.sums
    levels = None
    if rule.school == "level":
        levels = SchoolLevels.of_sums(sums)
        levels = levels.with_cuts(np.sum(list(each(partial(level_counts, plan, levels), every)), axis=0))
    counted: EducationCounts | None = None
    for found in each(partial(education_counts, plan, social, levels), every):
        counted = found if counted is None else counted + found
    assert counted is not None
    draws = Draws(plan, social, levels, fit_parents(counted), rule, model)

    mothers: dict[PlaceKey, Int64Array] = {}
    stays: list[list[Stays]] = [[], []]
    for kind, parts in enumerate(kinds):
        for stay, places, counts in each(partial(draw, draws), [(part,) for part in parts]):
            stays[kind].append(stay)
            for place, mine in zip(places, counts, strict=True):
                mothers[place] = mothers[place] + mine if place in mothers else mine
    number = 0
    for parts, known in zip(kinds, stays, strict=True):
        files = [folder / f"part-{number + place:05}.parquet" for place in range(len(parts))]
        imputed = impute_stays(known, rule.seed)
        given = list(zip(parts, imputed, files, strict=True))
        scored = list(each(partial(score, draws, mothers), given))
        donated = choose([one.donors for one in scored], [one.takers for one in scored], rule.seed)
        work = zip(files, (one.takers.row for one in scored), donated, strict=True)
        list(each(finish, [one for one in work if len(one[1])]))
        number += len(parts)
    return ScoredParts(folder, left_out, rule.rounds, rule.seed, model.label, draws.education)


def check_ids(plan: Plan, seen: Sequence[Seen], parts: Sequence[tuple[Any, ...]]) -> None:
    """Refuse a child that stands in two parts, or counts both as pupil and as toddler."""
    for chosen in (
        [(one.kind == "pupil", np.ones(len(one.key), dtype=np.bool_)) for one in seen],
        [(one.kind == "toddler", np.ones(len(one.key), dtype=np.bool_)) for one in seen],
        [(True, one.counted) for one in seen],
    ):
        keys = [one.key[which] for one, (taken, which) in zip(seen, chosen, strict=True) if taken]
        together = np.sort(np.concatenate(keys)) if keys else np.zeros(0, dtype=np.uint64)
        twice = together[1:][together[1:] == together[:-1]]
        if len(twice):
            _refuse_twice(plan, seen, parts, twice, chosen)


def _refuse_twice(
    plan: Plan,
    seen: Sequence[Seen],
    parts: Sequence[tuple[Any, ...]],
    twice: Keys,
    chosen: Sequence[tuple[bool, NDArray[np.bool_]]],
) -> None:
    """Look up who has the same key: the same child is refused, and two children may share one."""
    found: set[str] = set()
    for one, (part,), (taken, which) in zip(seen, parts, chosen, strict=True):
        rows = np.flatnonzero(which & np.isin(one.key, twice))
        if not taken or not len(rows):
            continue
        for child in plan.coded(part).children.column("child_id").take(pa.array(rows)).to_pylist():
            if child in found:
                raise InputError(
                    "stands in two parts", Place(column="child_id", value=child), "give each child once"
                )
            found.add(child)


def _nobody() -> InputError:
    return InputError("has no parts", Place(argument="pupils"), "give one at least")
