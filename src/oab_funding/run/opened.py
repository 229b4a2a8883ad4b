"""Opening a run bundle: its calculation, inputs, regulations, tables and journal, read back as they were.

Whatever is read is checked first: see `audit.Sealed`. What is wrong ends in a `DamagedError`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePath

import pyarrow as pa

from oab_funding.audit import Folder, Manifest, Record, Sealed, read_journal, readable
from oab_funding.audit.chain import check_chain, line_hash, split_lines
from oab_funding.audit.ends import end_problems
from oab_funding.audit.manifest import CALCULATION, JOURNAL, MANIFEST, SPECIFICATIONS
from oab_funding.errors import DamagedError, InputError, OabError, Place
from oab_funding.indicator.specification_file import Specifications
from oab_funding.regulation import Statutes
from oab_funding.run.calculation_file import Calculation, read_calculation
from oab_funding.run.schemas import SCHEMAS
from oab_funding.tables.schema import TableSchema
from oab_funding.tables.source import SourceFile


@dataclass(frozen=True)
class OpenedRun:
    """A run bundle that was opened.

    Parameters
    ----------
    path
        Its folder.
    sealed
        Its manifest and what is in the folder.
    records
        The records of its journal.
    """

    path: Path
    sealed: Sealed = field(repr=False)
    records: tuple[Record, ...] = field(repr=False)

    @property
    def manifest(self) -> Manifest:
        """Its manifest."""
        return self.sealed.manifest

    @cached_property
    def calculation(self) -> Calculation:
        """The calculation file as given."""
        with damage_said():
            return read_calculation(self.calculation_text)

    @cached_property
    def calculation_text(self) -> bytes:
        """The bytes of the calculation file."""
        return self.sealed.read(CALCULATION)

    @cached_property
    def sources(self) -> Mapping[str, SourceFile]:
        """The input files by role, under the names that the calculation gives them."""
        named = {role: PurePath(name).name for role, name in self.calculation.files().items()}
        if named.keys() != self.manifest.inputs.keys():
            raise DamagedError(f"has other inputs than {CALCULATION} names", Place(MANIFEST))
        return {
            role: SourceFile(named[role], self.sealed.read(entry.path))
            for role, entry in self.manifest.inputs.items()
        }

    @cached_property
    def statutes(self) -> Statutes:
        """The regulation files that applied."""
        with damage_said():
            return Statutes.from_contents(self._contents("regulations/"))

    @cached_property
    def specifications(self) -> Specifications:
        """The feature specification that was taken by its name; a bundle of format 1 has none of its own."""
        contents = self._contents(SPECIFICATIONS)
        return Specifications(contents) if self.manifest.format > 1 else Specifications.shipped()

    @property
    def labels(self) -> tuple[str, ...]:
        """What must be said with every output, as the journal states it."""
        labels = self.manifest.labels.get("labels", [])
        return tuple(str(label) for label in labels) if isinstance(labels, list) else ()

    def table(self, name: str) -> pa.Table:
        """Read a table of the bundle.

        Raises
        ------
        InputError
            The bundle has no such table.
        DamagedError
            It is not the table that the manifest and the journal say, or does not keep to its schema.
        """
        if not self.has(name):
            known = ", ".join(map(readable, self.manifest.tables()))
            raise InputError(
                f"has no table {readable(name)}", Place(readable(str(self.path))), f"it has {known}"
            )
        place = Place(readable(f"tables/{name}.parquet"))
        stored = self.sealed.table(name)
        entry, schema = self.manifest.tables()[name], SCHEMAS.get(name)
        given = [record.outputs[name] for record in self.records if name in record.outputs]
        if [(one.content, one.rows) for one in given] != [(entry.content, entry.rows)]:
            raise DamagedError(f"is not the table that {JOURNAL} says a step gave", place)
        if schema is None:
            raise DamagedError("is no table that this version knows", place)
        return _in_form(stored, schema, place)

    def has(self, name: str) -> bool:
        """Say whether the bundle has a table."""
        return name in self.manifest.tables()

    def figures(self, step: str) -> Mapping[str, object]:
        """Give the figures of a step, as the journal has them."""
        return next((record.figures for record in self.records if record.name == step), {})

    def _contents(self, folder: str) -> dict[str, bytes]:
        return {path.removeprefix(folder): self.sealed.read(path) for path in self.manifest.under(folder)}


def open_run(path: str | Path) -> OpenedRun:
    """Open a run bundle; what is read from it is checked, what is not read is for `verify`.

    Raises
    ------
    InputError
        There is no such folder.
    DamagedError
        Its manifest or its journal is not whole.
    """
    sealed = Sealed.open(Folder.scan(path))
    if sealed.root != sealed.manifest.root:
        raise DamagedError("states another root than follows from its entries", Place(MANIFEST))
    journal = sealed.read(JOURNAL)
    for problem in check_chain(split_lines(journal)):
        raise DamagedError(problem, Place(JOURNAL))
    records = read_journal(journal)
    if not records or line_hash(records[-1].line) != sealed.manifest.journal_head:
        raise DamagedError(f"has another last line than {MANIFEST} says", Place(JOURNAL))
    for problem in end_problems(records, sealed.manifest) if sealed.manifest.format > 1 else ():
        raise DamagedError(problem)
    return OpenedRun(sealed.folder.path, sealed, records)


@contextmanager
def damage_said(place: Place | str | None = "run bundle") -> Iterator[None]:
    """Say in one sentence what goes wrong with the content of a bundle that is whole.

    A bundle can be whole and hold what no run writes: a step under another name, a figure of another type. So
    wherever its content is told or computed with, any error is the bundle's.

    Raises
    ------
    DamagedError
        Anything was raised but an error of this library.

    Examples
    --------
    >>> with damage_said():
    ...     {}["price"]
    Traceback (most recent call last):
    ...
    oab_funding.errors.DamagedError: run bundle: holds what no run of this version gives (KeyError: ...
    """
    try:
        yield
    except OabError:
        raise
    except Exception as error:
        detail = readable(" ".join(f"{type(error).__name__}: {error}".split())[:160])
        remedy = "`verify` and `replay` tell more"
        raise DamagedError(f"holds what no run of this version gives ({detail})", place, remedy) from error


def _in_form(stored: pa.Table, schema: TableSchema, place: Place) -> pa.Table:
    """Bring a table into the types of its schema, or say in which column it does not keep to it."""
    names = stored.column_names
    missing = [column.name for column in schema.columns if column.required and column.name not in names]
    if missing or (unknown := [name for name in names if name not in schema]):
        what = (
            f"lacks the column {missing[0]}" if missing else f"has the unknown column {readable(unknown[0])}"
        )
        raise DamagedError(what, place)
    with damage_said(place):
        table = stored.cast(schema.arrow(tuple(names)))
        table.validate(full=True)
    for name in names:
        if table.column(name).null_count and not schema[name].nullable:
            raise DamagedError(f"is empty in some row of the column {name}", place)
    return table
