"""What an explanation or a report is made from: tables, records, law and labels of one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

import pyarrow as pa
from pydantic import JsonValue

from oab_funding.audit import Record
from oab_funding.errors import InputError
from oab_funding.indicator.specification_file import Specifications
from oab_funding.regulation import Statutes


class SchoolsPart(Protocol):
    """What is asked of the section [schools] of a calculation."""

    @property
    def period(self) -> str:
        """The period of the grants."""
        ...


class ChildrenPart(Protocol):
    """What is asked of the section [children] of a calculation."""

    @property
    def reference_date(self) -> date:
        """The reference date of the children."""
        ...


class MunicipalitiesPart(Protocol):
    """What is asked of the section [municipalities] of a calculation."""

    @property
    def year(self) -> int:
        """The budget year of the grants."""
        ...

    @property
    def price(self) -> Decimal | None:
        """A price given by hand."""
        ...

    @property
    def budget(self) -> Decimal | None:
        """A budget given by hand."""
        ...

    @property
    def source(self) -> str:
        """Where a price or a budget given by hand comes from."""
        ...


class IndicatorPart(Protocol):
    """What is asked of the section [indicator] of a calculation."""

    @property
    def specification(self) -> str:
        """Name or path of the specification of features."""
        ...


class CalculationPart(Protocol):
    """What is asked of a calculation."""

    @property
    def title(self) -> str:
        """Its title."""
        ...

    @property
    def schools(self) -> SchoolsPart | None:
        """Its section on schools."""
        ...

    @property
    def children(self) -> ChildrenPart | None:
        """Its section on children."""
        ...

    @property
    def municipalities(self) -> MunicipalitiesPart | None:
        """Its section on municipalities."""
        ...

    @property
    def indicator(self) -> IndicatorPart:
        """Its section on the indicator, which has defaults where it is left out."""
        ...


class InputFile(Protocol):
    """An input file: its name, its bytes and their SHA-256."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def data(self) -> bytes:
        """Its bytes."""
        ...

    @property
    def sha256(self) -> str:
        """SHA-256 of its bytes, in hexadecimal."""
        ...


class Bundle(Protocol):
    """A run, written to a folder or still in memory."""

    @property
    def calculation(self) -> CalculationPart:
        """What was computed."""
        ...

    @property
    def statutes(self) -> Statutes:
        """The regulation files that applied."""
        ...

    @property
    def records(self) -> Sequence[Record]:
        """The records of the steps."""
        ...

    @property
    def labels(self) -> Sequence[str]:
        """What must be said with every output."""
        ...

    @property
    def sources(self) -> Mapping[str, InputFile]:
        """The input files by their role in the calculation."""
        ...

    @property
    def specifications(self) -> Specifications:
        """The feature specifications at hand."""
        ...

    def has(self, name: str) -> bool:
        """Say whether there is a table of this name."""
        ...

    def table(self, name: str) -> pa.Table:
        """Give a table by name."""
        ...


@dataclass(frozen=True, slots=True)
class RunInMemory:
    """A run that is not, or not yet, in a folder.

    Parameters
    ----------
    calculation
        What was computed.
    statutes
        The regulation files.
    records
        The records of the steps.
    tables
        The tables that steps gave, by name.
    labels
        What must be said with every output.
    sources
        The input files by their role in the calculation.
    specifications
        The feature specifications at hand.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> calculation = SimpleNamespace(title="T", schools=None, municipalities=None, children=None)
    >>> nothing = RunInMemory(calculation, Statutes({}, {}), (), {})
    >>> nothing.has("schools")
    False
    """

    calculation: CalculationPart
    statutes: Statutes
    records: Sequence[Record]
    tables: Mapping[str, pa.Table]
    labels: Sequence[str] = ()
    sources: Mapping[str, InputFile] = field(default_factory=dict)
    specifications: Specifications = field(default_factory=Specifications.shipped)

    def has(self, name: str) -> bool:
        """Say whether there is a table of this name."""
        return name in self.tables

    def table(self, name: str) -> pa.Table:
        """Give a table by name.

        Raises
        ------
        InputError
            There is no such table.
        """
        if name not in self.tables:
            raise InputError(
                f"the run has no table {name}", remedy=f"it has {', '.join(sorted(self.tables))}"
            )
        return self.tables[name]


def figures(bundle: Bundle, step: str) -> Mapping[str, JsonValue]:
    """Give the figures of a step as its record has them; none where there is no such step."""
    return next((record.figures for record in bundle.records if record.name == step), {})


def parameters(bundle: Bundle, step: str) -> Mapping[str, JsonValue]:
    """Give the parameters of a step as its record has them; none where there is no such step."""
    return next((record.parameters for record in bundle.records if record.name == step), {})
