"""Running a calculation into a bundle, and replaying a bundle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from oab_funding.audit import (
    Difference,
    code_identity,
    environment,
    first_difference,
    read_journal,
    verify,
    write_bundle,
)
from oab_funding.calculation import calculate
from oab_funding.calculation_file import Calculation, read_calculation
from oab_funding.errors import CheckError
from oab_funding.grants.terms import Terms, terms_by_figures, with_terms
from oab_funding.inputs import gather
from oab_funding.opened import OpenedRun, open_run
from oab_funding.recorded_steps import Outcome
from oab_funding.regulation import Statutes
from oab_funding.tables.files import SourceFile, read_source
from oab_funding.tables.output import check_directory_free, csv_bytes

if TYPE_CHECKING:
    import pandas as pd

PROVABLE = ("school_grants", "municipal_grants")
_REPORT = "report.html"
_GRANT_FILES = {"school_grants": "grants_schools.csv", "municipal_grants": "grants_municipalities.csv"}


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


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay found.

    Parameters
    ----------
    problems
        What is wrong with the bundle as such, before anything is computed.
    difference
        The first step that differs, or None.
    notes
        What is good to know and no difference, such as another version of the code.
    steps
        How many steps were computed again.
    """

    problems: tuple[str, ...]
    difference: Difference | None
    notes: tuple[str, ...]
    steps: int

    @property
    def ok(self) -> bool:
        """Whether every step came out identical."""
        return not self.problems and self.difference is None


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
        check_directory_free(out, overwrite)
    source = read_source(path)
    parsed = read_calculation(source.data, path.name)
    sources = gather(parsed, path.parent)
    return carry_out(parsed, source.data, sources, out, overwrite=overwrite, on_step=on_step)


def carry_out(
    calculation: Calculation,
    text: bytes,
    sources: Mapping[str, SourceFile],
    out: str | Path | None,
    *,
    overwrite: bool = False,
    on_step: Callable[[str], None] | None = None,
) -> Run:
    """Carry out a calculation whose files have been read, and write the bundle if `out` is given."""
    statutes = Statutes.shipped()
    outcome = calculate(calculation, sources, statutes, on_step)
    if out is None:
        return Run(outcome)
    if on_step is not None:
        on_step("report")
    used = Statutes.from_contents({name: statutes.contents[name] for name in outcome.regulation_files})
    root = write_bundle(
        out,
        calculation=text,
        journal=outcome.journal,
        tables=outcome.tables,
        inputs=sources,
        regulations=used.contents,
        files=_files(calculation, sources, used, outcome),
        code=code_identity(),
        labels={"title": calculation.title, "labels": list(outcome.labels)},
        provable=[name for name in PROVABLE if name in outcome.tables],
        overwrite=overwrite,
    )
    return Run(outcome, root, Path(out))


def _files(
    calculation: Calculation, sources: Mapping[str, SourceFile], statutes: Statutes, outcome: Outcome
) -> dict[str, bytes]:
    """Make what a bundle holds for people: the grants as CSV, and the report."""
    from oab_funding.report.bundle import RunInMemory
    from oab_funding.report.page import report_page

    told = RunInMemory(
        calculation, statutes, outcome.journal.records, outcome.tables, outcome.labels, sources
    )
    grants = {
        _GRANT_FILES[table]: csv_bytes(with_terms(outcome.tables[table], terms))
        for table, terms in _terms(calculation, outcome).items()
    }
    return {**grants, _REPORT: report_page(told, sources).encode("utf-8")}


def _terms(calculation: Calculation, outcome: Outcome) -> dict[str, Terms]:
    """Give the terms of each table of grants that a calculation gave."""
    schools, municipalities, figures = calculation.schools, calculation.municipalities, outcome.figures
    found = {}
    if schools is not None:
        found["school_grants"] = terms_by_figures(schools.period, figures["grants of schools"])
    if municipalities is not None:
        of_step = figures["grants of municipalities"]
        found["municipal_grants"] = terms_by_figures(str(municipalities.year), of_step)
    return found


def replay(path: str | Path, on_step: Callable[[str], None] | None = None) -> Replay:
    """Compute every step of a run bundle again, from the inputs and regulations in it, and compare.

    Parameters
    ----------
    path
        Folder of the bundle.
    on_step
        Called with the name of each step before it starts.

    Returns
    -------
    Replay
        Whether the bundle is whole, and the first step that differs, if one does.

    Raises
    ------
    InputError
        The path is no folder.

    Notes
    -----
    A replay shows that the results follow from the inputs, the regulations and this code. It does not show
    that the inputs are the ones CBS or the ministry used, nor that the regulation files say what the law
    says: these are in the bundle so that a person can compare them.
    """
    verification = verify(path)
    if not verification.ok:
        return Replay(verification.problems, None, (), 0)
    opened = open_run(path)
    recorded = read_journal(opened.journal)
    try:
        again = calculate(opened.calculation, opened.sources, opened.statutes, on_step)
    except CheckError as error:
        return Replay((f"the calculation refuses its own inputs: {error}",), None, (), 0)
    difference = first_difference(recorded, again.journal.records)
    problems = () if difference is not None else _other_files(opened, again)
    return Replay(problems, difference, _notes(opened), len(again.journal.records))


def _other_files(opened: OpenedRun, again: Outcome) -> tuple[str, ...]:
    """Compare what was written besides the tables: the grants for people to read, and the report.

    The report draws with matplotlib, so it is compared only where the same code runs in the same environment.
    """
    made = _files(opened.calculation, opened.sources, opened.statutes, again)
    same_place = (
        opened.manifest.code == code_identity() and dict(opened.manifest.environment) == environment()
    )
    if not same_place:
        del made[_REPORT]
    return tuple(
        f"{name} is not what the calculation gives"
        for name, data in made.items()
        if read_source(opened.path / name).data != data
    )


def _notes(opened: OpenedRun) -> tuple[str, ...]:
    notes = []
    code = code_identity()
    if opened.manifest.code != code:
        notes.append(
            f"the bundle was made with version {opened.manifest.code.version} "
            f"({opened.manifest.code.sha256[:12]}), "
            f"replayed with {code.version} ({code.sha256[:12]})"
        )
    shipped = Statutes.shipped().contents
    notes += [
        f"the regulation file {name} of the bundle differs from the one that comes with this version"
        for name, data in opened.statutes.contents.items()
        if shipped.get(name) != data
    ]
    return tuple(notes)
