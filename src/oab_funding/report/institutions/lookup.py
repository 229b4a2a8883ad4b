"""Finding an institution, or saying which ones come near."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from oab_funding.errors import InputError

_MOST = 3


def unknown_institution(kind: str, wanted: str, known: Iterable[tuple[str, str | None]]) -> InputError:
    """Say that an institution is not in a run, and which come near it in code or name.

    Parameters
    ----------
    kind
        What it is: "site", "school", "board", "municipality".
    wanted
        The code that was asked for.
    known
        Codes and names of those in the run.

    Examples
    --------
    >>> print(unknown_institution("site", "00ap00", [("00AP00", "Wereldwijs"), ("31MX00", None)]))
    site '00ap00' is not in this run; near it: 00AP00 (Wereldwijs)
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
    exact = [code for code, name in names.items() if folded and folded == name.casefold()]
    inside = [code for code, name in names.items() if len(folded) >= _MOST and folded in name.casefold()]
    return list(dict.fromkeys([*exact, *by_code, *inside]))[:_MOST]
