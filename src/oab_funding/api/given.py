"""What a person gives: tables as frames, paths or results, choices in plain values, and changed law."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from oab_funding.errors import InputError, Place
from oab_funding.exact import change, money, share
from oab_funding.exact.given import LARGEST_PRICE
from oab_funding.regulation import Provision, Statutes
from oab_funding.regulation.values import Stream
from oab_funding.run.calculation_file import Calculation
from oab_funding.tables.cbs_workbook import PublishedScores
from oab_funding.tables.display import Displayed
from oab_funding.tables.files import read_source
from oab_funding.tables.given import GivenTable
from oab_funding.tables.schema import TableSchema
from oab_funding.tables.source import SourceFile

Number = Decimal | Fraction | int | str
"""An exact number as an argument; a float is refused."""

GAINERS = ("regulation", "solve", "solve_rounded", "none")


def source_of(value: Any, argument: str, schema: TableSchema | None) -> SourceFile:
    """Take a table as an input of a calculation.

    Parameters
    ----------
    value
        A frame, a path, or a result of this library, whose labels go along.
    argument
        Name of the argument, for messages.
    schema
        What the table must be; None where the input is no table.

    Raises
    ------
    InputError
        A path cannot be read, or the value is neither a table nor a path.
    """
    if isinstance(value, SourceFile):
        return value
    if isinstance(value, str | os.PathLike):
        return read_source(Path(value))
    if isinstance(value, PublishedScores) and value.source is not None:
        return value.source
    if schema is None:
        raise InputError(f"is a {type(value).__name__}", Place(argument=argument), "give the path of a file")
    labels = value.labels if isinstance(value, Displayed) else ()
    if isinstance(value, Displayed):
        value = value.tables[schema.name] if schema.name in value.tables else value.main_table()
    return GivenTable(argument, value, schema, labels)


def as_price(value: Number | None, argument: str = "price") -> str | None:
    """Take a price per unit of score: above 0, in whole cents."""
    return None if value is None else f"{money(value, argument, above_zero=True, below=LARGEST_PRICE):f}"


def as_budget(value: Number | None, argument: str = "budget") -> str | None:
    """Take an amount of euros: above 0, in whole cents."""
    return None if value is None else f"{money(value, argument, above_zero=True):f}"


def as_share(value: Number | None, argument: str) -> str | None:
    """Take a share, such as "34.55%" or "5/12"."""
    return None if value is None else str(share(value, argument, whole=True))


def as_index(value: Number | None, argument: str) -> str | None:
    """Take a relative change, such as "1.2%"."""
    return None if value is None else str(change(value, argument))


def as_gainers(value: Number | None) -> str | None:
    """Take the gainers' share, or the name of the way to settle it."""
    return value if isinstance(value, str) and value in GAINERS else as_share(value, "gainers")


def as_day(value: date | str, argument: str = "date") -> date:
    """Take a date, given as such or as text.

    Examples
    --------
    >>> as_day("2019-10-01")
    datetime.date(2019, 10, 1)
    """
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        place = Place(value=value, argument=argument)
        raise InputError("is not a date", place, "write it as 2019-10-01") from error


def as_year(value: int | str, argument: str = "year") -> int:
    """Take a budget year, as a number or text."""
    if type(value) is not int and not (isinstance(value, str) and value.isdecimal()):
        raise InputError("is not a year", Place(value=value, argument=argument), "write it as 2020")
    return int(value)


def as_period(value: int | str, argument: str = "period") -> str:
    """Take a period, such as "2020-2021", or a calendar year from 2023 on."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise InputError("is not a period", Place(value=value, argument=argument), "write 2020-2021 or 2023")
    return str(value)


Law = Provision | Iterable[Provision] | None
"""One provision, several, or none; each replaces the one with its stream and key."""


def statutes_with(law: Law, calculation: Calculation) -> Statutes:
    """Give the statutes for a calculation.

    Raises
    ------
    InputError
        Something is no provision, two have one key, or one is not used in the calculation.
    """
    shipped = Statutes.shipped()
    laws = () if law is None else (law,) if isinstance(law, Provision) else tuple(law)
    for one in laws:
        if not isinstance(one, Provision):
            raise InputError(
                f"is a {type(one).__name__}", Place(argument="law"), "give what `regulation` gives"
            )
    if not laws:
        return shipped
    used = dict.fromkeys(_used(calculation, shipped))
    for one in laws:
        if (one.stream, one.key) not in used:
            known = ", ".join(f"{stream} {key}" for stream, key in used)
            place = Place(argument="law")
            raise InputError(f"{one.stream} {one.key} is not used here", place, f"what is used: {known}")
    return shipped.with_laws(laws)


def _used(calculation: Calculation, statutes: Statutes) -> Iterator[tuple[Stream, str]]:
    children = calculation.children
    if children is not None:
        day = children.reference_date.isoformat()
        if children.scores_of != "municipalities":
            yield "school-score", day
        if children.scores_of != "sites" or children.pupils is not None:
            yield "municipality-score", day
    if calculation.schools is not None:
        day = statutes.school_grant(calculation.schools.period).period.reference_date.isoformat()
        yield "school-score", day
        yield "school-grant", calculation.schools.period
    if calculation.municipalities is not None:
        year = calculation.municipalities.year
        for date in statutes.municipality_grant(year).year.reference_dates:
            yield "municipality-score", date.isoformat()
        yield "municipality-grant", str(year)
