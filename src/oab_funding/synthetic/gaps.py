"""What the registers do not know: parents' education, dates of arrival, fathers, unregistered children."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oab_funding.synthetic import shape
from oab_funding.synthetic.draw import Bools, Floats, chance, stream
from oab_funding.synthetic.families import RECENT_YEARS, Codes, Families
from oab_funding.synthetic.places import ORDINARY, Sites
from oab_funding.synthetic.roll import TODDLER, Roll


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
