"""The tables of one reference date, cut from the population: its register of sites and its children."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from oab_funding.exact.fixed_point import units_to_arrow
from oab_funding.synthetic import shape
from oab_funding.synthetic.draw import Bools, Ints
from oab_funding.synthetic.places import SPECIAL, TRAVELLER, school_code
from oab_funding.synthetic.population import Population
from oab_funding.synthetic.roll import LEAVER, PUPIL, YOUNGEST, toddler_births
from oab_funding.tables.child_tables import PUPILS, TODDLERS
from oab_funding.tables.columns import dictionary_column, masked
from oab_funding.tables.register_tables import SITES


@dataclass(frozen=True, slots=True)
class Register:
    """One entry per site, closed sites after the others; `there` says which exist on the date.

    Parameters
    ----------
    school, place, board, municipality
        Shape (S + K,): numbers of school, site within the school, board and municipality.
    kind
        Shape (S + K,): see `Sites`.
    there
        Shape (S + K,): the site exists on the date.
    """

    school: Ints
    place: Ints
    board: Ints
    municipality: Ints
    kind: Ints
    there: Bools

    @property
    def codes(self) -> list[str]:
        """Codes of the sites."""
        return [
            f"{school_code(s)}{p:02d}" for s, p in zip(self.school.tolist(), self.place.tolist(), strict=True)
        ]


def registers(country: Population) -> tuple[Register, Register]:
    """Give the registers of the later and the earlier date."""
    sites, schools, changes = country.sites, country.schools, country.changes
    target, closed = changes.target, changes.target.size
    schools_now = int(schools.school.max()) + 1
    absorbed = np.flatnonzero(changes.absorbed)
    school_before, place_before = schools.school.copy(), schools.place.copy()
    school_before[absorbed] = schools_now + closed + np.arange(absorbed.size)
    place_before[absorbed] = 0
    closed_schools = schools_now + np.arange(closed)
    none = np.zeros(closed, dtype=np.int64)
    exists = np.ones(sites.count, dtype=np.bool_)

    def register(school: Ints, place: Ints, there: Bools, closed_there: bool) -> Register:
        return Register(
            school=np.concatenate([school, closed_schools]),
            place=np.concatenate([place, none]),
            board=np.concatenate([schools.board, schools.board[target]]),
            municipality=np.concatenate([sites.municipality, sites.municipality[target]]),
            kind=np.concatenate([sites.kind, none]),
            there=np.concatenate([there, np.full(closed, closed_there)]),
        )

    return (
        register(schools.school, schools.place, exists, closed_there=False),
        register(school_before, place_before, ~changes.opened, closed_there=True),
    )


def site_table(country: Population, register: Register, site_of_pupils: Ints) -> pa.Table:
    """Give the table of the sites that exist, ordered by code.

    Parameters
    ----------
    country
        The population.
    register
        The register of the date.
    site_of_pupils
        Shape (pupils,): site of each pupil of that date.
    """
    size = np.bincount(site_of_pupils, minlength=register.school.size)
    labels = register.codes
    rows = sorted(np.flatnonzero(register.there & (size > 0)).tolist(), key=labels.__getitem__)
    town = register.municipality[rows]
    names, town_codes = country.towns.names, country.towns.codes
    columns = {
        "site_id": [labels[row] for row in rows],
        "school_id": [labels[row][:4] for row in rows],
        "board_id": [f"BG{number + 1:04d}" for number in register.board[rows].tolist()],
        "municipality_code": [town_codes[number] for number in town.tolist()],
        "municipality_name": [names[number] for number in town.tolist()],
        "province": [f"Voorbeeldprovincie {number + 1}" for number in country.towns.province[town].tolist()],
        "name": [_name(register, row) for row in rows],
        "school_type": ["sbo" if kind == SPECIAL else "bo" for kind in register.kind[rows].tolist()],
        "excluded": [kind == TRAVELLER for kind in register.kind[rows].tolist()],
        "pupils": size[rows].tolist(),
    }
    return pa.table(columns, schema=SITES.arrow(tuple(columns)))


def _name(register: Register, row: int) -> str:
    place = int(register.place[row])
    return f"Voorbeeldschool {int(register.school[row]) + 1}" + (f", locatie {place + 1}" if place else "")


ID_LETTER = "K"
ID_DIGITS = 8
DENSITY_STEP = 0.15
DENSITY_PLACES = 3


@dataclass(frozen=True, slots=True)
class Moment:
    """Who is where on one date.

    Parameters
    ----------
    day
        The reference date.
    site
        Shape (n,): site of each child on that date.
    pupil, toddler
        Shape (n,): whether the child is one on that date.
    """

    day: date
    site: Ints
    pupil: Bools
    toddler: Bools


def moments(country: Population) -> tuple[Moment, Moment]:
    """Give the later and the earlier date."""
    roll, there_before = country.roll, ~country.families.newcomer
    later, earlier = shape.REFERENCE_DATE, shape.PREVIOUS_DATE
    pupil = roll.role == PUPIL
    small, small_before = (_toddler_age(country, day) for day in (later, earlier))
    old_before = roll.age(earlier) >= YOUNGEST
    return (
        Moment(later, roll.site, pupil, small),
        Moment(
            earlier,
            country.site_before,
            (roll.role == LEAVER) | (pupil & old_before & there_before),
            small_before & there_before & country.gaps.in_register,
        ),
    )


def _toddler_age(country: Population, day: date) -> Bools:
    first, last = toddler_births(day)
    born: Bools = (country.roll.birth >= first) & (country.roll.birth <= last)
    return born


def pupil_table(country: Population, moment: Moment, register: Register) -> pa.Table:
    """Give the pupils of a date, ordered by id."""
    rows = ordered(country, moment.pupil)
    columns = {
        "child_id": ids(country.number[rows]),
        "site_id": dictionary_column(moment.site[rows], register.codes),
        "age": masked(country.roll.age(moment.day)[rows]),
        **background(country, rows),
        "funded": masked(country.gaps.funded[rows]),
        "attainment": masked(country.attainment.observed[rows]),
        "ability": masked(country.attainment.ability[rows]),
    }
    return pa.table(columns, schema=PUPILS.arrow(tuple(columns)))


def toddler_table(country: Population, moment: Moment, register: Register) -> pa.Table:
    """Give the toddlers of a date, ordered by id."""
    rows = ordered(country, moment.toddler)
    columns = {
        "child_id": ids(country.number[rows]),
        "municipality_code": dictionary_column(register.municipality[moment.site[rows]], country.towns.codes),
        "birth_date": masked(country.roll.birth[rows]),
        **background(country, rows),
    }
    return pa.table(columns, schema=TODDLERS.arrow(tuple(columns)))


def ids(numbers: Ints) -> pa.Array[Any]:
    """Write numbers as ids of equal length.

    Examples
    --------
    >>> ids(np.array([7, 12345678])).to_pylist()
    ['K00000007', 'K12345678']
    """
    width = 1 + ID_DIGITS
    text = np.empty((numbers.size, width), dtype=np.uint8)
    text[:, 0] = ord(ID_LETTER)
    rest = numbers.copy()
    for place in range(width - 1, 0, -1):
        text[:, place] = ord("0") + rest % 10
        rest //= 10
    offsets = np.arange(numbers.size + 1, dtype=np.int32) * width
    return pa.Array.from_buffers(pa.string(), numbers.size, [None, pa.py_buffer(offsets), pa.py_buffer(text)])


def ordered(country: Population, chosen: Bools) -> Ints:
    """Give the chosen children by ascending id."""
    rows = np.flatnonzero(chosen)
    return rows[np.argsort(country.number[rows])]


def background(country: Population, rows: Ints) -> dict[str, pa.Array[Any]]:
    """Give the background columns of some children, empty where nothing is known."""
    families, gaps = country.families, country.gaps
    known = gaps.in_register[rows]
    abroad = ~families.born_here[rows]
    return {
        "education_mother": masked(families.education_mother[rows], gaps.mother_known[rows]),
        "education_father": masked(families.education_father[rows], gaps.father_known[rows]),
        "origin_mother": dictionary_column(families.origin_mother[rows], shape.ORIGINS, known),
        "origin_father": dictionary_column(
            families.origin_father[rows], shape.ORIGINS, gaps.father_there[rows]
        ),
        "mother_arrival_date": masked(families.arrival[rows], abroad & gaps.arrival_known[rows]),
        "mother_born_in_nl": masked(~abroad, known),
        "debt_restructuring": masked(families.debt[rows] & known),
        "in_register": masked(known),
        "asylum_seeker": masked(families.asylum[rows]),
        "address_density": units_to_arrow(
            density(country, rows) * 10**DENSITY_PLACES, 12, DENSITY_PLACES, known
        ),
        "socioeconomic_category": dictionary_column(families.socioeconomic[rows], shape.SOCIOECONOMIC, known),
    }


def density(country: Population, rows: Ints) -> Ints:
    """Addresses per square kilometre where each child lives: one of three neighbourhoods around its site."""
    neighbourhood = country.number[rows] % 3 - 1
    around = np.exp(country.sites.density)[country.roll.site[rows]]
    addresses: Ints = np.clip(np.rint(around * (1 + DENSITY_STEP * neighbourhood)), 10, 12_000).astype(
        np.int64
    )
    return addresses
