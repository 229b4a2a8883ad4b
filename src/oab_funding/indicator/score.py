"""Scoring a population: pupils and toddlers in, the table of scored children out.

One step after the other: code, leave out who does not count, take the school means of the round, score,
average over the rounds, let donors stand in. Asylum-seeking children get no score here: theirs is G, which is
not known yet.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.errors import InputError, Place
from oab_funding.exact import round_exact, total
from oab_funding.exact.fixed_point import units_to_arrow
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.collect import count_mothers
from oab_funding.indicator.imputation.imputed import Imputed
from oab_funding.indicator.model import Model
from oab_funding.indicator.population import Population
from oab_funding.indicator.rounds import Average, ScoredPart, count_rounds, score_parts
from oab_funding.indicator.school_mean import SchoolMeanEffect
from oab_funding.indicator.scoring import check_coded, known_scores, place_units
from oab_funding.indicator.specification import SCORE_PLACES
from oab_funding.tables.child_tables import SCORED_CHILDREN
from oab_funding.tables.display import Displayed
from oab_funding.tables.step_result import Figure

_LOG = logging.getLogger("oab_funding")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ScoredChildren(Displayed):
    """Counted children with their education score, and who was left out.

    Parameters
    ----------
    table
        As `SCORED_CHILDREN` describes: pupils first, then toddlers, each in the order they came in; with
        averaging per institution all children of round 1, then of round 2, and so on.
    left_out
        Children who do not count, by ``"pupils ..."`` or ``"toddlers ..."`` and reason.
    rounds
        Rounds of imputation.
    label
        What every output made with the model must say.
    parts
        The scores of every round, for pupils, and toddlers if there are any.
    """

    table: pa.Table
    left_out: Mapping[str, int]
    rounds: int
    label: str
    parts: tuple[ScoredPart, ...]

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """The table by its name."""
        return {"scored_children": self.table}

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Rows, rounds, and who was left out and why."""
        return {"rows": self.table.num_rows, "rounds": self.rounds, **self.left_out}

    @property
    def labels(self) -> tuple[str, ...]:
        """What must be said with every output."""
        return (self.label,)


def score(
    pupils: Any,
    toddlers: Any,
    sites: Any,
    model: Model,
    *,
    reference_date: date | str | None = None,
    imputed: Imputed | None = None,
    imputed_toddlers: Imputed | None = None,
    average: Average = "child",
    toddler_months: tuple[int, int] | None = None,
) -> ScoredChildren:
    """Score a population.

    Parameters
    ----------
    pupils
        Frame of pupils.
    toddlers
        Frame of toddlers, or none.
    sites
        Frame of sites with `municipality_code`.
    model
        Coefficients and features.
    reference_date
        The day on which ages and lengths of stay are counted; that of the model's features if left out.
    imputed, imputed_toddlers
        What imputation adds, for the rows of each table; none if everything is known.
    average
        ``"child"``: the sum over the rounds divided by their number, rounded half up to six decimals, once.
        ``"institution"``: a row per child and round.
    toddler_months
        From how many complete months, and until below how many, a toddler counts; by the regulation that
        applies to the reference date if left out.

    Returns
    -------
    ScoredChildren
        Without those who do not count.

    Raises
    ------
    InputError
        A table holds what it may not; a child is pupil and toddler at once; or a child who counts, and does
        not seek asylum, has no score because something of it is not known.
    """
    population = Population.of(pupils, toddlers, sites, model.specification, reference_date, toddler_months)
    additions = (imputed or Imputed(), imputed_toddlers or Imputed())
    return score_coded(population, additions[: len(population.parts)], model, average)


def score_coded(
    population: Population, imputed: Sequence[Imputed], model: Model, average: Average = "child"
) -> ScoredChildren:
    """Score a coded population; see `score`.

    Parameters
    ----------
    population
        The children, coded by the specification of the model.
    imputed
        What imputation adds, for each part of the population.
    model, average
        See `score`.
    """
    if average not in get_args(Average):
        raise InputError("is no way of averaging", Place(value=average), "choose child or institution")
    start = time.perf_counter()
    parts = score_parts(population, imputed, model)
    table = scored_table(parts, average)
    left_out = ", ".join(f"{count} {reason}" for reason, count in population.left_out.items() if count)
    _LOG.info(
        "scored %d rows in %d rounds in %.2f s; left out: %s",
        table.num_rows,
        count_rounds(imputed),
        time.perf_counter() - start,
        left_out or "nobody",
    )
    return ScoredChildren(table, population.left_out, count_rounds(imputed), model.label, parts)


def scored_table(parts: Sequence[ScoredPart], average: Average) -> pa.Table:
    """Lay out the children who count, with their scores.

    Parameters
    ----------
    parts
        Pupils, and toddlers if there are any.
    average
        ``"child"``: a row per child, with the mean over the rounds. ``"institution"``: a row per child and
        round, all of round 1 first.

    Returns
    -------
    pyarrow.Table
        As `SCORED_CHILDREN` describes; asylum seekers without a score.
    """
    if average == "child":
        tables = [scored_rows(part.coded, part.mean()) for part in parts]
    else:
        by_round = zip(*(part.rounds() for part in parts), strict=True)
        tables = [
            scored_rows(part.coded, units, number)
            for number, scores in enumerate(by_round, start=1)
            for part, units in zip(parts, scores, strict=True)
        ]
    return pa.concat_tables(tables).unify_dictionaries().combine_chunks()


def scored_rows(coded: CodedChildren, units: Int64Array, number: int | None = None) -> pa.Table:
    """Lay out the children of one kind who count, with these scores, in the round of this number."""
    n, asylum = len(coded), pa.array(coded.asylum_seeker)
    # An asylum seeker's score may be unknown; 0 keeps the decimals in range until it is emptied.
    decimals = units_to_arrow(
        np.where(known_scores(units) & ~coded.asylum_seeker, units, 0), 12, SCORE_PLACES
    )
    columns = {
        "child_id": coded.children.column("child_id"),
        "kind": pa.DictionaryArray.from_arrays(np.zeros(n, dtype=np.int32), pa.array([coded.kind])),
        "site_id": coded.children.column("site_id") if coded.kind == "pupil" else None,
        "municipality_code": coded.children.column("municipality_code"),
        "age": pa.array(coded.ages),
        "education_score": pc.if_else(asylum, pa.scalar(None, decimals.type), decimals),
        "asylum_seeker": asylum,
        "round": None if number is None else pa.array(np.full(n, number)),
    }
    if columns["site_id"] is None:
        columns["site_id"] = pa.array([None] * n, SCORED_CHILDREN["site_id"].kind.arrow)
    if number is None:
        del columns["round"]
    return pa.table(columns, schema=SCORED_CHILDREN.arrow(tuple(columns))).filter(pa.array(coded.counted))


def school_mean_effect(scored: ScoredChildren, model: Model) -> SchoolMeanEffect:
    """Measure the difference between the two definitions of the school mean on the pupils that were scored.

    Parameters
    ----------
    scored
        What `score` gave.
    model
        The model it was scored with.

    Returns
    -------
    SchoolMeanEffect
        In points of score: the mean over the rounds by the definition of scoring less that by the fit's. It
        can be given to `Model.card`.

    Raises
    ------
    InputError
        The model has no school mean or is another one.

    Examples
    --------
    >>> import oab_funding as oab
    >>> from oab_funding.synthetic import country
    >>> made_up = country(6_000, seed=1)
    >>> model = oab.fit(made_up.pupils, made_up.sites).model()
    >>> scored = oab.score(made_up.pupils, None, made_up.sites, model, rounds=2)
    >>> school_mean_effect(scored, model).pupils
    5391
    """
    if model.specification.school_mean is None:
        raise InputError("the model has no school mean", remedy="this concerns models with one")
    part = scored.parts[0]
    check_coded(part.coded, model)
    of_fit = place_units(model, model.school_means(count_mothers(part.coded, model.specification)))
    pupils = np.bincount(part.coded.place[part.coded.counted], minlength=len(of_fit)).astype(np.int64)
    both = known_scores(of_fit) & np.all(known_scores(part.of_place), axis=0) & (pupils > 0)
    rounds = len(part.of_place)
    # Sums over the rounds, so that nothing is rounded before the end.
    differences = (part.of_place - of_fit).sum(axis=0)[both]
    weights, count = pupils[both], int(pupils[both].sum())
    unit = Fraction(1, max(count, 1) * rounds * 10**SCORE_PLACES)
    largest = int(np.abs(differences).max(initial=0))
    return SchoolMeanEffect(
        pupils=count,
        without=int(pupils.sum()) - count,
        mean=round_exact(total(differences * weights) * unit, 4),
        mean_absolute=round_exact(total(np.abs(differences) * weights) * unit, 4),
        largest=round_exact(Fraction(largest, rounds * 10**SCORE_PLACES), 4),
    )
