"""Turning a table of children into codes: one small whole number per child and feature."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.exact.fixed_point import units_from_arrow
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.category_codes import UNKNOWN, Codes, code_feature, day_number, latest_start
from oab_funding.indicator.school_mean import Located, PlaceKey, municipality_places, school_places
from oab_funding.indicator.specification import WEIGHT_PLACES, Measures, Specification
from oab_funding.tables.child_tables import PUPILS, TODDLERS
from oab_funding.tables.columns import day_numbers, filled, is_known
from oab_funding.tables.conform import Checked, conform, to_arrow
from oab_funding.tables.headers import DUTCH, folded
from oab_funding.tables.schema import Column, Number, TableSchema

__all__ = ["UNKNOWN", "CodedChildren", "Codes", "code_children", "to_date"]

Flags: TypeAlias = NDArray[np.bool_]

_ANY_MONTHS = (0, 48)
"""Months of toddlers where nobody says which of them count."""

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")

_PASS_THROUGH = (
    "child_id",
    "site_id",
    "municipality_code",
    "age",
    "birth_date",
    "address_density",
    "socioeconomic_category",
)
_LARGEST_MEASURE = 2**20
"""Squares of a measure in its units stay below 2**40, so their sums over 2**23 children stay below 2**63."""

_LARGEST_WEIGHT = 10**12
"""A million in millionths: below 2**40, so that a product with a measure stays below 2**60."""


@dataclass(frozen=True, slots=True, eq=False)
class CodedChildren:
    """Children of one kind, coded by one specification on one reference date.

    Parameters
    ----------
    kind
        ``"pupil"`` or ``"toddler"``.
    specification_sha256
        Hash of the specification by which they were coded.
    reference_date
        The day on which ages and lengths of stay were counted.
    codes
        By name of feature: int8, shape (n,), the position of each child's category among the categories of
        the specification; `UNKNOWN` (-1) where it is not known.
    place
        int32, shape (n,): the position of each child's place in `places`.
    places
        The school within its municipality, as (school, municipality), of pupils; ("", municipality) of
        toddlers.
    attainment, ability
        int32, shape (n,), in units of the last decimal of the specification's measure; 0 where not known.
    attainment_known, ability_known
        bool, shape (n,).
    asylum_seeker, in_register, funded
        bool, shape (n,), as given; every toddler counts as funded.
    mother_born_here
        bool, shape (n,): the mother was born in the Netherlands; false where that is unknown.
    excluded_site, other_school_type
        bool, shape (n,): the child is at an excluded site, or at a school that is not an ordinary one (bo).
    children
        n rows: `child_id` and what passes through unchanged (site, municipality, age or birth date, and the
        auxiliary columns that are there); for a fit `child_id` and site only.
    toddler_months
        From how many complete months, and until below how many, a toddler counts; None: at every age.
    weights
        int64, shape (n,), in millionths: how often each child counts in a fit, 0 where not given; None where
        everyone counts once.
    """

    kind: Literal["pupil", "toddler"]
    specification_sha256: str
    reference_date: date
    codes: Mapping[str, Codes]
    place: NDArray[np.int32]
    places: tuple[PlaceKey, ...]
    attainment: NDArray[np.int32]
    attainment_known: Flags
    ability: NDArray[np.int32]
    ability_known: Flags
    asylum_seeker: Flags
    in_register: Flags
    funded: Flags
    mother_born_here: Flags
    excluded_site: Flags
    other_school_type: Flags
    children: pa.Table
    toddler_months: tuple[int, int] | None = None
    weights: Int64Array | None = None

    def __len__(self) -> int:
        return len(self.place)

    @property
    def out(self) -> Mapping[str, Flags]:
        """Reasons for which children do not count, and for whom each holds, shape (n,)."""
        if self.kind == "pupil":
            return {
                "at an excluded site": self.excluded_site,
                "at a school of another type than bo": self.other_school_type,
                "not funded": ~self.funded,
            }
        if self.toddler_months is None:
            return {}
        first, last = self.toddler_months
        return {
            f"under {first} months": ~self._completed(first),
            f"{last} months or older": self._completed(last),
        }

    @property
    def counted(self) -> Flags:
        """Children who count, shape (n,): those for whom no reason of `out` holds."""
        counted = np.ones(len(self), dtype=np.bool_)
        for holds in self.out.values():
            counted &= ~holds
        return counted

    @property
    def left_out(self) -> Mapping[str, int]:
        """How many children do not count, by the first reason that holds, zeros included."""
        counted, found = np.ones(len(self), dtype=np.bool_), {}
        for reason, holds in self.out.items():
            found[reason] = int((counted & holds).sum())
            counted &= ~holds
        return found

    @property
    def eligible(self) -> Flags:
        """Children who teach the imputation and are imputed: in the register and not seeking asylum."""
        return self.in_register & ~self.asylum_seeker

    @property
    def ages(self) -> Int64Array:
        """Complete years on the reference date, shape (n,); of toddlers, of those who count."""
        if self.kind == "pupil":
            whole: Int64Array = self.children.column("age").to_numpy()
            return whole
        ages = np.zeros(len(self), dtype=np.int64)
        for years in range(1, (self.toddler_months or _ANY_MONTHS)[1] // 12 + 1):
            ages += self._completed(12 * years)
        return ages

    def _completed(self, months: int) -> Flags:
        born = day_numbers(self.children.column("birth_date"))
        completed: Flags = born <= day_number(latest_start(self.reference_date, months))
        return completed


def code_children(
    children: Any,
    sites: Any,
    specification: Specification,
    reference_date: date | str | None = None,
    toddler_months: tuple[int, int] | None = None,
    *,
    for_fit: bool = False,
    weights: str | None = None,
) -> CodedChildren:
    """Code a table of pupils or toddlers by a specification.

    Parameters
    ----------
    children
        A frame of pupils (it has `site_id`) or of toddlers (it has `birth_date`).
    sites
        A frame of sites, with `municipality_code`; for toddlers it is not looked at.
    specification
        Which features there are, and their categories.
    reference_date
        The day on which lengths of stay are counted, as a date or as text (``"2019-10-01"``); the
        specification's own if left out.
    toddler_months
        From how many complete months, and until below how many, a toddler counts; at every age if left out.
    for_fit
        Whether only what a fit needs is taken: `site_id`, the columns of the specification, and where they
        are there `child_id`, attainment and the marks of the population. Without these marks every pupil is
        funded, in the register and no asylum seeker.
    weights
        Name of a column of weights for the fit: whole or decimal, of at most six decimals, not below 0. Who
        has none, or 0, is left out of the fit.

    Returns
    -------
    CodedChildren
        One row per child, in the order of the frame; none for an empty part of a larger table.

    Raises
    ------
    InputError
        A column is missing or holds what it may not, a site is not in the table of sites, an origin not in
        the table of origins, a mother arrived after the reference date, or was born here and arrived all the
        same.

    Examples
    --------
    >>> import pandas as pd
    >>> from oab_funding.indicator.specification_file import load_specification
    >>> sites = pd.DataFrame({"site_id": ["00AP00"], "school_id": ["00AP"], "municipality_code": ["GM0363"]})
    >>> pupils = pd.DataFrame({
    ...     "child_id": ["a", "b"], "site_id": "00AP00", "age": 9, "education_mother": [8, None],
    ...     "education_father": [3, 4], "origin_mother": ["NL", "MA"], "origin_father": ["SR", None],
    ...     "mother_arrival_date": [None, "2014-10-02"], "mother_born_in_nl": [True, False],
    ...     "debt_restructuring": False, "in_register": True, "asylum_seeker": False, "funded": True})
    >>> coded = code_children(pupils, sites, load_specification("cbs-2019"))
    >>> {name: codes.tolist() for name, codes in coded.codes.items() if name != "debt_restructuring"}
    {'education_mother': [7, -1], 'education_father': [2, 3], 'origin': [6, 5], 'stay': [2, 0]}
    """
    day = specification.reference_date if reference_date is None else to_date(reference_date)
    taken = isinstance(children, Checked) or hasattr(children, "iloc")
    arrow = children if taken else to_arrow(children, "children")
    headers = arrow.columns if hasattr(arrow, "iloc") else arrow.column_names
    names = {folded(str(header)) for header in headers}
    toddlers = not names & _meant("site_id") and bool(names & _meant("birth_date"))
    schema = TODDLERS if toddlers else pupils_schema(specification, weights, for_fit=for_fit)
    table = conform(arrow, schema, empty=True)
    located = municipality_places(table) if toddlers else school_places(table, sites)
    attainment, attainment_known = _measured(table, "attainment", schema.name)
    ability, ability_known = _measured(table, "ability", schema.name)
    return CodedChildren(
        kind="toddler" if toddlers else "pupil",
        specification_sha256=specification.sha256,
        reference_date=day,
        codes={f.name: code_feature(f, table, specification, day) for f in specification.categorical},
        place=located.place,
        places=located.places,
        attainment=attainment,
        attainment_known=attainment_known,
        ability=ability,
        ability_known=ability_known,
        asylum_seeker=_flags(table, "asylum_seeker", absent=False),
        in_register=_flags(table, "in_register", absent=True),
        funded=_flags(table, "funded", absent=True),
        mother_born_here=_flags(table, "mother_born_in_nl", absent=False),
        excluded_site=located.excluded_site,
        other_school_type=located.other_school_type,
        children=_passed_through(table, None if for_fit else located),
        toddler_months=toddler_months if toddlers else None,
        weights=None if weights is None else _weights(table, weights),
    )


def to_date(day: date | str) -> date:
    """Take a day as a date, a moment, or text of the form 2019-10-01.

    Raises
    ------
    InputError
        It is none of these.

    Examples
    --------
    >>> to_date("2019-10-01")
    datetime.date(2019, 10, 1)
    """
    if isinstance(day, datetime):
        return day.date()
    if isinstance(day, date):
        return day
    if isinstance(day, str) and _DAY.fullmatch(day):
        try:
            return date.fromisoformat(day)
        except ValueError:
            pass
    raise InputError(
        "is no day", Place(column="reference_date", value=day), "give a date, or text such as 2019-10-01"
    )


def pupils_schema(
    specification: Specification, weights: str | None = None, *, for_fit: bool = False
) -> TableSchema:
    """Say what a table of pupils must be for a specification.

    Parameters
    ----------
    specification
        Whose measures attainment and ability are; its features are the columns that a fit needs.
    weights
        Name of a column of weights, if there is one.
    for_fit
        Whether to keep only what a fit needs: of that, features and site are required.

    Examples
    --------
    >>> from oab_funding.indicator.specification_file import load_specification
    >>> [column.name for column in pupils_schema(load_specification("cbs-2019"), for_fit=True).columns][:3]
    ['child_id', 'site_id', 'education_mother']
    """
    columns = list(PUPILS.columns)
    stated = specification.measures or Measures()
    for name, measure in (("attainment", stated.attainment), ("ability", stated.ability)):
        if measure is not None:
            place = next(number for number, column in enumerate(columns) if column.name == name)
            columns[place] = replace(columns[place], kind=measure.kind)
    if for_fit:
        columns = _for_fit(columns, specification)
    if weights is not None:
        if weights in {column.name for column in columns}:
            raise InputError(
                "is no column of weights", Place(argument="weights", value=weights), "name another"
            )
        columns.append(Column(weights, Number(WEIGHT_PLACES, digits=18, minimum=Decimal(0)), nullable=True))
    return TableSchema(PUPILS.name, tuple(columns), PUPILS.key)


def _measured(table: pa.Table, name: str, table_name: str) -> tuple[NDArray[np.int32], Flags]:
    """Give a measure in whole units of its last decimal, and for whom it is known."""
    if name not in table.column_names:
        return np.zeros(table.num_rows, dtype=np.int32), np.zeros(table.num_rows, dtype=np.bool_)
    column = table.column(name)
    values = _units(column) if pa.types.is_decimal(column.type) else filled(column, 0)
    if values.size and max(int(values.max()), -int(values.min())) >= _LARGEST_MEASURE:
        row = int(np.flatnonzero(np.abs(values) >= _LARGEST_MEASURE)[0])
        place = Place(f"table {table_name}", column=name, row=row + 2, value=column[row].as_py())
        remedy = f"give whole numbers below {_LARGEST_MEASURE}"
        if pa.types.is_decimal(column.type):
            remedy = (
                f"give numbers of fewer than seven digits, or fewer decimals: units below {_LARGEST_MEASURE}"
            )
        raise InputError("is too large", place, remedy)
    return values.astype(np.int32), is_known(column)


def _weights(table: pa.Table, name: str) -> Int64Array:
    units = _units(table.column(name))
    if units.size and int(units.max()) >= _LARGEST_WEIGHT:
        row = int(np.argmax(units))
        place = Place("table pupils", column=name, row=row + 2)
        raise InputError("is too large for a weight", place, "give weights below one million")
    return units


def _units(column: pa.ChunkedArray[Any]) -> Int64Array:
    return units_from_arrow(pc.fill_null(column, pa.scalar(Decimal(0), column.type)))


def _meant(column: str) -> set[str]:
    """Headers that mean a column, in the form in which headers are compared."""
    return {folded(name) for name in (column, *DUTCH.get(column, ()))}


def _for_fit(columns: Sequence[Column], specification: Specification) -> list[Column]:
    """Keep the columns that a fit needs; of these only its features and the site are required."""
    needed = {"site_id"}
    for feature in specification.features:
        needed |= {value for name, value in feature if name == "column" or name.endswith("_column")}
    optional = {"child_id", "attainment", "ability", "in_register", "asylum_seeker", "funded"}
    return [
        replace(column, required=column.name in needed - optional)
        for column in columns
        if column.name in needed | optional
    ]


def _flags(table: pa.Table, name: str, absent: bool) -> Flags:
    if name not in table.column_names:
        return np.full(table.num_rows, absent)
    return filled(table.column(name), absent)


def _passed_through(table: pa.Table, located: Located | None) -> pa.Table:
    kept = table.select([name for name in _PASS_THROUGH if name in table.column_names])
    if "municipality_code" not in kept.column_names and located is not None:
        kept = kept.append_column("municipality_code", located.municipality_codes)
    return kept
