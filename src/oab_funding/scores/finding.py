"""A contradiction found in published scores, and how its figures are written."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from oab_funding.exact.rounding import round_exact

BOUND_PLACES = 9
"""Decimals of a bound in a message."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A contradiction.

    Parameters
    ----------
    code
        The site or municipality, or None where the table of sites as a whole contradicts its constants.
    rule
        The rule that is broken.
    message
        What is wrong, with the figures.

    Examples
    --------
    >>> print(Finding("00AP00", "flag a", "lacks flag a with 12 pupils; the limit is 40"))
    00AP00: lacks flag a with 12 pupils; the limit is 40
    """

    code: str | None
    rule: str
    message: str

    @property
    def where(self) -> str:
        """Where it is: the code, or `all sites`."""
        return self.code or "all sites"

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


def points(hundredths: int) -> str:
    """Write a score that comes in hundredths.

    Examples
    --------
    >>> points(3302), points(-50)
    ('33.02', '-0.50')
    """
    return str(round_exact(Fraction(hundredths, 100), 2))


def span(low: Fraction | None, high: Fraction | None) -> str:
    """Write an open interval above 0 in words, its ends rounded outwards; None where nothing bounds it.

    Examples
    --------
    >>> span(Fraction(2, 3), Fraction(5, 7)), span(None, None)
    ('between 0.666666666 and 0.714285715', 'above 0.000000000')
    """
    start = f"{round_exact(low or Fraction(0), BOUND_PLACES, 'down'):f}"
    return (
        f"above {start}" if high is None else f"between {start} and {round_exact(high, BOUND_PLACES, 'up'):f}"
    )
