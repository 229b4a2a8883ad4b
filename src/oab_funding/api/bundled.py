"""The bundle of a run: what audit keeps, what people read of it, and the report."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from oab_funding.audit import Made, code_identity, make_bundle, provable_tables, write_bundle
from oab_funding.audit.manifest import FORMAT, REPORT
from oab_funding.audit.statements import marked
from oab_funding.audit.withheld import Keep, withheld_paths
from oab_funding.errors import InputError, Place
from oab_funding.run.inputs import rows_of
from oab_funding.run.run import Run
from oab_funding.tables.output import csv_bytes

_GRANT_FILES = {"school_grants": "grants_schools.csv", "municipal_grants": "grants_municipalities.csv"}
_ALL = 0o666


def made_bundle(run: Run, form: int = FORMAT) -> Made:
    """Make the bundle of a run that was computed here, in some format: all that goes into it, in bytes.

    Raises
    ------
    InputError
        The run was opened from a bundle.
    """
    if run.journal is None:
        raise InputError("was opened from a bundle", Place(argument="run"), "copy the folder of its bundle")
    return make_bundle(
        calculation=run.text,
        journal=run.journal,
        tables=run.tables,
        inputs=run.sources,
        regulations=run.statutes.contents,
        specifications=run.specifications.contents,
        files=_for_reading(run),
        code=code_identity(),
        provable=provable_tables(run.tables, form),
        rows=rows_of(run.sources),
        form=form,
    )


def bundled(run: Run, out: str | Path, overwrite: bool, paths: Iterable[Path], keep: Keep = "all") -> str:
    """Write the bundle of a run, readable by whom all the files it was made from are; give its root.

    Raises
    ------
    InputError
        The folder is taken, or writing failed.
    """
    made = made_bundle(run)
    withheld = withheld_paths(made.files, keep)
    return write_bundle(out, made, overwrite=overwrite, mode=_narrowest(paths), withheld=withheld)


def amounts_for_reading(run: Run) -> dict[str, bytes]:
    """Make the files of amounts, by path in the bundle."""
    tables = {file: run.with_terms(name) for name, file in _GRANT_FILES.items() if run.has(name)}
    return {file: csv_bytes(marked(table, run.labels)) for file, table in tables.items()}


def _for_reading(run: Run) -> dict[str, bytes]:
    """Make what a bundle holds for people: the grants as CSV, and the report."""
    from oab_funding.report.page import report_page

    return {**amounts_for_reading(run), REPORT: report_page(run).encode("utf-8")}


def _narrowest(paths: Iterable[Path]) -> int:
    """Give what others may do with every one of the inputs: a bundle holds copies of them all."""
    mode = _ALL
    for path in paths:
        mode &= path.stat().st_mode
    return mode
