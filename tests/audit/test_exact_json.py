import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from fractions import Fraction

import numpy as np
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.audit.exact_json import canonical, parse, plain


class Rule(Enum):
    HALF_UP = "half up"


class Level(StrEnum):
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Price:
    amount: Decimal
    per: tuple[int, ...]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        ("tekst", "tekst"),
        (2**53 - 1, 2**53 - 1),
        (-(2**53) + 1, -(2**53) + 1),
        (2**53, "9007199254740992"),
        (-(2**53), "-9007199254740992"),
        (np.int64(7), 7),
        (Fraction(2, 4), "1/2"),
        (Fraction(3), "3/1"),
        (Fraction(-1, 3), "-1/3"),
        (Decimal("1.50"), "1.50"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("-0.00"), "0.00"),
        (Decimal("12345678901234567890123456789012345.5"), "12345678901234567890123456789012345.5"),
        (date(2019, 10, 1), "2019-10-01"),
        (Rule.HALF_UP, "half up"),
        (Level.HIGH, "high"),
        (Price(Decimal("533.10"), (1, 2)), {"amount": "533.10", "per": [1, 2]}),
        ({"a": [Fraction(1, 2), {"b": None}]}, {"a": ["1/2", {"b": None}]}),
    ],
)
def test_plain(value, expected):
    found = plain(value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.5, "0.5 is a float, which is not exact"),
        (np.float64(0.5), "is a float"),
        ({"a": {"b": [1, 2.0]}}, r"a\.b\[1\]: 2\.0 is a float"),
        (Price(0.1, ()), "amount: 0.1 is a float"),
        (datetime(2019, 10, 1), "has a time of day"),
        ({1: "x"}, "the key 1 is not text"),
        ({"f": len}, "f: builtin_function_or_method has no exact form"),
        ({"f": {1, 2}}, "f: set has no exact form"),
        (b"x", "bytes have no form"),
        (Price, "type has no exact form"),
    ],
)
def test_refuses_what_is_not_exact(value, said):
    with pytest.raises(TypeError, match=said):
        plain(value)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_refuses_a_decimal_that_is_no_number(text):
    with pytest.raises(ValueError, match=r"x: -?(NaN|Infinity) is not a number"):
        plain({"x": Decimal(text)})


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON)
def test_canonical_and_parse_are_each_others_inverse(value):
    assert json.loads(canonical(value)) == value
    assert canonical(parse(canonical(value))) == canonical(value)


def test_canonical_orders_names_by_utf16_code_units():
    """The example of RFC 8785, section 3.2.3."""
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    expected = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(parse(canonical(dict.fromkeys(names)))) == expected


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b'{"a": 1}', "not in the canonical form"),
        (b'{"b":1,"a":1}', "not in the canonical form"),
        (b'{"a":1,"a":1}', "not in the canonical form"),
        (b"1.5", "holds the number 1.5"),
        (b"1e3", "holds the number 1e3"),
        (b"NaN", "holds the number NaN"),
        (b"-0", "not in the canonical form"),
        (b"9007199254740992", "exceeds"),
        (b"9" * 5000, "Exceeds"),
        (b"\xff", "codec"),
        (b'"\\ud800"', "code"),
        (b'"\\u0061"', "not in the canonical form"),
        (b"[" * 100_000, "nested too deeply"),
        (b"1\n", "not in the canonical form"),
    ],
)
def test_parse_refuses_every_other_form(data, said):
    with pytest.raises(ValueError, match=said):
        parse(data)


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "replace")))
def test_parse_gives_the_canonical_form_or_a_value_error(data):
    try:
        value = parse(data)
    except ValueError:
        return
    assert rfc8785.dumps(value) == data
