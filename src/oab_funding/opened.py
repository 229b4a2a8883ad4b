"""Opening a run bundle: its calculation, inputs, regulations, tables and journal, read back as they were."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from oab_funding.audit import Manifest, Record, read_journal, read_manifest
from oab_funding.calculation_file import Calculation, read_calculation
from oab_funding.errors import InputError, Place
from oab_funding.regulation import Statutes
from oab_funding.schemas import SCHEMAS
from oab_funding.tables.files import SourceFile, read_source


@dataclass(frozen=True)
class OpenedRun:
    """A run bundle that was opened.

    Parameters
    ----------
    path
        Its folder.
    manifest
        Its manifest.
    journal
        The bytes of its journal.
    """

    path: Path
    manifest: Manifest
    journal: bytes

    @cached_property
    def calculation(self) -> Calculation:
        """The calculation file as given."""
        return read_calculation(read_source(self.path / "calculation.toml").data)

    @cached_property
    def sources(self) -> Mapping[str, SourceFile]:
        """The input files by role, under the names they had."""
        return {
            role: SourceFile(entry.file, read_source(self.path / entry.path).data)
            for role, entry in self.manifest.inputs.items()
        }

    @cached_property
    def statutes(self) -> Statutes:
        """The regulation files that applied."""
        names = {path.removeprefix("regulations/"): path for path in self.manifest.regulations}
        return Statutes.from_contents(
            {name: read_source(self.path / path).data for name, path in names.items()}
        )

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """The records of the journal."""
        return read_journal(self.journal)

    @property
    def labels(self) -> tuple[str, ...]:
        """What must be said with every output."""
        labels = self.manifest.labels.get("labels", [])
        return tuple(str(label) for label in labels) if isinstance(labels, list) else ()

    def table(self, name: str) -> pa.Table:
        """Read a table of the bundle.

        Raises
        ------
        InputError
            The bundle has no such table.
        """
        import pyarrow.parquet

        if name not in self.manifest.tables():
            raise InputError(
                f"has no table {name}", Place(str(self.path)), f"it has {', '.join(self.manifest.tables())}"
            )
        source = read_source(self.path / "tables" / f"{name}.parquet")
        stored = pyarrow.parquet.read_table(io.BytesIO(source.data))
        return stored.cast(SCHEMAS[name].arrow(tuple(stored.column_names)))

    def has(self, name: str) -> bool:
        """Say whether the bundle has a table."""
        return name in self.manifest.tables()

    def figures(self, step: str) -> Mapping[str, object]:
        """Give the figures of a step, as the journal has them."""
        return next((record.figures for record in self.records if record.name == step), {})


def open_run(path: str | Path) -> OpenedRun:
    """Open a run bundle without checking it; `verify` checks.

    Raises
    ------
    InputError
        The folder is no run bundle.
    """
    path = Path(path)
    if not path.is_dir():
        raise InputError("is not a folder", Place(str(path)), "give the folder of a run bundle")
    manifest, _ = read_manifest(read_source(path / "manifest.json").data)
    return OpenedRun(path, manifest, read_source(path / "journal.jsonl").data)
