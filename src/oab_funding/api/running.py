"""Running a calculation into a bundle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from oab_funding.audit import PROVABLE, Made, check_bundle_place, code_identity, make_bundle, write_bundle
from oab_funding.audit.manifest import REPORT
from oab_funding.grants.terms import Terms, terms_by_figures, with_terms
from oab_funding.indicator.specification_file import Specifications
from oab_funding.regulation import Statutes
from oab_funding.run.calculation import calculate
from oab_funding.run.calculation_file import Calculation, read_calculation
from oab_funding.run.child_files import check_child_columns
from oab_funding.run.inputs import gather
from oab_funding.run.recorded_steps import Outcome
from oab_funding.tables.files import read_source
from oab_funding.tables.output import csv_bytes
from oab_funding.tables.source import SourceFile

if TYPE_CHECKING:
    import pandas as pd

    from oab_funding.report.bundle import RunInMemory

_GRANT_FILES = {"school_grants": "grants_schools.csv", "municipal_grants": "grants_municipalities.csv"}
_ALL = 0o666


@dataclass(frozen=True, slots=True)
class Run:
    """A calculation that was carried out.

    Parameters
    ----------
    outcome
        Its tables, figures, labels and journal.
    root
        The root of the bundle it was written to, or None.
    path
        Where that bundle is, or None.
    """

    outcome: Outcome
    root: str | None = None
    path: Path | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """What must be said with every output."""
        return self.outcome.labels

    def to_frame(self, table: str) -> pd.DataFrame:
        """Give a table as a pandas frame; exact numbers come as `decimal.Decimal`."""
        return self.outcome.tables[table].to_pandas()


def run(
    calculation: str | Path,
    out: str | Path | None = None,
    *,
    overwrite: bool = False,
    on_step: Callable[[str], None] | None = None,
) -> Run:
    """Carry out a calculation file and write the run bundle.

    Parameters
    ----------
    calculation
        Path of the calculation file; the files it names are relative to its folder.
    out
        Folder for the bundle; None computes without writing.
    overwrite
        Replace a bundle that is there.
    on_step
        Called with the name of each step before it starts.

    Raises
    ------
    InputError
        The file, an input or a choice cannot be accepted, or the bundle cannot be written.
    CheckError
        A check on the inputs did not hold.
    """
    path = Path(calculation)
    if out is not None:
        check_bundle_place(out, overwrite)
    source = read_source(path)
    parsed = read_calculation(source.data, path.name)
    return carry_out(parsed, source.data, path.parent, out, overwrite=overwrite, on_step=on_step)


def carry_out(
    calculation: Calculation,
    text: bytes,
    folder: Path,
    out: str | Path | None,
    *,
    overwrite: bool = False,
    on_step: Callable[[str], None] | None = None,
) -> Run:
    """Carry out a calculation that was read; its inputs lie in a folder, the bundle goes to `out`."""
    sources = gather(calculation, folder)
    if out is not None:
        check_child_columns(sources)
    carried = carry(calculation, text, sources, Statutes.shipped(), on_step)
    if out is None:
        return Run(carried.outcome)
    if on_step is not None:
        on_step("report")
    mode = narrowest([folder / name for name in calculation.files().values()])
    root = write_bundle(out, carried.bundle(), overwrite=overwrite, mode=mode)
    return Run(carried.outcome, root, Path(out))


@dataclass(frozen=True, slots=True)
class Carried:
    """A calculation that was carried out in memory, with all that it was made from.

    Parameters
    ----------
    calculation, text
        What was computed, and the bytes of its file.
    sources
        The input files by role.
    statutes, specifications
        The regulation files and feature specifications at hand.
    outcome
        What it gave.
    """

    calculation: Calculation
    text: bytes
    sources: Mapping[str, SourceFile]
    statutes: Statutes
    specifications: Specifications
    outcome: Outcome

    def bundle(self) -> Made:
        """Make its bundle: all that goes into it, in bytes."""
        return made_bundle(
            self.calculation, self.text, self.sources, self.statutes, self.specifications, self.outcome
        )

    def told(self) -> RunInMemory:
        """Give it as reports and explanations want it."""
        from oab_funding.report.bundle import RunInMemory

        made = self.outcome
        return RunInMemory(
            self.calculation,
            self.statutes,
            made.journal.records,
            made.tables,
            made.labels,
            self.sources,
            self.specifications,
        )


def carry(
    calculation: Calculation,
    text: bytes,
    sources: Mapping[str, SourceFile],
    statutes: Statutes,
    on_step: Callable[[str], None] | None = None,
) -> Carried:
    """Carry out a calculation in memory, from inputs and law at hand."""
    specifications = Specifications.shipped()
    sha256 = SourceFile("calculation.toml", text).sha256
    outcome = calculate(calculation, sources, statutes, on_step, sha256=sha256, specifications=specifications)
    return Carried(calculation, text, sources, statutes, specifications, outcome)


def made_bundle(
    calculation: Calculation,
    text: bytes,
    sources: Mapping[str, SourceFile],
    statutes: Statutes,
    specifications: Specifications,
    outcome: Outcome,
) -> Made:
    """Make the bundle of a calculation that was carried out: all that goes into it, in bytes."""
    used = Statutes.from_contents({name: statutes.contents[name] for name in outcome.regulation_files})
    return make_bundle(
        calculation=text,
        journal=outcome.journal,
        tables=outcome.tables,
        inputs=sources,
        regulations=used.contents,
        specifications={name: specifications.contents[name] for name in outcome.specification_files},
        files=_for_reading(calculation, sources, used, specifications, outcome),
        code=code_identity(),
        provable=[name for name in sorted(PROVABLE) if name in outcome.tables],
    )


def _for_reading(
    calculation: Calculation,
    sources: Mapping[str, SourceFile],
    statutes: Statutes,
    specifications: Specifications,
    outcome: Outcome,
) -> dict[str, bytes]:
    """Make what a bundle holds for people: the grants as CSV, and the report."""
    from oab_funding.report.page import report_page

    told = Carried(calculation, b"", sources, statutes, specifications, outcome).told()
    grants = {
        _GRANT_FILES[table]: csv_bytes(with_terms(outcome.tables[table], terms))
        for table, terms in terms_of_grants(calculation, outcome).items()
    }
    return {**grants, REPORT: report_page(told, sources).encode("utf-8")}


def terms_of_grants(calculation: Calculation, outcome: Outcome) -> dict[str, Terms]:
    """Give the terms of each table of grants that a calculation gave."""
    schools, municipalities, figures = calculation.schools, calculation.municipalities, outcome.figures
    found = {}
    if schools is not None:
        found["school_grants"] = terms_by_figures(schools.period, figures["grants of schools"])
    if municipalities is not None:
        of_step = figures["grants of municipalities"]
        found["municipal_grants"] = terms_by_figures(str(municipalities.year), of_step)
    return found


def narrowest(paths: Iterable[Path]) -> int:
    """Give what others may do with every one of the inputs: a bundle holds copies of them all."""
    mode = _ALL
    for path in paths:
        mode &= path.stat().st_mode
    return mode
