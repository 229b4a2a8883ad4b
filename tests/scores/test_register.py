"""One register, or two of which the first wins."""

from __future__ import annotations

from oab_funding.scores.register import register_of_sites
from oab_funding.tables.build import build
from oab_funding.tables.register_tables import SITES

FIRST = build(SITES, {"site_id": ["00AP00"], "school_id": ["00AP"], "municipality_code": ["GM0001"]})
SECOND = build(
    SITES,
    {
        "site_id": ["00AP00", "00AP01"],
        "school_id": ["00AP", "00AP"],
        "municipality_code": ["GM0002", "GM0002"],
    },
)


def test_one_register_is_taken_as_it_is() -> None:
    found = register_of_sites(FIRST, None)
    assert found.table.equals(FIRST)
    assert dict(found.figures) == {"sites": 1, "differences": 0}


def test_of_two_the_first_wins_and_differences_are_listed() -> None:
    found = register_of_sites(FIRST, SECOND)
    by_site = dict(
        zip(*(found.table.column(n).to_pylist() for n in ("site_id", "municipality_code")), strict=True)
    )
    assert by_site == {"00AP00": "GM0001", "00AP01": "GM0002"}
    assert found.figures["differences"] == found.tables["register_differences"].num_rows >= 1
