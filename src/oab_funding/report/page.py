"""The report of a run: one page with its figures, pictures, checks, steps, choices and sources.

The page computes nothing that the run has not recorded. Its language is English, with the Dutch terms in
brackets.
"""

from __future__ import annotations

from collections.abc import Mapping

from oab_funding.report.bundle import Bundle, InputFile
from oab_funding.report.html import fill_template
from oab_funding.report.institutions.telling import Telling
from oab_funding.report.phrases import read_phrases
from oab_funding.report.sections.gaps import gaps_section
from oab_funding.report.sections.national import national_section, tiles
from oab_funding.report.sections.pictures import pictures_section
from oab_funding.report.sections.record import (
    checks_section,
    control_totals_section,
    inputs_section,
    replay_section,
    steps_section,
)
from oab_funding.report.sections.schools import largest_section, mergers_section

_SCORES = "schools.scores"


def report_page(bundle: Bundle, inputs: Mapping[str, InputFile] | None = None) -> str:
    """Make the report of a run.

    Parameters
    ----------
    bundle
        The run: an opened bundle, or `RunInMemory` for one that is not yet in a folder.
    inputs
        The input files by their role in the calculation, with name and SHA-256.

    Returns
    -------
    str
        A whole HTML page that loads nothing from elsewhere; the same for the same run and libraries.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from oab_funding.regulation import Statutes
    >>> from oab_funding.report.bundle import RunInMemory
    >>> calculation = SimpleNamespace(title="T < U", schools=None, municipalities=None, children=None)
    >>> nothing = RunInMemory(calculation, Statutes({}, {}), (), {})
    >>> "<h1>T &lt; U</h1>" in report_page(nothing)
    True
    """
    inputs = inputs or {}
    telling = Telling(bundle, read_phrases("en"))
    sections = [
        national_section(telling),
        pictures_section(telling, _source(bundle, inputs)),
        largest_section(telling),
        mergers_section(telling),
        checks_section(telling),
        steps_section(telling),
        gaps_section(telling),
        inputs_section(telling, inputs),
        replay_section(),
        control_totals_section(telling),
    ]
    return fill_template(
        "report.html.j2",
        language="en",
        title=bundle.calculation.title,
        subtitle=_subtitle(telling),
        warnings_title=telling.t("page.warnings"),
        warnings=list(dict.fromkeys(map(telling.t.label, bundle.labels))),
        tiles=tiles(telling),
        sections=[section for section in sections if section is not None],
        headings={"equation": telling.t("page.equation"), "meaning": telling.t("page.meaning")},
    )


def _subtitle(telling: Telling) -> str:
    law = telling.grant_law
    if law is None:
        return "Report of a run"
    date = telling.t.day(law.period.reference_date)
    return f"Grants of schools (aanvullende bekostiging) for {law.period.period}, on the scores of {date}"


def _source(bundle: Bundle, inputs: Mapping[str, InputFile]) -> str:
    """Give the line below each picture: from which scores, and what must be said with every output."""
    scores = f"Scores: {inputs[_SCORES].name}. " if _SCORES in inputs else ""
    labels = "; ".join(dict.fromkeys(bundle.labels))
    return f"{scores}Calculation: oab-funding{f' ({labels})' if labels else ''}."
