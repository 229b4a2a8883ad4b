"""The mean class of education of the mothers at a school within its municipality, from whole numbers.

A place is a school (BRIN) within one municipality. Counts of its mothers per class are additive over any
partition of the children. The mean is formed and rounded at the moment of use, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.exact import Rule, group_counts
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.category_codes import Codes
from oab_funding.indicator.specification import Specification
from oab_funding.tables.columns import dictionary_column, dictionary_indices
from oab_funding.tables.conform import conform
from oab_funding.tables.register_tables import SITES

PlaceKey: TypeAlias = tuple[str, str]
"""A school and its municipality; an empty school for toddlers, who have none."""

ORDINARY_SCHOOL = "bo"
"""The school type that counts (basisonderwijs)."""


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """Where children are.

    Parameters
    ----------
    place
        int32, shape (n,): position in `places`.
    places
        The places that occur, in ascending order.
    excluded_site, other_school_type
        bool, shape (n,).
    """

    place: NDArray[np.int32]
    places: tuple[PlaceKey, ...]
    excluded_site: NDArray[np.bool_]
    other_school_type: NDArray[np.bool_]

    @property
    def municipality_codes(self) -> pa.Array[Any]:
        """Municipality of each child: a dictionary of text, n rows."""
        names, codes = np.unique([municipality for _, municipality in self.places], return_inverse=True)
        return dictionary_column(np.take(codes.astype(np.int32), self.place), names.tolist())


def school_places(pupils: pa.Table, sites: Any) -> Located:
    """Place pupils in their school within its municipality.

    Parameters
    ----------
    pupils
        Conformed table of pupils.
    sites
        Frame of sites.

    Returns
    -------
    Located
        One row per pupil. A school with sites in two municipalities is two places.

    Raises
    ------
    InputError
        A pupil's site is not in the table, or has no municipality or school type.
    """
    indices, names = dictionary_indices(pupils.column("site_id"))
    used = np.flatnonzero(np.bincount(indices, minlength=len(names))).tolist()
    register = _register(conform(sites, SITES))
    entries = [_entry(register, names[index], indices, index) for index in used]
    places = tuple(sorted({(school, municipality) for school, municipality, _, _ in entries}))
    position = {key: number for number, key in enumerate(places)}
    of_site = np.zeros(len(names), dtype=np.int32)
    of_site[used] = [position[entry[:2]] for entry in entries]
    excluded, other = np.zeros((2, len(names)), dtype=np.bool_)
    excluded[used] = [entry[2] for entry in entries]
    other[used] = [entry[3] for entry in entries]
    return Located(
        np.take(of_site, indices), places, *(_of_children(flags, indices) for flags in (excluded, other))
    )


def _of_children(of_sites: NDArray[np.bool_], indices: NDArray[np.int32]) -> NDArray[np.bool_]:
    return np.take(of_sites, indices) if of_sites.any() else np.zeros(len(indices), dtype=np.bool_)


def municipality_places(toddlers: pa.Table) -> Located:
    """Place toddlers in the municipality where they live.

    Returns
    -------
    Located
        One row per toddler; nobody is at an excluded site.
    """
    indices, names = dictionary_indices(toddlers.column("municipality_code"))
    used = np.flatnonzero(np.bincount(indices, minlength=len(names))).tolist()
    order = sorted(used, key=names.__getitem__)
    position = np.zeros(len(names), dtype=np.int32)
    position[order] = np.arange(len(order))
    nobody = np.zeros(len(indices), dtype=np.bool_)
    places = tuple(("", names[index]) for index in order)
    return Located(np.take(position, indices), places, nobody, nobody)


@dataclass(frozen=True, slots=True)
class SchoolMeanEffect:
    """What it does to scores that the school mean runs over other mothers in scoring than in the fit.

    Parameters
    ----------
    pupils
        Pupils who count and whose school mean exists by both definitions.
    without
        Pupils who count and whose school has no known mother.
    mean, mean_absolute, largest
        Score by the definition of scoring less that by the fit's, in points: its mean over the pupils, the
        mean of its size, and its largest size.
    """

    pupils: int
    without: int
    mean: Decimal
    mean_absolute: Decimal
    largest: Decimal


_Entry: TypeAlias = tuple[str, str, bool, bool]


def _register(sites: pa.Table) -> dict[str, tuple[Any, ...]]:
    def column(name: str, absent: object) -> list[Any]:
        return sites.column(name).to_pylist() if name in sites.column_names else [absent] * sites.num_rows

    names = {"school_id": None, "municipality_code": None, "excluded": False, "school_type": ORDINARY_SCHOOL}
    columns = [column(name, absent) for name, absent in names.items()]
    return dict(zip(column("site_id", None), zip(*columns, strict=True), strict=True))


def _entry(register: dict[str, tuple[Any, ...]], site: str, indices: NDArray[np.int32], index: int) -> _Entry:
    if site not in register:
        row = int(np.flatnonzero(indices == index)[0]) + 2
        raise InputError(
            "is not in the table of sites",
            Place("table pupils", column="site_id", row=row, value=site),
            "add it there",
        )
    school, municipality, excluded, school_type = register[site]
    for name, value in (("municipality_code", municipality), ("school_type", school_type)):
        if value is None:
            raise InputError(
                f"site {site} has none", Place("table sites", column=name), "give it for every site"
            )
    return school, municipality, bool(excluded), school_type.lower() != ORDINARY_SCHOOL


NO_MEAN = -1
"""Stands for the mean of a place where no mother's education is known; no mean is below 0."""


def mother_counts(codes: Codes, place: NDArray[np.int32], places: int, classes: int) -> Int64Array:
    """Count mothers per place and class of education; those not known are not counted.

    Parameters
    ----------
    codes
        Mothers' education, shape (n,).
    place
        Position of each child's place, shape (n,).
    places, classes
        How many there are.

    Returns
    -------
    ndarray of int64
        Shape (places, classes).

    Examples
    --------
    >>> codes = np.array([0, 2, 2, -1], dtype=np.int8)
    >>> mother_counts(codes, np.array([0, 1, 1, 1], dtype=np.int32), places=2, classes=3)
    array([[1, 0, 0],
           [0, 0, 2]])
    """
    # The unknown ones, code -1, fall into a column of their own before the first, which is dropped.
    cell = place.astype(np.int64) * (classes + 1) + codes + 1
    return group_counts(cell, places * (classes + 1)).reshape(places, classes + 1)[:, 1:]


def rounded_means(
    counts: Int64Array, numbers: Sequence[int], places: int, rule: Rule = "half_up"
) -> Int64Array:
    """Give each place's mean class number, rounded once.

    Parameters
    ----------
    counts
        Mothers per place and class, shape (s, k).
    numbers
        Number of each class, k numbers of 0 or more.
    places
        Decimals to round to.
    rule
        How to round.

    Returns
    -------
    ndarray of int64
        Shape (s,), in units of ``10**-places``; `NO_MEAN` where no mother is counted.

    Examples
    --------
    >>> rounded_means(np.array([[2, 1], [0, 0]]), numbers=[1, 2], places=6)
    array([1333333,      -1])
    """
    mothers: Int64Array = counts.sum(axis=1)
    sums: Int64Array = counts @ np.array(numbers, dtype=np.int64)
    floor, rest = np.divmod(sums * 10**places, np.maximum(mothers, 1))
    rounded: Int64Array = floor + _goes_up(floor, rest, mothers, rule)
    rounded[mothers == 0] = NO_MEAN
    return rounded


def _goes_up(floor: Int64Array, rest: Int64Array, divisor: Int64Array, rule: Rule) -> NDArray[np.bool_]:
    if rule in ("down", "up"):
        return rest > 0 if rule == "up" else np.zeros(len(rest), dtype=np.bool_)
    half = (2 * rest == divisor) & ((floor % 2 == 1) if rule == "half_even" else True)
    up: NDArray[np.bool_] = (2 * rest > divisor) | half
    return up


def school_means(counts: Int64Array, specification: Specification) -> Int64Array:
    """Round the means by the specification's rule; see `rounded_means`."""
    rounding = specification.rounding
    return rounded_means(counts, specification.class_numbers, rounding.school_mean_places, rounding.rule)


def municipality_counts(
    places: Sequence[PlaceKey], counts: Int64Array, wanted: Sequence[PlaceKey]
) -> Int64Array:
    """Add up the mothers at the schools of each municipality: what stands in for a toddler's school.

    Parameters
    ----------
    places
        The pupils' places.
    counts
        Mothers per place and class, shape (s, k).
    wanted
        The toddlers' places, w of them; only their municipality is looked at.

    Returns
    -------
    ndarray of int64
        Shape (w, k); zeros for a municipality without pupils.

    Examples
    --------
    >>> schools = [("00AP", "GM0363"), ("00AR", "GM0363"), ("00AR", "GM0394")]
    >>> municipality_counts(schools, np.array([[1, 0], [2, 3], [5, 5]]), [("", "GM0363"), ("", "GM0034")])
    array([[3, 3],
           [0, 0]])
    """
    row = {municipality: number for number, (_, municipality) in enumerate(wanted)}
    sums = np.zeros((len(wanted), counts.shape[1]), dtype=np.int64)
    for (_, municipality), numbers in zip(places, counts, strict=True):
        if municipality in row:
            sums[row[municipality]] += numbers
    return sums
