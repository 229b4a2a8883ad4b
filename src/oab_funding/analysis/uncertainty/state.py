"""What replicates are drawn from: the children of a run, laid out once for all of them.

Children of whom nothing is drawn count together: where they are and which categories they have is all that
their score depends on. The others stand one by one. Whoever does not count has weight 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from hashlib import blake2b
from math import prod
from operator import add

import numpy as np
from numpy.typing import NDArray

from oab_funding.analysis.child_rows import coded_by
from oab_funding.analysis.rescored import model_of
from oab_funding.analysis.uncertainty.drawn_coefficients import (
    Covaried,
    DrawnCoefficients,
    DrawnModel,
    Refits,
    check_sums,
)
from oab_funding.analysis.uncertainty.drawn_parents import DrawnPart
from oab_funding.errors import InputError, Place
from oab_funding.exact import group_counts
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.category_codes import UNKNOWN
from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.imputation.counts import count_education
from oab_funding.indicator.imputation.impute import (
    FATHER,
    MOTHER,
    STAY,
    education_input,
    social_categories,
)
from oab_funding.indicator.imputation.parents_model import ParentsModel, fit_parents
from oab_funding.indicator.imputation.school_level import SchoolLevels
from oab_funding.indicator.model import Model
from oab_funding.indicator.population import Population
from oab_funding.indicator.rounds import Average
from oab_funding.indicator.school_mean import mother_counts
from oab_funding.indicator.specification import Specification
from oab_funding.regulation import MunicipalityScoreProvision, SchoolScoreProvision
from oab_funding.run.choices import children_rule
from oab_funding.run.run import Run
from oab_funding.scores.aggregate import ScoreRule
from oab_funding.scores.population import PUPIL, left_out_sites
from oab_funding.tables.columns import CodedTexts
from oab_funding.tables.duo import read_sites

Whole32 = NDArray[np.int32]

MOST_CELLS = 2**22
"""Combinations of categories that a table of scores may have."""
_SHARED = ((2**23, 50), (2**20, 10), (0, 1))
"""With more thresholds than so many, so many replicates share a draw of the parameters of the model of
education: in a large country they are known so well that their draws differ by next to nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Children of one kind by what their score depends on, e entries: together, drawn, with a donor.

    Parameters
    ----------
    cells
        Cell of the categories of the first two; of drawn children without what is drawn.
    place
        Where the mean over mothers is theirs.
    together
        How many entries are of several children; the drawn follow, then those who have a donor.
    """

    cells: Int64Array
    place: Int64Array
    together: int


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """Where children count, for one kind of institution.

    Parameters
    ----------
    name
        ``"schools"`` or ``"municipalities"``.
    names
        The institutions, ascending.
    institution
        Of each entry; the entries of pupils, then those of toddlers if these count.
    weight
        How many children of an entry count here.
    children, asylum
        Of each institution: all who count, and those among them who seek asylum.
    rule
        How scores follow.
    """

    name: str
    names: tuple[str, ...]
    institution: Int64Array
    weight: NDArray[np.float64]
    children: Int64Array
    asylum: Int64Array
    rule: ScoreRule


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """All that replicates are made from.

    Parameters
    ----------
    model
        Coefficients in force.
    coefficients
        How others are drawn; None where they are taken as given.
    parents
        Model of the parents' education.
    parts
        Of pupils, and of toddlers if there are any: who is drawn.
    scored
        Of either: the entries.
    strides
        What a step of mother, father and stay adds to a cell.
    mothers
        Known mothers of pupils who count, per place of pupils and class.
    drawn_mothers
        Positions, among the drawn pupils, of those who count and whose mother is drawn, and their places.
    municipality
        Of each place of pupils, the position of its municipality among the places of toddlers, or -1.
    toddler_places
        How many places of toddlers there are.
    streams
        Where they count.
    average, rounds
        How the run averaged, and over how many rounds.
    together
        How many replicates share a draw of the parameters of the model of education.
    salt
        Tells the draws of this date from those of others.
    """

    model: DrawnModel
    coefficients: DrawnCoefficients | None
    parents: ParentsModel
    parts: tuple[DrawnPart, ...]
    scored: tuple[Scored, ...]
    strides: tuple[int, int, int]
    mothers: Int64Array
    drawn_mothers: tuple[Int64Array, Int64Array]
    municipality: Int64Array
    toddler_places: int
    streams: tuple[Stream, ...]
    average: Average
    rounds: int
    together: int
    salt: str

    def seed_of(self, seed: int) -> int:
        """Give the seed of the draws of what is not known; coefficients are the same on all dates."""
        digest = blake2b(f"{seed} {self.salt}".encode(), digest_size=8, person=b"oab-replicate").digest()
        return int.from_bytes(digest, "little")


def make_state(run: Run, coefficients: str | None = None) -> State:
    """Lay out the children of a run.

    Parameters
    ----------
    run
        A run that scored pupils.
    coefficients
        ``"schools"``: schools of the fit drawn with replacement; ``"model"``: by the covariance of a supplied
        model; ``"given"``: not drawn. None: the first of these that the run allows.

    Raises
    ------
    InputError
        The run did not score pupils, settles ties by identifiers, or cannot draw coefficients so.
    """
    children = run.calculation.children
    if children is None or "children.pupils" not in run.sources:
        raise InputError(
            "did not impute and score children, so nothing says how certain its scores are",
            run.place,
            "take a run of pupils",
        )
    if children.tie_rule == "order":
        place = Place(value="order", argument="tie_rule")
        raise InputError("is not computed in replicates", place, "choose share, include or exclude")
    model = model_of(run)
    chosen = _chosen(run, model, coefficients)
    population = coded_by(run, model.specification)
    rule = run.calculation.imputation
    social = sorted(set().union(*map(social_categories, population.parts)))
    levels = SchoolLevels.of(population.parts) if rule.school == "level" else None
    inputs = [education_input(part, population.specification, social, levels) for part in population.parts]
    parents = fit_parents(reduce(add, map(count_education, inputs)))
    parts = tuple(
        DrawnPart.of(part, given, None if levels is None else levels.of_children(part), parents, social, at)
        for at, (part, given) in enumerate(zip(population.parts, inputs, strict=True))
    )
    sizes = {
        one.name: len(population.specification.categories(one.name)) + 1
        for one in population.specification.categorical
    }
    if prod(sizes.values()) > MOST_CELLS:
        raise InputError(
            f"the features have {prod(sizes.values())} combinations, more than {MOST_CELLS}",
            Place(argument="run"),
            "merge categories in the specification",
        )
    strides = {name: prod(list(sizes.values())[at + 1 :]) for at, name in enumerate(sizes)}
    entries = [_Entries.of(coded, part, strides) for coded, part in zip(population.parts, parts, strict=True)]
    pupils, toddlers = population.pupils, population.toddlers
    drawn_pupils = parts[0].rows[: parts[0].ends[1]]
    counted = np.flatnonzero(pupils.counted[drawn_pupils])
    position = {code: at for at, (_, code) in enumerate(toddlers.places)} if toddlers is not None else {}
    return State(
        DrawnModel.of(model),
        _coefficients(chosen, model, pupils),
        parents,
        tuple(one.among(part) for one, part in zip(entries, parts, strict=True)),
        tuple(one.scored for one in entries),
        (strides[MOTHER], strides[FATHER], strides[STAY]),
        _known_mothers(pupils, population.specification),
        (counted, pupils.place[drawn_pupils][counted].astype(np.int64)),
        np.array([position.get(code, -1) for _, code in pupils.places], dtype=np.int64),
        len(position),
        tuple(_streams(run, population, entries)),
        children.average,
        rule.rounds,
        next(shared for least, shared in _SHARED if sum(one.thresholds for one in parts) >= least),
        children.reference_date.isoformat(),
    )


def _chosen(run: Run, model: Model, asked: str | None) -> str:
    """Choose how coefficients are drawn."""
    supplied = "indicator.model" in run.sources
    allowed = ["schools"] if not supplied else ["model"] if model.covariance is not None else []
    allowed.append("given")
    chosen = asked or allowed[0]
    if chosen not in allowed:
        known = ("schools", "model", "given")
        why = "is not to be had of this run" if chosen in known else "is no way to draw coefficients"
        place = Place(value=chosen, argument="coefficients")
        raise InputError(why, place, f"choose {' or '.join(allowed)}")
    return chosen


def _coefficients(chosen: str, model: Model, pupils: CodedChildren) -> DrawnCoefficients | None:
    if chosen == "schools":
        refits = Refits.of(pupils, model.specification)
        check_sums(refits)
        return refits
    return Covaried(model) if chosen == "model" else None


def _known_mothers(pupils: CodedChildren, specification: Specification) -> Int64Array:
    codes = np.where(pupils.counted, pupils.codes[MOTHER], np.int8(UNKNOWN))
    return mother_counts(codes, pupils.place, len(pupils.places), len(specification.education_classes))


@dataclass(frozen=True, slots=True, eq=False)
class _Entries:
    """The entries of one kind: with a child of each, how many have a score of their own, and who is where."""

    scored: Scored
    rows: Int64Array
    weight: NDArray[np.float64]
    of_child: Int64Array

    @classmethod
    def of(cls, coded: CodedChildren, part: DrawnPart, strides: Mapping[str, int]) -> _Entries:
        takers = np.zeros(0, dtype=np.int64) if part.donors is None else part.donors.takers
        drawn, wants = np.zeros((2, len(coded)), dtype=np.bool_)
        drawn[part.rows] = True
        wants[takers] = True
        own = coded.counted & ~coded.asylum_seeker & ~wants
        plain = np.flatnonzero(own & ~drawn)
        cell = np.zeros(len(coded), dtype=np.int64)
        for name, codes in coded.codes.items():
            cell += (codes.astype(np.int64) + 1) * strides[name]
        cell[part.rows] = part.fixed_cells(coded, strides)
        width = int(cell.max(initial=0)) + 1
        found, first, entry, count = np.unique(
            _where(coded)[plain] * width + cell[plain],
            return_index=True,
            return_inverse=True,
            return_counts=True,
        )
        of_child = np.full(len(coded), -1, dtype=np.int64)
        of_child[plain] = entry
        of_child[part.rows] = len(found) + np.arange(len(part.rows))
        rows = np.concatenate([plain[first], part.rows])
        scored = Scored(cell[rows], coded.place[rows].astype(np.int64), len(found))
        weight = np.concatenate([count, own[part.rows], np.ones(len(takers))]).astype(np.float64)
        return cls(scored, np.concatenate([rows, takers]), weight, of_child)

    def among(self, part: DrawnPart) -> DrawnPart:
        """Give the drawn children with their donors as entries."""
        if part.donors is None:
            return part
        members = self.of_child[part.donors.members]
        return replace(part, donors=replace(part.donors, members=members))


def _where(coded: CodedChildren) -> Int64Array:
    """Give the number of each child's smallest institution: its site, or the municipality of a toddler."""
    if coded.kind == "toddler":
        return coded.place.astype(np.int64)
    return CodedTexts.of(coded.children.column("site_id")).codes


def _streams(run: Run, population: Population, entries: Sequence[_Entries]) -> list[Stream]:
    children = run.calculation.children
    assert children is not None  # asked before
    day, wanted = children.reference_date, children.scores_of
    found = list[tuple[str, SchoolScoreProvision | MunicipalityScoreProvision]]()
    if wanted != "municipalities":
        found.append(("schools", run.statutes.school_score(day)))
    if wanted != "sites":
        found.append(("municipalities", run.statutes.municipality_score(day)))
    sites = read_sites(run.sources["children.sites"])
    streams = []
    for name, law in found:
        rule = children_rule(law, children)
        kinds = population.parts if name == "municipalities" else population.parts[:1]
        columns = [
            _placed(coded, name, left_out_sites(_with_pupils(coded), sites, law.formula.excluded_schools))
            for coded in kinds
        ]
        names = sorted({code for codes, _, _ in columns for code in codes})
        number = {code: at for at, code in enumerate(names)}
        institution, weight = list[Int64Array](), list[NDArray[np.float64]]()
        everyone, asylum = np.zeros((2, len(names)), dtype=np.int64)
        for coded, one, (codes, where, there) in zip(kinds, entries, columns, strict=False):
            at = np.array([number[code] for code in codes], dtype=np.int64)[where]
            institution.append(at[one.rows])
            weight.append(one.weight * there[one.rows])
            counts = coded.counted & there
            everyone += group_counts(at[counts], len(names))
            seeks = counts & coded.asylum_seeker
            asylum += group_counts(at[seeks], len(names))
            if seeks.any() and coded.kind not in rule.asylum_kinds:
                raise InputError(
                    f"{int(seeks.sum())} asylum seekers have no place by rule in the target group",
                    run.place,
                    "take a run whose rule gives them one",
                )
        inside = np.flatnonzero(everyone)
        renumbered = np.zeros(len(names), dtype=np.int64)
        renumbered[inside] = np.arange(len(inside))
        streams.append(
            Stream(
                name,
                tuple(names[at] for at in inside.tolist()),
                renumbered[np.concatenate(institution)],
                np.concatenate(weight),
                everyone[inside],
                asylum[inside],
                rule,
            )
        )
    return streams


def _with_pupils(coded: CodedChildren) -> list[str]:
    if coded.kind != PUPIL:
        return []
    sites = CodedTexts.of(coded.children.column("site_id"))
    present = np.bincount(sites.codes[coded.counted], minlength=len(sites.texts))
    return [site for site, count in zip(sites.texts, present.tolist(), strict=True) if count]


def _placed(
    coded: CodedChildren, stream: str, out: Mapping[str, str]
) -> tuple[Sequence[str], Int64Array, NDArray[np.bool_]]:
    """Give the institutions of one kind of children, where each child is, and whether it counts there."""
    if coded.kind != PUPIL:
        codes = [code for _, code in coded.places]
        return codes, coded.place.astype(np.int64), np.ones(len(coded), dtype=np.bool_)
    sites = CodedTexts.of(coded.children.column("site_id"))
    inside = ~sites.where(out.__contains__) if out else np.ones(len(coded), dtype=np.bool_)
    if stream == "schools":
        return sites.texts, sites.codes, inside
    names = sorted({code for _, code in coded.places})
    number = {code: at for at, code in enumerate(names)}
    of_place = np.array([number[code] for _, code in coded.places], dtype=np.int64)
    return names, of_place[coded.place], inside
