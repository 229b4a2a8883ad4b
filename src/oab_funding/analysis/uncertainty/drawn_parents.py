"""What is not known of children, drawn for one replicate: the same model as imputation, looked up in tables.

Children of whom the parents' education is drawn stand in the order of what they lack, their cell and their
key, so that the order of the file cannot matter. One 64-bit word serves a child: its upper half the mother,
its lower half the father. Probabilities are tabulated as whole thresholds of 2**-32 per cell and class of the
school's level, once per draw of the parameters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from oab_funding.analysis.uncertainty.drawn_coefficients import words
from oab_funding.analysis.uncertainty.taken_over import ScoreDonors, Stays, score_donors_of, stays_of
from oab_funding.indicator.category_codes import UNKNOWN, Codes
from oab_funding.indicator.coding import CodedChildren
from oab_funding.indicator.imputation.counts import CLASSES, EducationInput, decode_cells, numbered
from oab_funding.indicator.imputation.draws import Purpose
from oab_funding.indicator.imputation.education import GRID_BITS, mothers_given_father
from oab_funding.indicator.imputation.elementary import Floats
from oab_funding.indicator.imputation.impute import FATHER, MOTHER, STAY, stay_input
from oab_funding.indicator.imputation.joint import EQUATIONS, Coefficients, Odds
from oab_funding.indicator.imputation.parents_model import ParentsModel
from oab_funding.indicator.imputation.school_level import ChildLevels

Whole = NDArray[np.int64]
Thresholds = NDArray[np.uint32]

_ROW = 8
"""Thresholds of a row: seven, and one that is not used, so that a row lies in one piece of memory."""
_END = float(2**GRID_BITS - 1)
_CELLS = 1 << 5
"""Cells tabulated at a time, and children drawn at a time: what is worked on stays in the cache."""
_CHILDREN = 1 << 13
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """Thresholds of one draw of the parameters, a row of eight per cell and class of the level.

    Parameters
    ----------
    mother, father, beside
        Of mothers; of fathers, a row per class of the mother; of mothers beside a known father.
    """

    mother: Thresholds
    father: Thresholds
    beside: Thresholds


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """One draw: the categories of the drawn children, and the donor (a row) of each taker."""

    mother: Codes
    father: Codes
    stay: Codes
    donors: Whole


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPart:
    """Children of one kind of whom something is drawn, n of them.

    Parameters
    ----------
    stream
        Which words are theirs.
    rows
        Their rows, first those who lack both parents' education, then those who lack the mother's, then the
        father's, then those who lack a length of stay alone.
    ends
        Where the first three of these end.
    mother, father, stay
        What is known of them; 0 where drawn.
    cell
        Position of each child's cell in `codes`; of those who lack the mother, in `pairs`.
    codes, pairs
        Predictors of the cells that occur; cells that occur beside a known father, and his class.
    place
        Position of each child's school level in `levels`.
    levels
        Levels of schools that occur; none where the school does not enter.
    classes, first_column
        Classes of the level (1 without), and where its columns begin in the design.
    stays, donors
        Lengths of stay and scores that are taken from others.
    """

    stream: int
    rows: Whole
    ends: tuple[int, int, int]
    mother: Codes
    father: Codes
    stay: Codes
    cell: Whole
    codes: Whole
    pairs: tuple[Whole, Whole]
    place: Whole
    levels: ChildLevels | None
    classes: int
    first_column: int
    stays: Stays | None
    donors: ScoreDonors | None

    @classmethod
    def of(
        cls,
        coded: CodedChildren,
        children: EducationInput,
        levels: ChildLevels | None,
        model: ParentsModel,
        social: list[str],
        stream: int,
    ) -> DrawnPart:
        """Lay the children out.

        Parameters
        ----------
        coded, children
            All children of the kind, coded, and as the model of education sees them.
        levels
            The levels of their schools.
        model
            The fitted model of education.
        social
            Socio-economic categories.
        stream
            Which words are theirs.
        """
        mother, father = coded.codes[MOTHER], coded.codes[FATHER]
        stay = stay_input(coded, children.child_key)
        lacks = [coded.eligible & (codes == UNKNOWN) for codes in (mother, father)]
        lacks_stay = stay.eligible & stay.born_abroad & (stay.stay == UNKNOWN)
        kind = np.select([lacks[0] & lacks[1], lacks[0], lacks[1], lacks_stay], [0, 1, 2, 3], 4)
        cells = children.cells()
        varying = [p for p in children.predictors if p.in_round is not None]
        for predictor in varying:
            cells -= predictor.codes * _weight(children, predictor.name)
        candidates = np.flatnonzero(kind < 4)
        order = np.lexsort((children.child_key[candidates], cells[candidates], kind[candidates]))
        rows = candidates[order]
        ends = np.cumsum(np.bincount(kind[rows], minlength=5))[:3].tolist()
        educated = rows[: ends[2]]
        found, cell = numbered(cells[educated], prod(children.levels.values()))
        codes = decode_cells(found, tuple(children.levels.values()))
        middle = slice(ends[0], ends[1])
        pairs, of_pair = np.unique(cell[middle] * CLASSES + father[rows[middle]], return_inverse=True)
        cell = np.append(cell, np.zeros(len(rows) - len(educated), dtype=np.int64))
        cell[middle] = of_pair
        place, slim = _levels(coded, levels, rows)
        width, first = 1, 0
        if varying:
            at = [p.name for p in children.predictors].index(varying[0].name)
            width, first = varying[0].levels, model.drawn(0, 0).first_columns[at]
        return cls(
            stream,
            rows,
            (ends[0], ends[1], ends[2]),
            np.maximum(mother[rows], 0),
            np.maximum(father[rows], 0),
            np.where(lacks_stay[rows], 0, coded.codes[STAY][rows]).astype(np.int8),
            cell,
            codes,
            (pairs // CLASSES, pairs % CLASSES),
            place,
            slim,
            width,
            first,
            stays_of(coded, stay, lacks_stay, rows),
            score_donors_of(coded, children, social),
        )

    def fixed_cells(self, coded: CodedChildren, steps: Mapping[str, int]) -> Whole:
        """Give the cells of the drawn children, each feature by its step, without what is drawn."""
        cell = np.full(len(self.rows), sum(steps[name] for name in (MOTHER, FATHER, STAY)), dtype=np.int64)
        for name, codes in coded.codes.items():
            if name not in (MOTHER, FATHER, STAY):
                cell += (codes[self.rows].astype(np.int64) + 1) * steps[name]
        return cell

    def cells(self, fixed: Whole, drawn: Drawn, steps: tuple[int, int, int]) -> Whole:
        """Complete these numbers with what was drawn; see `fixed_cells`."""
        found = fixed.copy()
        for codes, step in zip((drawn.mother, drawn.father, drawn.stay), steps, strict=True):
            found += codes * np.int64(step)
        return found

    @property
    def thresholds(self) -> int:
        """How many thresholds a draw of the parameters has."""
        return (len(self.codes) * (CLASSES + 1) + len(self.pairs[0])) * self.classes * _ROW

    def bounds(self, model: ParentsModel, drawn: Coefficients) -> Bounds:
        """Tabulate the thresholds of one draw of the parameters."""
        odds = Odds.of(drawn, model.design(self.codes))
        levels = np.ones((2, EQUATIONS, 1))
        if self.levels is not None:
            levels = np.stack(drawn.factors(self.first_column, self.classes))
        size = self.classes
        mother = np.empty((len(self.codes) * size, _ROW), dtype=np.uint32)
        father = np.empty((len(self.codes) * size * CLASSES, _ROW), dtype=np.uint32)
        for start in range(0, len(self.codes), _CELLS):
            some = slice(start, start + _CELLS)
            of_mother, of_father = (
                (table[:, some, None] * factor[:, None, :]).reshape(EQUATIONS, -1)
                for table, factor in zip((odds.mother, odds.father), levels, strict=True)
            )
            rows = start * size
            _tabulate(of_mother, mother[rows : rows + of_mother.shape[1]])
            beside = (of_father[:, :, None] * odds.partner[:, None, :]).reshape(EQUATIONS, -1)
            _tabulate(beside, father[rows * CLASSES : rows * CLASSES + beside.shape[1]])
        return Bounds(mother, father, self._beside(odds, levels))

    def _beside(self, odds: Odds, levels: Floats) -> Thresholds:
        """Tabulate mothers beside known fathers."""
        cells, fathers = self.pairs
        table = np.empty((len(cells) * self.classes, _ROW), dtype=np.uint32)
        for known in range(CLASSES):
            for some in _pieces(np.flatnonzero(fathers == known), _CELLS):
                of_mother, of_father = (
                    (one[:, cells[some], None] * factor[:, None, :]).reshape(EQUATIONS, -1)
                    for one, factor in zip((odds.mother, odds.father), levels, strict=True)
                )
                given = of_father[:, None, :] * odds.partner[:, :, None]
                cumulative = mothers_given_father(of_mother, given, known)
                rows = (some[:, None] * self.classes + np.arange(self.classes)).ravel()
                shares = np.floor(cumulative[:-1] / cumulative[-1] * 2.0**GRID_BITS)
                table[rows, :EQUATIONS] = np.minimum(shares, _END).astype(np.uint32).T
        return table

    def draw(self, bounds: Bounds, seed: int, number: int) -> Drawn:
        """Draw all that is not known: educations, then stays, then donors."""
        both, mothers, educated = self.ends
        takers = 0 if self.stays is None else len(self.stays.takers)
        donors = 0 if self.donors is None else len(self.donors.takers)
        bits = words(seed, Purpose.REPLICATE, number, educated + takers + donors, self.stream)
        mother, father, stay = self.mother.copy(), self.father.copy(), self.stay.copy()
        level = np.zeros(1, dtype=np.int64)
        if self.levels is not None:
            level = self.levels.classes_in_round(seed, number, np.arange(len(self.levels.level)))
        groups = ((0, both, bounds.mother), (both, mothers, bounds.beside), (mothers, educated, None))
        for start, end, table in groups:
            for first in range(start, end, _CHILDREN):
                some = slice(first, min(first + _CHILDREN, end))
                row = self.cell[some] * self.classes + level[self.place[some]]
                if table is not None:
                    mother[some] = fallen(table, row, (bits[some] >> _HALF).astype(np.uint32))
                if table is not bounds.beside:
                    row = row * CLASSES + mother[some]
                    father[some] = fallen(bounds.father, row, (bits[some] & _LOW).astype(np.uint32))
        if self.stays is not None:
            stay[self.stays.takers] = self.stays.drawn(mother, bits[educated : educated + takers])
        chosen = np.zeros(0, dtype=np.int64)
        if self.donors is not None:
            chosen = self.donors.chosen(bits[educated + takers :])
        return Drawn(mother, father, stay, chosen)


def fallen(table: Thresholds, row: Whole, bits: Thresholds) -> Codes:
    """Give the class that each draw falls into: how many of the seven thresholds of its row it reaches.

    Examples
    --------
    >>> table = np.array([[10, 20, 30, 40, 50, 60, 70, 0]], dtype=np.uint32)
    >>> fallen(table, np.zeros(4, dtype=np.int64), np.array([9, 10, 45, 70], dtype=np.uint32)).tolist()
    [0, 1, 4, 7]
    """
    flat, at = table.ravel(), row * _ROW
    found = (bits >= flat[at + 3]) * np.int64(4)
    at += found
    step = (bits >= flat[at + 1]) * np.int64(2)
    at += step
    found += step
    found += bits >= flat[at]
    return found.astype(np.int8)


def _tabulate(odds: Floats, table: Thresholds) -> None:
    """Write thresholds from odds of going on, (7, rows), as `draw_class` compares them."""
    above = np.ones(odds.shape[1])
    for number, going_on in enumerate(odds):
        above *= going_on / (1.0 + going_on)
        table[:, number] = np.minimum(np.floor((1.0 - above) * 2.0**GRID_BITS), _END)


def _pieces(rows: Whole, size: int) -> Iterator[Whole]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _weight(children: EducationInput, name: str) -> int:
    """Give what one step of a predictor adds to the number of a cell."""
    names = list(children.levels)
    return prod(list(children.levels.values())[names.index(name) + 1 :])


def _levels(
    coded: CodedChildren, levels: ChildLevels | None, rows: Whole
) -> tuple[Whole, ChildLevels | None]:
    """Give the levels that differ, and which is each child's: they follow from its place and known parent."""
    if levels is None:
        return np.zeros(len(rows), dtype=np.int64), None
    combined = coded.place[rows].astype(np.int64)
    for name in (MOTHER, FATHER):
        combined = combined * (CLASSES + 1) + coded.codes[name][rows] + 1
    _, first, place = np.unique(combined, return_index=True, return_inverse=True)
    some = rows[first]
    slim = ChildLevels(levels.level[some], levels.spread[some], levels.place[some], levels.keys, levels.cuts)
    return place, slim
