"""The mean class of education of the mothers at a school within its municipality, from whole numbers.

Counts of mothers per class are additive over any partition of the children. The mean is formed and rounded at
the moment of use, once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from oab_funding.exact import Rule, group_counts
from oab_funding.exact.integers import Int64Array
from oab_funding.indicator.category_codes import Codes
from oab_funding.indicator.places import PlaceKey
from oab_funding.indicator.specification import Specification

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
