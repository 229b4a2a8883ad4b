"""What can be changed in a law for a what-if, within what its form allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from oab_funding.errors import InputError, Place
from oab_funding.exact import money, share, to_fraction

Value = int | Fraction | Decimal


@dataclass(frozen=True, slots=True)
class Change:
    """One value that was changed, and what it was.

    Examples
    --------
    >>> str(Change("threshold_share", Fraction(1, 10), Fraction(3, 25)))
    'threshold_share 10% instead of 12%'
    """

    name: str
    value: Value
    instead_of: Value

    def __str__(self) -> str:
        """Say what it is instead of what."""
        return f"{self.name} {written(self.value)} instead of {written(self.instead_of)}"


def written(value: Value) -> str:
    """Write a value as the regulation files do.

    Examples
    --------
    >>> written(Fraction(1, 10)), written(Fraction(1, 3)), written(Decimal("64000.00"))
    ('10%', '1/3', '64000.00')
    """
    if not isinstance(value, Fraction):
        return str(value)
    percent = value * 100
    places = next((n for n in range(13) if (percent * 10**n).denominator == 1), None)
    if places is None:
        return str(value)
    return f"{Decimal(int(percent * 10**places)).scaleb(-places):f}%"


def settle_change(rules: Any, name: str, value: Any, first: Value | None) -> Change:
    """Take one change of the rules of a provision.

    Raises
    ------
    InputError
        The name is not one that can be changed, or the value is outside what the law's form allows.
    """
    known = [door for door in _DOORS if door in type(rules).model_fields]
    if name not in known:
        remedy = f"choose one of {', '.join(known)}" if known else "give price, budget or share instead"
        raise InputError("cannot be changed in this law", Place(argument=name), remedy)
    return Change(name, _DOORS[name](value, name), getattr(rules, name) if first is None else first)


def _part(value: Any, name: str) -> Fraction:
    found = share(value, name)
    if found in (0, 1):
        raise InputError("is none or all", Place(value=value, argument=name), "give a share between the two")
    return found


def _whole(value: Any, name: str) -> int:
    found = to_fraction(value, Place(argument=name))
    if found.denominator != 1 or not 0 <= found <= _LARGEST:
        place = Place(value=value, argument=name)
        raise InputError("is out of bounds", place, f"give a whole number from 0 to {_LARGEST}")
    return int(found)


_LARGEST = 1_000
_DOORS: dict[str, Callable[[Any, str], Value]] = {
    "target_share": _part,
    "threshold_share": share,
    "reliable_above": _whole,
    "lower_years_until_age": _whole,
    "toddler_from_months": _whole,
    "toddler_until_months": _whole,
    "minimum": money,
}
"""What can be changed, and what it may be."""
