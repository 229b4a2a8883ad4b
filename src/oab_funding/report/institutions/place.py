"""Where a site stands and to whom it belongs, in one line."""

from __future__ import annotations

from oab_funding.report.institutions.telling import Row, Telling


def describe_place(telling: Telling, site: Row) -> str:
    """Say to which school, board, municipality and province a site belongs, as far as known."""
    t = telling.t
    parts = [t("place.school", school=site["school_id"])]
    if site["board_id"]:
        parts.append(t("place.board", board=site["board_id"]))
    if site["municipality_code"]:
        parts.append(t("place.municipality", municipality=municipality(site)))
    if site["province"]:
        parts.append(t("place.province", province=site["province"]))
    return ", ".join(parts)


def municipality(site: Row) -> str:
    """Give a municipality's name and code, as far as known."""
    name, code = site["municipality_name"], site["municipality_code"]
    return f"{name} ({code})" if name and code else name or code or ""
