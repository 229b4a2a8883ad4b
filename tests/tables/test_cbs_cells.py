"""Single cells of a workbook."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.tables.cbs_cells import CellPlace, flags, hundredths, site, whole

PLACE = CellPlace("scores.xlsx", "Tabel 1", "score")


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        (33.02, 3302),
        (0.0, 0),
        (-0.0, 0),
        (100, 10000),
        ("33,02", 3302),
        ("33.02", 3302),
        (" 100 ", 10000),
        ("\xa033,0\xa0", 3300),
        ("33,0200", 3302),
        (9999999999.99, 999999999999),
    ],
)
def test_numbers(cell: Any, units: int) -> None:
    assert hundredths(cell, 6, PLACE) == units


@given(st.integers(0, 10**12 - 1))
def test_every_number_of_two_decimals_is_read_from_its_nearest_double(units: int) -> None:
    assert hundredths(units / 100, 6, PLACE) == units
    assert hundredths(f"{units // 100},{units % 100:02d}", 6, PLACE) == units


@given(st.floats(min_value=0, max_value=1e6))
def test_other_doubles_are_refused(value: float) -> None:
    if value == float(f"{value:.2f}"):
        assert hundredths(value, 6, PLACE) == round(float(f"{value:.2f}") * 100)
    else:
        with pytest.raises(InputError, match="2 places"):
            hundredths(value, 6, PLACE)


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (float("nan"), "is not a finite number"),
        (float("inf"), "is not a finite number"),
        (-0.01, "is below 0"),
        ("-1", "is below 0"),
        (1e10, "is too large"),
        (-1e300, "is below 0"),
        ("9" * 50, "is too large"),
        (33.021, "is not a decimal of 2 places"),
        ("33.021", "more than 2 decimals"),
        (".", "unknown or secret"),
        (" . ", "unknown or secret"),
        ("", "is empty"),
        (" ", "is empty"),
        ("-", "is not a number"),
        ("1.000,00", "thousands separators"),
        ("1 000", "is not a number"),
        ("1e3", "is not a number"),
        ("٣٣", "is not a number"),
        (True, "is not a number"),
        (date(2019, 10, 1), "is not a number"),
        (None, "is not a number"),
    ],
)
def test_refused_numbers(cell: Any, says: str) -> None:
    with pytest.raises(InputError) as caught:
        hundredths(cell, 6, PLACE)
    assert says in str(caught.value)
    assert "scores.xlsx, sheet Tabel 1, column score, row 6" in str(caught.value)
    assert caught.value.remedy


def test_whole_numbers() -> None:
    assert whole(100.0, 6, PLACE) == whole("100", 6, PLACE) == whole(100, 6, PLACE) == 100
    with pytest.raises(InputError, match="is not a whole number"):
        whole(100.5, 6, PLACE)


def test_sites() -> None:
    assert site(" 00AP00\n", 6, PLACE) == "00AP00"
    for wrong in ("00ap00", "00AP", "", "00AP00x", 1e5, 12, None, True):
        with pytest.raises(InputError, match="site code"):
            site(wrong, 6, PLACE)


@pytest.mark.parametrize(
    ("cell", "letters"),
    [("", ""), ("a", "a"), ("b, c", "bc"), ("b,c", "bc"), ("c;b", "bc"), (" a b c ", "abc"), ("a, a", "a")],
)
def test_flags(cell: str, letters: str) -> None:
    assert flags(cell, 6, PLACE) == set(letters)


@pytest.mark.parametrize("cell", ["A", "d", "a.", "ab", 1.0, True, "*"])
def test_refused_flags(cell: Any) -> None:
    with pytest.raises(InputError, match="is not a flag"):
        flags(cell, 6, PLACE)
