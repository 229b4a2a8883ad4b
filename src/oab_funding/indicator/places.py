"""The school (BRIN) within one municipality: that is what the mothers' mean is taken over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from oab_funding.errors import InputError, Place
from oab_funding.indicator.arrow import dictionary_column, dictionary_indices
from oab_funding.tables.conform import conform
from oab_funding.tables.register_tables import SITES

PlaceKey: TypeAlias = tuple[str, str]
"""A school and its municipality; an empty school for toddlers, who have none."""

ORDINARY_SCHOOL = "bo"
"""The school type that counts (basisonderwijs)."""


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """Where children are.

    Parameters
    ----------
    place
        int32, shape (n,): position in `places`.
    places
        The places that occur, in ascending order.
    excluded_site, other_school_type
        bool, shape (n,).
    municipality_codes
        Dictionary of text, n rows.
    """

    place: NDArray[np.int32]
    places: tuple[PlaceKey, ...]
    excluded_site: NDArray[np.bool_]
    other_school_type: NDArray[np.bool_]
    municipality_codes: pa.Array[Any]


def school_places(pupils: pa.Table, sites: Any) -> Located:
    """Place pupils in their school within its municipality.

    Parameters
    ----------
    pupils
        Conformed table of pupils.
    sites
        Frame of sites.

    Returns
    -------
    Located
        One row per pupil. A school with sites in two municipalities is two places.

    Raises
    ------
    InputError
        A pupil's site is not in the table, or has no municipality or school type.
    """
    indices, names = dictionary_indices(pupils.column("site_id"))
    used = np.flatnonzero(np.bincount(indices, minlength=len(names))).tolist()
    register = _register(conform(sites, SITES))
    entries = [_entry(register, names[index], indices, index) for index in used]
    places = tuple(sorted({(school, municipality) for school, municipality, _, _ in entries}))
    position = {key: number for number, key in enumerate(places)}
    of_site = np.zeros(len(names), dtype=np.int32)
    of_site[used] = [position[entry[:2]] for entry in entries]
    excluded, other = np.zeros((2, len(names)), dtype=np.bool_)
    excluded[used] = [entry[2] for entry in entries]
    other[used] = [entry[3] for entry in entries]
    place = of_site[indices]
    municipalities, codes = np.unique([municipality for _, municipality in places], return_inverse=True)
    return Located(
        place,
        places,
        excluded[indices],
        other[indices],
        dictionary_column(codes.astype(np.int32)[place], municipalities.tolist()),
    )


def municipality_places(toddlers: pa.Table) -> Located:
    """Place toddlers in the municipality where they live.

    Returns
    -------
    Located
        One row per toddler; nobody is at an excluded site.
    """
    indices, names = dictionary_indices(toddlers.column("municipality_code"))
    used = np.flatnonzero(np.bincount(indices, minlength=len(names))).tolist()
    order = sorted(used, key=names.__getitem__)
    position = np.zeros(len(names), dtype=np.int32)
    position[order] = np.arange(len(order))
    nobody = np.zeros(len(indices), dtype=np.bool_)
    places = tuple(("", names[index]) for index in order)
    return Located(position[indices], places, nobody, nobody, dictionary_column(indices, names))


_Entry: TypeAlias = tuple[str, str, bool, bool]


def _register(sites: pa.Table) -> dict[str, tuple[Any, ...]]:
    def column(name: str, absent: object) -> list[Any]:
        return sites.column(name).to_pylist() if name in sites.column_names else [absent] * sites.num_rows

    names = {"school_id": None, "municipality_code": None, "excluded": False, "school_type": ORDINARY_SCHOOL}
    columns = [column(name, absent) for name, absent in names.items()]
    return dict(zip(column("site_id", None), zip(*columns, strict=True), strict=True))


def _entry(register: dict[str, tuple[Any, ...]], site: str, indices: NDArray[np.int32], index: int) -> _Entry:
    if site not in register:
        row = int(np.flatnonzero(indices == index)[0]) + 2
        raise InputError(
            "is not in the table of sites",
            Place("table pupils", column="site_id", row=row, value=site),
            "add it there",
        )
    school, municipality, excluded, school_type = register[site]
    for name, value in (("municipality_code", municipality), ("school_type", school_type)):
        if value is None:
            raise InputError(
                f"site {site} has none", Place("table sites", column=name), "give it for every site"
            )
    return school, municipality, bool(excluded), school_type.lower() != ORDINARY_SCHOOL
