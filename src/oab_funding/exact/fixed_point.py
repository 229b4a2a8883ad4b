"""A column of exact decimals: whole units of ten to the power minus `places`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.exact.decimal128 import MOST_DIGITS, units_from_arrow, units_to_arrow
from oab_funding.exact.fraction import Exact, to_fraction
from oab_funding.exact.integers import INT64_MAX, INT64_MIN, Int64Array, int64_vector
from oab_funding.exact.rounding import Rule, round_ratio_array
from oab_funding.exact.sums import total


@dataclass(frozen=True, slots=True, eq=False)
class FixedPoint:
    """A column of exact decimals on a grid.

    Two columns are equal if their units and their places are.

    Parameters
    ----------
    units
        Whole units of ``10**-places``, int64, shape (n,); kept read-only, and copied if it was writeable.
    places
        Digits after the decimal point, 0 to 38.

    Raises
    ------
    InputError
        If the units are not whole numbers of 64 bits or the places are out of range.

    Examples
    --------
    >>> scores = FixedPoint.from_decimals(["102.62", "19.46"], places=2)
    >>> scores.units, scores.total()
    (array([10262,  1946]), Fraction(3052, 25))
    """

    units: Int64Array
    places: int

    def __post_init__(self) -> None:
        _check_places(self.places)
        units = int64_vector(self.units, "units")
        if units.flags.writeable:
            units = units.copy()
            units.flags.writeable = False
        object.__setattr__(self, "units", units)

    @classmethod
    def from_arrow(cls, array: pa.Array[Any] | pa.ChunkedArray[Any], name: str | None = None) -> FixedPoint:
        """Take over an Arrow column of decimals or whole numbers.

        Parameters
        ----------
        array
            Type decimal128 (its scale becomes the places) or any integer type (0 places); no value missing.
        name
            Name of the column, for the error.

        Returns
        -------
        FixedPoint
            The same numbers, independent of how the column was cut into chunks.

        Raises
        ------
        InputError
            If the type is another one, a value is missing, or its units pass 63 bits.

        Examples
        --------
        >>> from decimal import Decimal
        >>> FixedPoint.from_arrow(pa.array([Decimal("1.50"), Decimal("-0.25")])).units
        array([150, -25])
        """
        units = units_from_arrow(array, name)
        return cls(_read_only(units), array.type.scale if pa.types.is_decimal(array.type) else 0)

    @classmethod
    def from_decimals(cls, values: Iterable[Exact], places: int) -> FixedPoint:
        """Take numbers that lie on the grid already.

        Parameters
        ----------
        values
            Numbers that `to_fraction` reads.
        places
            Digits after the decimal point, 0 to 38.

        Returns
        -------
        FixedPoint
            Exactly these numbers.

        Raises
        ------
        InputError
            If a value is not exact, has more than `places` decimals, or its units pass 63 bits.

        Examples
        --------
        >>> FixedPoint.from_decimals(["33.02", 0, "8.5"], places=2).units
        array([3302,    0,  850])
        """
        _check_places(places)
        units = [_units(value, places, row) for row, value in enumerate(values, start=1)]
        return cls(_read_only(np.array(units, dtype=np.int64)), places)

    def to_arrow(self, precision: int = MOST_DIGITS) -> pa.Array[Any]:
        """Give the column to Arrow.

        Parameters
        ----------
        precision
            Digits before and after the decimal point together, at least the places and 1 to 38.

        Returns
        -------
        pyarrow.Array
            Type ``decimal128(precision, places)``.

        Raises
        ------
        InputError
            If the precision is out of range or a value has more digits.

        Examples
        --------
        >>> FixedPoint.from_decimals(["33.02"], places=2).to_arrow(10)[0]
        <pyarrow.Decimal128Scalar: Decimal('33.02')>
        """
        return units_to_arrow(self.units, precision, self.places)

    def rescale(self, places: int) -> FixedPoint:
        """Give the same numbers on a finer or coarser grid, exactly.

        Parameters
        ----------
        places
            Digits after the decimal point of the new grid, 0 to 38.

        Returns
        -------
        FixedPoint
            Equal numbers.

        Raises
        ------
        InputError
            If a number does not lie on the coarser grid, or its units on the finer grid pass 63 bits.

        Examples
        --------
        >>> FixedPoint.from_decimals(["1.50"], places=2).rescale(1)
        FixedPoint(units=array([15]), places=1)
        """
        _check_places(places)
        if places >= self.places:
            return FixedPoint(_read_only(_multiplied(self.units, 10 ** (places - self.places))), places)
        coarser = self.rounded(places, "down")
        if coarser != self.rounded(places, "up"):
            raise InputError(
                f"has digits after decimal {places}",
                remedy="round by a named rule first: rounded(places, rule)",
            )
        return coarser

    def rounded(self, places: int, rule: Rule = "half_up") -> FixedPoint:
        """Round every number to a coarser grid by a named rule.

        Parameters
        ----------
        places
            Digits after the decimal point to keep, at most those there are.
        rule
            One of `RULES`.

        Returns
        -------
        FixedPoint
            On the coarser grid.

        Raises
        ------
        InputError
            If there are fewer places than asked for, or the rule is unknown.

        Examples
        --------
        >>> FixedPoint.from_decimals(["1.005", "-1.005"], places=3).rounded(2).units
        array([ 101, -101])
        """
        _check_places(places)
        if places > self.places:
            raise InputError(f"cannot round {self.places} places to {places}", remedy="use rescale")
        return FixedPoint(
            _read_only(round_ratio_array(self.units, 10 ** (self.places - places), rule)), places
        )

    def total(self) -> Fraction:
        """Add up all numbers.

        Returns
        -------
        Fraction
            The exact sum, of any size.

        Examples
        --------
        >>> FixedPoint.from_decimals(["0.10", "0.20"], places=2).total()
        Fraction(3, 10)
        """
        return Fraction(total(self.units), 10**self.places)

    def to_fractions(self) -> tuple[Fraction, ...]:
        """Give the numbers as fractions.

        Returns
        -------
        tuple of Fraction
            n numbers.

        Examples
        --------
        >>> FixedPoint.from_decimals(["0.50"], places=2).to_fractions()
        (Fraction(1, 2),)
        """
        return tuple(Fraction(unit, 10**self.places) for unit in self.units.tolist())

    def __len__(self) -> int:
        return len(self.units)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FixedPoint):
            return NotImplemented
        return self.places == other.places and np.array_equal(self.units, other.units)


def _units(value: Exact, places: int, row: int) -> int:
    units: Fraction = to_fraction(value, Place(row=row)) * 10**places
    if units.denominator != 1:
        raise InputError(f"has more than {places} decimals", Place(row=row, value=value), "round it first")
    if not INT64_MIN <= units.numerator <= INT64_MAX:
        raise InputError("passes 63 bits", Place(row=row, value=value), "use fewer decimal places")
    return units.numerator


def _multiplied(units: Int64Array, factor: int) -> Int64Array:
    if not units.any():
        return units
    if max(int(units.max()) * factor, ~(int(units.min()) * factor)) > INT64_MAX:
        raise InputError("passes 63 bits", remedy="use fewer decimal places")
    return units * np.int64(factor)


def _read_only(units: Int64Array) -> Int64Array:
    units.flags.writeable = False
    return units


def _check_places(places: int) -> None:
    if isinstance(places, bool) or not isinstance(places, int) or not 0 <= places <= MOST_DIGITS:
        raise InputError(
            "is not a number of decimal places", Place(value=places), f"choose 0 to {MOST_DIGITS}"
        )
