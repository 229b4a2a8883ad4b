"""Scoring the rounds of an imputation: school means of the round, scores, averages, donors.

A score is what the categories of a child give and what its place adds. The one differs between rounds for
children with something imputed only, the other per place; so rounds are kept as these parts, and a mean over
rounds is a sum of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.exact import round_ratio_array
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.category_codes import UNKNOWN, Codes
from oab_funding.indicator.coding import CodedChildren, Flags
from oab_funding.indicator.imputation.imputed import NO_DONOR, Imputed, check_imputed, codes_of_round
from oab_funding.indicator.model import Model
from oab_funding.indicator.population import Population
from oab_funding.indicator.school_mean import mother_counts, municipality_counts
from oab_funding.indicator.scoring import (
    NOT_KNOWN,
    LookUp,
    category_units,
    check_coded,
    known_scores,
    look_ups,
    place_units,
)

Average = Literal["child", "institution"]
"""Average the rounds per child, or only after aggregation to institutions: then every round is a row."""


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPart:
    """Children of one kind with their scores in every round, kept as the parts that differ between rounds.

    Parameters
    ----------
    coded
        n children.
    imputed
        What imputation adds for them.
    given
        int64, shape (n,): what the categories give that are known; a negative number where one is not.
    rows
        The k children with something imputed.
    drawn
        int64, shape (m, k): what their categories give in each round.
    of_place
        int64, shape (m, s): what each place adds in each round.
    """

    coded: CodedChildren
    imputed: Imputed
    given: Int64Array
    rows: NDArray[np.int64]
    drawn: Int64Array
    of_place: Int64Array

    def rounds(self) -> Iterator[Int64Array]:
        """Give the scores of one round after the other, shape (n,), in units of a score.

        Negative where an asylum seeker, or a child that does not count, has none.

        Raises
        ------
        InputError
            A child who counts and does not seek asylum has no score.
        """
        for drawn, of_place in zip(self.drawn, self.of_place, strict=True):
            units = self.given.copy()
            units[self.rows] = drawn
            units += of_place[self.coded.place]
            yield self._with_donors(units)

    def mean(self, of: Sequence[int] | None = None) -> Int64Array:
        """Give the sum over the rounds divided by their number, rounded half up once; see `rounds`.

        `of` names rounds, counted from 0, in the place of all.
        """
        return self._with_donors(self.own_mean(of))

    def own_mean(self, of: Sequence[int] | None = None) -> Int64Array:
        """Give the same before donors stand in: a negative number where a child has no score of its own."""
        drawn, of_place = self.drawn, self.of_place
        if of is not None:
            drawn, of_place = drawn[list(of)], of_place[list(of)]
        rounds = len(drawn)
        # What is not known in one round has no mean, however many rounds there are.
        known, of_all = known_scores(self.given), known_scores(of_place)
        known[self.rows] = np.all(known_scores(drawn), axis=0)
        at_place: Flags = np.all(of_all, axis=0)
        known &= at_place[self.coded.place]
        units = self.given * (known * np.int64(rounds))
        units[self.rows] = drawn.sum(axis=0) * known[self.rows]
        units += (of_place * of_all).sum(axis=0)[self.coded.place]
        return np.where(known, round_ratio_array(units, rounds), np.int64(NOT_KNOWN))

    def _with_donors(self, units: Int64Array) -> Int64Array:
        """Let donors stand in, and refuse a child who counts and still has no score."""
        coded, donors = self.coded, self.imputed.donors
        if donors is not None:
            takers = np.flatnonzero(donors != NO_DONOR)
            givers = donors[takers]
            _refuse_donors(coded, takers, givers)
            units[takers] = units[givers]
        self.check_scores(known_scores(units))
        return units

    def check_scores(self, known: Flags) -> None:
        """Refuse children who count, do not seek asylum, and have no score; `known` says who has one."""
        missing = np.flatnonzero(~known & self.coded.counted & ~self.coded.asylum_seeker)
        if missing.size:
            raise _no_score(self.coded, self.imputed, missing)


def score_parts(population: Population, imputed: Sequence[Imputed], model: Model) -> tuple[ScoredPart, ...]:
    """Score pupils, and toddlers if there are any, in every round.

    Parameters
    ----------
    population
        The children; the school means are those of the pupils who count.
    imputed
        What imputation adds, for each part of the population.
    model
        Coefficients and features.

    Raises
    ------
    InputError
        Something imputed does not fit.
    """
    rounds = count_rounds(imputed)
    for coded, one in zip(population.parts, imputed, strict=True):
        check_coded(coded, model)
        check_imputed(coded, one)
    counts = [mothers_of_round(population.pupils, imputed[0], model, number) for number in range(rounds)]
    found = []
    for coded, one in zip(population.parts, imputed, strict=True):
        mine = [_of_part(population.pupils, coded, of_round) for of_round in counts]
        found.append(score_part(coded, one, model, mine))
    return tuple(found)


def score_part(
    coded: CodedChildren, imputed: Imputed, model: Model, mothers: Sequence[Int64Array]
) -> ScoredPart:
    """Score children of one kind, or a part of them, by the mothers of each round at their places."""
    tables, rows = look_ups(model), _touched(coded, imputed)
    drawn = [_drawn(coded, imputed, tables, rows, number) for number in range(len(mothers))]
    of_place = [place_units(model, model.school_means(of_round)) for of_round in mothers]
    given = category_units(tables, coded.codes, len(coded))
    return ScoredPart(coded, imputed, given, rows, np.array(drawn), np.array(of_place))


def count_rounds(imputed: Sequence[Imputed]) -> int:
    """Count the rounds of imputation: 1 where nothing is imputed."""
    given = {one.rounds for one in imputed} - {None}
    if len(given) > 1:
        raise InputError(
            "pupils and toddlers have different numbers of rounds", remedy="impute both equally often"
        )
    return next((rounds for rounds in given if rounds is not None), 1)


def _touched(coded: CodedChildren, imputed: Imputed) -> NDArray[np.int64]:
    """Children of whom a category was imputed."""
    unknown = [coded.codes[name] == UNKNOWN for name in imputed.codes]
    return np.flatnonzero(np.any(unknown, axis=0)) if unknown else np.zeros(0, dtype=np.int64)


def _drawn(
    coded: CodedChildren,
    imputed: Imputed,
    tables: Sequence[LookUp],
    rows: NDArray[np.int64],
    number: int,
) -> Int64Array:
    codes: Mapping[str, Codes] = {
        name: (imputed.codes[name][number] if name in imputed.codes else own)[rows]
        for name, own in coded.codes.items()
    }
    return category_units(tables, codes, len(rows))


def mothers_of_round(pupils: CodedChildren, imputed: Imputed, model: Model, number: int) -> Int64Array:
    """Count the mothers of the pupils who count, per place and class, in one round."""
    mean, classes = model.specification.school_mean, len(model.specification.education_classes)
    if mean is None:
        return np.zeros((len(pupils.places), classes), dtype=np.int64)
    codes = imputed.codes[mean.of][number] if mean.of in imputed.codes else pupils.codes[mean.of]
    mothers = np.where(pupils.counted, codes, np.int8(UNKNOWN))
    return mother_counts(mothers, pupils.place, len(pupils.places), classes)


def _of_part(pupils: CodedChildren, coded: CodedChildren, counts: Int64Array) -> Int64Array:
    return counts if coded is pupils else municipality_counts(pupils.places, counts, coded.places)


def _refuse_donors(coded: CodedChildren, takers: NDArray[np.int64], givers: NDArray[np.int64]) -> None:
    unfit = ~coded.counted | coded.asylum_seeker
    unfit[takers] = True
    wrong = np.flatnonzero(unfit[givers])
    if wrong.size:
        row = int(takers[wrong[0]])
        raise InputError(
            "is the donor of another child but has itself a donor, seeks asylum, or does not count",
            Place(column="donors", row=row + 2, value=int(givers[wrong[0]])),
            "choose donors who count and have a score of their own",
        )


def _no_score(coded: CodedChildren, imputed: Imputed, missing: NDArray[np.int64]) -> InputError:
    """Say what is missing: categories that stay unknown, or else the mean of the school or municipality."""
    after = codes_of_round(coded, imputed, 0)
    unknown = {name: after[name][missing] == UNKNOWN for name in coded.codes}
    incomplete = np.any(list(unknown.values()), axis=0)
    if incomplete.any():
        found = ", ".join(f"{name} of {int(holds.sum())}" for name, holds in unknown.items() if holds.any())
        return _unscored(
            coded, missing[incomplete], f"not known: {found}", "impute what is not known, or give them donors"
        )
    school, municipality = coded.places[int(coded.place[missing[0]])]
    where = f"school {school} in {municipality}" if school else f"municipality {municipality}"
    return _unscored(
        coded,
        missing,
        f"there is no school mean, as no mother's education is known of the pupils who count of {where}",
        "give the education of a mother there, or give the children donors",
    )


def _unscored(coded: CodedChildren, rows: NDArray[np.int64], cause: str, remedy: str) -> InputError:
    kind, row = coded.kind, int(rows[0])
    child = coded.children.column("child_id")[row].as_py()
    return InputError(
        f"{len(rows)} {kind}s who count have no score ({cause})",
        Place(f"table {kind}s", column="child_id", row=row + 2, value=child),
        remedy,
    )
