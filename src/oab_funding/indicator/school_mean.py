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
import pyarrow.compute as pc
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.exact import Rule, group_counts
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.category_codes import Codes, paired
from oab_funding.indicator.specification import Specification
from oab_funding.tables.columns import dictionary_column, dictionary_indices, filled, is_known, plain_array
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
    site = indices.astype(np.intp)
    occurs = np.zeros(len(names), dtype=np.bool_)
    occurs[site] = True
    used = np.flatnonzero(occurs)
    entries = _entries(conform(sites, SITES), [names[index] for index in used], indices, used)
    schools, school = _given(entries, "school_id")
    municipalities, municipality = _given(entries, "municipality_code")
    pairs, entry_place = np.unique(school * len(municipalities) + municipality, return_inverse=True)
    numbers = (pair.tolist() for pair in np.divmod(pairs, len(municipalities)))
    places = tuple((schools[one], municipalities[other]) for one, other in zip(*numbers, strict=True))
    of_site = np.zeros(len(names), dtype=np.int32)
    of_site[used] = entry_place
    excluded, other = np.zeros((2, len(names)), dtype=np.bool_)
    if "excluded" in entries.column_names:
        excluded[used] = filled(entries["excluded"], False)
    if "school_type" in entries.column_names:
        types, of_entry = _given(entries, "school_type")
        other[used] = np.array([kind.lower() != ORDINARY_SCHOOL for kind in types], dtype=np.bool_)[of_entry]
    return Located(of_site[site], places, *(_of_children(flags, site) for flags in (excluded, other)))


def _of_children(of_sites: NDArray[np.bool_], site: NDArray[np.intp]) -> NDArray[np.bool_]:
    return of_sites[site] if of_sites.any() else np.zeros(len(site), dtype=np.bool_)


def _entries(
    register: pa.Table, names: list[str], indices: NDArray[np.int32], used: NDArray[np.intp]
) -> pa.Table:
    """Find the sites in the register, or refuse the first that is not there."""
    rows = pc.index_in(plain_array(names, pa.string()), value_set=register["site_id"])
    if rows.null_count:
        number = pc.indices_nonzero(rows.is_null())[0].as_py()
        row = int(np.argmax(indices == used[number])) + 2
        place = Place("table pupils", column="site_id", row=row, value=names[number])
        raise InputError("is not in the table of sites", place, "add it there")
    return register.take(rows)


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


def _given(sites: pa.Table, name: str) -> tuple[list[str], Int64Array]:
    """Give the texts of a column in ascending order, and which each site has; refuse a site without."""
    known = is_known(sites[name]) if name in sites.column_names else np.zeros(sites.num_rows, np.bool_)
    if not known.all():
        site = sites["site_id"][int(np.argmin(known))].as_py()
        place = Place("table sites", column=name)
        raise InputError(f"site {site} has none", place, "give it for every site")
    distinct = sites[name].unique()
    ascending = distinct.take(pc.sort_indices(distinct))
    return ascending.to_pylist(), pc.index_in(sites[name], value_set=ascending).to_numpy().astype(np.int64)


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
    cells = places * (classes + 1)
    cell = paired(place, codes + np.int8(1), classes + 1, cells)
    return group_counts(cell, cells).reshape(places, classes + 1)[:, 1:]


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
