"""The law a calculation follows: what is shipped, with changed provisions in the place of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from oab_funding.errors import InputError, Place
from oab_funding.regulation import Provision, Statutes
from oab_funding.regulation.values import Stream
from oab_funding.run.calculation_file import Calculation

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
