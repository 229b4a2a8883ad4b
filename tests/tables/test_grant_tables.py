"""The tables of grants that are made for schools and for municipalities alike."""

import pytest

from oab_funding.tables.grant_tables import TOTALS_BOARD, TOTALS_MUNICIPALITY, reconciliation


@pytest.mark.parametrize(
    ("code", "good", "wrong"),
    [("school_id", "00AP", "GM0363"), ("municipality_code", "GM0363", "00AP")],
)
def test_a_reconciliation_is_of_schools_or_of_municipalities(code: str, good: str, wrong: str) -> None:
    schema = reconciliation(code)
    assert schema.key == (code,)
    assert schema[code].kind.pattern in ("[0-9]{2}[A-Z0-9]{2}", "GM[0-9]{4}")  # type: ignore[union-attr]
    assert schema[code].kind.meaning.endswith(good)
    assert not schema[code].kind.meaning.endswith(wrong)


def test_totals_differ_in_what_they_are_of() -> None:
    assert TOTALS_BOARD.key == ("board_id",)
    assert set(TOTALS_MUNICIPALITY.names) - set(TOTALS_BOARD.names) == {
        "municipality_code",
        "municipality_name",
        "province",
    }
