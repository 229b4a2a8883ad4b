"""Running calculations into bundles, and what can be asked of a bundle."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from oab_funding.api.calculation import Calculation
from oab_funding.api.given import source_of
from oab_funding.api.law import Law, statutes_with
from oab_funding.api.results import Format, Language, Result, TableResult
from oab_funding.api.running import Carried, carry, narrowest
from oab_funding.audit import check_bundle_place, write_bundle
from oab_funding.errors import InputError, Place
from oab_funding.run.calculation_file import read_calculation
from oab_funding.run.child_files import check_child_columns
from oab_funding.run.inputs import gather
from oab_funding.run.opened import OpenedRun, damage_said, open_run
from oab_funding.run.recorded_steps import Outcome
from oab_funding.tables.duo import read_sites as read_register
from oab_funding.tables.files import read_source
from oab_funding.tables.register_tables import SITES
from oab_funding.tables.step_result import StepResult


@dataclass(frozen=True, slots=True, repr=False)
class Run(Result):
    """A calculation that was carried out, and where its bundle is.

    Parameters
    ----------
    carried
        The calculation and what it gave.
    root
        The root of the bundle it was written to, or None.
    path
        Where that bundle is, or None.
    """

    root: str | None = None
    path: Path | None = None

    _main: ClassVar[tuple[str, ...]] = ("school_grants", "municipal_grants", "site_scores")

    @property
    def outcome(self) -> Outcome:
        """Its tables, figures by step, labels and journal."""
        return self.carried.outcome

    def _highlights(self) -> list[str]:
        return [] if self.root is None else [f"root {self.root[:16]}... in {self.path}"]


def run(
    calculation: Calculation | str | Path,
    out: str | Path | None = None,
    *,
    law: Law = None,
    overwrite: bool = False,
    on_step: Callable[[str], None] | None = None,
) -> Run:
    """Carry out a calculation and write the run bundle.

    Parameters
    ----------
    calculation
        A `Calculation`, or the path of a calculation file; the files that names are relative to its folder.
    out
        Folder for the bundle; None computes without writing.
    law
        Changed law; see `school_grants`.
    overwrite
        Replace a bundle that is there.
    on_step
        Called with the name of each step before it starts.

    Returns
    -------
    Run
        All tables and figures; in a bundle an input given as a frame is a Parquet file.

    Raises
    ------
    InputError
        The calculation, an input or a choice cannot be accepted, or the bundle cannot be written.
    CheckError
        A check on the inputs did not hold.
    """
    if out is not None:
        check_bundle_place(out, overwrite)
    carried, paths = _carried(calculation, law, on_step)
    if out is None:
        return Run(carried)
    if on_step is not None:
        on_step("report")
    check_child_columns(carried.sources)
    root = write_bundle(out, carried.bundle(), overwrite=overwrite, mode=narrowest(paths))
    return Run(carried, root, Path(out))


def _carried(
    calculation: Calculation | str | Path, law: Law, on_step: Callable[[str], None] | None
) -> tuple[Carried, list[Path]]:
    if isinstance(calculation, Calculation):
        return calculation.carry_out(law, on_step), list(calculation.paths)
    if not isinstance(calculation, str | os.PathLike):
        raise InputError(
            f"is a {type(calculation).__name__}",
            Place(argument="calculation"),
            "give a Calculation, or the path of a calculation file",
        )
    path = Path(calculation)
    source = read_source(path)
    parsed = read_calculation(source.data, path.name)
    sources = gather(parsed, path.parent)
    carried = carry(parsed, source.data, sources, statutes_with(law, parsed), on_step)
    return carried, [path.parent / name for name in parsed.files().values()]


def explain(
    run: str | Path | OpenedRun | Result,
    *,
    site: str | None = None,
    school: str | None = None,
    board: str | None = None,
    municipality: str | None = None,
    lang: Language = "nl",
    format: Format = "text",  # noqa: A002 - the option's name on the command line
) -> str:
    """Explain how one institution's score and grant come about, in the letters of the law.

    Parameters
    ----------
    run
        Folder of a run bundle, a bundle that was opened, or a result.
    site, school, board, municipality
        The institution; exactly one.
    lang
        Language.
    format
        Text for a terminal, or a page.

    Raises
    ------
    InputError
        There is no such folder, or the institution is not in it.
    DamagedError
        The bundle is not whole, or holds what no run gives.
    """
    from oab_funding.report.explain import explain as explained

    with damage_said():
        return explained(
            run.carried.told() if isinstance(run, Result) else _opened(run),
            site=site,
            school=school,
            board=board,
            municipality=municipality,
            lang=lang,
            format=format,
        )


def reconcile(
    run: str | Path | OpenedRun | Run,
    decisions: str | Path,
    *,
    other_scores: str | Path | None = None,
    other_base: str | Path | None = None,
    other_previous: str | Path | None = None,
) -> StepResult:
    """Compare the grants of a run with decided amounts, and try what may explain the differences.

    Parameters
    ----------
    run
        Folder of a run bundle, or a run that was written to one.
    decisions
        File with `amount` (euros) and `school_id` or `municipality_code`.
    other_scores
        Another version of the score file; for municipalities, of the later date.
    other_base
        A file of old bases, or of grants of 2018, to try a transition that the run did not apply.
    other_previous
        For municipalities, another version of the scores of the earlier date.

    Returns
    -------
    StepResult
        Per institution what was computed and decided, and the causes that explain the difference.

    Raises
    ------
    DamagedError
        The amounts of the run do not follow from what it holds.
    InputError
        A file cannot be read, it is not clear whose amounts it holds, or the run has no such grants.
    """
    from oab_funding.reconciliation import reconcile_run

    if isinstance(run, Run):
        if run.path is None:
            raise InputError("was not written", Place(argument="run"), "pass `out` to `run`")
        run = run.path
    return reconcile_run(_opened(run), decisions, other_scores, other_base, other_previous)


def read_sites(source: Any) -> TableResult:
    """Read a register of sites: one of DUO's two files, or any table of sites.

    Parameters
    ----------
    source
        Path of the file, or a frame.

    Returns
    -------
    TableResult
        The columns of a table of sites that are there.

    Raises
    ------
    InputError
        It cannot be read, or a value does not fit.

    Examples
    --------
    >>> read_sites({"brin": ["00AP00"]})
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: `source`: the column site_id is missing...
    """
    from oab_funding.tables.labels import labels_of

    file = source_of(source, "source", SITES)
    return TableResult("sites", read_register(file), labels_of(file))


def _opened(run: str | Path | OpenedRun) -> OpenedRun:
    return run if isinstance(run, OpenedRun) else open_run(run)
