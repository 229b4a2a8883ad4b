"""Scoring the children of two runs anew, under any mixture of model, features, composition and imputation.

No mixture imputes anything: what was imputed belongs to its run. Where a feature of a child is unknown in
both runs, its imputed values are exchanged by the cause "imputation"; where it is known in one, they go with
"features"; a child of one run only brings those of that run. A category that the other run's features do not
have is read as the one that holds its lower bound.
"""

from __future__ import annotations

from math import lcm

import numpy as np
import pyarrow as pa

from oab_funding.analysis.child_rows import IMPUTED, ChildRows, Coded, Codes8, coded_by, rounds_of
from oab_funding.analysis.children import NOWHERE, Both, Flags
from oab_funding.analysis.school_scores import Switched
from oab_funding.errors import InputError
from oab_funding.exact import round_ratio_array
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.category_codes import UNKNOWN
from oab_funding.indicator.features import EducationFeature
from oab_funding.indicator.imputation.imputed import NO_DONOR
from oab_funding.indicator.model import Model, read_model, supplied_model
from oab_funding.indicator.school_mean import mother_counts
from oab_funding.indicator.scoring import NOT_KNOWN, category_units, known_scores, look_ups, place_units
from oab_funding.run.run import Run
from oab_funding.tables.duo import read_sites

_OF_EVERYONE = frozenset({"model", "features", "imputation", "moves", "register"})
"""The causes that the mothers' mean over all children of both runs depends on."""

MOST_ROUNDS = 60
"""Rounds of two imputations are brought to a common number, of at most this many."""


class Rescored:
    """Scores of children under any mixture; see `Scorer`.

    Parameters
    ----------
    both
        The children of the two runs.
    runs
        Runs that scored pupils and hold their inputs and what was imputed.

    Raises
    ------
    InputError
        The rounds of the two imputations have no common number that is small enough.
    """

    of_child = "features"

    def __init__(self, both: Both, runs: tuple[Run, Run]) -> None:
        self._both = both
        self._models = (model_of(runs[0]), model_of(runs[1]))
        populations = [
            coded_by(run, model.specification) for run, model in zip(runs, self._models, strict=True)
        ]
        rounds = (rounds_of(runs[0]), rounds_of(runs[1]))
        self._rounds = lcm(*rounds)
        if self._rounds > MOST_ROUNDS:
            raise InputError(
                f"{rounds[0]} and {rounds[1]} rounds of imputation cannot be mixed",
                remedy="impute both equally often",
            )
        self._same_model = _same(self._models)
        own = [
            ChildRows(both, run, population, times)
            for run, population, times in zip(
                runs, populations, (self._rounds // one for one in rounds), strict=True
            )
        ]
        self._donors = (own[0].donors(), own[1].donors())
        self._touched = np.flatnonzero(own[0].unknown() | own[1].unknown())
        # By model, then by run: the same children coded by the features of either model.
        self._coded = tuple(
            tuple(rows.coded(model.specification, self._touched) for rows in own)
            for model in (self._models[:1] if self._same_model else self._models)
        )
        self._places, self._place_of = _places(runs, both)
        self._schools = sum(1 for school, _ in self._places if school)
        number = {key: at for at, key in enumerate(self._places)}
        homes = [number.get(("", home), NOWHERE) for school, home in self._places if school]
        self._with_home = np.flatnonzero(np.array(homes, dtype=np.int64) != NOWHERE)
        self._home_of_school = np.array(homes, dtype=np.int64)[self._with_home]
        self._of_everyone: dict[Switched, Int64Array] = {}
        self._parts: dict[tuple[bool, bool, bool], tuple[Int64Array, Int64Array, Codes8, Codes8]] = {}
        self.keys = tuple(self._differing())

    def scores(self, switched: Switched) -> Int64Array:
        """Give scores in millionths, shape (n,), the mean over the rounds rounded once."""
        model = self._models["model" in switched]
        given, drawn, known, mothers = self._part(switched)
        place = self._place(switched)
        of_place = self._of_place(model, switched, known, mothers, place)
        units = self._mean(given, drawn, of_place[place])
        donor = self._donor(switched)
        takes = np.flatnonzero(donor != NO_DONOR)
        if takes.size:
            units[takes] = self._taken(units, of_place, place, donor, takes, switched)
        return units

    def _mean(self, given: Int64Array, drawn: Int64Array, of_place: Int64Array) -> Int64Array:
        """Add up the rounds, with what is not known left negative."""
        total = np.where(known_scores(given), given * self._rounds, NOT_KNOWN)
        total[self._touched] = drawn
        total = np.where(known_scores(total) & known_scores(of_place), total + of_place, NOT_KNOWN)
        known = known_scores(total)
        return np.where(known, round_ratio_array(np.where(known, total, 0), self._rounds), NOT_KNOWN)

    def _taken(
        self,
        units: Int64Array,
        of_place: Int64Array,
        place: Int64Array,
        donor: Int64Array,
        takes: Int64Array,
        switched: Switched,
    ) -> Int64Array:
        """Give the scores of donors: in this mixture, or as in their own run where they have none in it."""
        found = units[donor[takes]]
        for second in (False, True):
            if known_scores(found).all():
                break
            pure = frozenset({"features", "imputation"} if second else ()) | (switched & {"model"})
            given, drawn, _, _ = self._part(pure)
            other = self._mean(given, drawn, of_place[place])[donor[takes]]
            found = np.where(known_scores(found), found, other)
        return found

    def _later(self, switched: bool) -> Flags:
        first, second = self._both.sides
        later: Flags = ~first.present | (second.present & switched)
        return later

    def _part(self, switched: Switched) -> tuple[Int64Array, Int64Array, Codes8, Codes8]:
        """Give what categories add, once and summed over rounds of the touched; and the mothers' classes."""
        key = ("model" in switched, "features" in switched, "imputation" in switched)
        if key not in self._parts:
            self._parts[key] = self._worked_out(*key)
        return self._parts[key]

    def _worked_out(
        self, second_model: bool, features: bool, imputation: bool
    ) -> tuple[Int64Array, Int64Array, Codes8, Codes8]:
        model = self._models[second_model]
        first, second = self._coded[second_model and not self._same_model]
        later = self._later(features)
        names = [feature.name for feature in model.specification.categorical]
        known = {name: np.where(later, second.known[name], first.known[name]) for name in names}
        tables = look_ups(model)
        given = category_units(tables, known, len(later))
        drawn = {name: self._exchanged(first, second, name, later, imputation) for name in names}
        total = np.zeros(len(self._touched), dtype=np.int64)
        complete = np.ones(len(self._touched), dtype=np.bool_)
        for number in range(self._rounds):
            units = category_units(tables, {name: drawn[name][number] for name in names}, len(self._touched))
            complete &= known_scores(units)
            total += np.where(known_scores(units), units, 0)
        mean = model.specification.school_mean
        mothers = drawn[mean.of] if mean is not None else np.zeros((self._rounds, 0), dtype=np.int8)
        of_known = known[mean.of] if mean is not None else np.zeros(len(later), dtype=np.int8)
        return given, np.where(complete, total, NOT_KNOWN), of_known, mothers

    def _exchanged(self, first: Coded, second: Coded, name: str, later: Flags, imputation: bool) -> Codes8:
        """Give a feature of the touched children in every round, shape (rounds, k)."""
        rows, one, other = self._touched, *self._both.sides
        values = []
        for coded in (first, second):
            own = np.broadcast_to(coded.known[name][rows], (self._rounds, len(rows)))
            values.append(np.where(own == UNKNOWN, coded.drawn[name], own) if name in coded.drawn else own)
        unknown = (first.known[name][rows] == UNKNOWN) & (second.known[name][rows] == UNKNOWN)
        in_both = one.present[rows] & other.present[rows]
        takes_second = np.where(unknown & in_both, imputation, later[rows])
        chosen: Codes8 = np.where(takes_second, values[1], values[0])
        return chosen

    def _place(self, switched: Switched) -> Int64Array:
        later = self._later("moves" in switched)
        first, second = self._both.sides
        of_site, of_home = self._place_of["register" in switched]
        site = np.where(later, second.site, first.site)
        home = np.where(later, second.home, first.home)
        place: Int64Array = np.where(site == NOWHERE, of_home[home], of_site[site])
        return place

    def _of_place(
        self, model: Model, switched: Switched, known: Codes8, mothers: Codes8, place: Int64Array
    ) -> Int64Array:
        """Give what every place adds, summed over the rounds: schools first, then municipalities."""
        if model.specification.school_mean is None:
            return np.zeros(len(self._places), dtype=np.int64)
        first, second = self._both.sides
        there = first.present & second.present
        there = there | (first.present & ("left" not in switched)) | (second.present & ("came" in switched))
        found = self._summed(model, there, known, mothers, place)
        key = switched & _OF_EVERYONE
        if key not in self._of_everyone:
            everyone = first.present | second.present
            self._of_everyone[key] = self._summed(model, everyone, known, mothers, place)
        # A place of nobody in this mixture has the mean of all who are there in one of the runs.
        return np.where(known_scores(found), found, self._of_everyone[key])

    def _summed(
        self, model: Model, who: Flags, known: Codes8, mothers: Codes8, place: Int64Array
    ) -> Int64Array:
        classes, rows, schools = len(model.specification.education_classes), self._touched, self._schools
        counted = who & (place < schools)
        still = np.where(counted, known, np.int8(UNKNOWN))
        still[rows] = UNKNOWN
        at = np.where(place < schools, place, 0).astype(np.int32)
        fixed, at_rows = mother_counts(still, at, schools, classes), at[rows]
        total = np.zeros(len(self._places), dtype=np.int64)
        complete = np.ones(len(self._places), dtype=np.bool_)
        for number in range(self._rounds):
            drawn = np.where(counted[rows], mothers[number], np.int8(UNKNOWN))
            counts = np.zeros((len(self._places), classes), dtype=np.int64)
            counts[:schools] = fixed + mother_counts(drawn, at_rows, schools, classes)
            np.add.at(counts, self._home_of_school, counts[self._with_home])
            units = place_units(model, model.school_means(counts))
            complete &= known_scores(units)
            total += np.where(known_scores(units), units, 0)
        return np.where(complete, total, NOT_KNOWN)

    def _donor(self, switched: Switched) -> Int64Array:
        first, second = self._donors
        one, other = self._both.sides
        together = (first != NO_DONOR) & (second != NO_DONOR) & one.present & other.present
        takes_second = np.where(together, "imputation" in switched, self._later("features" in switched))
        donor: Int64Array = np.where(takes_second, second, first)
        return donor

    def _differing(self) -> list[str]:
        one, other = self._both.sides
        together = one.present & other.present
        found = [] if self._same_model else ["model"]
        features = together & ((one.asylum != other.asylum) | (one.toddler != other.toddler))
        features |= together & ((self._donors[0] == NO_DONOR) != (self._donors[1] == NO_DONOR))
        imputed = together & (self._donors[0] != self._donors[1]) & (self._donors[0] != NO_DONOR)
        rows = self._touched
        for first, second in self._coded:
            for name, codes in first.known.items():
                features |= together & (codes != second.known[name])
                if name in first.drawn and name in second.drawn:
                    unknown = (
                        (codes[rows] == UNKNOWN) & (second.known[name][rows] == UNKNOWN) & together[rows]
                    )
                    imputed[rows] |= unknown & (first.drawn[name] != second.drawn[name]).any(axis=0)
        found += ["features"] if features.any() else []
        found += ["imputation"] if imputed.any() else []
        of_site, of_home = ((a, b) for a, b in zip(*self._place_of, strict=True))
        moved = any((a != b).any() for a, b in (of_site, of_home))
        return [*found, "register"] if moved else found


def can_be_rescored(runs: tuple[Run, Run]) -> bool:
    """Say whether both runs hold children, what was imputed for them and a model, in comparable classes."""
    for run in runs:
        if "children.pupils" not in run.sources or not all(
            run.has(name) for name in (*IMPUTED, "coefficients")
        ):
            return False
        if run.calculation.children is None or run.calculation.children.average != "child":
            return False
    first, second = (model_of(run).specification for run in runs)
    same = first.class_numbers == second.class_numbers
    return (
        same
        and {one.name for one in first.categorical} == {one.name for one in second.categorical}
        and (
            [one.name for one in first.categorical if isinstance(one, EducationFeature)]
            == [one.name for one in second.categorical if isinstance(one, EducationFeature)]
        )
    )


def model_of(run: Run) -> Model:
    """Give the model of a run: the one supplied, or the one that its coefficients make."""
    if "indicator.model" in run.sources:
        return read_model(run.sources["indicator.model"], run.specifications)
    specification = run.specifications.load(run.calculation.indicator.specification)
    table = run.table("coefficients")
    values = dict(zip(table["column"].to_pylist(), table["coefficient"].to_pylist(), strict=True))
    return supplied_model(values, specification, label=run.calculation.indicator.label, source="fitted")


def _same(models: tuple[Model, Model]) -> bool:
    first, second = models
    return first.coefficients == second.coefficients and (
        first.specification.sha256 == second.specification.sha256
    )


def _places(
    runs: tuple[Run, Run], both: Both
) -> tuple[list[tuple[str, str]], tuple[tuple[Int64Array, Int64Array], tuple[Int64Array, Int64Array]]]:
    """Give the schools within municipalities, then the municipalities; and where each site is of them."""
    registers = [_register(run) for run in runs]
    keys = sorted({key for register in registers for key in register.values()})
    places = [*keys, *(("", code) for code in both.municipalities)]
    number = {key: at for at, key in enumerate(places)}
    found = []
    homes = np.array([number["", code] for code in both.municipalities], dtype=np.int64)
    for own, other in (registers, registers[::-1]):
        site = [number[own[name] if name in own else other[name]] for name in both.sites]
        found.append((np.array(site, dtype=np.int64), homes))
    return places, (found[0], found[1])


def _register(run: Run) -> dict[str, tuple[str, str]]:
    table: pa.Table = read_sites(run.sources["children.sites"])
    names = ("site_id", "school_id", "municipality_code")
    columns = [[str(value) for value in table[name].to_pylist()] for name in names]
    return {site: (school, municipality) for site, school, municipality in zip(*columns, strict=True)}
