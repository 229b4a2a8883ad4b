"""What the education model sees of the children: their codes, and how many of each kind there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from oab_funding.errors import InputError
from oab_funding.indicator.category_codes import UNKNOWN
from oab_funding.indicator.imputation.draws import Keys

CLASSES = 8
"""Classes of the Dutch education classification, coded 0 to 7; `UNKNOWN` where not known."""
_PATTERNS = CLASSES + 1
_MANY = 1 << 24
"""Up to so many possible cells, counting finds those that occur; sorting would take several times as long."""


InRound = Callable[[int, int, NDArray[np.int64]], NDArray[np.integer]]
"""Gives codes of some children by seed, round and rows."""


@dataclass(frozen=True, slots=True)
class Predictor:
    """A categorical predictor.

    Parameters
    ----------
    name
        Its name.
    codes
        Each child's code from 0 (the reference).
    levels
        Number of levels.
    in_round
        Draws the codes anew in each round of imputation, where they are not known exactly; none if they are.
    """

    name: str
    codes: NDArray[np.integer]
    levels: int
    in_round: InRound | None = None


@dataclass(frozen=True, slots=True)
class EducationInput:
    """Children whose parents' education is known or to be imputed, as plain arrays of n rows.

    Parameters
    ----------
    child_key
        From `child_keys`.
    mother, father
        Class of education from 0, or `UNKNOWN`.
    predictors
        What is known of every child. "Unknown" is a level like any other.
    eligible
        Whether the child takes part: in the population register and not seeking asylum. The others are
        neither learned from nor imputed.

    Raises
    ------
    InputError
        Lengths differ, or a code lies outside its levels.

    Examples
    --------
    >>> age = Predictor("age", np.array([0, 1]), 2)
    >>> one = np.array([1, 0])
    >>> EducationInput(np.array([5, 6], dtype=np.uint64), one, one, (age,), np.array([True, True])).children
    2
    """

    child_key: Keys
    mother: NDArray[np.integer]
    father: NDArray[np.integer]
    predictors: tuple[Predictor, ...]
    eligible: NDArray[np.bool_]

    def __post_init__(self) -> None:
        named = {
            "child_key": self.child_key,
            "mother": self.mother,
            "father": self.father,
            "eligible": self.eligible,
        }
        for name, values in (named | {p.name: p.codes for p in self.predictors}).items():
            if values.shape != (self.children,):
                raise InputError(
                    f"has shape {values.shape}, the children {self.children}",
                    name,
                    "give one value per child",
                )
        _check_codes("mother", self.mother, CLASSES, UNKNOWN)
        _check_codes("father", self.father, CLASSES, UNKNOWN)
        for predictor in self.predictors:
            _check_codes(predictor.name, predictor.codes, predictor.levels)

    @property
    def children(self) -> int:
        """Number of children n."""
        return len(self.child_key)

    @property
    def levels(self) -> dict[str, int]:
        """Levels of each predictor by name, in order."""
        return {predictor.name: predictor.levels for predictor in self.predictors}

    def cells(self, rows: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """Give cells as numbers whose digits are the predictors' codes.

        Of all children by default; of some rows with the reference for what is drawn anew in each round.
        """
        cell = np.zeros(self.children if rows is None else len(rows), dtype=np.int64)
        for predictor in self.predictors:
            cell *= predictor.levels
            if rows is None:
                cell += predictor.codes
            elif predictor.in_round is None:
                cell += predictor.codes[rows]
        return cell


@dataclass(frozen=True, slots=True)
class EducationCounts:
    """How many children each cell has with each pair of educations. Counts of parts add up: ``a + b``.

    Parameters
    ----------
    levels
        Levels of each predictor by name.
    cells
        Cell numbers that occur, ascending, c of them.
    counts
        Shape (c, 9, 9): children by education of mother and father; first those of whom it is unknown.
    """

    levels: dict[str, int]
    cells: NDArray[np.int64]
    counts: NDArray[np.int64]

    def __add__(self, other: EducationCounts) -> EducationCounts:
        if self.levels != other.levels:
            raise InputError(
                f"predictors differ: {self.levels} and {other.levels}",
                "education counts",
                "code both parts alike",
            )
        cells = np.union1d(self.cells, other.cells)
        counts = np.zeros((len(cells), _PATTERNS, _PATTERNS), dtype=np.int64)
        for part in (self, other):
            counts[np.searchsorted(cells, part.cells)] += part.counts
        return EducationCounts(self.levels, cells, counts)

    def by_first(self, predictors: int) -> EducationCounts:
        """Count by the first predictors alone.

        Examples
        --------
        >>> counts = np.ones((3, 9, 9), dtype=int)
        >>> counted = EducationCounts({"age": 2, "debt": 3}, np.array([0, 2, 5]), counts)
        >>> counted.by_first(1).cells.tolist(), counted.by_first(1).counts[:, 0, 0].tolist()
        ([0, 1], [2, 1])
        """
        levels = dict(list(self.levels.items())[:predictors])
        fewer = self.cells // prod(list(self.levels.values())[predictors:])
        cells, first = np.unique(fewer, return_index=True)
        return EducationCounts(levels, cells, np.add.reduceat(self.counts, first, axis=0))

    @property
    def codes(self) -> NDArray[np.int64]:
        """Codes of each cell, (c, predictors)."""
        return decode_cells(self.cells, tuple(self.levels.values()))


def count_education(children: EducationInput) -> EducationCounts:
    """Count the eligible children by cell and pair of educations.

    Examples
    --------
    >>> age = Predictor("age", np.array([0, 1, 1]), 2)
    >>> mother, father = np.array([0, -1, 7]), np.array([1, 1, -1])
    >>> keys = np.array([5, 6, 7], dtype=np.uint64)
    >>> counted = count_education(EducationInput(keys, mother, father, (age,), np.array([True, True, False])))
    >>> counted.cells.tolist(), counted.counts[[0, 1], [1, 0], 2].tolist(), counted.counts.sum().item()
    ([0, 1], [1, 1], 2)
    """
    taken = children.eligible
    cells, row = numbered(children.cells()[taken], prod(children.levels.values()))
    pair = (children.mother[taken].astype(np.int64) + 1) * _PATTERNS + children.father[taken] + 1
    counts = np.bincount(row * _PATTERNS**2 + pair, minlength=len(cells) * _PATTERNS**2)
    return EducationCounts(children.levels, cells, counts.reshape(-1, _PATTERNS, _PATTERNS))


def numbered(cells: NDArray[np.int64], end: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the cells below an end that occur, ascending, and the position of each cell among them.

    Examples
    --------
    >>> [found.tolist() for found in numbered(np.array([7, 3, 7]), 10)]
    [[3, 7], [1, 0, 1]]
    """
    if end > _MANY:
        found, position = np.unique(cells, return_inverse=True)
        return found, position
    found = np.flatnonzero(np.bincount(cells, minlength=1))
    number = np.zeros(end, dtype=np.int64)
    number[found] = np.arange(len(found))
    return found, number[cells]


def decode_cells(cells: NDArray[np.int64], levels: tuple[int, ...]) -> NDArray[np.int64]:
    """Codes (cells, predictors) of cell numbers.

    Examples
    --------
    >>> decode_cells(np.array([7]), (2, 5)).tolist()
    [[1, 2]]
    """
    codes = np.empty((len(cells), len(levels)), dtype=np.int64)
    rest = cells
    for place in range(len(levels) - 1, -1, -1):
        rest, codes[:, place] = np.divmod(rest, levels[place])
    return codes


def _check_codes(name: str, codes: NDArray[np.integer], levels: int, lowest: int = 0) -> None:
    if codes.dtype.kind not in "iu":
        raise InputError(f"holds {codes.dtype}", name, "give whole numbers")
    wrong = np.flatnonzero((codes < lowest) | (codes >= levels))
    if len(wrong):
        raise InputError(
            f"row {wrong[0]} holds {codes[wrong[0]]}",
            name,
            f"give a whole number from {lowest} to {levels - 1}",
        )
