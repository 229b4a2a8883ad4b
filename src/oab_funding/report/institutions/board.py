"""Explaining a school board: its sites, their parts of the grants, and their total."""

from __future__ import annotations

from oab_funding.errors import InputError
from oab_funding.grants.totals import UNKNOWN
from oab_funding.report.document import Derivation, Document, Paragraph, Section
from oab_funding.report.institutions.amount import price_lines
from oab_funding.report.institutions.groups import labels_of, sites_grid, unknown_institution
from oab_funding.report.institutions.law import sources_section
from oab_funding.report.institutions.telling import Telling


def explain_board(telling: Telling, board: str) -> Document:
    """Explain a board.

    Raises
    ------
    InputError
        The board is not in the run, or the run has no register of sites.
    """
    t, n = telling.t, telling.n
    total = telling.row("totals_board", "board_id", board)
    if total is None or board == UNKNOWN:
        raise _not_there(telling, board)
    sites = telling.rows("site_grants", "board_id", board)
    law = telling.grant_law
    period = law.period.period if law is not None else n.unknown
    schools = len({site["school_id"] for site in sites})
    counts = {
        "sites": n.number(total["sites"]),
        "schools": n.number(schools),
        "pupils": n.number(total["pupils"]),
    }
    grid = sites_grid(telling, t("board.caption"), sites, total, beside="municipality")
    sections = [
        Section(t("group.title", period=period), (grid, Paragraph(t("group.sum_means")))),
        Section(t("group.price_title"), (Derivation(tuple(price_lines(telling))),)),
        sources_section(telling),
    ]
    return telling.document(
        t("board.title", board=board), t("group.counts", **counts), sections, labels_of(sites)
    )


def _not_there(telling: Telling, board: str) -> InputError:
    codes = telling.require("totals_board", "board", board).column("board_id").to_pylist()
    if codes == [UNKNOWN]:
        return InputError(
            f"board {board!r} cannot be looked up: the run has no register of sites",
            remedy="make the run again with one, as `sites`",
        )
    return unknown_institution("board", board, ((code, None) for code in codes if code != UNKNOWN))
