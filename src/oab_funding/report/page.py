"""The report of a run: one page with its figures, pictures, checks, steps, choices and sources.

The page computes nothing that the run has not recorded. In English it has the Dutch terms in brackets.
"""

from __future__ import annotations

from collections.abc import Mapping

from oab_funding.report.html import fill_template
from oab_funding.report.institutions.score_dates import score_dates
from oab_funding.report.institutions.telling import Telling
from oab_funding.report.listing import listing
from oab_funding.report.phrases import read_phrases
from oab_funding.report.said import Said, said_in, say_section, say_tile
from oab_funding.report.sections.gaps import gaps_section
from oab_funding.report.sections.indicator import imputation_section, indicator_section
from oab_funding.report.sections.municipalities import municipal_section, municipal_tiles
from oab_funding.report.sections.pictures import pictures_section
from oab_funding.report.sections.preschool import preschool_section
from oab_funding.report.sections.provinces import provinces_section
from oab_funding.report.sections.record import (
    checks_section,
    control_totals_section,
    inputs_section,
    replay_section,
    steps_section,
)
from oab_funding.report.sections.schools import largest_section, mergers_section, national_section, tiles
from oab_funding.run.run import Run
from oab_funding.tables.source import SourceFile

_SCORES = {
    "schools.scores": "Scores",
    "children.scored": "Scored children",
    "children.pupils": "Pupils",
    "municipalities.scores": "Scores",
}
"""By role, what the file of an input is that the figures come from; the first that is there is named."""


def report_page(run: Run, inputs: Mapping[str, SourceFile] | None = None, lang: str = "en") -> str:
    """Make the report of a run.

    Parameters
    ----------
    run
        The run.
    inputs
        The input files by their role in the calculation, with name and SHA-256.
    lang
        "en" or "nl".

    Returns
    -------
    str
        A whole HTML page that loads nothing from elsewhere; the same for the same run and libraries.

    Raises
    ------
    InputError
        There is no such language.
    DamagedError
        An amount does not follow from what stands beside it.

    Examples
    --------
    >>> from datetime import date
    >>> from oab_funding.regulation import Statutes
    >>> from oab_funding.run.calculation_file import check_calculation
    >>> from oab_funding.run.run import Run
    >>> children = {"reference_date": date(2019, 10, 1), "scored": "children.csv"}
    >>> calculation = check_calculation({"format": 1, "title": "T < U", "children": children})
    >>> nothing = Run(calculation, Statutes({}, {}), (), {})
    >>> "<h1>T &lt; U</h1>" in report_page(nothing)
    True
    """
    inputs = run.sources if inputs is None else inputs
    telling, say = Telling(run, read_phrases(lang)), said_in(lang)
    source = _source(run, inputs, say)
    sections = [
        national_section(telling),
        provinces_section(telling),
        pictures_section(telling, source),
        largest_section(telling),
        mergers_section(telling),
        municipal_section(telling, source),
        preschool_section(telling),
        indicator_section(telling),
        imputation_section(telling),
        checks_section(telling),
        steps_section(telling),
        gaps_section(telling),
        inputs_section(telling, inputs),
        replay_section(telling),
        control_totals_section(telling),
    ]
    return fill_template(
        "report.html.j2",
        language=lang,
        title=telling.t.label(run.calculation.title),
        subtitle=_subtitle(telling, say),
        warnings_title=telling.t("page.warnings"),
        warnings=list(dict.fromkeys(map(telling.t.label, run.labels))),
        tiles=[say_tile(tile, say) for tile in (*tiles(telling), *municipal_tiles(telling))],
        contents=telling.t("page.contents"),
        listing=listing(telling),
        sections=[say_section(section, say) for section in sections if section is not None],
        footer=telling.t("page.footer"),
        headings={"equation": telling.t("page.equation"), "meaning": telling.t("page.meaning")},
    )


def _subtitle(telling: Telling, say: Said) -> str:
    parts = []
    if (law := telling.grant_law) is not None:
        date = telling.t.day(law.period.reference_date)
        parts.append(
            f"Grants of schools (aanvullende bekostiging) for {law.period.period}, on the scores of {date}"
        )
    if (municipal := telling.municipal_law) is not None:
        days = f" {telling.t('municipal.and')} ".join(telling.t.day(day.day) for day in score_dates(telling))
        parts.append(
            f"Grants to municipalities (specifieke uitkeringen) for {municipal.year.year}, "
            f"on the scores of {days}"
        )
    if not parts and (children := telling.run.calculation.children) is not None:
        parts.append(f"Scores of {telling.t.day(children.reference_date)}")
    return "; ".join(map(say, parts)) or say("Report of a run")


def _source(run: Run, inputs: Mapping[str, SourceFile], say: Said) -> str:
    """Give the line below each picture: from which scores, and what must be said with every output."""
    role = next((role for role in _SCORES if role in inputs), None)
    scores = f"{say(_SCORES[role])}: {inputs[role].name}. " if role else ""
    labels = "; ".join(dict.fromkeys(say(label, turned=True) for label in run.labels))
    return f"{scores}{say('Calculation')}: oab-funding{f' ({labels})' if labels else ''}."
