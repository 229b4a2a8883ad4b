"""Scoring children: the start value plus the coefficients of their features, in whole millionths.

The categories of a child combine to one number, at which a table holds the sum of the start value and all
their coefficients. What the school mean adds is worked out once per place. So a score is one look-up, or a
few, and one addition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError
from oab_funding.exact import round_ratio, round_ratio_array
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.category_codes import Codes
from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.normal_equations import START
from oab_funding.indicator.scale_values.values import ScaleValues, scale_of
from oab_funding.indicator.school_mean import NO_MEAN
from oab_funding.indicator.specification import SCORE_PLACES, Specification

LARGEST_TABLE = 2**16
"""Entries of one look-up table: it stays in the processor's second cache."""

_BLOCK = 2**15
"""Children scored at a time: what is worked out for them stays in that cache too."""

NOT_KNOWN = -(2**56)
"""Stands for what is not known. Scores are below 2**40: a sum with it shows, and 64 do not overflow."""


class Weights(Protocol):
    """What children are scored with: a model, or other coefficients of the same columns."""

    @property
    def specification(self) -> Specification:
        """The features."""
        ...

    @property
    def specification_sha256(self) -> str:
        """Their hash."""
        ...

    @property
    def scale_values(self) -> tuple[ScaleValues, ...]:
        """Numbers of the classes of education, if there are any."""
        ...

    def units(self, column: str) -> int:
        """Coefficient of a column in units of the last decimal of a score."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class LookUp:
    """A table of scores for the combined categories of some features.

    Parameters
    ----------
    features
        Names of the features.
    sizes
        Categories of each, and one more for not known, which comes first.
    units
        int64, one entry per combination, the last feature running fastest.
    """

    features: tuple[str, ...]
    sizes: tuple[int, ...]
    units: Int64Array


def look_ups(model: Weights, largest: int = LARGEST_TABLE) -> tuple[LookUp, ...]:
    """Make the tables of a model: as few as possible, each with at most `largest` entries.

    Examples
    --------
    >>> from oab_funding.indicator.model import supplied_model
    >>> model = supplied_model({"start": "530"}, "cbs-2019", label="example", source="made up", others="0")
    >>> [(len(table.features), table.units.size) for table in look_ups(model)]
    [(5, 12636)]
    """
    groups: list[list[str]] = [[]]
    size = 1
    for feature in model.specification.categorical:
        categories = len(model.specification.categories(feature.name)) + 1
        if groups[-1] and size * categories > largest:
            groups.append([])
            size = 1
        groups[-1].append(feature.name)
        size *= categories
    start = model.units(START)
    return tuple(_look_up(model, names, start if number == 0 else 0) for number, names in enumerate(groups))


def place_units(model: Weights, means: Int64Array) -> Int64Array:
    """Work out what the school mean adds at each place: coefficient times mean, rounded once.

    Parameters
    ----------
    model
        With or without a school mean.
    means
        Rounded means per place in units of their last decimal, `NO_MEAN` where there is none; shape (s,).

    Returns
    -------
    ndarray of int64
        Shape (s,), in units of a score.

    Examples
    --------
    >>> from oab_funding.indicator.model import supplied_model
    >>> model = supplied_model({"school_mean": "0.8"}, "cbs-2019", label="x", source="x", others="0")
    >>> place_units(model, np.array([4_166_667]))
    array([3333334])
    """
    feature = model.specification.school_mean
    if feature is None:
        return np.zeros(len(means), dtype=np.int64)
    rounding = model.specification.rounding
    # A coefficient has at most 11 digits and a mean 7: their product stays below 2**63.
    units = round_ratio_array(
        model.units(feature.name) * means, 10**rounding.school_mean_places, rounding.rule
    )
    return np.where(means == NO_MEAN, np.int64(NOT_KNOWN), units)


def category_units(tables: Sequence[LookUp], codes: Mapping[str, Codes], children: int) -> Int64Array:
    """Add up the start value and the coefficients of the children's categories.

    Parameters
    ----------
    tables
        From `look_ups`.
    codes
        By feature, shape (n,).
    children
        Their number n.

    Returns
    -------
    ndarray of int64
        Shape (n,), in units of a score; a negative number where a category is not known.
    """
    scores = np.empty(children, dtype=np.int64)
    for first in range(0, children, _BLOCK):
        block = slice(first, first + _BLOCK)
        units: Int64Array | None = None
        for table in tables:
            cell = codes[table.features[0]][block].astype(np.int32) + 1
            for name, size in zip(table.features[1:], table.sizes[1:], strict=True):
                cell *= size
                cell += codes[name][block]
                cell += 1
            units = table.units[cell] if units is None else units + table.units[cell]
        scores[block] = 0 if units is None else units
    return scores


def known_scores(units: Int64Array) -> NDArray[np.bool_]:
    """Say which sums of `category_units` and `place_units` are scores, shape (n,).

    Examples
    --------
    >>> known_scores(np.array([530_250_000, NOT_KNOWN + 3_000_000]))
    array([ True, False])
    """
    known: NDArray[np.bool_] = units > NOT_KNOWN // 2
    return known


def check_coded(coded: CodedChildren, model: Weights) -> None:
    """Refuse children who were coded by another specification than the model's."""
    if coded.specification_sha256 != model.specification_sha256:
        raise InputError(
            f"the children were not coded by the specification of the model, {model.specification.name}",
            remedy="code them by it",
        )


def _look_up(model: Weights, names: Sequence[str], start: int) -> LookUp:
    units = np.array([start], dtype=np.int64)
    sizes = []
    for name in names:
        own = [
            NOT_KNOWN,
            *(_category_units(model, name, one) for one in model.specification.categories(name)),
        ]
        units = np.add.outer(units, np.array(own, dtype=np.int64)).ravel()
        sizes.append(len(own))
    return LookUp(tuple(names), tuple(sizes), units)


def _category_units(model: Weights, name: str, category: str) -> int:
    if scale := scale_of(name, model.scale_values):
        product = model.units(name) * scale.units(category)
        return round_ratio(product, 10**SCORE_PLACES, model.specification.rounding.rule)
    return 0 if category == model.specification.reference(name) else model.units(f"{name}[{category}]")
