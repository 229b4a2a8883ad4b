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

    def exact(self, value: Exact | None, least: int = 0) -> str:
        """Write a number with all its digits, so that it can be computed with by hand.

        A decimal where that has an end, with at least `least` places; else a fraction.

        Examples
        --------
        >>> dutch = Numbers(".", ",", "onbekend")
        >>> dutch.exact(Fraction(53963775, 1000), 2), dutch.exact(5, 2), dutch.exact(Fraction(-1000, 3))
        ('53.963,775', '5,00', '-1.000/3')
        """
        if value is None:
            return self.unknown
        number = to_fraction(value)
        places = _places_of(number)
        if places is None:
            return f"{self.number(number.numerator)}/{self.number(number.denominator)}"
        return self.number(number, max(places, least))

    def becomes(self, value: Fraction, shown: Exact, mark: str = "") -> str:
        """Write what a line gives, with all its digits, and after an arrow what it is rounded to.

        Parameters
        ----------
        value
            What the line gives.
        shown
            What is recorded of it.
        mark
            Stands before each, such as "EUR ".

        Examples
        --------
        >>> english = Numbers(",", ".", "unknown")
        >>> english.becomes(Fraction(599, 10), Decimal("59.90"), "EUR ")
        'EUR 59.90'
        >>> english.becomes(Fraction(1, 3), Decimal("0.33"))
        '1/3 -> 0.33'
        """
        written = f"{mark}{self.number(shown)}"
        return written if to_fraction(shown) == value else f"{mark}{self.exact(value)} -> {written}"

    def exact_percent(self, share: Exact | None) -> str:
        """Write a share as a percentage with all its digits, or as a fraction where it has no end.

        Examples
        --------
        >>> dutch = Numbers(".", ",", "onbekend")
        >>> dutch.exact_percent("26.55%"), dutch.exact_percent(Fraction(100, 303))
        ('26,55%', '100/303')
        """
        if share is None:
            return self.unknown
        percentage = to_fraction(share) * 100
        ends = _places_of(percentage) is not None
        return f"{self.exact(percentage)}%" if ends else self.exact(share)

    def nearly(self, share: Exact) -> str:
        """Write after an arrow what a share without end nearly is as a percentage; else nothing.

        Examples
        --------
        >>> english = Numbers(",", ".", "unknown")
        >>> english.nearly(Fraction(1, 3)), english.nearly("50%")
        (' -> 33.3333333333%', '')
        """
        ends = _places_of(to_fraction(share)) is not None
        return "" if ends else f" -> {self.number(to_fraction(share) * 100, PERCENT_PLACES)}%"

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
    places = _places_of(value)
    if places is None:
        raise ValueError(f"{value} has no end as a decimal; say to how many places it is written")
    return places


def _places_of(value: Fraction) -> int | None:
    """Give the decimals a number needs; None where it has no end."""
    rest, places = value.denominator, 0
    for factor in (2, 5):
        times = 0
        while rest % factor == 0:
            rest, times = rest // factor, times + 1
        places = max(places, times)
    return places if rest == 1 else None
