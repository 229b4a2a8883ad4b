"""Running calculations into bundles, and what can be asked of a bundle."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from oab_funding.api.bundled import bundled
from oab_funding.api.calculation import Calculation
from oab_funding.api.given import Law, source_of, statutes_with
from oab_funding.api.results import By, Format, Language, Result, TableResult, added_up, explain_code
from oab_funding.api.signing import confirmed
from oab_funding.audit import check_bundle_place
from oab_funding.audit.statements import labels_said
from oab_funding.audit.withheld import Keep
from oab_funding.errors import InputError, Place
from oab_funding.run.calculation import calculate
from oab_funding.run.children import check_child_columns
from oab_funding.run.opened import damage_said
from oab_funding.run.opened import open_run as opened
from oab_funding.run.run import Run as Computed
from oab_funding.tables.conform import to_arrow
from oab_funding.tables.files import read_source
from oab_funding.tables.grant_tables import MUNICIPAL_DECISIONS, SCHOOL_DECISIONS
from oab_funding.tables.headers import names_all
from oab_funding.tables.source import SourceFile
from oab_funding.tables.step_result import StepResult


class Run(Computed):
    """A calculation that was carried out, with all that it was made from and all that it gave.

    It is the same whether `run` has just computed it or `open_run` has opened it from a bundle.

    Attributes
    ----------
    calculation
        What was computed: the sections of the calculation file.
    tables
        Every table that a step gave, by name (Arrow); of a bundle each is read, and checked, when asked for.
    labels
        What must be said with every output, such as "before transition".
    records
        What the journal says of each step: name, article, parameters, hashes, figures.
    statutes
        The regulation files that applied.
    sources
        The input files by role, such as ``"schools.scores"``.
    root, path
        The root of its bundle and the folder; None where none was written.

    Examples
    --------
    >>> scores = {"site_id": ["00AP00"], "score": ["33.02"]}
    >>> done = run(Calculation(title="One site", schools={"scores": scores, "period": "2020-2021"}))
    >>> done
    <Run One site: 9 steps, 11 tables; before transition>
    >>> done.figures("grants of schools")["total"], done.figures("grants of schools").units["total"]
    (Fraction(1847469, 100), 'euros')
    >>> done.table("school_grants").num_rows
    1
    """

    def explain(self, code: str, lang: Language = "nl", format: Format = "text") -> str:  # noqa: A002
        """Explain how one institution's score and grant come about, with the articles of law.

        Parameters
        ----------
        code
            A school ("00AP"), site ("00AP00"), board ("41234") or municipality ("GM0363").
        lang
            Language.
        format
            Text for a terminal, or a page.

        Raises
        ------
        InputError
            It is the code of no institution, or not in the calculation.
        DamagedError
            The bundle holds what no run gives.
        """
        with damage_said():
            return explain_code(self, code, lang, format)

    def report(self, lang: Language = "nl") -> str:
        """Give the report as one page: all institutions to search and sort, figures, checks, sources.

        Parameters
        ----------
        lang
            Language.

        Raises
        ------
        InputError
            There is no such language.
        DamagedError
            The bundle holds what no run gives.
        """
        from oab_funding.report.page import report_page

        with damage_said():
            return report_page(self, lang=lang)

    def by(self, whole: By) -> TableResult:
        """Give the grants added up by a larger whole; see `SchoolGrants.by`.

        Raises
        ------
        InputError
            There is nothing to add up by it.
        """
        return added_up(self, whole)


def _shown(run: Computed, **where: Any) -> Run:
    """Give a run as the front door shows it."""
    return Run(**{one.name: getattr(run, one.name) for one in fields(run)} | where)


def open_run(
    path: str | Path, *, confirmation: str | Path | None = None, public_key: str | Path | None = None
) -> Run:
    """Open a run bundle; what is read from it is checked, what is not read is for `verify`.

    Parameters
    ----------
    path
        Folder of the bundle.
    confirmation
        File of what a second person signed; it is checked, and takes the mark of a draft away.
    public_key
        The second person's public key (PEM); without it a label says with which key the run was confirmed.

    Raises
    ------
    InputError
        There is no such folder.
    CheckError
        The confirmation is of another run, or its signature does not hold.
    DamagedError
        Its manifest, its journal or its law is not whole.
    """
    found = opened(path)
    return _shown(found, labels=confirmed(found, confirmation, public_key))


def run(
    calculation: Calculation | str | Path,
    out: str | Path | None = None,
    *,
    law: Law = None,
    draft: bool = False,
    keep: Keep = "all",
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
    draft
        Mark every output as a draft, valid only with a confirmation by a second person; see `confirm`.
    keep
        What stands in the bundle: "all"; "without-children", with hashes instead of data of single children
        and of what tells of few of them; "without-inputs", with hashes of every input too. The root is the
        same.
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
    asked = _asked(calculation)
    if out is not None:
        check_child_columns(asked.sources)
    statutes = statutes_with(law, asked.settled)
    done = calculate(asked.settled, asked.sources, statutes, on_step, text=asked.text, draft=draft)
    if out is None:
        return _shown(done)
    if on_step is not None:
        on_step("report")
    root = bundled(done, out, overwrite, asked.paths, keep)
    return _shown(done, root=root, path=Path(out), labels=labels_said(done.labels, root, None, False))


def _asked(calculation: Calculation | str | Path) -> Calculation:
    if isinstance(calculation, Calculation):
        return calculation
    if not isinstance(calculation, str | os.PathLike):
        raise InputError(
            f"is a {type(calculation).__name__}",
            Place(argument="calculation"),
            "give a Calculation, or the path of a calculation file",
        )
    return Calculation.read(calculation)


def explain(
    run: str | Path | Computed | Result,
    *,
    site: str | None = None,
    school: str | None = None,
    board: str | None = None,
    municipality: str | None = None,
    lang: Language = "nl",
    format: Format = "text",  # noqa: A002 - the option's name on the command line
    inside: bool = False,
    minimum: int = 10,
    width: int = 100,
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
    inside
        Tell also what could give a child away; only for who may see children's data.
    minimum
        Fewer children than this are not counted out to others, where the run was made from children.
    width
        Characters of a line of text, 40 to 100.

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
            run_of(run),
            site=site,
            school=school,
            board=board,
            municipality=municipality,
            lang=lang,
            format=format,
            inside=inside,
            minimum=minimum,
            width=width,
        )


def reconcile(
    run: str | Path | Computed | Result,
    decisions: Any,
    *,
    other_scores: str | Path | SourceFile | None = None,
    other_base: str | Path | SourceFile | None = None,
    other_previous: str | Path | SourceFile | None = None,
) -> StepResult:
    """Compare the grants of a run with decided amounts, and try what may explain the differences.

    Parameters
    ----------
    run
        Folder of a run bundle, a run, or a result with grants.
    decisions
        Frame or path of a file with `amount` (euros) and `school_id` or `municipality_code`.
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
    from oab_funding.reconciliation.reconcile import reconcile_run

    with damage_said():
        return reconcile_run(run_of(run), _decided(decisions), other_scores, other_base, other_previous)


def _decided(decisions: Any) -> SourceFile:
    """Take decisions as a file; a frame says by its columns whose grants it decides."""
    if isinstance(decisions, str | os.PathLike | SourceFile):
        return read_source(decisions if isinstance(decisions, SourceFile) else Path(decisions))
    frame, schemas = to_arrow(decisions, "`decisions`"), (SCHOOL_DECISIONS, MUNICIPAL_DECISIONS)
    named = [schema for schema in schemas if names_all(frame.column_names, schema)]
    if len(named) != 1:
        problem = "has both school_id and municipality_code" if named else "lacks a code or the amount"
        remedy = "give school_id or municipality_code, with amount"
        raise InputError(problem, Place(argument="decisions"), remedy)
    return source_of(frame, "decisions", named[0])


def run_of(run: str | Path | Computed | Result) -> Computed:
    """Take a run as one may be given: the folder of its bundle, itself, or a result."""
    if isinstance(run, Result):
        return run.run
    return run if isinstance(run, Computed) else opened(run)
