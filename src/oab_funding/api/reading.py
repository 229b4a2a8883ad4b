"""Reading what others publish: registers of sites, and scores of sites and municipalities."""

from __future__ import annotations

from datetime import date as Date  # noqa: N812 - `date` is the name of the argument
from typing import Any, Literal

from oab_funding.api.given import as_day, source_of
from oab_funding.api.results import TableResult
from oab_funding.errors import InputError, Place
from oab_funding.run.inputs import read_site_scores
from oab_funding.tables.carried_labels import labels_of
from oab_funding.tables.cbs_municipal import read_municipality_scores
from oab_funding.tables.cbs_workbook import PublishedScores, read_cbs_workbook
from oab_funding.tables.duo import read_sites as read_register
from oab_funding.tables.register_tables import SITES
from oab_funding.tables.score_tables import MUNICIPALITY_SCORES, SITE_SCORES
from oab_funding.tables.workbook import WORKBOOKS, holds_table

Scored = Literal["sites", "municipalities"]


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
    file = source_of(source, "source", SITES)
    return TableResult("sites", read_register(file), labels_of(file))


def read_scores(
    source: Any, *, of: Scored = "sites", date: Date | str | None = None
) -> PublishedScores | TableResult:
    """Read scores of sites or of municipalities: CBS's workbook, or any table of scores.

    Parameters
    ----------
    source
        Path of the file, or a frame.
    of
        Whose scores they are: ``"sites"`` or ``"municipalities"``.
    date
        For municipalities, the reference date asked for: a workbook may hold several.

    Returns
    -------
    PublishedScores or TableResult
        Of CBS's workbook of sites the scores with the date, C and G that it states; else the table.

    Raises
    ------
    InputError
        It cannot be read, a value does not fit, or `date` is given for sites.

    Examples
    --------
    >>> read_scores({"site_id": ["00AP00"], "score": ["33.02"]}).to_frame().score.tolist()
    [Decimal('33.02')]
    >>> scores = {"municipality_code": ["GM0363"], "score_raw": ["300.25"], "score": ["200.50"]}
    >>> read_scores(scores, of="municipalities")
    <TableResult municipality_scores: 1 row>
    """
    if of == "municipalities":
        file = source_of(source, "source", MUNICIPALITY_SCORES)
        day = None if date is None else as_day(date)
        return TableResult("municipality_scores", read_municipality_scores(file, day), labels_of(file))
    if of != "sites":
        raise InputError("is nobody's", Place(value=of, argument="of"), "choose sites or municipalities")
    if date is not None:
        raise InputError(
            "has no effect", Place(argument="date"), "leave it out: a file of sites has one date"
        )
    file = source_of(source, "source", SITE_SCORES)
    if file.suffix in WORKBOOKS and not holds_table(file, SITE_SCORES):
        return read_cbs_workbook(file)
    return TableResult("site_scores", read_site_scores(file).table, labels_of(file))
