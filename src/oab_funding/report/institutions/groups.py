"""The sites of a board or municipality, where each belongs, and finding one by code or name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import pyarrow as pa

from oab_funding.errors import InputError
from oab_funding.grants.schools import ESTIMATE
from oab_funding.report.document import Column, Grid
from oab_funding.report.institutions.telling import Row, Telling

_MOST = 3
"""Codes that come near are three at most; of a name, all that bear it are listed."""

_SHORTEST = 3


def sites_grid(telling: Telling, caption: str, sites: Sequence[Row], total: Row, *, beside: str) -> Grid:
    """List sites with score and amount.

    Parameters
    ----------
    telling
        The run.
    caption
        What the list shows.
    sites
        Rows of `site_grants`.
    total
        The row of the table of totals.
    beside
        What stands beside each site: "municipality" or "board".
    """
    t, n = telling.t, telling.n
    for name in ("score", "amount_new", "amount"):
        telling.check_sum(total[name], (site[name] for site in sites), f"the {name} in all")
    moved = any(site["amount"] != site["amount_new"] for site in sites)
    columns = [Column(t(f"column.{name}")) for name in ("site", "school", "name", beside)]
    columns += [Column(t(f"column.{name}"), numeric=True) for name in ("score", *_amounts(moved))]
    rows = [
        (
            site["site_id"],
            site["school_id"],
            site["name"] or "",
            municipality(site) if beside == "municipality" else site["board_id"] or "",
            n.number(site["score"]),
            *(n.euros(site[name]) for name in _amounts(moved)),
        )
        for site in sites
    ]
    sums = (n.number(total["score"]), *(n.euros(total[name]) for name in _amounts(moved)))
    return Grid(caption, tuple(columns), tuple(rows), (t("column.total"), "", "", "", *sums))


def labels_of(sites: Sequence[Row]) -> tuple[str, ...]:
    """Give the labels that hold for some of the sites."""
    return (ESTIMATE,) if any(ESTIMATE in (site["flags"] or "").split("; ") for site in sites) else ()


def _amounts(moved: bool) -> tuple[str, ...]:
    return ("amount_new", "amount") if moved else ("amount",)


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


def unknown_institution(kind: str, wanted: str, known: Iterable[tuple[str, str | None]]) -> InputError:
    """Say that an institution is not in a run, which come near it in code, and all that bear its name.

    Parameters
    ----------
    kind
        What it is: "site", "school", "board", "municipality".
    wanted
        The code that was asked for.
    known
        Codes and names of those in the run; a town may follow the name after a comma.

    Examples
    --------
    >>> known = [("00AP00", "Wereldwijs, Zoetermeer"), ("31MX00", None)]
    >>> print(unknown_institution("site", "wereldwijs", known))
    site 'wereldwijs' is not in this run; near it: 00AP00 (Wereldwijs, Zoetermeer)
    """
    names = {code: name or "" for code, name in known}
    near = _near(wanted.strip(), names)
    shown = ", ".join(f"{code} ({names[code]})" if names[code] else code for code in near)
    if shown:
        return InputError(f"{kind} {wanted!r} is not in this run", remedy=f"near it: {shown}")
    return InputError(
        f"{kind} {wanted!r} is not in this run", remedy=f"the run has {len(names)} of that kind"
    )


def _near(wanted: str, names: dict[str, str]) -> list[str]:
    by_code = get_close_matches(wanted.upper(), names, n=_MOST, cutoff=0.65)
    folded = wanted.casefold()
    exact = [code for code, name in names.items() if folded and folded == name.casefold().partition(",")[0]]
    inside = [code for code, name in names.items() if len(folded) >= _SHORTEST and folded in name.casefold()]
    found = list(dict.fromkeys([*exact, *by_code, *inside]))
    return found or _spelt_like(folded, names)


def _spelt_like(wanted: str, names: dict[str, str]) -> list[str]:
    """Give who has a name spelt nearly so; the town after it does not count."""
    codes: dict[str, list[str]] = {}
    for code, name in names.items():
        codes.setdefault(name.casefold().partition(",")[0], []).append(code)
    near = get_close_matches(wanted, filter(None, codes), n=_MOST, cutoff=0.75)
    return [code for name in near for code in codes[name]][:_MOST]


def with_towns(table: pa.Table, code: str) -> dict[str, str | None]:
    """Give the names in a table of sites with their towns, by a code; the first of each, as far as known."""
    found: dict[str, str | None] = {}
    for row in table.to_pylist():
        named = ", ".join(filter(None, (row.get("name"), row.get("municipality_name"))))
        found.setdefault(row[code], named or None)
    return found
