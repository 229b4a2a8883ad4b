"""The smallest parts that a difference is decomposed over, and the wholes that they add up to.

A part is a site where it belongs. A site that belongs elsewhere in the second run is two parts: one loses
what the other gains, so that boards, municipalities and provinces add up as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oab_funding.exact import group_sums
from oab_funding.exact.sums import Int64Array

UNKNOWN = "unknown"
"""Where a part belongs of which no register says it."""

NATION = "all"
"""The code of the whole."""

Home = tuple[str, ...]
"""Where a site belongs: the code of every level above it."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of institutions: their codes, and to which of them each part belongs."""

    name: str
    codes: tuple[str, ...]
    of_part: NDArray[np.int64]

    @classmethod
    def of(cls, name: str, belongs: Sequence[str]) -> Level:
        """Give every code its number, in ascending order.

        Examples
        --------
        >>> Level.of("school", ["00B", "00A", "00B"]).of_part
        array([1, 0, 1])
        """
        codes = sorted(set(belongs))
        number = {code: at for at, code in enumerate(codes)}
        return cls(name, tuple(codes), np.array([number[code] for code in belongs], dtype=np.int64))

    def sums(self, cents: Int64Array) -> Int64Array:
        """Add the parts up, shape (codes,)."""
        return group_sums(cents, self.of_part, len(self.codes))


@dataclass(frozen=True, slots=True)
class Units:
    """The parts: which row each is of, on which side it holds, and its levels.

    Parameters
    ----------
    rows
        Per part, the number of its site (or municipality).
    side
        Per part, 0 where it holds on both sides, 1 for the first register only, 2 for the second only.
    levels
        From the smallest institution to the whole.
    """

    rows: Int64Array
    side: Int64Array
    levels: tuple[Level, ...]

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        homes: tuple[Mapping[str, Home], Mapping[str, Home]],
        levels: Sequence[str],
    ) -> Units:
        """Lay out the parts.

        Parameters
        ----------
        names
            The sites of either run, ascending.
        homes
            Where each site belongs, in either run.
        levels
            Names of the levels: the site's own first, then as in a home.

        Examples
        --------
        >>> units = Units.of(["00AP00"], ({"00AP00": ("00AP", "x")}, {"00AP00": ("00AP", "y")}),
        ...                  ["site", "school", "board"])
        >>> units.side, units.levels[2].codes, [level.name for level in units.levels]
        (array([1, 2]), ('x', 'y'), ['site', 'school', 'board', 'nation'])
        """
        rows, side, found = [], [], list[Home]()
        for row, name in enumerate(names):
            first, second = (own.get(name) for own in homes)
            if first is None or second is None or first == second:
                given = first if first is not None else second
                assert given is not None  # a name comes from one of the two
                parts = [(0, given)]
            else:
                parts = [(1, first), (2, second)]
            for number, home in parts:
                rows.append(row)
                side.append(number)
                found.append((name, *(code or UNKNOWN for code in home)))
        columns = zip(*found, strict=True)
        laid = [Level.of(level, column) for level, column in zip(levels, columns, strict=True)]
        whole = Level("nation", (NATION,), np.zeros(len(rows), dtype=np.int64))
        return cls(np.array(rows, dtype=np.int64), np.array(side, dtype=np.int64), (*laid, whole))

    @property
    def moved(self) -> bool:
        """Whether some site belongs elsewhere in the second run."""
        return bool(self.side.any())

    def spread(self, cents: Int64Array, second_register: bool) -> Int64Array:
        """Give what every part has, from what every row has, under one of the registers."""
        holds = self.side != (1 if second_register else 2)
        spread: Int64Array = cents[self.rows] * holds
        return spread
