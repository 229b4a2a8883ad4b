"""The register of sites of one reference date."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from oab_funding.synthetic.draw import Bools, Ints
from oab_funding.synthetic.population import Population
from oab_funding.synthetic.schools import school_code
from oab_funding.synthetic.sites import SPECIAL, TRAVELLER
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
