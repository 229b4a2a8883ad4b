"""What is at hand of a bundle that lacks files: its inputs from elsewhere, and its record for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from oab_funding.audit import readable
from oab_funding.errors import InputError, Place
from oab_funding.run.inputs import table_of
from oab_funding.run.recorder import Recorded
from oab_funding.run.run import Run
from oab_funding.tables.files import read_source
from oab_funding.tables.source import SourceFile


def sources_at_hand(opened: Run, folder: str | Path | None) -> dict[str, SourceFile]:
    """Gather the inputs that are in a bundle, and those it lacks that lie in a folder.

    Raises
    ------
    InputError
        A file in the folder is not the one that the bundle names.
    """
    found = {role: opened.sources[role] for role in opened.sources}
    for role, entry in opened.manifest.inputs.items():
        if role in found or folder is None or not (path := Path(folder) / Path(entry.file).name).is_file():
            continue
        given = read_source(path)
        if given.sha256 != entry.sha256:
            problem = "has another SHA-256 than the input of the run"
            raise InputError(problem, Place(readable(str(path))), "give the file that the run was made from")
        found[role] = SourceFile(entry.file, given.data)
    return found


def recorded_of(opened: Run, sources: Mapping[str, SourceFile]) -> Recorded | None:
    """Say what stands in the place of inputs that are absent; None where all are there."""
    absent = opened.manifest.inputs.keys() - sources.keys()
    if not absent:
        return None
    labels = opened.manifest.labels.get("labels")
    return Recorded(
        {record.name: record for record in opened.records},
        opened.tables,
        frozenset(table for role in absent if (table := table_of(role)) is not None),
        tuple(map(str, labels)) if isinstance(labels, list) else (),
    )
