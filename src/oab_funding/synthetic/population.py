"""The whole made-up population as arrays: places, children, families, gaps, attainment, in that order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oab_funding.synthetic import shape
from oab_funding.synthetic.attainment import Attainment, draw_attainment
from oab_funding.synthetic.draw import Bools, Floats, Ints, chance, stream
from oab_funding.synthetic.families import RECENT_YEARS, Codes, Families, draw_families
from oab_funding.synthetic.places import (
    ORDINARY,
    Municipalities,
    Schools,
    Sites,
    draw_municipalities,
    draw_schools,
    draw_sites,
    number_of_sites,
)
from oab_funding.synthetic.roll import TODDLER, Roll, draw_roll


@dataclass(frozen=True, slots=True)
class Changes:
    """Differences of the earlier date from the later one; sites are numbered as on the later date.

    Parameters
    ----------
    parent
        Shape (S,): for a site that opened, the site most of its pupils came from; -1 for all others.
    target
        Shape (K,): for each site that closed, the site its pupils went to. Closed sites have the numbers
        S, ..., S + K - 1.
    absorbed
        Shape (S,): second sites that were the first site of a school of their own on the earlier date.
    """

    parent: Ints
    target: Ints
    absorbed: Bools

    @property
    def opened(self) -> Bools:
        """Shape (S,): sites that did not exist on the earlier date."""
        return self.parent >= 0


def draw_changes(sites: Sites, schools: Schools, seed: int) -> Changes:
    """Draw which sites open, close and pass to another school between the dates.

    A country of ten sites has a merger at least, a new site, and an absorbed school if it has a second site.
    """
    rng = stream(seed, "changes")
    parent = np.full(sites.count, -1, dtype=np.int64)
    if sites.count < 10:
        return Changes(parent, np.empty(0, dtype=np.int64), np.zeros(sites.count, dtype=np.bool_))
    alone = (
        (np.bincount(schools.school)[schools.school] == 1) & (sites.kind == ORDINARY) & (sites.asylum < 0.01)
    )
    candidates = rng.permutation(np.flatnonzero(alone))
    opening = max(1, round(shape.OPENED_SITES * sites.count))
    closing = max(1, round(shape.CLOSED_SITES * sites.count))
    used = np.zeros(sites.count, dtype=np.bool_)
    for site in candidates:
        neighbours = np.flatnonzero(alone & ~used & (sites.municipality == sites.municipality[site]))
        neighbours = neighbours[neighbours != site]
        if opening == 0:
            break
        if used[site] or neighbours.size == 0:
            continue
        parent[site] = neighbours[np.argmax(sites.size[neighbours])]
        used[[site, parent[site]]] = True
        opening -= 1
    target = np.sort(candidates[~used[candidates]][:closing])
    second = np.flatnonzero(schools.place > 0)
    absorbed = np.zeros(sites.count, dtype=np.bool_)
    if second.size:
        absorbed[rng.permutation(second)[: max(1, round(shape.ABSORBED_SCHOOLS * second.size))]] = True
    return Changes(parent, target, absorbed)


ALIKE = 8
"""Number of groups of sites alike in disadvantage."""


def sites_before(roll: Roll, sites: Sites, changes: Changes, seed: int) -> Ints:
    """Give the site of each child on the earlier date, had it been a pupil then.

    Children who moved change places with children of sites alike in disadvantage, so that moves change
    neither how large nor how mixed sites are. A site that opened took its pupils from its parent; part of the
    pupils of a merged site were at the site that closed.

    Returns
    -------
    numpy.ndarray
        Shape (n,): number of the site, closed sites after the others as in `Changes`.
    """
    rng = stream(seed, "moves")
    before = roll.site.copy()
    draw = rng.random(roll.count)
    within = np.flatnonzero(draw < shape.SITE_MOVERS)
    alike = _alike(sites.index)
    _change_places(rng, before, within, (sites.municipality * ALIKE + alike)[before[within]])
    between = np.flatnonzero(draw > 1 - shape.TOWN_MOVERS)
    _change_places(rng, before, between, alike[before[between]])
    opened = changes.opened[before]
    before[opened] = changes.parent[before[opened]]
    came = rng.random(roll.count) < shape.CLOSED_SHARE
    closed_into = np.full(sites.count, -1, dtype=np.int64)
    closed_into[changes.target] = sites.count + np.arange(changes.target.size)
    merged = came & (closed_into[before] >= 0)
    before[merged] = closed_into[before[merged]]
    return before


def _alike(index: Floats) -> Ints:
    """Put sites into groups of equal number by disadvantage."""
    rank = np.argsort(np.argsort(index, kind="stable"), kind="stable")
    group: Ints = rank * ALIKE // index.size
    return group


def _change_places(rng: np.random.Generator, before: Ints, movers: Ints, group: Ints) -> None:
    """Permute the sites of the movers of each group among themselves."""
    kept = np.argsort(group, kind="stable")
    mixed = np.lexsort((rng.random(movers.size), group))
    before[movers[kept]] = before[movers[mixed]]


@dataclass(frozen=True, slots=True)
class Gaps:
    """One entry per child: what is known, and whether the child counts.

    Parameters
    ----------
    in_register
        Shape (n,): the child is in the population register; nothing is known of the families of the others.
    mother_known, father_known
        Shape (n,): the education of the parent is known.
    father_there
        Shape (n,): it is known who the father is.
    arrival_known
        Shape (n,): the day of the mother's arrival is known (where she was born abroad).
    funded
        Shape (n,): the child is funded.
    """

    in_register: Bools
    mother_known: Bools
    father_known: Bools
    father_there: Bools
    arrival_known: Bools
    funded: Bools


def draw_gaps(roll: Roll, sites: Sites, families: Families, seed: int) -> Gaps:
    """Draw what is not known: more where children are older, origin is foreign, or education is little."""
    rng = stream(seed, "gaps")
    in_register = _in_register(rng, roll, sites, families.asylum)
    father_there = in_register & (rng.random(roll.count) >= shape.FATHER_UNKNOWN)
    shared = shape.MISSING_TOGETHER * rng.standard_normal(roll.count)
    days = (np.datetime64(shape.REFERENCE_DATE) - families.arrival).astype(np.int64)
    recent = ~families.born_here & (days < RECENT_YEARS * 365)
    shared += shape.MISSING_FROM_AGE * (roll.years(shape.REFERENCE_DATE) - 8) + shape.MISSING_RECENT * recent
    mother = _known(rng, shared, families.origin_mother, families.education_mother)
    father = _known(rng, shared + shape.MISSING_FATHER, families.origin_father, families.education_father)
    return Gaps(
        in_register=in_register,
        mother_known=in_register & mother,
        father_known=father_there & father,
        father_there=father_there,
        arrival_known=in_register & (rng.random(roll.count) >= shape.ARRIVAL_UNKNOWN),
        funded=(sites.kind[roll.site] != ORDINARY) | (rng.random(roll.count) >= shape.NOT_FUNDED),
    )


def _in_register(rng: np.random.Generator, roll: Roll, sites: Sites, asylum: Bools) -> Bools:
    """Toddlers are counted from the register, so all of them are in it."""
    absent = np.where(asylum, 1 - shape.ASYLUM_REGISTERED, sites.unregistered[roll.site])
    registered: Bools = (rng.random(roll.count) >= absent) | (roll.role == TODDLER)
    return registered


def _known(rng: np.random.Generator, shared: Floats, origin: Codes, education: Codes) -> Bools:
    missing = shape.MISSING_LEVEL + shared + shape.MISSING_ABROAD * (origin > 0)
    return chance(rng, -(missing + np.array(shape.MISSING_FROM_CLASS)[education - 1]))


@dataclass(frozen=True, slots=True)
class Population:
    """Everything drawn for one country; arrays of children have one entry per child of either date.

    Parameters
    ----------
    towns, sites, schools, changes
        The places.
    roll, families, gaps, attainment
        The children.
    site_before
        Shape (n,): site on the earlier date, see `moves.sites_before`.
    number
        Shape (n,): number in the child's id, without meaning.
    """

    towns: Municipalities
    sites: Sites
    schools: Schools
    changes: Changes
    roll: Roll
    families: Families
    gaps: Gaps
    attainment: Attainment
    site_before: Ints
    number: Ints


def draw_population(pupils: int, seed: int) -> Population:
    """Draw a country of so many pupils."""
    towns = draw_municipalities(number_of_sites(pupils), pupils, seed)
    sites = draw_sites(towns, pupils, seed)
    schools = draw_schools(sites, seed)
    changes = draw_changes(sites, schools, seed)
    roll = draw_roll(sites, seed)
    before = sites_before(roll, sites, changes, seed)
    families = draw_families(roll, sites, seed)
    return Population(
        towns=towns,
        sites=sites,
        schools=schools,
        changes=changes,
        roll=roll,
        families=families,
        gaps=draw_gaps(roll, sites, families, seed),
        attainment=draw_attainment(
            roll, families, schools.school[roll.site], sites.municipality[roll.site], seed
        ),
        site_before=before,
        number=stream(seed, "ids").permutation(roll.count),
    )
