"""A made-up country on two reference dates, of any size, from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.exact.fixed_point import units_to_arrow
from oab_funding.synthetic import shape
from oab_funding.synthetic.draw import Floats, Ints, stream
from oab_funding.synthetic.frames import (
    Moment,
    Register,
    moments,
    pupil_table,
    registers,
    site_table,
    toddler_table,
)
from oab_funding.synthetic.places import school_code
from oab_funding.synthetic.population import Population, draw_population
from oab_funding.synthetic.truth import Truth, truth_of
from oab_funding.tables.grant_tables import SCHOOL_OLD_BASE
from oab_funding.tables.schema import Number

MONEY = Number(2, digits=18)


def old_weights(country: Population) -> Floats:
    """Weight of each child in the old scheme, from its parents' education."""
    mother, father = country.families.education_mother, country.families.education_father
    low = np.maximum(mother, father) <= 2
    lowest = low & (np.minimum(mother, father) == 1)
    return np.where(lowest, shape.OLD_WEIGHT_LOWEST, np.where(low, shape.OLD_WEIGHT_LOW, 0.0))


def school_base(country: Population, now: Register, before: Register, earlier: Moment) -> pa.Table:
    """Give parts D to H of the base of every school of either date; a new school has a base of nothing.

    Counted are the pupils of the earlier date. All amounts are made up.
    """
    schools = int(max(now.school.max(), before.school.max())) + 1
    rows = np.flatnonzero(earlier.pupil)
    site = earlier.site[rows]
    school = before.school[site]
    pupils = np.bincount(school, minlength=schools)
    weight = np.bincount(school, weights=old_weights(country)[rows], minlength=schools)
    above = np.maximum(0.0, weight - shape.OLD_THRESHOLD * pupils)
    index = np.concatenate([country.sites.index, country.sites.index[country.changes.target]])
    impulse = index >= np.quantile(country.sites.index, 1 - shape.OLD_IMPULSE_SITES)
    in_impulse = np.bincount(school, weights=old_weights(country)[rows] * impulse[site], minlength=schools)
    material = pupils * float(shape.CENTS_MATERIAL)
    parts = {
        "d": above * shape.OLD_CENTS_PER_WEIGHT,
        "e": in_impulse * shape.OLD_CENTS_IMPULSE,
        "f": weight * shape.OLD_CENTS_MATERIAL + material,
        "g": material,
        "h": above * shape.OLD_CENTS_SCHOOL,
    }
    listed = np.union1d(now.school[now.there], before.school[before.there])
    labels = [school_code(number) for number in listed.tolist()]
    order = np.array(sorted(range(len(labels)), key=labels.__getitem__), dtype=np.int64)
    columns: dict[str, Any] = {"school_id": [labels[place] for place in order.tolist()]}
    columns |= {name: _cents(cents[listed[order]]) for name, cents in parts.items()}
    return pa.table(columns, schema=SCHOOL_OLD_BASE.arrow(tuple(columns)))


def municipal_grants_2018(country: Population, before: Register, earlier: Moment, seed: int) -> pa.Table:
    """Give the made-up grant of 2018 of every municipality: by old weights, and more for large cities."""
    rows = np.flatnonzero(earlier.pupil)
    town = before.municipality[earlier.site[rows]]
    weight = np.bincount(town, weights=old_weights(country)[rows], minlength=country.towns.sites.size)
    city = 1 + shape.MUNICIPAL_CITY * np.maximum(country.towns.city, 0)
    luck = stream(seed, "old scheme").uniform(
        1 - shape.MUNICIPAL_SPREAD, 1 + shape.MUNICIPAL_SPREAD, weight.size
    )
    grant = _cents(weight * city * luck * shape.MUNICIPAL_CENTS_PER_WEIGHT)
    return pa.table({"municipality_code": country.towns.codes, "grant_2018": grant})


def _cents(amounts: Floats) -> pa.Array[Any]:
    cents: Ints = np.rint(amounts).astype(np.int64)
    return units_to_arrow(cents, MONEY.digits, MONEY.places)


SMALLEST = 200
DEFAULT_SEED = 20191001


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The tables of one reference date, each as its schema has it.

    Parameters
    ----------
    day
        The reference date.
    pupils, toddlers
        The children, ordered by `child_id`.
    sites
        The register of sites, ordered by `site_id`.
    """

    day: date
    pupils: pa.Table
    toddlers: pa.Table
    sites: pa.Table


@dataclass(frozen=True, slots=True)
class Country:
    """A made-up country.

    Parameters
    ----------
    seed
        The seed it was drawn from.
    now, previous
        The tables on 1 October 2019 and on 1 October 2018.
    old_base
        Old-scheme base of every school of either date: parts D to H in euros.
    grants_2018
        Grant of every municipality in 2018, in euros.
    truth
        The model that attainment follows, and the pupils with nothing missing.
    """

    seed: int
    now: Snapshot
    previous: Snapshot
    old_base: pa.Table
    grants_2018: pa.Table
    truth: Truth

    @property
    def pupils(self) -> pa.Table:
        """The pupils on the later date."""
        return self.now.pupils

    @property
    def toddlers(self) -> pa.Table:
        """The toddlers on the later date."""
        return self.now.toddlers

    @property
    def sites(self) -> pa.Table:
        """The sites on the later date."""
        return self.now.sites


def country(pupils: int = shape.PUPILS_NATIONAL, *, seed: int = DEFAULT_SEED) -> Country:
    """Make up a country.

    The same size and seed give the same tables to the bit. Its shape is tuned to the figures that Statistics
    Netherlands published for 1 October 2019; every child, school and municipality in it is invented.

    Parameters
    ----------
    pupils
        Number of pupils on the later date, at least 200.
    seed
        Seed of all draws, zero or more.

    Returns
    -------
    Country
        Tables of both dates, the old scheme's money and the truth.

    Raises
    ------
    InputError
        Fewer than 200 pupils, more schools than there are made-up codes, or a negative seed.

    Examples
    --------
    >>> small = country(2_000, seed=1)
    >>> small.pupils.num_rows, small.sites.num_rows
    (2000, 9)
    >>> small.pupils.equals(country(2_000, seed=1).pupils)
    True
    """
    if pupils < SMALLEST:
        raise InputError(
            "is too small a country", Place("pupils", value=pupils), f"ask for {SMALLEST} pupils or more"
        )
    people = draw_population(pupils, seed)
    (later, earlier), (register, register_before) = moments(people), registers(people)
    return Country(
        seed=seed,
        now=_snapshot(people, later, register),
        previous=_snapshot(people, earlier, register_before),
        old_base=school_base(people, register, register_before, earlier),
        grants_2018=municipal_grants_2018(people, register_before, earlier, seed),
        truth=truth_of(people, later),
    )


def _snapshot(people: Population, moment: Moment, register: Register) -> Snapshot:
    return Snapshot(
        day=moment.day,
        pupils=pupil_table(people, moment, register),
        toddlers=toddler_table(people, moment, register),
        sites=site_table(people, register, moment.site[moment.pupil]),
    )
