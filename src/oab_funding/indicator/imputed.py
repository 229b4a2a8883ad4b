"""What imputation hands to scoring: the categories of all children in every round, and donors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.indicator.category_codes import UNKNOWN, Codes
from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.features import EducationFeature
from oab_funding.indicator.specification import Specification

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

    def __post_init__(self) -> None:
        if len({array.shape for array in self.codes.values()}) > 1:
            raise InputError(
                "the imputed features have different shapes", remedy="give (rounds, children) for each"
            )
        for name, array in self.codes.items():
            if array.ndim != 2 or not len(array):
                raise InputError(f"has shape {array.shape}", Place(column=name), "give (rounds, children)")

    @classmethod
    def from_numbers(
        cls,
        specification: Specification,
        numbers: Mapping[str, NDArray[np.int8]],
        donors: NDArray[np.int64] | None = None,
    ) -> Imputed:
        """Take over classes that are numbered from 1, with 0 for unknown.

        Parameters
        ----------
        specification
            The one the children were coded by.
        numbers
            By feature, shape (m, n): for education the class number, for another feature the position of the
            category, counted from 1; 0 where not known.
        donors
            As above.

        Raises
        ------
        InputError
            A number is not that of a category.

        Examples
        --------
        >>> from oab_funding.indicator.specification_file import load_specification
        >>> numbers = {"education_mother": np.array([[8, 1, 0]], dtype=np.int8)}
        >>> Imputed.from_numbers(load_specification("cbs-2019"), numbers).codes["education_mother"]
        array([[ 7,  0, -1]], dtype=int8)
        """
        return cls({name: _codes(specification, name, array) for name, array in numbers.items()}, donors)

    @property
    def rounds(self) -> int | None:
        """Number of rounds m; none if no feature is imputed."""
        return next((len(array) for array in self.codes.values()), None)


def _codes(specification: Specification, name: str, numbers: NDArray[np.int8]) -> NDArray[np.int8]:
    education = isinstance(specification.feature(name), EducationFeature)
    known = specification.class_numbers if education else range(1, len(specification.categories(name)) + 1)
    code = np.full(256, UNKNOWN, dtype=np.int8)
    code[list(known)] = np.arange(len(known), dtype=np.int8)
    codes: NDArray[np.int8] = code[numbers]
    strange = (codes == UNKNOWN) & (numbers != 0)
    if strange.any():
        place = Place(column=name, value=int(numbers[strange][0]))
        raise InputError("is no category", place, f"give {', '.join(map(str, known))}, or 0 for unknown")
    return codes


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
            changed = np.flatnonzero(known & (row != coded.codes[name]))
            if changed.size:
                place = Place(f"round {number}", column=name, row=int(changed[0]) + 2)
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
