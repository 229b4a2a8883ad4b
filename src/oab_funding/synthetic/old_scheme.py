"""The made-up money of the scheme before 2019: the schools' base and the municipalities' grants of 2018."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from oab_funding.exact.fixed_point import units_to_arrow
from oab_funding.synthetic import shape
from oab_funding.synthetic.draw import Floats, Ints, stream
from oab_funding.synthetic.frames import Moment, Register
from oab_funding.synthetic.places import school_code
from oab_funding.synthetic.population import Population
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
