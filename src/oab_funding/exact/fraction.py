"""What counts as an exact number, and reading one: nothing passes through a binary float."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from numbers import Rational, Real
from typing import TypeAlias

from oab_funding.errors import InputError, Place

Exact: TypeAlias = int | Fraction | Decimal | str

# A number as people write it in a table or a regulation. The lengths are bounded because one short cell such
# as 1e999999999 would otherwise fill the memory.
_NUMBER = re.compile(
    r"(?P<number>[+-]?(?:\d{1,4000}(?:\.\d{1,4000})?|\.\d{1,4000})(?:[eE][+-]?\d{1,4})?)(?P<percent>\s?%)?",
    re.ASCII,
)
_RATIO = re.compile(r"[+-]?\d{1,4000}/\d{1,4000}", re.ASCII)
_LARGEST_EXPONENT = 9_999
_REMEDY = "write a number such as 559.50, 34.55% or 5/12"
_Refusal: TypeAlias = tuple[str, str]
_NOT_FINITE: _Refusal = ("is not finite", "pass a finite number")


def to_fraction(value: Exact, place: Place | None = None) -> Fraction:
    """Read a number without losing a digit.

    Parameters
    ----------
    value
        A whole number (numpy's included), `Fraction`, finite `Decimal`, or text: ``"559.50"``, ``"1.5e3"``,
        ``"34.55%"``, ``"5/12"``, with or without a sign and surrounding blanks.
    place
        Where the value stands, for the error, which adds the value.

    Returns
    -------
    Fraction
        Exactly that number.

    Raises
    ------
    InputError
        If the value is a float or a bool, is not finite, has a comma, or is no number at all.

    Examples
    --------
    >>> to_fraction("34.55%"), to_fraction("5/12"), to_fraction("559.50")
    (Fraction(691, 2000), Fraction(5, 12), Fraction(1119, 2))
    """
    if type(value) is Fraction:
        return value
    if isinstance(value, Rational) and not isinstance(value, bool):
        return Fraction(int(value.numerator), int(value.denominator))
    reading = None
    if isinstance(value, Decimal):
        reading = _from_decimal(value)
    elif isinstance(value, str):
        reading = _from_text(value.strip())
    if isinstance(reading, Fraction):
        return reading
    problem, remedy = reading or _not_exact(value)
    raise InputError(problem, replace(place or Place(), value=value), remedy)


def _from_decimal(value: Decimal) -> Fraction | _Refusal:
    if not value.is_finite():
        return _NOT_FINITE
    if not value:
        return Fraction(0)
    if abs(value.adjusted()) > _LARGEST_EXPONENT:
        return "is out of range", f"exponents reach from -{_LARGEST_EXPONENT} to {_LARGEST_EXPONENT}"
    return Fraction(value)


def _from_text(text: str) -> Fraction | _Refusal:
    if match := _NUMBER.fullmatch(text):
        number = Fraction(match["number"])
        return number / 100 if match["percent"] else number
    if not _RATIO.fullmatch(text):
        return _unreadable(text)
    return Fraction(text) if int(text.partition("/")[2]) else ("divides by zero", _REMEDY)


def _unreadable(text: str) -> _Refusal:
    with_point = text.replace(",", ".")
    if _NUMBER.fullmatch(with_point):
        return "has a decimal comma", f"write a decimal point: {with_point!r}"
    if "," in text:
        return "has a comma", "write a decimal point and no thousands separators: '1234.56'"
    if text.lstrip("+-").lower() in {"nan", "inf", "infinity"}:
        return _NOT_FINITE
    return "is not a number", _REMEDY


def _not_exact(value: object) -> _Refusal:
    if isinstance(value, Real) and not isinstance(value, bool):
        return "a float is not exact", f"pass text or a Decimal, for example {str(value)!r}"
    return f"{type(value).__name__} is not an exact number", _REMEDY
