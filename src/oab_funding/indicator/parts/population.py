"""Fitting and scoring children in parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial, reduce
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.category_codes import Codes
from oab_funding.indicator.coding import to_date
from oab_funding.indicator.fit import fit_statistics
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
    kept_beside,
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
from oab_funding.tables.whole import output_directory


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
    parts = parts_of(pupils)
    if not parts:
        raise _nobody()
    total = reduce(add, each(partial(statistics_of, plan), [(part,) for part in parts]))
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
        As `impute` and `score`; a child stands in two parts; or `out` is taken.
    """
    rule = rule or ImputationRule()
    check_school(rule.school)
    specification = model.specification
    day = specification.reference_date if reference_date is None else to_date(reference_date)
    plan = Plan(specification, sites, day, months_of_toddlers(day) if toddlers is not None else None)
    kinds = [parts_of(pupils), parts_of(toddlers)]
    if not kinds[0]:
        raise _nobody()
    with output_directory(out) as folder:
        every = [(part,) for parts in kinds for part in parts]
        files = [folder / f"part-{number:05}.parquet" for number in range(len(every))]
        of_kinds = [
            list(zip(parts, own, strict=True))
            for parts, own in zip(kinds, (files[: len(kinds[0])], files[len(kinds[0]) :]), strict=True)
        ]
        draws, education, left_out = _prepared(plan, every, rule, model, each)
        mothers, stays = _drawn(draws, of_kinds, each)
        for parts, known in zip(of_kinds, stays, strict=True):
            given = zip(parts, impute_stays(known, rule.seed), strict=True)
            _write(draws, mothers, [(part, stay, file) for (part, file), stay in given], each)
    return ScoredParts(Path(out), left_out, rule.rounds, rule.seed, model.label, education)


def _prepared(
    plan: Plan, every: Sequence[tuple[Any]], rule: ImputationRule, model: Model, each: Each
) -> tuple[Draws, ParentsModel, dict[str, int]]:
    """Check the parts and fit the model of education; who does not count, by reason."""
    seen = list(each(partial(look, plan), every))
    check_ids(plan, seen, every)
    left_out: Counter[str] = Counter()
    for one in seen:
        left_out.update(one.left_out)
    social = sorted(set().union(*(one.social for one in seen)))
    levels = None
    if rule.school == "level":
        levels = SchoolLevels.of_sums(reduce(add, (one.sums for one in seen)))
        levels = levels.with_cuts(reduce(add, each(partial(level_counts, plan, levels), every)))
    del seen
    counted = reduce(add, each(partial(education_counts, plan, social, levels), every))
    education = fit_parents(counted)
    drawn = education.drawn(rule.rounds, rule.seed)
    return Draws(plan, social, levels, drawn, model), education, dict(left_out)


def _drawn(
    draws: Draws, kinds: Sequence[Sequence[tuple[Any, Path]]], each: Each
) -> tuple[dict[PlaceKey, Int64Array], list[list[Stays]]]:
    """Draw the education: mothers of every round by school, and by kind what lengths of stay need."""
    mothers: dict[PlaceKey, Int64Array] = {}
    stays: list[list[Stays]] = [[] for _ in kinds]
    for known, parts in zip(stays, kinds, strict=True):
        for stay, places, counts in each(partial(draw, draws), parts):
            known.append(stay)
            for place, mine in zip(places, counts, strict=True):
                mothers[place] = mothers[place] + mine if place in mothers else mine
    return mothers, stays


def _write(
    draws: Draws,
    mothers: Mapping[PlaceKey, Int64Array],
    given: Sequence[tuple[Any, Codes, Path]],
    each: Each,
) -> None:
    """Score parts of one kind and write them; then let donors stand in."""
    scored = list(each(partial(score, draws, mothers), given))
    for _, _, file in given:
        kept_beside(file).unlink()
    donated = choose([one.donors for one in scored], [one.takers for one in scored], draws.education.seed)
    work = zip((file for _, _, file in given), (one.takers.number for one in scored), donated, strict=True)
    list(each(finish, [one for one in work if len(one[1])]))


def check_ids(plan: Plan, seen: Sequence[Seen], parts: Sequence[tuple[Any, ...]]) -> None:
    """Refuse a child that stands in two parts, or counts both as pupil and as toddler."""
    for chosen in (
        [(one.kind == "pupil", np.ones(len(one.key), dtype=np.bool_)) for one in seen],
        [(one.kind == "toddler", np.ones(len(one.key), dtype=np.bool_)) for one in seen],
        [(True, one.counted) for one in seen],
    ):
        together = np.empty(sum(int(which.sum()) for taken, which in chosen if taken), dtype=np.uint64)
        start = 0
        for one, (taken, which) in zip(seen, chosen, strict=True):
            keys = one.key[which] if taken else one.key[:0]
            together[start : start + len(keys)] = keys
            start += len(keys)
        together.sort()
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
        rows = np.flatnonzero(which & np.isin(one.key, twice, kind="sort"))
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
