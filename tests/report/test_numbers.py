from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.report.numbers import Numbers
from oab_funding.report.phrases import read_phrases

DUTCH = read_phrases("nl").numbers
ENGLISH = read_phrases("en").numbers


def read(text: str, numbers: Numbers) -> Fraction:
    return Fraction(text.replace(numbers.thousands, "").replace(numbers.point, "."))


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        (Decimal("1234.56"), "1.234,56", "1,234.56"),
        (Decimal("-0.50"), "-0,50", "-0.50"),
        (Decimal("-0.00"), "0,00", "0.00"),
        (0, "0", "0"),
        (999, "999", "999"),
        (1396457, "1.396.457", "1,396,457"),
        (2**60 + 1, "1.152.921.504.606.846.977", "1,152,921,504,606,846,977"),
        ("559.50", "559,50", "559.50"),
        ("15714567957/50", "314.291.359,14", "314,291,359.14"),
        (None, "onbekend", "unknown"),
    ],
)
def test_a_number_as_it_is(value: object, dutch: str, english: str) -> None:
    assert (DUTCH.number(value), ENGLISH.number(value)) == (dutch, english)  # type: ignore[arg-type]


def test_rounds_by_the_rule_asked_for() -> None:
    assert ENGLISH.number("0.125", 2) == "0.13"
    assert ENGLISH.number("0.129", 2, "down") == "0.12"
    assert ENGLISH.number("-0.129", 2, "up") == "-0.12"


def test_keeps_every_digit_that_a_float_would_lose() -> None:
    assert ENGLISH.number(Decimal("90071992547409930.01")) == "90,071,992,547,409,930.01"


def test_a_fraction_without_end_is_not_cut_off_silently() -> None:
    with pytest.raises(ValueError, match="no end"):
        ENGLISH.number(Fraction(1, 3))


@pytest.mark.parametrize("value", [0.1, "NaN", "1,5", True])
def test_refuses_what_is_not_exact(value: object) -> None:
    with pytest.raises(InputError):
        ENGLISH.number(value, 2)  # type: ignore[arg-type]


def test_refuses_text_that_is_no_number_without_places_too() -> None:
    with pytest.raises(InputError):
        ENGLISH.number("12 apples")


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        (Decimal("18474.69"), "EUR 18.474,69", "EUR 18,474.69"),
        ("3/8", "EUR 0,38", "EUR 0.38"),
        (Decimal("-5.00"), "EUR -5,00", "EUR -5.00"),
        (None, "onbekend", "unknown"),
    ],
)
def test_euros(value: object, dutch: str, english: str) -> None:
    assert (DUTCH.euros(value), ENGLISH.euros(value)) == (dutch, english)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        ("3/25", "12%"),
        ("691/2000", "34,55%"),
        ("1/1", "100%"),
        (0, "0%"),
        ("5/12", "5/12"),
        ("1/101", "0,9900990099%"),
        (None, "onbekend"),
    ],
)
def test_percent(share: object, text: str) -> None:
    assert DUTCH.percent(share) == text  # type: ignore[arg-type]


@given(st.decimals(min_value=-(10**15), max_value=10**15, places=6), st.sampled_from([DUTCH, ENGLISH]))
def test_what_is_written_reads_as_the_same_number(value: Decimal, numbers: Numbers) -> None:
    text = numbers.number(value)
    assert read(text, numbers) == Fraction(value)
    whole = text.lstrip("-").split(numbers.point)[0].split(numbers.thousands)
    assert 1 <= len(whole[0]) <= 3
    assert all(len(group) == 3 for group in whole[1:])


@given(st.integers(-(10**12), 10**12), st.sampled_from([1, 2, 4, 5, 8, 25, 400, 10**6]))
def test_a_fraction_with_an_end_is_written_whole(top: int, bottom: int) -> None:
    assert read(ENGLISH.number(Fraction(top, bottom)), ENGLISH) == Fraction(top, bottom)
