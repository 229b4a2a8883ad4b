"""The whole made-up population as arrays: places, children, families, gaps, attainment, in that order."""

from __future__ import annotations

from dataclasses import dataclass

from oab_funding.synthetic.attainment import Attainment, draw_attainment
from oab_funding.synthetic.changes import Changes, draw_changes, sites_before
from oab_funding.synthetic.draw import Ints, stream
from oab_funding.synthetic.families import Families, draw_families
from oab_funding.synthetic.gaps import Gaps, draw_gaps
from oab_funding.synthetic.places import (
    Municipalities,
    Schools,
    Sites,
    draw_municipalities,
    draw_schools,
    draw_sites,
    number_of_sites,
)
from oab_funding.synthetic.roll import Roll, draw_roll


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
