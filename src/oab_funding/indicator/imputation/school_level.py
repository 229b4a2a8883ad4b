"""How educated the other parents at a child's school are, for the model of parents' education.

Scores use the school twice: its mothers' mean is part of every score, and money is summed per site. A model
that leaves it out draws every child towards the national mean, and the worst-off schools lose most (S. van
Buuren 2018, Flexible Imputation of Missing Data, 2nd ed., chapter 7).

The level of a child's place is the mean class of the parents known there, its own left out, shrunken towards
the national mean as if some more parents of that mean were there too; how many follows from the variances
within and between schools (C. N. Morris 1983, Journal of the American Statistical Association 78, 47-55).
Pupils have their school within its municipality, toddlers the pupils and toddlers of their municipality. The
model takes the level in classes. It is not known exactly, so that each round draws it around its estimate,
once per place.

Sums, levels and cuts are whole numbers: the same for any order of the rows, and sums of parts add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from oab_funding.exact import group_counts, round_ratio, round_units
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.category_codes import UNKNOWN
from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.imputation.counts import CLASSES
from oab_funding.indicator.imputation.draws import Keys, Purpose, normal_draws
from oab_funding.indicator.imputation.elementary import Floats
from oab_funding.indicator.school_mean import PlaceKey

PARENTS = ("education_mother", "education_father")
UNIT = 1000
"""Levels are whole thousandths of a class of education, rounded down."""
LEVEL_CLASSES = 20
"""Classes of the level, of about as many children each."""
LARGEST_PRIOR = 1000
"""Where the variance within schools is this many times that between them, schools are taken to be alike."""
PERSON = b"oab-place"
"""Personalisation of BLAKE2b for the keys of places."""


@dataclass(frozen=True, slots=True, eq=False)
class PlaceSums:
    """Parents of known education of each place: sums of classes and of their squares, and how many they are.

    Sums of parts of the children add up: ``a + b``.

    Parameters
    ----------
    places
        Ascending; a municipality's own place, ``("", municipality)``, holds its pupils and its toddlers.
    total, squares, known
        int64, shape (s,).
    """

    places: tuple[PlaceKey, ...]
    total: Int64Array
    squares: Int64Array
    known: Int64Array

    @classmethod
    def of(cls, coded: CodedChildren) -> PlaceSums:
        """Sum the eligible children of one kind at their places, and pupils at their municipalities too."""
        total, squares, known = (np.zeros(len(coded.places), dtype=np.int64) for _ in range(3))
        for name in PARENTS:
            codes = coded.codes[name]
            seen = coded.eligible & (codes != UNKNOWN)
            cells = coded.place[seen].astype(np.int64) * CLASSES + codes[seen]
            counts = group_counts(cells, len(coded.places) * CLASSES).reshape(-1, CLASSES)
            total += counts @ np.arange(CLASSES)
            squares += counts @ np.arange(CLASSES) ** 2
            known += counts.sum(axis=1)
        own = cls(coded.places, total, squares, known)
        if coded.kind == "toddler":
            return own
        return own + _gathered([("", place[1]) for place in coded.places], [total, squares, known])

    def __add__(self, other: PlaceSums) -> PlaceSums:
        columns = (np.concatenate(pair) for pair in zip(self._columns, other._columns, strict=True))
        return _gathered([*self.places, *other.places], list(columns))

    @property
    def _columns(self) -> tuple[Int64Array, Int64Array, Int64Array]:
        return self.total, self.squares, self.known


def _gathered(places: Sequence[PlaceKey], columns: Sequence[Int64Array]) -> PlaceSums:
    """Add up what belongs to the same place."""
    found = sorted(set(places))
    row = {place: number for number, place in enumerate(found)}
    rows = np.array([row[place] for place in places], dtype=np.int64)
    sums = np.zeros((3, len(found)), dtype=np.int64)
    for whole, column in zip(sums, columns, strict=True):
        np.add.at(whole, rows, column)
    return PlaceSums(tuple(found), *sums)


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """How strongly levels are drawn towards the national mean, and how uncertain they are.

    Parameters
    ----------
    mean
        National mean class, in units of 1 / `UNIT`, rounded half up.
    within
        Variance of the classes within a school, in square units, rounded half up.
    prior
        Variance within over variance between schools, rounded half up, at least 1; None where schools differ
        no more than by chance: then there are no levels.
    """

    mean: int
    within: int
    prior: int | None

    @classmethod
    def of(cls, sums: PlaceSums) -> Shrinkage:
        """Estimate from the schools, or from the municipalities where there are no schools.

        Variances are those of the analysis of variance with one factor and unequal groups.

        Examples
        --------
        >>> places = (("00AP", "GM0363"), ("00AR", "GM0363"))
        >>> two = PlaceSums(places, np.array([10, 50]), np.array([30, 270]), np.array([10, 10]))
        >>> Shrinkage.of(two)
        Shrinkage(mean=3000, within=2222222, prior=1)
        """
        schools = np.array([bool(school) for school, _ in sums.places], dtype=np.bool_)
        rows = np.flatnonzero((schools if schools.any() else ~schools) & (sums.known > 0))
        total, known = sums.total[rows].tolist(), sums.known[rows].tolist()
        n, places = sum(known), len(known)
        if places < 2 or n == places:
            return cls(0 if n == 0 else round_ratio(sum(total) * UNIT, n), 0, None)
        of_places = _squares_of_sums(total, known)
        within = (int(sums.squares[rows].sum()) - of_places) / (n - places)
        size = (n - Fraction(sum(count * count for count in known), n)) / (places - 1)
        between = ((of_places - Fraction(sum(total) ** 2, n)) / (places - 1) - within) / size
        prior = None
        if within < LARGEST_PRIOR * between:
            prior = max(round_units(within / between, 0), 1)
        return cls(round_ratio(sum(total) * UNIT, n), round_units(within * UNIT**2, 0), prior)


@dataclass(frozen=True, slots=True, eq=False)
class ChildLevels:
    """Level of the places of n children, their own parents left out.

    Parameters
    ----------
    level
        int64, shape (n,): thousandths of a class.
    spread
        Shape (n,): standard deviation of what is not known of the level, in the same unit.
    place
        Position of each child's place in `keys`.
    keys
        Key of each place, from nothing but its names.
    cuts
        Ascending; a level above i of them has class i.
    """

    level: Int64Array
    spread: Floats
    place: NDArray[np.int32]
    keys: Keys
    cuts: Int64Array

    @property
    def classes(self) -> NDArray[np.int64]:
        """Class of each child's level, as estimated."""
        return np.searchsorted(self.cuts, self.level)

    def classes_in_round(self, seed: int, round_: int, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Class of some children's levels in a round: the level is drawn, once for each place."""
        noise = normal_draws(self.keys, seed, round_, Purpose.SCHOOL)[self.place[rows]]
        drawn = self.level[rows] + np.rint(noise * self.spread[rows]).astype(np.int64)
        return np.searchsorted(self.cuts, drawn)


@dataclass(frozen=True, slots=True, eq=False)
class SchoolLevels:
    """What the levels of all children follow from.

    Parameters
    ----------
    sums
        Parents known at each place.
    shrinkage
        Estimated from these.
    cuts
        Where the classes of the level end: quantiles of the levels of the eligible children; each class but
        the last has a level on its upper end, and none is empty.
    """

    sums: PlaceSums
    shrinkage: Shrinkage
    cuts: Int64Array

    @classmethod
    def of(cls, parts: Sequence[CodedChildren], classes: int = LEVEL_CLASSES) -> SchoolLevels:
        """Find sums and cuts of children of all kinds together."""
        sums = PlaceSums.of(parts[0])
        for coded in parts[1:]:
            sums = sums + PlaceSums.of(coded)
        found = cls.of_sums(sums)
        return found.with_cuts(np.sum([found.count(coded) for coded in parts], axis=0), classes)

    @classmethod
    def of_sums(cls, sums: PlaceSums) -> SchoolLevels:
        """Give levels that follow from sums, all of one class."""
        return cls(sums, Shrinkage.of(sums), np.zeros(0, dtype=np.int64))

    def count(self, coded: CodedChildren) -> Int64Array:
        """Count the eligible children by their level; counts of parts add up."""
        return group_counts(self.of_children(coded).level[coded.eligible], CLASSES * UNIT)

    def with_cuts(self, counts: Int64Array, classes: int = LEVEL_CLASSES) -> SchoolLevels:
        """Cut the levels into classes by how many children have each."""
        return SchoolLevels(self.sums, self.shrinkage, level_cuts(counts, classes))

    def of_children(self, coded: CodedChildren) -> ChildLevels:
        """Give the level of each child's place, without its own parents."""
        keys = np.array([_key(place) for place in coded.places], dtype=np.uint64)
        total, known = np.zeros((2, len(coded)), dtype=np.int64)
        for name in PARENTS:
            codes = coded.codes[name]
            seen = coded.eligible & (codes != UNKNOWN)
            total -= np.where(seen, codes, 0)
            known -= seen
        row = {place: number for number, place in enumerate(self.sums.places)}
        rows = np.array([row[place] for place in coded.places], dtype=np.int64)[coded.place]
        total += self.sums.total[rows]
        known += self.sums.known[rows]
        mean, within, prior = self.shrinkage.mean, self.shrinkage.within, self.shrinkage.prior
        if prior is None:
            return ChildLevels(np.full(len(coded), mean), np.zeros(len(coded)), coded.place, keys, self.cuts)
        known += prior
        level = (total * UNIT + prior * mean) // known
        return ChildLevels(level, np.sqrt(within / known), coded.place, keys, self.cuts)


def level_cuts(counts: Int64Array, classes: int) -> Int64Array:
    """Cut levels into classes of about as many children, by how many children have each level.

    Examples
    --------
    >>> level_cuts(np.array([0, 3, 1, 2, 2]), 4)
    array([1, 2, 3])
    """
    below = np.cumsum(counts)
    wanted = np.arange(1, classes) * int(below[-1])
    cuts = np.unique(np.searchsorted(below * classes, wanted))
    return cuts[cuts < int(np.flatnonzero(counts).max(initial=0))]


def _squares_of_sums(total: Sequence[int], known: Sequence[int]) -> Fraction:
    """Sum of each place's squared sum over its number; places of equal number are added first."""
    by_number: dict[int, int] = {}
    for sum_, number in zip(total, known, strict=True):
        by_number[number] = by_number.get(number, 0) + sum_ * sum_
    return sum((Fraction(squares, number) for number, squares in by_number.items()), Fraction(0))


@lru_cache(maxsize=1 << 16)  # children in parts come to the same places again and again
def _key(place: PlaceKey) -> int:
    digest = blake2b("\0".join(place).encode(), digest_size=8, person=PERSON).digest()
    return int.from_bytes(digest, "little")
