"""Exact values as JSON, and JSON as bytes: one value, one form.

JSON numbers are read as doubles by most readers, so whatever a double cannot hold travels as text, in a
declared form. The bytes are those of RFC 8785 (JSON Canonicalization Scheme).

What this does not prove: the form says nothing of where a value came from, and text that looks like a
number or a fraction is not told apart from one. Who needs the type back must know it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from numbers import Integral
from typing import Any, NoReturn

import rfc8785
from pydantic import JsonValue

LARGEST_NUMBER = 2**53 - 1
"""Largest integer that is a number in JSON: beyond it a double skips integers (RFC 8259, section 6)."""


MOST_PARTS = 1_000_000
"""Lists and objects in the largest text that is read: each takes a hundred times the room it has as text."""


def plain(value: object) -> JsonValue:
    """Turn exact values into values that JSON can hold without loss.

    Parameters
    ----------
    value
        None, booleans and text stay as they are. An integer stays a number up to `LARGEST_NUMBER` and is
        text beyond it. A Fraction is the text ``p/q`` in lowest terms, also where q is 1. A Decimal is text
        without exponent, with the places it has. A date is ISO 8601. An enumeration is its value. Mappings,
        sequences and dataclasses (as a mapping of their fields) go by their members.

    Returns
    -------
    pydantic.JsonValue
        The value, built from None, bool, int, str, list and dict only.

    Raises
    ------
    TypeError
        A float, a time of day, a function, or anything else without an exact form; it says where it stands.
    ValueError
        A Decimal that is no finite number.

    Examples
    --------
    >>> plain({"price": Decimal("533.10"), "share": Fraction(5, 12), "units": 2**60, "on": date(2019, 10, 1)})
    {'price': '533.10', 'share': '5/12', 'units': '1152921504606846976', 'on': '2019-10-01'}
    >>> plain({"share": [0.4]})
    Traceback (most recent call last):
    ...
    TypeError: share[0]: 0.4 is a float, which is not exact; give an int, a Fraction or a Decimal
    """
    return _plain(value, "")


def canonical(value: object) -> bytes:
    """Turn a value into its one form in bytes: `plain`, then RFC 8785.

    Examples
    --------
    >>> canonical({"b": Fraction(1, 2), "a": [True, None]})
    b'{"a":[true,null],"b":"1/2"}'
    """
    return rfc8785.dumps(plain(value))


def parse(data: bytes) -> JsonValue:
    """Read bytes that must be in the form of `canonical`.

    Raises
    ------
    ValueError
        Not JSON, a number that is no integer, more lists and objects than `MOST_PARTS`, or not the canonical
        form.

    Examples
    --------
    >>> parse(b'{"a": 1}')
    Traceback (most recent call last):
    ...
    ValueError: is not in the canonical form of RFC 8785
    """
    if data.count(b"[") + data.count(b"{") > MOST_PARTS:
        raise ValueError(f"holds more than {MOST_PARTS:,} lists and objects")
    try:
        value: JsonValue = json.loads(data.decode("utf-8"), parse_float=_refuse, parse_constant=_refuse)
        again = rfc8785.dumps(value)
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON ({error})") from error
    if again != data:
        raise ValueError("is not in the canonical form of RFC 8785")
    return value


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"holds the number {text[:40]}, which is not a whole number")


def _plain(value: Any, where: str) -> JsonValue:
    if value is None or isinstance(value, bool):
        return value
    for kind, form in _FORMS:
        if isinstance(value, kind):
            return form(value, where)
    if is_dataclass(value) and not isinstance(value, type):
        return _mapping({field.name: getattr(value, field.name) for field in fields(value)}, where)
    raise TypeError(f"{_before(where)}{type(value).__name__} has no exact form in JSON")


def _float(value: float, where: str) -> NoReturn:
    raise TypeError(
        f"{_before(where)}{value} is a float, which is not exact; give an int, a Fraction or a Decimal"
    )


def _moment(value: datetime, where: str) -> NoReturn:
    raise TypeError(f"{_before(where)}{value} has a time of day; give a date")


def _enum(value: Enum, where: str) -> JsonValue:
    return _plain(value.value, where)


def _text(value: str, where: str) -> str:
    return str.__str__(value)


def _integer(value: Integral, where: str) -> int | str:
    number = int(value)
    return number if abs(number) <= LARGEST_NUMBER else str(number)


def _fraction(value: Fraction, where: str) -> str:
    return f"{value.numerator}/{value.denominator}"


def _decimal(value: Decimal, where: str) -> str:
    if not value.is_finite():
        raise ValueError(f"{_before(where)}{value} is not a number")
    return f"{value if value else value.copy_abs():f}"  # minus zero is zero


def _date(value: date, where: str) -> str:
    return value.isoformat()


def _mapping(value: Mapping[Any, Any], where: str) -> dict[str, JsonValue]:
    if wrong := [key for key in value if not isinstance(key, str)]:
        raise TypeError(f"{_before(where)}the key {wrong[0]!r} is not text")
    return {_text(key, where): _plain(member, _at(where, key)) for key, member in value.items()}


def _sequence(value: Sequence[Any], where: str) -> list[JsonValue]:
    if isinstance(value, bytes | bytearray | memoryview):
        raise TypeError(f"{_before(where)}bytes have no form in JSON; give their hash")
    return [_plain(member, f"{where}[{index}]") for index, member in enumerate(value)]


def _at(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _before(where: str) -> str:
    return f"{where}: " if where else ""


_FORMS: tuple[tuple[type, Callable[[Any, str], JsonValue]], ...] = (
    (Enum, _enum),  # before text and integers, which an enumeration may also be
    (str, _text),
    (Integral, _integer),
    (Fraction, _fraction),
    (Decimal, _decimal),
    (float, _float),
    (datetime, _moment),  # before date, which it also is
    (date, _date),
    (Mapping, _mapping),
    (Sequence, _sequence),
)
