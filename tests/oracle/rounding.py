"""Arithmetic rounding of fractions."""

from fractions import Fraction
from typing import Literal

SizeRule = Literal["up", "half_up", "down"]


def floor(x: Fraction) -> int:
    """Largest whole number not above x."""
    return x.numerator // x.denominator


def ceil(x: Fraction) -> int:
    """Smallest whole number not below x."""
    return -floor(-x)


def half_up(x: Fraction, decimals: int = 0) -> Fraction:
    """Arithmetic rounding: to the nearest, and a half goes away from zero (0.5 -> 1, -0.5 -> -1)."""
    unit = Fraction(10) ** decimals
    size = Fraction(floor(abs(x) * unit + Fraction(1, 2)))
    return (size if x >= 0 else -size) / unit


def cents(euros: Fraction) -> Fraction:
    """An amount in whole cents, half up; still in euros."""
    return half_up(euros, 2)


def whole(x: Fraction, rule: SizeRule) -> int:
    """A number of children out of a share of the children."""
    if rule == "up":
        return ceil(x)
    if rule == "down":
        return floor(x)
    return int(half_up(x))
