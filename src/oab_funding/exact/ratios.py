"""A column of exact rationals over one denominator: many of them, without a fraction object for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from oab_funding.exact import Rule, round_ratio


@dataclass(frozen=True, slots=True)
class Ratios:
    """Rationals over a common denominator.

    Parameters
    ----------
    numerators
        Whole numbers, shape (n,).
    denominator
        A whole number above 0.

    Examples
    --------
    >>> thirds = Ratios.weighted([([1, 2], Fraction(1, 3))])
    >>> (thirds + thirds).rounded(2)
    [67, 133]
    """

    numerators: tuple[int, ...]
    denominator: int

    @classmethod
    def weighted(cls, terms: Iterable[tuple[Sequence[int], Fraction]]) -> Ratios:
        """Add up columns of whole numbers, each times a rational.

        Examples
        --------
        >>> Ratios.weighted([([2, 0], Fraction(1, 2)), ([1, 1], Fraction(1, 3))]).fractions()
        [Fraction(4, 3), Fraction(1, 3)]
        """
        columns = list(terms)
        common = lcm(*(factor.denominator for _, factor in columns))
        scaled = [(column, int(factor * common)) for column, factor in columns]
        rows = zip(*([factor * value for value in column] for column, factor in scaled), strict=True)
        return cls(tuple(map(sum, rows)), common)

    def __add__(self, other: Ratios) -> Ratios:
        common = lcm(self.denominator, other.denominator)
        own, its = common // self.denominator, common // other.denominator
        pairs = zip(self.numerators, other.numerators, strict=True)
        return Ratios(tuple(a * own + b * its for a, b in pairs), common)

    def __sub__(self, other: Ratios) -> Ratios:
        return self + Ratios(tuple(-b for b in other.numerators), other.denominator)

    def times(self, factor: Fraction) -> Ratios:
        """Multiply by one rational."""
        top = factor.numerator
        return Ratios(tuple(a * top for a in self.numerators), self.denominator * factor.denominator)

    def rounded(self, places: int, rule: Rule = "half_up") -> list[int]:
        """Round each to whole units of ``10**-places``."""
        unit = 10**places
        return [round_ratio(top * unit, self.denominator, rule) for top in self.numerators]

    def fractions(self) -> list[Fraction]:
        """Give them as fractions."""
        return [Fraction(top, self.denominator) for top in self.numerators]
