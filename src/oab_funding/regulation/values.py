"""Values as regulation files write them: exact numbers as text, and values that carry their standing."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from oab_funding.exact import to_fraction
from oab_funding.tables.documents import spoken

Standing = Literal["law", "CBS", "source", "data", "inferred", "unknown"]
"""How firmly a statement is known: the law's text, CBS, a named source, recomputed, inferred, not known."""

Stream = Literal[
    "school-score",
    "school-grant",
    "municipality-score",
    "municipality-grant",
    "preschool",
    "childcare-price",
]
"""What a regulation can be asked about."""


def _exact(value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    if not isinstance(value, str):
        raise ValueError('exact numbers are written as text, such as "12%" or "559.50"')
    return spoken(to_fraction)(value)


def _money(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]+\.[0-9]{2}", value):
        raise ValueError('amounts are written as text with two decimals, such as "559.50"')
    return Decimal(value)


def _day_of_year(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError('a day of the year is written as text, such as "10-01"')
    date.fromisoformat(f"2000-{value}")
    return value


Exact = Annotated[Fraction, BeforeValidator(_exact), PlainSerializer(str)]
"""An exact share or number, written "12%", "5/12" or "0.5"."""

Money = Annotated[Decimal, BeforeValidator(_money), PlainSerializer(str)]
"""An amount in euros, written with two decimals."""

DayOfYear = Annotated[str, BeforeValidator(_day_of_year)]
"""A day of the year, month first: "10-01" is 1 October."""


class Part(BaseModel):
    """A piece of a regulation file: strict, closed to names it does not know, and frozen."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, arbitrary_types_allowed=True)


class SourcedShare(Part):
    """A share with its standing: where it comes from, or that it is not known."""

    value: Exact | None = None
    standing: Standing
    source: str


class SourcedMoney(Part):
    """An amount with its standing: where it comes from, or that it is not known."""

    value: Money | None = None
    standing: Standing
    source: str


class SourcedCount(Part):
    """A whole number with its standing: where it comes from, or that it is not known."""

    value: int | None = None
    standing: Standing = "unknown"
    source: str = "not at hand"


class Gap(Part):
    """A point on which the law, or what is published of it, is silent: the options and the default taken."""

    name: str
    question: str
    options: tuple[str, ...]
    default: str
    reason: str
