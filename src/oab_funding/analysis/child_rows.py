"""The children of one run, coded, with what was imputed for them, in the rows of two runs together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from oab_funding.analysis.children import NOWHERE, Both, Flags
from oab_funding.exact.sums import Int64Array
from oab_funding.indicator.category_codes import UNKNOWN
from oab_funding.indicator.coding import pupils_schema
from oab_funding.indicator.features import StayFeature
from oab_funding.indicator.imputation.imputed import NO_DONOR
from oab_funding.indicator.imputation.tables import imputed_from_tables
from oab_funding.indicator.population import Population
from oab_funding.indicator.specification import Specification
from oab_funding.run import steps
from oab_funding.run.run import Run
from oab_funding.tables.child_tables import TODDLERS
from oab_funding.tables.duo import read_sites
from oab_funding.tables.files import read_table

Codes8 = NDArray[np.int8]

IMPUTED = ("imputed_education", "imputed_stay", "imputed_donors")
"""The tables of a run that say what was imputed."""


@dataclass(frozen=True, slots=True)
class Coded:
    """The children of one run, coded by the features of one model, in the rows of both runs.

    Parameters
    ----------
    known
        By feature, int8 of shape (n,), `UNKNOWN` where not known or not there.
    drawn
        By imputed feature, int8 of shape (rounds, k): what was imputed, for the touched children.
    """

    known: Mapping[str, Codes8]
    drawn: Mapping[str, Codes8]


class ChildRows:
    """The children of one run with what was imputed, brought into the rows of both."""

    def __init__(self, both: Both, run: Run, population: Population, times: int) -> None:
        self._run, self._population, self._times = run, population, times
        tables = {name: run.table(name) for name in IMPUTED}
        self._imputed = imputed_from_tables(tables, population, rounds=rounds_of(run))
        found = [
            pc.index_in(part.children.column("child_id"), value_set=both.ids) for part in population.parts
        ]
        self._at = [pc.fill_null(row, NOWHERE).to_numpy().astype(np.int64) for row in found]
        self._n = len(both.ids)

    def donors(self) -> Int64Array:
        """Give the row of each child's donor, shape (n,)."""
        donors = np.full(self._n, NO_DONOR, dtype=np.int64)
        for at, imputed in zip(self._at, self._imputed, strict=True):
            if imputed.donors is not None:
                takes = np.flatnonzero((imputed.donors != NO_DONOR) & (at != NOWHERE))
                donors[at[takes]] = at[imputed.donors[takes]]
        return donors

    def unknown(self) -> Flags:
        """Say of whom some feature is not known, shape (n,)."""
        found = np.zeros(self._n, dtype=np.bool_)
        for at, coded in zip(self._at, self._population.parts, strict=True):
            unknown = np.any([codes == UNKNOWN for codes in coded.codes.values()], axis=0)
            found[at[unknown & (at != NOWHERE)]] = True
        return found

    def coded(self, specification: Specification, touched: Int64Array) -> Coded:
        """Give the children coded by a specification, with what was imputed for the touched."""
        own = self._population.specification
        same = own.sha256 == specification.sha256
        population = self._population if same else coded_by(self._run, specification)
        number = np.full(self._n, NOWHERE, dtype=np.int64)
        number[touched] = np.arange(len(touched))
        known, drawn = {}, {}
        for feature in specification.categorical:
            name = feature.name
            codes = np.full(self._n, UNKNOWN, dtype=np.int8)
            rounds = [one.codes[name].shape[0] for one in self._imputed if name in one.codes]
            values = np.full((rounds[0] if rounds else 0, len(touched)), UNKNOWN, dtype=np.int8)
            read = None if same or not rounds else _reading(own, specification, name)
            for at, part, imputed in zip(self._at, population.parts, self._imputed, strict=True):
                here = at != NOWHERE
                codes[at[here]] = part.codes[name][here]
                if rounds and name in imputed.codes:
                    rows = np.flatnonzero(here & (number[at] != NOWHERE))
                    taken = imputed.codes[name][:, rows]
                    values[:, number[at[rows]]] = taken if read is None else read[taken]
            known[name] = codes
            if rounds:
                drawn[name] = np.tile(values, (self._times, 1))
        return Coded(known, drawn)


def _reading(own: Specification, other: Specification, name: str) -> Codes8:
    """Give each category of one specification its code in another; the last stands for not known."""
    mine, its = own.feature(name), other.feature(name)
    if isinstance(mine, StayFeature) and isinstance(its, StayFeature):
        starts = [one.from_years for one in its.categories]
        read = [_holding(category.from_years, starts) for category in mine.categories]
    else:
        names = other.categories(name)
        read = [names.index(one) if one in names else UNKNOWN for one in own.categories(name)]
    return np.array([*read, UNKNOWN], dtype=np.int8)


def _holding(years: int | None, starts: list[int | None]) -> int:
    if years is None:
        return starts.index(None) if None in starts else UNKNOWN
    below = [start for start in starts if start is not None and start <= years]
    return starts.index(max(below)) if below else UNKNOWN


def coded_by(run: Run, specification: Specification) -> Population:
    """Code the children of a run by the features of a specification."""
    children = run.calculation.children
    assert children is not None  # asked before
    day, sources = children.reference_date, run.sources
    formula = run.statutes.municipality_score(day).formula
    months = (formula.toddler_from_months, formula.toddler_until_months)
    pupils = read_table(sources["children.pupils"], pupils_schema(specification))
    young = sources.get("children.toddlers")
    toddlers = None if young is None else read_table(young, TODDLERS)
    sites = read_sites(sources["children.sites"])
    return Population.of(pupils, toddlers, sites, specification, day, months)


def rounds_of(run: Run) -> int:
    """Give how often a run imputed."""
    return int(str(run.figures(steps.IMPUTATION)["rounds"]))
