"""Words, dates and constants as CBS writes them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.tables.cbs_layout import (
    MONTHS,
    column_of,
    constants_in,
    constants_sentence,
    date_in,
    date_in_dutch,
    issued_in,
    words,
)


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("School (BRIN vestiging)", "site_id"),
        ("school  (brin\xa0vestiging) ", "site_id"),
        ("BRIN-vestiging", "site_id"),
        ("Aantal bekostigde leerlingen", "pupils"),
        ("Bekostigde leerlingen (aantal)", "pupils"),
        ("Achterstandsscore", "score"),
        ("Achterstandsscore met drempel", "score"),
        ("Achterstandsscore zonder drempel", "score_raw"),
        ("Achterstandsscore zonder\ndrempel", "score_raw"),
        ("Achterstandsscore zonder drempel \n(onderbouw)", "score_raw_lower"),
        ("ACHTERSTANDSSCORE BOVENBOUW", "score_raw_upper"),
        ("Betrouwbaarheid", "flags"),
        ("Opmerking", "flags"),
        ("Gemeente", None),
        ("", None),
        (12.0, None),
        (None, None),
    ],
)
def test_headers(header: object, column: str | None) -> None:
    assert column_of(header) == column


def test_words() -> None:
    assert words("  A\xa0b\n\tC ") == "a b c"


@given(st.dates(min_value=date(1000, 1, 1)))
def test_dates_in_dutch(day: date) -> None:
    assert date_in(f"Achterstandsscore, {date_in_dutch(day)}") == day
    assert date_in(date_in_dutch(day).upper().replace(" ", "\xa0 ")) == day


@pytest.mark.parametrize(
    "text", ["", "oktober 2019", "31 november 2019", "0 mei 2019", "1 october 2019", "1-10-2019"]
)
def test_no_dates(text: str) -> None:
    assert date_in(text) is None


@pytest.mark.parametrize("month", MONTHS)
def test_issued(month: str) -> None:
    assert issued_in(f" {month.title()}  2020 ") == f"{month.title()} 2020"
    assert issued_in(f"10 {month} 2020") == f"10 {month} 2020"
    assert issued_in(f"In {month} 2020 verschenen") is None


@given(st.integers(50_000, 60_000), st.integers(50_000, 60_000), st.integers(1990, 2060))
def test_constants_are_found_in_the_sentence_that_is_written(c: int, g: int, year: int) -> None:
    first, second = Decimal(c) / 100, Decimal(g) / 100
    first, second = first.quantize(Decimal("0.01")), second.quantize(Decimal("0.01"))
    text = "De waardes van C en G zijn overal gelijk. " + constants_sentence(year, first, second)
    assert constants_in(text, "C") == {first}
    assert constants_in(text, "G") == {second}


@pytest.mark.parametrize(
    ("text", "c", "g"),
    [
        ("C = 535,26 en G = 529,46.", {"535.26"}, {"529.46"}),
        ("C was in 2020 535.30; G was 529.50", {"535.30"}, {"529.50"}),
        ("C is het gemiddelde en G ook.", set(), set()),
        ("In 2018 was C 535,10. In 2019 was C 535,26. G was 529,46.", {"535.10", "535.26"}, {"529.46"}),
        ("CBS 535,26 en BRIN G4 529,46", set(), set()),
        ("B = E x F x (C - G), F = 12%", set(), set()),
    ],
)
def test_constants_in_other_words(text: str, c: set[str], g: set[str]) -> None:
    assert constants_in(text, "C") == {Decimal(value) for value in c}
    assert constants_in(text, "G") == {Decimal(value) for value in g}
