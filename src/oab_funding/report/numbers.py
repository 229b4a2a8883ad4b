"""Exact numbers as people of a language write them. Nothing passes through a float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from oab_funding.exact import round_exact, to_fraction
from oab_funding.exact.fraction import Exact
from oab_funding.exact.rounding import Rule

PERCENT_PLACES = 10
"""Most decimals of a percentage: a share that was solved has no end."""

_SMALL_DENOMINATOR = 100


@dataclass(frozen=True, slots=True)
class Numbers:
    """Writes exact numbers with the marks of one language.

    Parameters
    ----------
    thousands, point
        The marks between thousands and before decimals.
    unknown
        What stands for a number that is not known.

    Examples
    --------
    >>> dutch = Numbers(".", ",", "onbekend")
    >>> dutch.number(Decimal("1234.56")), dutch.euros("18474.69"), dutch.number(None)
    ('1.234,56', 'EUR 18.474,69', 'onbekend')
    """

    thousands: str
    point: str
    unknown: str

    def number(self, value: Exact | None, places: int | None = None, rule: Rule = "half_up") -> str:
        """Write a number.

        Parameters
        ----------
        value
            The number, also as the text a journal has ("5/12", "559.50"); None where it is not known.
        places
            Decimals to round to. Without it a number is written as it is: a decimal with the places it has, a
            fraction with as many as it takes.
        rule
            How it is rounded.

        Raises
        ------
        ValueError
            A fraction without end, such as 1/3, and no places.

        Examples
        --------
        >>> Numbers(",", ".", "unknown").number(Fraction(-10001, 8)), Numbers(",", ".", "").number("2/3", 3)
        ('-1,250.125', '0.667')
        """
        if value is None:
            return self.unknown
        exact = _decimal(value) if places is None else round_exact(value, places, rule)
        whole, _, decimals = f"{exact.copy_abs():f}".partition(".")
        grouped = f"{int(whole):,}".replace(",", self.thousands)
        return ("-" if exact < 0 else "") + grouped + (self.point + decimals if decimals else "")

    def euros(self, value: Exact | None) -> str:
        """Write an amount in euros, with cents.

        Examples
        --------
        >>> Numbers(",", ".", "unknown").euros(Decimal(1))
        'EUR 1.00'
        """
        return self.unknown if value is None else f"EUR {self.number(value, 2)}"

    def percent(self, share: Exact | None) -> str:
        """Write a share as a percentage with no more decimals than it needs, or as a fraction.

        A share of large numbers without end, such as one that was solved, is rounded.

        Examples
        --------
        >>> dutch = Numbers(".", ",", "onbekend")
        >>> dutch.percent(Fraction(2655, 10000)), dutch.percent("5/12"), dutch.percent(Fraction(100, 303))
        ('26,55%', '5/12', '33,00330033%')
        """
        if share is None:
            return self.unknown
        exact = to_fraction(share)
        percentage = exact * 100
        rounded = Fraction(round_exact(percentage, PERCENT_PLACES))
        if rounded != percentage and exact.denominator <= _SMALL_DENOMINATOR:
            return str(exact)
        return self.number(rounded) + "%"


def _decimal(value: Exact) -> Decimal:
    """Give a number as a decimal with the places it has, or needs."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str) and "/" not in value and "%" not in value:
        to_fraction(value)  # refuses what is no number
        return Decimal(value.strip())
    exact = to_fraction(value)
    return round_exact(exact, _places_needed(exact))


def _places_needed(value: Fraction) -> int:
    rest, places = value.denominator, 0
    for factor in (2, 5):
        times = 0
        while rest % factor == 0:
            rest, times = rest // factor, times + 1
        places = max(places, times)
    if rest != 1:
        raise ValueError(f"{value} has no end as a decimal; say to how many places it is written")
    return places
