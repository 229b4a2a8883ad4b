"""What imputation hands to scoring: the categories of all children in every round, and donors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.indicator.category_codes import UNKNOWN, Codes
from oab_funding.indicator.coding import CodedChildren

NO_DONOR = -1
"""Stands for the donor of a child that needs none."""


@dataclass(frozen=True, slots=True, eq=False)
class Imputed:
    """Imputed categories of one table of children.

    Parameters
    ----------
    codes
        By feature, int8 of shape (m, n): in each of the m rounds the category of each child, coded as in
        `CodedChildren.codes`. What is known is repeated; what is not imputed stays `UNKNOWN`.
    donors
        int64 of shape (n,): the row, in the same table, of the child whose score this child takes over;
        `NO_DONOR` where it has a score of its own. None if nobody needs one.
    donor_rung
        By child with a donor, in the order of rows: the rung of the ladder that served, if it is known.

    Raises
    ------
    InputError
        The shapes differ.

    Examples
    --------
    >>> Imputed({"education_mother": np.zeros((10, 3), dtype=np.int8)}).rounds
    10
    """

    codes: Mapping[str, NDArray[np.int8]] = field(default_factory=dict)
    donors: NDArray[np.int64] | None = None
    donor_rung: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        if len({array.shape for array in self.codes.values()}) > 1:
            raise InputError(
                "the imputed features have different shapes", remedy="give (rounds, children) for each"
            )
        for name, array in self.codes.items():
            if array.ndim != 2 or not len(array):
                raise InputError(f"has shape {array.shape}", Place(column=name), "give (rounds, children)")

    @property
    def rounds(self) -> int | None:
        """Number of rounds m; none if no feature is imputed."""
        return next((len(array) for array in self.codes.values()), None)


def codes_of_round(coded: CodedChildren, imputed: Imputed, number: int) -> Mapping[str, Codes]:
    """Give the categories of all children in one round, by feature; round 0 where nothing is imputed."""
    return {**coded.codes, **{name: array[number] for name, array in imputed.codes.items()}}


def check_imputed(coded: CodedChildren, imputed: Imputed) -> None:
    """Refuse imputed categories that do not belong to these children.

    Raises
    ------
    InputError
        A feature is not one of the specification, the number of children differs, a category that is known
        was changed, or a donor is not a row of the table.
    """
    for name, array in imputed.codes.items():
        if name not in coded.codes:
            raise InputError(
                "is no feature with categories", Place(column=name), "name one of the specification"
            )
        if array.shape[1] != len(coded):
            raise InputError(
                f"{array.shape[1]} imputed children for {len(coded)} {coded.kind}s", Place(column=name)
            )
        known = coded.codes[name] != UNKNOWN
        for number, row in enumerate(array, start=1):
            changed = known & (row != coded.codes[name])
            if changed.any():
                place = Place(f"round {number}", column=name, row=int(np.flatnonzero(changed)[0]) + 2)
                raise InputError("changes a category that is known", place, "impute only what is not known")
    if imputed.donors is not None:
        _check_donors(coded, imputed.donors)


def _check_donors(coded: CodedChildren, donors: NDArray[np.int64]) -> None:
    if donors.shape != (len(coded),):
        raise InputError(
            f"{donors.size} donors for {len(coded)} {coded.kind}s", remedy="give one entry per child"
        )
    outside = np.flatnonzero((donors < NO_DONOR) | (donors >= len(coded)))
    if outside.size:
        place = Place(column="donors", row=int(outside[0]) + 2, value=int(donors[outside[0]]))
        raise InputError(
            "is no row of the table", place, f"give 0 to {len(coded) - 1}, or {NO_DONOR} for none"
        )
