"""Letters on one institution's amount, for who has never read a regulation."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from oab_funding.api.results import Format, Language, Result
from oab_funding.api.runs import run_of
from oab_funding.run.opened import damage_said
from oab_funding.run.run import Run


def letter(
    run: str | Path | Run | Result,
    *,
    site: str | None = None,
    school: str | None = None,
    board: str | None = None,
    municipality: str | None = None,
    lang: Language = "nl",
    format: Format = "html",  # noqa: A002 - the option's name on the command line
    sender: str = "",
    addressee: str = "",
    day: date | None = None,
    reference: str = "",
    earlier: str | Path | Run | Result | None = None,
    inside: bool = False,
    minimum: int = 10,
) -> str:
    """Write a letter on how one institution's amount came about, in plain words.

    Every number in it is computed again from the record before it is put down. It has no date, sender or
    signature but those that are given.

    Parameters
    ----------
    run
        Folder of a run bundle, a bundle that was opened, or a result.
    site, school, board, municipality
        The institution; exactly one.
    lang
        Language.
    format
        A page that prints on A4, or text of 80 characters a line.
    sender, addressee
        Name and address, a line each.
    day, reference
        Date of the letter, and the sender's own reference.
    earlier
        Another run, such as last year's: the letter then says what changed.
    inside
        Tell also what could give a child away; only for who may see children's data.
    minimum
        Fewer children than this are not counted out to others, where the run was made from children.

    Returns
    -------
    str
        The letter; the labels of the run stand at its top, and a draft is marked as one.

    Raises
    ------
    InputError
        There is no such folder, or the institution is not in it.
    DamagedError
        The bundle is not whole, or a number does not follow from what it holds.

    Examples
    --------
    >>> import pyarrow as pa
    >>> import oab_funding as oab
    >>> scores = pa.table({"site_id": ["00AP00"], "score": ["33.02"]})
    >>> grants = oab.school_grants(scores, period="2020-2021")
    >>> text = oab.letter(grants, school="00AP", format="text")
    >>> "33,02 x EUR 559,50 = EUR 18.474,69" in " ".join(text.split())
    True
    """
    from oab_funding.report.letters.letter import Letterhead
    from oab_funding.report.letters.letter import letter as written

    with damage_said():
        return written(
            run_of(run),
            site=site,
            school=school,
            board=board,
            municipality=municipality,
            lang=lang,
            format=format,
            head=Letterhead(sender, addressee, day, reference),
            earlier=None if earlier is None else run_of(earlier),
            inside=inside,
            minimum=minimum,
        )
