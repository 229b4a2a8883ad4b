"""The design matrix of a fit, kept as codes: rows of floats exist only a block at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.indicator.category_codes import Codes
from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.collect import select_sample
from oab_funding.indicator.fitted import Solved
from oab_funding.indicator.scale_values.values import scale_of, scaled_school_means
from oab_funding.indicator.school_mean import PlaceKey
from oab_funding.indicator.specification import WEIGHT_UNITS, Specification

Floats: TypeAlias = NDArray[np.floating[Any]]
Integers: TypeAlias = NDArray[np.int64]

Cluster: TypeAlias = Literal["school", "municipality"]
"""What children of one group have in common: the school (BRIN), or the municipality it lies in."""

_BLOCK = 2**14
"""Rows at a time: with 31 columns 4 MB, which stays in the processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The columns of one feature with categories.

    Parameters
    ----------
    codes
        Category of each child, shape (n,).
    table
        What its columns hold for each category, shape (categories, width).
    """

    codes: Codes
    table: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """The n children of a sample in an order of their own, which does not depend on that of the table.

    Parameters
    ----------
    columns
        Names of the p columns: a column of ones, then those of `blocks`, then those of `numbers`.
    blocks
        Features with categories.
    numbers
        The school mean in class numbers and ability less its centre, each of shape (n,), if there are any.
    y
        Attainment, shape (n,).
    place
        Position in `places`, shape (n,).
    places
        Schools within their municipalities.
    weights
        Weight of each child, shape (n,); None where everyone counts once.
    """

    columns: tuple[str, ...]
    blocks: tuple[Block, ...]
    numbers: tuple[Floats, ...]
    y: Floats
    place: Integers
    places: tuple[PlaceKey, ...]
    weights: Floats | None = None

    def __len__(self) -> int:
        return len(self.y)


def make_design(fitted: Solved) -> Design:
    """Lay out the design of a fit.

    Raises
    ------
    InputError
        It was fitted on statistics, so the children are not known.

    Examples
    --------
    >>> from oab_funding.indicator.fit import fit
    >>> from oab_funding.synthetic import country
    >>> made_up = country(6_000, seed=1)
    >>> design = make_design(fit(made_up.pupils, made_up.sites))
    >>> len(design), dense(design, slice(0, 2)).shape
    (3969, (2, 31))
    """
    coded, specification = require_sample(fitted), fitted.specification
    chosen = np.flatnonzero(select_sample(coded, specification)[0])
    return lay_out(fitted, coded, _in_order(coded, specification, chosen), fitted.statistics.mothers)


def lay_out(fitted: Solved, coded: CodedChildren, rows: Integers, mothers: Integers) -> Design:
    """Lay out the design of some children.

    Parameters
    ----------
    fitted
        Whose columns to use.
    coded
        Children, coded by its specification.
    rows
        Which of them, in which order; everything is known of them.
    mothers
        Mothers per place of theirs and class of education.
    """
    specification = fitted.specification
    place = coded.place[rows].astype(np.int64)
    numbers: list[Floats] = []
    if specification.school_mean is not None:
        means = scaled_school_means(mothers, specification, fitted.scale_values)
        numbers.append((means / 10**specification.rounding.school_mean_places)[place])
    if specification.ability is not None:
        ability = coded.ability[rows] / 10**specification.ability_measure.places
        numbers.append(ability - float(fitted.ability_centre))
    return Design(
        fitted.columns,
        tuple(
            Block(coded.codes[feature.name][rows], _table(fitted, feature.name))
            for feature in specification.categorical
        ),
        tuple(numbers),
        coded.attainment[rows] / 10**specification.attainment_measure.places,
        place,
        coded.places,
        None if coded.weights is None else coded.weights[rows] / WEIGHT_UNITS,
    )


def _in_order(coded: CodedChildren, specification: Specification, chosen: Integers) -> Integers:
    """Order children by place, categories, ability and attainment; who are alike in these may change places.

    One number per child holds all of these, if it fits 63 bits, and is quick to sort.
    """
    keys: list[NDArray[np.integer]] = [coded.place]
    keys += [coded.codes[feature.name] for feature in specification.categorical]
    keys += [coded.ability, coded.attainment]
    keys += [] if coded.weights is None else [coded.weights]
    if not len(chosen):
        return chosen
    key, size = np.zeros(len(chosen), dtype=np.int64), 1
    for values in keys:
        own = values[chosen].astype(np.int64)
        lowest = int(own.min())
        width = int(own.max()) - lowest + 1
        size *= width
        if size >= 2**63:
            return chosen[np.lexsort([values[chosen] for values in reversed(keys)])]
        key *= width
        key += own - lowest
    return chosen[np.argsort(key, kind="stable")]


def require_sample(fitted: Solved) -> CodedChildren:
    """Give the children a fit was made on.

    Raises
    ------
    InputError
        They are not known.
    """
    if fitted.sample is None:
        raise InputError(
            "the fit was made from statistics, which hold no single child",
            remedy="fit on the children, or take classical standard errors (cov_type='nonrobust')",
        )
    return fitted.sample


def _table(fitted: Solved, name: str) -> Floats:
    categories = fitted.specification.categories(name)
    if scale := scale_of(name, fitted.scale_values):
        return np.array([[float(scale.values[one])] for one in categories])
    reference = categories.index(fitted.specification.reference(name))
    return np.delete(np.eye(len(categories)), reference, axis=1)


def dense(design: Design, rows: slice | Integers) -> Floats:
    """Write out some rows of the design, shape (m, p)."""
    columns = [
        np.ones((len(design.y[rows]), 1)),
        *(block.table[block.codes[rows]] for block in design.blocks),
    ]
    return np.hstack([*columns, *(number[rows][:, None] for number in design.numbers)])


def row_blocks(design: Design) -> Iterator[slice]:
    """Give the rows a block at a time."""
    for first in range(0, len(design), _BLOCK):
        yield slice(first, min(first + _BLOCK, len(design)))


def predict(design: Design, coefficients: Floats) -> Floats:
    """Multiply the design by coefficients, shape (n,)."""
    values = np.full(len(design), coefficients[0])
    first = 1
    for block in design.blocks:
        width = block.table.shape[1]
        values += (block.table @ coefficients[first : first + width])[block.codes]
        first += width
    for number, coefficient in zip(design.numbers, coefficients[first:], strict=True):
        values += number * coefficient
    return values


def residuals(design: Design, coefficients: Floats) -> Floats:
    """Give attainment less its prediction, shape (n,)."""
    return design.y - predict(design, coefficients)


def weighted(design: Design, values: Floats) -> Floats:
    """Multiply numbers of the children by their weights, shape (n,)."""
    return values if design.weights is None else values * design.weights


def clusters(design: Design, by: Cluster) -> tuple[tuple[str, ...], Integers]:
    """Give each cluster that has children a number.

    Returns
    -------
    tuple
        The codes of the clusters, ascending, and the position of each child's, shape (n,).

    Raises
    ------
    InputError
        There is no such kind of cluster.
    """
    if by not in get_args(Cluster):
        raise InputError("is no kind of cluster", Place(value=by), "choose school or municipality")
    names = [key[get_args(Cluster).index(by)] for key in design.places]
    used = np.flatnonzero(np.bincount(design.place, minlength=len(names)))
    labels = tuple(sorted({names[place] for place in used}))
    position = {label: number for number, label in enumerate(labels)}
    of_place = np.array([position.get(name, -1) for name in names], dtype=np.int64)
    return labels, of_place[design.place]


def group_sums(design: Design, weights: Floats, group: Integers, groups: int) -> Floats:
    """Sum the rows of the design, each times its weight, per group; shape (groups, p)."""
    columns = [_sums(group, weights, groups)[:, None]]
    for block in design.blocks:
        size = len(block.table)
        cells = _sums(group * size + block.codes, weights, groups * size)
        columns.append(cells.reshape(groups, size) @ block.table)
    columns += [_sums(group, weights * number, groups)[:, None] for number in design.numbers]
    return np.hstack(columns)


def _sums(group: Integers, weights: Floats, groups: int) -> Floats:
    return np.bincount(group, weights, groups).astype(np.float64, copy=False)
