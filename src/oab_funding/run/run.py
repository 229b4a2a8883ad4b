"""A run: one calculation, with all that it was made from and all that it gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import pyarrow as pa
from pydantic import JsonValue

from oab_funding.audit import Journal, Manifest, Record, Sealed, between, readable
from oab_funding.errors import InputError, Place
from oab_funding.grants.terms import terms_by_figures, with_terms
from oab_funding.indicator.specification_file import Specifications
from oab_funding.regulation import Statutes
from oab_funding.run.calculation_file import Calculation
from oab_funding.run.figures import Figures
from oab_funding.run.steps import GRANTS_OF_MUNICIPALITIES, GRANTS_OF_SCHOOLS, Step
from oab_funding.tables.display import Displayed
from oab_funding.tables.source import SourceFile

_MAIN = ("school_grants", "municipal_grants", "site_scores", "municipality_scores")
"""The main table of a run: the first of these that it has."""

_SHORT = 16
"""Digits of a root that tell runs apart in a line of text."""


@dataclass(frozen=True, eq=False, repr=False)
class Run(Displayed):
    r"""A calculation that was carried out: just computed, or opened from the bundle it was written to.

    What is asked of a run is the same either way. Of a bundle, tables and inputs are read when first asked
    for, and checked against the manifest and the journal before they are given.

    Parameters
    ----------
    calculation
        What was computed: the sections of the calculation file, checked.
    statutes
        The regulation files that applied; `statutes.school_grant("2020-2021")` is a provision.
    records
        The records of the journal: per step its name, article, parameters, hashes and figures.
    tables
        Every table that a step gave, by name.
    labels
        What must be said with every output, such as "before transition".
    sources
        The input files by role, such as ``"schools.scores"``.
    specifications
        The feature specification that was taken by its name, with its tables of origins.
    text
        The bytes of the calculation file.
    root
        The root of the bundle; None where none was written.
    path
        The folder of the bundle; None where none was written.
    journal
        The journal, where the run was computed here: what a bundle is made from.
    sealed
        The bundle, where the run was opened from one.
    taken
        Names of steps that were taken from the record of an earlier run, because their inputs are not here.

    Notes
    -----
    A run is asked by name: ``run.table("school_grants")`` (Arrow), ``run.to_frame("school_grants")``
    (pandas), ``run.figures("price per unit")["price"]``, ``run.parameters("grants of schools")``. Steps are
    declared in `run/steps.py`; a `Step` and its name are both accepted. With something changed a run is
    computed again by ``calculate(changed, run.sources, statutes, specifications=run.specifications)``.

    Examples
    --------
    >>> from oab_funding.run.calculation import calculate
    >>> from oab_funding.run.calculation_file import check_calculation
    >>> part = {"period": "2020-2021", "scores": "s.csv"}
    >>> asked = check_calculation({"format": 1, "title": "One site", "schools": part})
    >>> run = calculate(asked, {"schools.scores": SourceFile("s.csv", b"site_id,score\n00AP00,33.02\n")})
    >>> run
    <Run One site: 9 steps, 11 tables; before transition>
    >>> run.figures("grants of schools")["total"], run.table("school_grants").num_rows
    (Fraction(1847469, 100), 1)
    """

    calculation: Calculation
    statutes: Statutes
    records: Sequence[Record]
    tables: Mapping[str, pa.Table]
    labels: tuple[str, ...] = ()
    sources: Mapping[str, SourceFile] = field(default_factory=dict)
    specifications: Specifications = field(default_factory=Specifications.shipped)
    text: bytes = b""
    root: str | None = None
    path: Path | None = None
    journal: Journal | None = None
    sealed: Sealed | None = None
    taken: tuple[str, ...] = ()

    def table(self, name: str | None = None) -> pa.Table:
        """Give a table by name (default: the main one).

        Raises
        ------
        InputError
            The run has no such table.
        DamagedError
            The bundle's table is not the one that its manifest and journal say.
        """
        return self.main_table() if name is None else self._named(name)

    def has(self, name: str) -> bool:
        """Say whether the run has a table."""
        return name in self.tables

    def figures(self, step: Step | str | None = None) -> Figures:
        """Give the figures of a step, with their units; none where the run has no such step.

        Parameters
        ----------
        step
            The step or its name; None gives the figures of all steps, of which later ones go before earlier.
        """
        if step is not None:
            return Figures(next((one.figures for one in self.records if one.name == str(step)), {}))
        return Figures({name: value for one in self.records for name, value in one.figures.items()})

    def parameters(self, step: Step | str) -> Mapping[str, JsonValue]:
        """Give what a step was told, as its record has it; nothing where the run has no such step."""
        return next((one.parameters for one in self.records if one.name == str(step)), {})

    @property
    def steps(self) -> tuple[str, ...]:
        """The names of the steps that were carried out, in order."""
        return tuple(one.name for one in between(self.records))

    @property
    def manifest(self) -> Manifest:
        """The manifest of the bundle.

        Raises
        ------
        InputError
            The run was not opened from a bundle.
        """
        if self.sealed is None:
            raise InputError("the run was not opened from a bundle", remedy="open it with `open_run`")
        return self.sealed.manifest

    @property
    def place(self) -> Place:
        """The run as an error names it: the folder of its bundle, or the argument."""
        return Place("run" if self.path is None else readable(str(self.path)))

    def with_terms(self, name: str) -> pa.Table:
        """Give a table as files for people have it: grants with their period, price and transition."""
        table, calculation = self.table(name), self.calculation
        if name == "school_grants" and calculation.schools is not None:
            figures = self.figures(GRANTS_OF_SCHOOLS)
            return with_terms(table, terms_by_figures(calculation.schools.period, figures))
        if name == "municipal_grants" and calculation.municipalities is not None:
            figures = self.figures(GRANTS_OF_MUNICIPALITIES)
            return with_terms(table, terms_by_figures(str(calculation.municipalities.year), figures))
        return table

    def __repr__(self) -> str:
        """Say in a line what was computed, how much of it, and what must be said with it."""
        size = f"{len(self.steps)} steps, {len(self.tables)} tables"
        said = "; ".join([f"{self._title()}: {size}", *self._highlights(), *self.labels])
        return f"<{type(self).__name__} {said}>"

    def _repr_html_(self) -> str:
        named = "".join(f"<li>{escape(name)}</li>" for name in self.tables)
        return f"<p>{escape(repr(self)[1:-1])}</p><ul>{named}</ul>"

    def _title(self) -> str:
        return self.calculation.title

    def _highlights(self) -> list[str]:
        return [] if self.root is None else [f"root {self.root[:_SHORT]}... in {self.path}"]

    def _main_name(self) -> str:
        return next((name for name in (*_MAIN, *self.tables) if name in self.tables), "")

    def main_table(self) -> pa.Table:
        """Give the main table."""
        return self._named(self._main_name())

    def _named(self, name: str) -> pa.Table:
        if name not in self.tables:
            known = ", ".join(map(readable, self.tables)) or "none"
            raise InputError(f"has no table {readable(name)}", self.place, f"it has {known}")
        return self.tables[name]

    def _written(self) -> Mapping[str, pa.Table]:
        main = self._main_name()
        return {name: self.with_terms(name) for name in sorted(self.tables, key=lambda name: name != main)}
