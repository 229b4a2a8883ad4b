"""Explaining one institution: how its score and its amount come about, with the articles of law.

An explanation puts into words what the tables and records of a run hold. Every amount is computed again from
what stands beside it before it is printed; whether the run is whole is for `verify` and `replay` to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from oab_funding.errors import InputError, Place
from oab_funding.report.document import Document
from oab_funding.report.institutions.board import explain_board
from oab_funding.report.institutions.municipality import explain_municipality
from oab_funding.report.institutions.school import explain_school
from oab_funding.report.institutions.site import explain_site
from oab_funding.report.institutions.telling import Telling
from oab_funding.report.phrases import read_phrases
from oab_funding.report.text import WIDTH, render_text
from oab_funding.run.run import Run

FEWEST = 10
"""Fewer children than this are not counted out to others."""

_CODE = re.compile(r"[0-9]{2}[A-Z]{2}(?:[0-9]{2})?|GM[0-9]{4}|[0-9]+")
"""A site, a school, a municipality, a board."""

_KINDS: dict[str, Callable[[Telling, str], Document]] = {
    "site": explain_site,
    "school": explain_school,
    "board": explain_board,
    "municipality": explain_municipality,
}


def explain(
    run: Run,
    *,
    site: str | None = None,
    school: str | None = None,
    board: str | None = None,
    municipality: str | None = None,
    lang: str = "nl",
    format: str = "text",  # noqa: A002 - the word the command line uses
    inside: bool = False,
    minimum: int = FEWEST,
    width: int = WIDTH,
) -> str:
    """Explain the score and the amount of one institution.

    Parameters
    ----------
    run
        The run.
    site, school, board, municipality
        Code of the institution; exactly one of the four.
    lang
        "nl" or "en".
    format
        "text" for a terminal (at most `width` characters wide) or "html" for a page of its own.
    inside
        Tell also what could give a child away; only for who may see children's data.
    minimum
        Fewer children than this are not counted out to others, where the run was made from children.
    width
        Most characters of a line of text.

    Returns
    -------
    str
        The explanation; the labels of the run stand at its top.

    Raises
    ------
    InputError
        None or several institutions are named, the institution is not in the run (those that come near are
        named), or the language or format does not exist.

    Examples
    --------
    >>> from datetime import date
    >>> from oab_funding.regulation import Statutes
    >>> from oab_funding.run.calculation_file import check_calculation
    >>> from oab_funding.run.run import Run
    >>> children = {"reference_date": date(2019, 10, 1), "scored": "children.csv"}
    >>> calculation = check_calculation({"format": 1, "title": "T", "children": children})
    >>> nothing = Run(calculation, Statutes({}, {}), (), {})
    >>> explain(nothing)
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: no institution is named; name one site, school, board or municipality
    """
    if minimum < 1:
        raise InputError(
            "is no number of children", Place(argument="minimum", value=minimum), "give 1 or more"
        )
    fewest = None if inside else minimum
    return _render(explanation(run, site, school, board, municipality, lang, fewest), format, width)


def explanation(
    run: Run,
    site: str | None = None,
    school: str | None = None,
    board: str | None = None,
    municipality: str | None = None,
    lang: str = "nl",
    minimum: int | None = None,
) -> Document:
    """Give an explanation as a document, before it becomes text or a page; see `explain`."""
    kind, code = one_institution(site=site, school=school, board=board, municipality=municipality)
    return _KINDS[kind](Telling(run, read_phrases(lang), minimum), code)


def one_institution(**wanted: str | None) -> tuple[str, str]:
    """Give the kind and the code of the one institution that is named.

    Raises
    ------
    InputError
        None or several are named.
    """
    named = {kind: code for kind, code in wanted.items() if code is not None}
    if len(named) != 1:
        problem = "no institution is named" if not named else f"{len(named)} institutions are named"
        raise InputError(problem, remedy="name one site, school, board or municipality")
    ((kind, code),) = named.items()
    return kind, _as_coded(code)


def _as_coded(code: str) -> str:
    """Write what was asked for as codes are written, where it looks like one; a name is left as it is."""
    wanted = code.strip().upper()
    return wanted if _CODE.fullmatch(wanted) else code


def _render(document: Document, form: str, width: int) -> str:
    if form == "text":
        return render_text(document, width)
    if form == "html":
        from oab_funding.report.html import render_html

        return render_html(document)
    raise InputError(f"there is no format {form!r}", remedy="choose text or html")
