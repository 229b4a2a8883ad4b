"""A population whose donors come from every rung of the ladder, and what it scores as a whole."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from oab_funding.indicator.fit import fit
from oab_funding.indicator.imputation.impute import ImputationRule, impute_coded
from oab_funding.indicator.population import Population
from oab_funding.indicator.score import score_coded
from oab_funding.synthetic import country

RULE = ImputationRule(rounds=3, seed=5)
MADE_UP = country(6_000, seed=4)
SITES = MADE_UP.sites
RNG = np.random.default_rng(8)


def _outside(table: pa.Table, place: str, all_of: int) -> pa.Table:
    """Take children out of the register: some everywhere, and everybody at some places."""
    names = np.array(table.column(place).cast(pa.string()).to_pylist())
    gone = np.isin(names, np.unique(names)[:all_of]) | (RNG.random(len(names)) < 0.02)
    inside = table.column("in_register").to_numpy(zero_copy_only=False) & ~gone
    number = table.column_names.index("in_register")
    return table.set_column(number, table.schema.field(number), pa.array(inside))


PUPILS = _outside(MADE_UP.pupils, "site_id", 6)
TODDLERS = _outside(MADE_UP.toddlers, "municipality_code", 1)
FITTED = fit(PUPILS, SITES)
MODEL = FITTED.model(label="made up")
POPULATION = Population.of(PUPILS, TODDLERS, SITES, MODEL.specification)
IMPUTED = impute_coded(POPULATION, RULE.rounds, RULE.seed, RULE.school)
WHOLE = score_coded(POPULATION, IMPUTED.parts, MODEL)
