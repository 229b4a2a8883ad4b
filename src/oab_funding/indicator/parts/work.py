"""What is done with one part: functions of what they are given, to be called anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from numpy.typing import NDArray

from oab_funding.exact.fixed_point import units_to_arrow
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.category_codes import Codes
from oab_funding.indicator.coding import CodedChildren, code_children
from oab_funding.indicator.collect import collect_statistics
from oab_funding.indicator.imputation.counts import EducationCounts, count_education
from oab_funding.indicator.imputation.draws import Keys, child_keys
from oab_funding.indicator.imputation.education import draw_education
from oab_funding.indicator.imputation.impute import (
    FATHER,
    MOTHER,
    STAY,
    education_input,
    social_categories,
    social_codes,
    stay_input,
    wants_donor,
)
from oab_funding.indicator.imputation.imputed import Imputed
from oab_funding.indicator.imputation.parents_model import DrawnParents
from oab_funding.indicator.imputation.school_level import PlaceSums, SchoolLevels
from oab_funding.indicator.model import Model
from oab_funding.indicator.parts.donors import Sharers, Stays
from oab_funding.indicator.rounds import mothers_of_round, score_part
from oab_funding.indicator.school_mean import PlaceKey, municipality_counts
from oab_funding.indicator.score import scored_rows
from oab_funding.indicator.scoring import known_scores
from oab_funding.indicator.specification import SCORE_PLACES, Specification
from oab_funding.indicator.statistics import SufficientStatistics
from oab_funding.tables.parquet import read_parquet


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """How a part is coded."""

    specification: Specification
    sites: Any
    day: date
    months: tuple[int, int] | None

    def coded(self, part: Any, for_fit: bool = False) -> CodedChildren:
        """Load and code a part."""
        if isinstance(part, ds.Fragment):
            part = part.to_table()
        elif callable(part):
            part = part()
        return code_children(part, self.sites, self.specification, self.day, self.months, for_fit=for_fit)


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """What a part needs to draw and to score."""

    plan: Plan
    social: Sequence[str]
    levels: SchoolLevels | None
    education: DrawnParents
    model: Model

    @property
    def rounds(self) -> int:
        """Number of rounds."""
        return len(self.education.coefficients)


@dataclass(frozen=True, slots=True, eq=False)
class Educated:
    """Keys of a part's children, and the parents' educations that were drawn: of some rows, (m, rows).

    They are kept in a file from when they are drawn until the part is scored.
    """

    key: Keys
    rows: NDArray[np.int64]
    mother: Codes
    father: Codes

    def codes(self, coded: CodedChildren) -> dict[str, Codes]:
        """Give both parents' education of every round, shape (m, n)."""
        found = {}
        for name, drawn in ((MOTHER, self.mother), (FATHER, self.father)):
            found[name] = np.tile(coded.codes[name].astype(np.int8), (len(drawn), 1))
            found[name][:, self.rows] = drawn
        return found

    def keep(self, file: Path) -> None:
        """Write them beside the scores to be."""
        np.savez(kept_beside(file), key=self.key, rows=self.rows, mother=self.mother, father=self.father)

    @classmethod
    def take(cls, file: Path) -> Educated:
        """Read them."""
        with np.load(kept_beside(file)) as kept:
            return cls(kept["key"], kept["rows"], kept["mother"], kept["father"])


def kept_beside(file: Path) -> Path:
    """Where the educations of a part are kept, beside its scores."""
    return file.with_suffix(".npz")


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What the first look at a part finds."""

    kind: str
    key: Keys
    counted: NDArray[np.bool_]
    sums: PlaceSums
    social: set[str]
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Children of a part who may give their score, and those who want one."""

    donors: Sharers
    takers: Sharers


def statistics_of(plan: Plan, part: Any) -> SufficientStatistics:
    """Collect what a fit needs to know of a part."""
    return collect_statistics(plan.coded(part, for_fit=True), plan.specification)


def look(plan: Plan, part: Any) -> Seen:
    """Look at a part for the first time."""
    coded = plan.coded(part)
    keys = child_keys(coded.children.column("child_id").to_pylist())
    left_out = {f"{coded.kind}s {reason}": count for reason, count in coded.left_out.items()}
    return Seen(coded.kind, keys, coded.counted, PlaceSums.of(coded), social_categories(coded), left_out)


def level_counts(plan: Plan, levels: SchoolLevels, part: Any) -> Int64Array:
    """Count children by the level of their school."""
    return levels.count(plan.coded(part))


def education_counts(
    plan: Plan, social: Sequence[str], levels: SchoolLevels | None, part: Any
) -> EducationCounts:
    """Count children for the model of education."""
    coded = plan.coded(part)
    none = np.zeros(len(coded), dtype=np.uint64)  # who is counted needs no key
    return count_education(education_input(coded, plan.specification, social, levels, none))


def draw(draws: Draws, part: Any, file: Path) -> tuple[Stays, tuple[PlaceKey, ...], Int64Array]:
    """Draw the education of a part: what the length of stay needs of it, and the mothers at its places."""
    coded = draws.plan.coded(part)
    children = education_input(coded, draws.plan.specification, draws.social, draws.levels)
    educated = Educated(children.child_key, *draw_education(children, draws.education))
    educated.keep(file)
    codes, given = educated.codes(coded), stay_input(coded, educated.key)
    rows = np.flatnonzero(given.eligible & given.born_abroad)
    groups = [group[rows].astype(np.int16) for group in given.groups]
    stays = Stays(given.child_key[rows], given.stay[rows].astype(np.int8), groups, codes[MOTHER][:, rows])
    if coded.kind == "toddler":
        return stays, (), np.zeros((0, draws.rounds, 0), dtype=np.int64)
    imputed = Imputed(codes)
    counts = [mothers_of_round(coded, imputed, draws.model, index) for index in range(draws.rounds)]
    return stays, coded.places, np.stack(counts, axis=1)


def score(
    draws: Draws, mothers: Mapping[PlaceKey, Int64Array], part: Any, stays: Codes, file: Path
) -> Scored:
    """Score a part and write it, without those who want a donor."""
    coded, educated = draws.plan.coded(part), Educated.take(file)
    codes, given = educated.codes(coded), stay_input(coded, educated.key)
    codes[STAY] = np.tile(coded.codes[STAY], (draws.rounds, 1))
    codes[STAY][:, given.eligible & given.born_abroad] = stays
    scored = score_part(coded, Imputed(codes), draws.model, _mothers_at(draws, coded, mothers))
    units, wants = scored.own_mean(), wants_donor(coded, codes)
    scored.check_scores(known_scores(units) | wants)
    pq.write_table(scored_rows(coded, np.where(wants, np.int64(-1), units)), file)
    row = np.cumsum(coded.counted) - 1

    social, pupils = social_codes(coded, draws.social), coded.kind == "pupil"

    def some(which: NDArray[np.bool_], number: NDArray[np.int64]) -> Sharers:
        rows = np.flatnonzero(which & coded.counted)
        there = coded.children.take(pa.array(rows))
        return Sharers.of(there, educated.key[rows], social[rows], number[rows], pupils)

    return Scored(some(coded.eligible & ~wants, units), some(wants, row))


def _mothers_at(
    draws: Draws, coded: CodedChildren, mothers: Mapping[PlaceKey, Int64Array]
) -> list[Int64Array]:
    """Give the mothers of each round at the places of a part, shape (s, k)."""
    places = coded.places if coded.kind == "pupil" else tuple(mothers)
    shape = len(places), draws.rounds, len(draws.plan.specification.education_classes)
    counts = np.array([mothers[place] for place in places], dtype=np.int64).reshape(shape)
    by_round = [counts[:, index] for index in range(draws.rounds)]
    if coded.kind == "pupil":
        return by_round
    return [municipality_counts(places, of_round, coded.places) for of_round in by_round]


def finish(file: Path, rows: NDArray[np.int32], units: NDArray[np.int32]) -> None:
    """Let donors stand in, in what was written of a part."""
    table = read_parquet(file)  # without reader threads
    place, column = table.column_names.index("education_score"), table.column("education_score")
    given = units_to_arrow(units.astype(np.int64), 12, SCORE_PLACES)
    source = np.arange(table.num_rows)
    source[rows] = table.num_rows + np.arange(len(rows))
    whole = pa.chunked_array([*column.chunks, given], column.type).take(pa.array(source))
    pq.write_table(table.set_column(place, table.schema.field(place), whole), file)
