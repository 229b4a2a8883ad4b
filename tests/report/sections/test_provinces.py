"""The tile map of the provinces."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from oab_funding.report.document import TileMap
from oab_funding.report.institutions.telling import Telling
from oab_funding.report.phrases import read_phrases
from oab_funding.report.sections.provinces import provinces_section
from oab_funding.tables.grant_tables import TOTALS_PROVINCE
from report.runs import small_run

TWELVE = [
    "Drenthe",
    "Flevoland",
    "Fryslân",
    "Gelderland",
    "Groningen",
    "Limburg",
    "Noord-Brabant",
    "Noord-Holland",
    "Overijssel",
    "Utrecht",
    "Zeeland",
    "Zuid-Holland",
]


def drawn(names: list[str], **changed: Any) -> TileMap | None:
    row = {"sites": 1, "pupils": 100, "score": Decimal("1.00"), "amount_new": Decimal("5.00")}
    rows = [{**row, "province": name, "amount": Decimal("500.00"), **changed.get(name, {})} for name in names]
    table = pa.Table.from_pylist(rows, schema=TOTALS_PROVINCE.arrow())
    section = provinces_section(Telling(small_run(totals_province=table), read_phrases("nl")))
    if section is None:
        return None
    (block,) = section.blocks
    assert isinstance(block, TileMap)
    return block


def test_every_province_has_a_square_of_its_own() -> None:
    found = drawn([*TWELVE, "unknown"])
    assert found is not None
    assert sorted(tile.name for tile in found.tiles) == sorted(TWELVE)
    assert len({tile.place for tile in found.tiles}) == 12
    assert {tile.value for tile in found.tiles} == {"EUR 500,00"}


def test_more_per_pupil_is_darker_and_not_more_in_all() -> None:
    large = {"amount": Decimal("1000.00"), "pupils": 400}
    small = {"amount": Decimal("0.00"), "pupils": 1}
    found = drawn(TWELVE, **{"Zuid-Holland": large, "Zeeland": small})
    assert found is not None
    dark = {tile.name: tile.darkness for tile in found.tiles}
    assert dark["Drenthe"] > dark["Zuid-Holland"] > dark["Zeeland"] == 0


@pytest.mark.parametrize("names", [TWELVE[1:], [*TWELVE[1:], "Voorbeeldprovincie 1"]])
def test_without_the_twelve_nothing_is_drawn(names: list[str]) -> None:
    assert drawn(names) is None


def test_without_pupils_nothing_is_drawn() -> None:
    assert drawn(TWELVE, Utrecht={"pupils": None}) is None
