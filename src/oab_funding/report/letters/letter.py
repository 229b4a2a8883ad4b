"""A letter on how an institution's amount came about, for who has never read a regulation.

Every number in it was computed again from what the run holds before it was put down. Who sends it, to whom,
and of what day it is, stands in it as far as that is given; nothing of the kind is made up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from oab_funding.errors import InputError, Place
from oab_funding.report.document import Document
from oab_funding.report.explain import FEWEST, one_institution
from oab_funding.report.html import fill_template
from oab_funding.report.institutions.telling import Telling
from oab_funding.report.letters.municipalities import municipality_letter
from oab_funding.report.letters.schools import board_letter, school_letter, site_letter
from oab_funding.report.phrases import Phrases, read_phrases
from oab_funding.report.text import Lines, as_text
from oab_funding.run.run import Run

_PAPER = 80
"""Characters of a line of a letter in text: what fits on A4."""

_DRAFT = "draft:"

_KINDS: dict[str, Callable[[Telling, str, Telling | None], Document]] = {
    "site": site_letter,
    "school": school_letter,
    "board": board_letter,
    "municipality": municipality_letter,
}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands above a letter, as far as it is given.

    Parameters
    ----------
    sender, addressee
        Name and address, a line each.
    day
        The date of the letter.
    reference
        The sender's own reference.

    Examples
    --------
    >>> Letterhead("Gemeente Voorbeeldstad").lines(read_phrases("nl"))
    ('Gemeente Voorbeeldstad',)
    """

    sender: str = ""
    addressee: str = ""
    day: date | None = None
    reference: str = ""

    def lines(self, t: Phrases) -> tuple[str, ...]:
        """Give the parts that are given, in the order in which they stand; a part may have several lines."""
        reference = t("letter.reference", reference=self.reference) if self.reference else ""
        day = t.day(self.day) if self.day is not None else ""
        return tuple(part for part in (self.sender, self.addressee, day, reference) if part.strip())


def letter(
    run: Run,
    *,
    site: str | None = None,
    school: str | None = None,
    board: str | None = None,
    municipality: str | None = None,
    lang: str = "nl",
    format: str = "text",  # noqa: A002 - the word the command line uses
    head: Letterhead | None = None,
    earlier: Run | None = None,
    inside: bool = False,
    minimum: int = FEWEST,
) -> str:
    """Write a letter on how one institution's amount came about.

    Parameters
    ----------
    run
        The run.
    site, school, board, municipality
        Code of the institution; exactly one of the four.
    lang
        "nl" or "en".
    format
        "text" (80 characters wide) or "html", a page that prints on A4.
    head
        What stands above it.
    earlier
        Another run, such as last year's, to say what changed.
    inside, minimum
        See `explain`.

    Raises
    ------
    InputError
        None or several institutions are named, the institution is not in the run, or the language or format
        does not exist.
    DamagedError
        A number does not follow from what the run holds.

    Examples
    --------
    >>> from datetime import date
    >>> from oab_funding.regulation import Statutes
    >>> from oab_funding.run.calculation_file import check_calculation
    >>> children = {"reference_date": date(2019, 10, 1), "scored": "children.csv"}
    >>> calculation = check_calculation({"format": 1, "title": "T", "children": children})
    >>> letter(Run(calculation, Statutes({}, {}), (), {}))
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: no institution is named; name one site, school, board or municipality
    """
    if format not in ("text", "html"):
        raise InputError(f"there is no format {format!r}", remedy="choose text or html")
    if minimum < 1:
        raise InputError(
            "is no number of children", Place(argument="minimum", value=minimum), "give 1 or more"
        )
    kind, code = one_institution(site=site, school=school, board=board, municipality=municipality)
    phrases, fewest = read_phrases(lang), None if inside else minimum
    before = None if earlier is None else Telling(earlier, phrases, fewest)
    document = _KINDS[kind](Telling(run, phrases, fewest), code, before)
    parts = (head or Letterhead()).lines(phrases)
    mark = phrases("letter.draft") if any(label.startswith(_DRAFT) for label in run.labels) else ""
    return (_page if format == "html" else _text)(document, parts, mark, phrases)


def _text(document: Document, head: tuple[str, ...], mark: str, phrases: Phrases) -> str:
    page = Lines(_PAPER, indent="")
    lines = [mark, ""] if mark else []
    for part in head:
        lines += [line.strip() for line in part.splitlines()] + [""]
    lines += page.headed(phrases("letter.subject", subject=document.title))
    return as_text([*lines, *page.body(document, phrases("text.note"))])


def _page(document: Document, head: tuple[str, ...], mark: str, phrases: Phrases) -> str:
    return fill_template(
        "letter.html.j2",
        language=document.language,
        title=document.title,
        subject=phrases("letter.subject", subject="").strip(),
        head=[part.splitlines() for part in head],
        mark=mark,
        warnings_title=phrases("page.warnings"),
        warnings=document.warnings,
        sections=document.sections,
        headings={"equation": phrases("page.equation"), "meaning": phrases("page.meaning")},
    )
