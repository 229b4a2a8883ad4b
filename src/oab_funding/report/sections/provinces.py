"""A tile map of the provinces: each a square, roughly where it lies, darker where there is more per pupil."""

from __future__ import annotations

from fractions import Fraction

from oab_funding.report.document import MapTile, PageSection, TileMap
from oab_funding.report.institutions.telling import Telling

_PLACES = {
    "friesland": (1, 3),
    "groningen": (1, 4),
    "noord-holland": (2, 2),
    "flevoland": (2, 3),
    "drenthe": (2, 4),
    "zuid-holland": (3, 1),
    "utrecht": (3, 2),
    "gelderland": (3, 3),
    "overijssel": (3, 4),
    "zeeland": (4, 1),
    "noord-brabant": (4, 2),
    "limburg": (4, 3),
}
"""Row and column of each province, by its name in small letters."""

_OTHER_NAMES = {"fryslân": "friesland", "fryslan": "friesland"}
_DARKEST = 45
"""Per cent of the accent's colour in the darkest tile: text on it stays readable."""


def provinces_section(telling: Telling) -> PageSection | None:
    """Draw the provinces; None where the run does not know the twelve of them."""
    if not telling.run.has("totals_province"):
        return None
    known = telling.run.table("totals_province").to_pylist()
    rows = {place: row for row in known if (place := _place(row["province"])) is not None}
    if rows.keys() != set(_PLACES.values()) or not all(row["pupils"] for row in rows.values()):
        return None
    t, n = telling.t, telling.n
    each = {place: Fraction(row["amount"]) / row["pupils"] for place, row in rows.items()}
    most = max(each.values())
    tiles = tuple(
        MapTile(
            rows[place]["province"],
            n.euros(rows[place]["amount"]),
            t("provinces.pupils", number=n.number(rows[place]["pupils"])),
            place,
            round(_DARKEST * max(each[place], Fraction(0)) / most) if most > 0 else 0,
        )
        for place in sorted(rows)
    )
    return PageSection(t("provinces.title"), (TileMap(t("provinces.caption"), tiles),))


def _place(name: str) -> tuple[int, int] | None:
    small = name.casefold()
    return _PLACES.get(_OTHER_NAMES.get(small, small))
