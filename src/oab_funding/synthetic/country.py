"""A made-up country on two reference dates, of any size, from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.synthetic import shape
from oab_funding.synthetic.frames import (
    Moment,
    Register,
    moments,
    pupil_table,
    registers,
    site_table,
    toddler_table,
)
from oab_funding.synthetic.old_scheme import municipal_grants_2018, school_base
from oab_funding.synthetic.population import Population, draw_population
from oab_funding.synthetic.truth import Truth, truth_of

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
