"""Opening a run bundle: its calculation, inputs, regulations, tables and journal, read back as they were.

Whatever is read is checked first: see `audit.Sealed`. What is wrong ends in a `DamagedError`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath

import pyarrow as pa

from oab_funding.audit import Manifest, Record, Sealed, read_journal, readable
from oab_funding.audit.ends import end_problems
from oab_funding.audit.manifest import CALCULATION, JOURNAL, MANIFEST, SPECIFICATIONS
from oab_funding.audit.record import check_chain, line_hash, split_lines
from oab_funding.audit.statements import labels_said
from oab_funding.audit.zipped import scan_bundle
from oab_funding.errors import DamagedError, InputError, OabError, Place
from oab_funding.indicator.specification_file import Specifications
from oab_funding.regulation import Statutes
from oab_funding.run.calculation_file import Calculation, read_calculation
from oab_funding.run.run import Run
from oab_funding.run.steps import SCHEMAS
from oab_funding.tables.schema import TableSchema
from oab_funding.tables.source import SourceFile


def open_run(path: str | Path) -> Run:
    """Open a run bundle; what is read from it is checked, what is not read is for `verify`.

    Raises
    ------
    InputError
        There is no such folder.
    DamagedError
        Its manifest, its journal, its calculation file, its regulation files or its specifications are not
        whole.
    """
    sealed = Sealed.open(scan_bundle(path))
    manifest = sealed.manifest
    if sealed.root != manifest.root:
        raise DamagedError("states another root than follows from its entries", Place(MANIFEST))
    records = _records(sealed)
    text = sealed.read(CALCULATION)
    with damage_said():
        try:
            calculation = read_calculation(text)
            statutes = Statutes.from_contents(_contents(sealed, "regulations/"))
        except InputError as error:
            raise DamagedError(f"holds what this version refuses: {error}", "run bundle") from error
    return Run(
        calculation=calculation,
        text=text,
        sources=_StoredSources(sealed, calculation),
        statutes=statutes,
        # a bundle of format 1 has no specification of its own
        specifications=Specifications(_contents(sealed, SPECIFICATIONS))
        if manifest.format > 1
        else Specifications.shipped(),
        records=records,
        tables=_StoredTables(sealed, records),
        labels=labels_said(_labels(manifest), sealed.root, None, False),
        root=manifest.root,
        path=sealed.folder.path,
        sealed=sealed,
    )


def _records(sealed: Sealed) -> tuple[Record, ...]:
    journal = sealed.read(JOURNAL)
    for problem in check_chain(split_lines(journal)):
        raise DamagedError(problem, Place(JOURNAL))
    records = read_journal(journal)
    if not records or line_hash(records[-1].line) != sealed.manifest.journal_head:
        raise DamagedError(f"has another last line than {MANIFEST} says", Place(JOURNAL))
    for problem in end_problems(records, sealed.manifest) if sealed.manifest.format > 1 else ():
        raise DamagedError(problem)
    return records


def _contents(sealed: Sealed, folder: str) -> dict[str, bytes]:
    return {path.removeprefix(folder): sealed.read(path) for path in sealed.manifest.under(folder)}


def _labels(manifest: Manifest) -> tuple[str, ...]:
    """Give what must be said with every output, as the journal states it."""
    labels = manifest.labels.get("labels", [])
    return tuple(str(label) for label in labels) if isinstance(labels, list) else ()


@dataclass(frozen=True, slots=True)
class _StoredSources(Mapping[str, SourceFile]):
    """The input files of a bundle, read when asked for, under the names that the calculation gives them."""

    sealed: Sealed
    calculation: Calculation

    def __getitem__(self, role: str) -> SourceFile:
        return SourceFile(self._named()[role], self.sealed.read(self.sealed.manifest.inputs[role].path))

    def __iter__(self) -> Iterator[str]:
        return iter(self._here())

    def __len__(self) -> int:
        return len(self._here())

    def _here(self) -> list[str]:
        inputs = self.sealed.manifest.inputs
        return [role for role in self._named() if inputs[role].path not in self.sealed.withheld]

    def _named(self) -> Mapping[str, str]:
        named = {role: PurePath(name).name for role, name in self.calculation.files().items()}
        if named.keys() != self.sealed.manifest.inputs.keys():
            raise DamagedError(f"has other inputs than {CALCULATION} names", Place(MANIFEST))
        return named


@dataclass(frozen=True, slots=True)
class _StoredTables(Mapping[str, pa.Table]):
    """The tables of a bundle, read when first asked for, and held against the manifest and the journal."""

    sealed: Sealed
    records: tuple[Record, ...]
    read: dict[str, pa.Table] = field(default_factory=dict, repr=False, compare=False)

    def __getitem__(self, name: str) -> pa.Table:
        if name not in self.read:
            self.read[name] = self._checked(name)
        return self.read[name]

    def _checked(self, name: str) -> pa.Table:
        entry, schema = self.sealed.manifest.tables()[name], SCHEMAS.get(name)
        place = Place(readable(f"tables/{name}.parquet"))
        stored = self.sealed.table(name)
        given = [record.outputs[name] for record in self.records if name in record.outputs]
        if [(one.content, one.rows) for one in given] != [(entry.content, entry.rows)]:
            raise DamagedError(f"is not the table that {JOURNAL} says a step gave", place)
        if schema is None:
            raise DamagedError("is no table that this version knows", place)
        return _in_form(stored, schema, place)

    def __iter__(self) -> Iterator[str]:
        return iter(self._here())

    def __len__(self) -> int:
        return len(self._here())

    def __contains__(self, name: object) -> bool:
        return name in self._here()

    def _here(self) -> list[str]:
        withheld = self.sealed.withheld
        return [name for name in self.sealed.manifest.tables() if f"tables/{name}.parquet" not in withheld]


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
