"""The tables of one reference date, cut from the population."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from oab_funding.synthetic import shape
from oab_funding.synthetic.arrow import codes, decimals, ids, masked, whole
from oab_funding.synthetic.draw import Bools, Ints
from oab_funding.synthetic.population import Population
from oab_funding.synthetic.register import Register
from oab_funding.synthetic.roll import LEAVER, PUPIL, YOUNGEST, toddler_births
from oab_funding.tables.child_tables import PUPILS, TODDLERS

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
        "site_id": codes(moment.site[rows], register.codes),
        "age": whole(country.roll.age(moment.day)[rows]),
        **background(country, rows),
        "funded": masked(country.gaps.funded[rows]),
        "attainment": whole(country.attainment.observed[rows]),
        "ability": whole(country.attainment.ability[rows]),
    }
    return pa.table(columns, schema=PUPILS.arrow(tuple(columns)))


def toddler_table(country: Population, moment: Moment, register: Register) -> pa.Table:
    """Give the toddlers of a date, ordered by id."""
    rows = ordered(country, moment.toddler)
    columns = {
        "child_id": ids(country.number[rows]),
        "municipality_code": codes(register.municipality[moment.site[rows]], country.towns.codes),
        "birth_date": masked(country.roll.birth[rows]),
        **background(country, rows),
    }
    return pa.table(columns, schema=TODDLERS.arrow(tuple(columns)))


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
        "education_mother": whole(families.education_mother[rows], gaps.mother_known[rows]),
        "education_father": whole(families.education_father[rows], gaps.father_known[rows]),
        "origin_mother": codes(families.origin_mother[rows], shape.ORIGINS, known),
        "origin_father": codes(families.origin_father[rows], shape.ORIGINS, gaps.father_there[rows]),
        "mother_arrival_date": masked(families.arrival[rows], abroad & gaps.arrival_known[rows]),
        "mother_born_in_nl": masked(~abroad, known),
        "debt_restructuring": masked(families.debt[rows] & known),
        "in_register": masked(known),
        "asylum_seeker": masked(families.asylum[rows]),
        "address_density": decimals(density(country, rows) * 10**DENSITY_PLACES, DENSITY_PLACES, known),
        "socioeconomic_category": codes(families.socioeconomic[rows], shape.SOCIOECONOMIC, known),
    }


def density(country: Population, rows: Ints) -> Ints:
    """Addresses per square kilometre where each child lives: one of three neighbourhoods around its site."""
    neighbourhood = country.number[rows] % 3 - 1
    around = np.exp(country.sites.density)[country.roll.site[rows]]
    addresses: Ints = np.clip(np.rint(around * (1 + DENSITY_STEP * neighbourhood)), 10, 12_000).astype(
        np.int64
    )
    return addresses
