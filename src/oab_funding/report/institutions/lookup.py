"""Finding an institution, or saying which ones come near."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import pyarrow as pa

from oab_funding.errors import InputError

_MOST = 3
"""Codes that come near are three at most; of a name, all that bear it are listed."""

_SHORTEST = 3


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
    return list(dict.fromkeys([*exact, *by_code, *inside]))


def with_towns(table: pa.Table, code: str) -> dict[str, str | None]:
    """Give the names in a table of sites with their towns, by a code; the first of each, as far as known."""
    found: dict[str, str | None] = {}
    for row in table.to_pylist():
        named = ", ".join(filter(None, (row.get("name"), row.get("municipality_name"))))
        found.setdefault(row[code], named or None)
    return found
