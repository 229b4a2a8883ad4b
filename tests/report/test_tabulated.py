"""Numbers and tables of pages that are not of one run."""

from __future__ import annotations

from decimal import Decimal

from oab_funding.report.tabulated import TabulatedPage


def test_numbers_are_written_in_the_language_with_their_own_decimals() -> None:
    page = TabulatedPage("scenarios", "en", ())
    assert [page.number(value) for value in (1234, Decimal("-0.50"), None, "x")] == ["1,234", "-0.50", "", ""]


def test_a_grid_tells_numbers_from_text() -> None:
    page = TabulatedPage("scenarios", "nl", ())
    grid = page.grid("c", [("a", False), ("b", True)], [("x", Decimal("1.5")), (None, None)])
    assert grid.rows == (("x", "1,5"), ("", ""))
    assert [column.numeric for column in grid.columns] == [False, True]
