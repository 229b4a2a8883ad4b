"""Numbers that a person gives as an argument: amounts of money and shares, each through one door."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from oab_funding.errors import InputError, Place
from oab_funding.exact.fraction import Exact, to_fraction

LARGEST_AMOUNT = 10**13
"""No amount reaches this many euros: some ten times the national income; in cents it stays within 64 bits."""

LARGEST_PRICE = 10**6
"""No price per unit of score reaches this many euros: the known ones are some hundreds."""

_CENTS = 100


def money(value: Exact, name: str, *, above_zero: bool = False, below: int = LARGEST_AMOUNT) -> Decimal:
    """Take an amount in euros, in whole cents and not negative.

    Parameters
    ----------
    value
        Text such as ``"559.50"``, a `Decimal`, a `Fraction` or a whole number of euros; never a float.
    name
        Name of the argument, for messages.
    above_zero
        Whether 0 is refused too.
    below
        The first whole number of euros that is too large.

    Returns
    -------
    Decimal
        The amount with two decimals.

    Raises
    ------
    InputError
        It is a float or no number, has parts of a cent or a % sign, is negative, or is too large.

    Examples
    --------
    >>> money("559.5", "price"), money(320000000, "budget")
    (Decimal('559.50'), Decimal('320000000.00'))
    """
    place = Place(value=value, argument=name)
    if isinstance(value, str) and ("%" in value or "/" in value):
        raise InputError("is no amount", place, "write euros such as 559.50")
    exact = to_fraction(value, Place(argument=name))
    if exact < 0 or (above_zero and exact == 0):
        least = "above 0" if above_zero else "0 or more"
        raise InputError("is below what it may be", place, f"give an amount of {least}")
    if exact >= below:
        raise InputError("is too large", place, f"give an amount below EUR {below:,d}")
    cents = exact * _CENTS
    if cents.denominator != 1:
        raise InputError("has parts of a cent", place, "give whole cents such as 559.50")
    return Decimal(cents.numerator).scaleb(-2)


def share(value: Exact, name: str, *, whole: bool = False) -> Fraction:
    """Take a share between 0 and 1.

    What is 1 or more without a % sign could be meant as a percentage and is refused.

    Parameters
    ----------
    value
        Text such as ``"34.55%"``, ``"5/12"`` or ``"0.3455"``, a `Decimal` or a `Fraction`; never a float.
    name
        Name of the argument, for messages.
    whole
        Whether the whole is natural for this share, so that a bare 1 means all of it.

    Raises
    ------
    InputError
        It is a float or no number, or outside its bounds.

    Examples
    --------
    >>> share("34.55%", "share"), share("5/12", "share"), share(1, "share", whole=True)
    (Fraction(691, 2000), Fraction(5, 12), Fraction(1, 1))
    """
    exact = _proportion(value, name, bare_one=whole)
    if exact < 0 or exact > 1:
        raise InputError("is not between 0% and 100%", Place(value=value, argument=name), _REMEDY)
    return exact


def change(value: Exact, name: str) -> Fraction:
    """Take a relative change, such as an index of 1.2%: above -100% and at most 100%.

    Parameters
    ----------
    value, name
        See `share`. A bare number of 1 or more, or of -1 or less, is refused: it could be a percentage.

    Raises
    ------
    InputError
        It is a float or no number, or outside its bounds.

    Examples
    --------
    >>> change("1.2%", "base_index"), change("-0.5%", "base_index")
    (Fraction(3, 250), Fraction(-1, 200))
    """
    exact = _proportion(value, name, bare_one=False)
    if not -1 < exact <= 1:
        raise InputError(
            "is not above -100% and at most 100%", Place(value=value, argument=name), "write it as 1.2%"
        )
    return exact


_REMEDY = "write it as 34.55%, 5/12 or 0.3455"


def _proportion(value: Exact, name: str, bare_one: bool) -> Fraction:
    place = Place(argument=name)
    exact = to_fraction(value, place)
    marked = isinstance(value, str) and ("%" in value or "/" in value)
    if not marked and abs(exact) >= 1 and not (bare_one and exact == 1):
        raise InputError("could be a share or a percentage", replace(place, value=value), _REMEDY)
    return exact
