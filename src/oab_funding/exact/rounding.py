"""Rounding once, exactly, by a named rule."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal, get_args

from oab_funding.errors import InputError, Place
from oab_funding.exact.fraction import Exact, to_fraction

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "RULES",
    "Rule",
    "round_exact",
    "round_ratio",
    "round_ratio_array",
    "round_units",
    "to_fraction",
]

Rule = Literal["half_up", "half_even", "up", "down"]
"""How a number between two grid points is rounded.

- ``half_up``: to the nearest; a half goes away from zero (arithmetic rounding, `decimal.ROUND_HALF_UP`)
- ``half_even``: to the nearest; a half goes to the even neighbour
- ``up``: towards plus infinity (ceiling), so -1.5 becomes -1
- ``down``: towards minus infinity (floor), so -1.5 becomes -2
"""

RULES: tuple[Rule, ...] = get_args(Rule)


def round_units(value: Exact, places: int, rule: Rule = "half_up") -> int:
    """Round to a whole number of units of ``10**-places``.

    Parameters
    ----------
    value
        The exact number; anything `to_fraction` reads.
    places
        Digits after the decimal point, 0 or more.
    rule
        One of `RULES`.

    Returns
    -------
    int
        For money and two places: cents.

    Raises
    ------
    InputError
        If the value is not exact, the places are negative or the rule is unknown.

    Examples
    --------
    >>> round_units("1.005", 2), round_units("-1.005", 2), round_units("1.005", 2, "half_even")
    (101, -101, 100)
    """
    _check(places, rule)
    exact = to_fraction(value)
    return _rounded_quotient(exact.numerator * 10**places, exact.denominator, rule)


def round_exact(value: Exact, places: int, rule: Rule = "half_up") -> Decimal:
    """Round to a decimal with exactly `places` digits after the point.

    Nothing but the arguments counts; the precision of the active decimal context plays no part.

    Parameters
    ----------
    value
        The exact number, of any magnitude; anything `to_fraction` reads.
    places
        Digits after the decimal point, 0 or more.
    rule
        One of `RULES`.

    Returns
    -------
    Decimal
        With exponent ``-places``; zero carries no sign.

    Raises
    ------
    InputError
        If the value is not exact, the places are negative or the rule is unknown.

    Examples
    --------
    >>> from fractions import Fraction
    >>> round_exact(Fraction(1228, 3), 2), round_exact(7, 2), round_exact("0.6960482", 5, "down")
    (Decimal('409.33'), Decimal('7.00'), Decimal('0.69604'))
    """
    units = round_units(value, places, rule)
    return Decimal((int(units < 0), Decimal(abs(units)).as_tuple().digits, -places))


def round_ratio(numerator: int, denominator: int, rule: Rule = "half_up") -> int:
    """Divide one whole number by another and round the quotient to a whole number.

    For many quotients of large numbers: it gives what `round_units` gives, without making fractions.

    Parameters
    ----------
    numerator
        A whole number of any size.
    denominator
        A whole number above 0, of any size.
    rule
        One of `RULES`.

    Returns
    -------
    int
        The rounded quotient.

    Raises
    ------
    InputError
        If the denominator is not above 0 or the rule is unknown.

    Examples
    --------
    >>> round_ratio(7, 2), round_ratio(-7, 2), round_ratio(7, 2, "down")
    (4, -4, 3)
    """
    _check(0, rule)
    if denominator < 1:
        raise InputError("the denominator is not a whole number above 0", Place(value=denominator))
    return _rounded_quotient(numerator, denominator, rule)


def round_ratio_array(
    numerators: NDArray[np.int64], denominator: int, rule: Rule = "half_up"
) -> NDArray[np.int64]:
    """Divide whole numbers by one denominator and round every quotient to a whole number.

    Parameters
    ----------
    numerators
        Whole numbers, shape (n,).
    denominator
        A whole number above 0, of any size.
    rule
        One of `RULES`.

    Returns
    -------
    ndarray of int64
        Shape (n,). A quotient is never larger than its numerator, so nothing can overflow.

    Raises
    ------
    InputError
        If the numerators are not whole numbers of 64 bits, or the denominator is not a whole number above 0.

    Examples
    --------
    >>> import numpy as np
    >>> round_ratio_array(np.array([149, 150, -150]), 100)
    array([ 1,  2, -2])
    """
    import numpy as np

    from oab_funding.exact.sums import int64_vector

    _check(0, rule)
    if isinstance(denominator, bool) or not isinstance(denominator, int) or denominator < 1:
        raise InputError("the denominator is not a whole number above 0", Place(value=denominator))
    tops = int64_vector(numerators, "numerators")
    if denominator >= 2**63:
        return np.array([_rounded_quotient(top, denominator, rule) for top in tops.tolist()], dtype=np.int64)
    floor, rest = np.divmod(tops, np.int64(denominator))
    # Twice the rest could pass 63 bits, what is missing to the next whole number cannot.
    missing = np.int64(denominator) - rest
    if rule == "down":
        return floor
    if rule == "up":
        return floor + (rest > 0)
    half = rest == missing
    goes_up = tops >= 0 if rule == "half_up" else floor % 2 == 1
    rounded: NDArray[np.int64] = floor + ((rest > missing) | (half & goes_up))
    return rounded


def _rounded_quotient(top: int, bottom: int, rule: Rule) -> int:
    floor, rest = divmod(top, bottom)
    if rule == "down":
        return floor
    if rule == "up":
        return floor + (rest > 0)
    if 2 * rest == bottom:
        return floor + (top >= 0 if rule == "half_up" else floor % 2)
    return floor + (2 * rest > bottom)


def _check(places: int, rule: Rule) -> None:
    if isinstance(places, bool) or not isinstance(places, int) or places < 0:
        raise InputError("the number of places is not 0 or more", Place(value=places), "pass a whole number")
    if rule not in RULES:
        raise InputError("is not a rounding rule", Place(value=rule), f"choose from {', '.join(RULES)}")
