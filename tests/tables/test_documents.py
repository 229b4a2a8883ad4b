"""Reading documents that people write: TOML and JSON."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict

from oab_funding.errors import InputError
from oab_funding.tables.documents import DEEPEST, LARGEST, Form, checked, read_json, read_toml


class Inner(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    price: Annotated[str, Form(r"[0-9]+\.[0-9]{2}", "an amount such as 559.50")]
    names: tuple[str, ...] = ()


class Outer(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    title: str
    inner: Inner | None = None
    number: int = 0


@pytest.mark.parametrize(
    "data",
    [
        b'title = "\xc3\xab"',
        b'\xef\xbb\xbftitle = "\xc3\xab"',
        'title = "ë"'.encode("utf-16"),
        b"\xfe\xff" + 'title = "ë"'.encode("utf-16-be"),
    ],
)
def test_byte_order_marks_change_nothing(data: bytes) -> None:
    assert read_toml(data, "c.toml") == {"title": "ë"}


def test_json_with_a_byte_order_mark() -> None:
    assert read_json(b'\xef\xbb\xbf{"a": [1]}', "m.json") == {"a": [1]}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04rest", "is a workbook or zip, not a TOML file"),
        (b"a = 1\nb = \xff", "c.toml, row 2: is not UTF-8"),
        (b"a = ", "is not a TOML file"),
        (b"a = 1\na = 2", "is not a TOML file"),
        (b"a = " + b"[" * 200_000, "row 1: is a line beyond all length"),
        (b"a = " + b"[\n" * 5_000, "c.toml: "),
        (b"a = " + b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "nests too deeply"),
        (b"a = " + b"9" * 5_000, "is not a TOML file"),
        (b"x" + b".x" * 30_000 + b" = 1", "row 1: is a line beyond all length"),
        (b"#\n" * (LARGEST // 2 + 1), "give at most 67,108,864"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_no_toml_is_said_in_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(InputError) as error:
        read_toml(data, "c.toml")
    assert says in str(error.value)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"[1]", "holds no JSON object"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": 1, "a": 2}', "the key 'a' occurs twice"),
        (b'{"a":' * 100_000, "m.json: "),
        (b'{"a": ' + b"9" * 5_000 + b"}", "is not a JSON file"),
    ],
)
def test_what_is_no_json_is_said_in_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(InputError) as error:
        read_json(data, "m.json")
    assert says in str(error.value)


def test_the_deepest_document_is_read() -> None:
    data = b"a = " + b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1)
    assert "a" in read_toml(data, "c.toml")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({}, "title: is missing"),
        ({"title": "T", "innr": {}}, "innr: is not known; did you mean inner?"),
        ({"title": "T", "inner": {"pryce": "1.00"}}, "inner.pryce: is not known; did you mean price?"),
        ({"title": "T", "inner": {"price": "559,50"}}, "has a decimal comma, write a point: '559.50'"),
        ({"title": "T", "inner": {"price": "5"}}, "inner.price: is not an amount such as 559.50 (found '5')"),
        ({"title": 5}, "title: should be a valid string (found 5)"),
        ({"title": "T", "number": "5"}, "number: should be a valid integer (found '5')"),
    ],
)
def test_faults_are_said_in_words_with_their_place(content: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as error:
        checked(Outer, content, "c.toml", "see the reference")
    assert says in str(error.value)
    assert str(error.value).startswith("c.toml: ")
    assert str(error.value).endswith("; see the reference")


def test_all_faults_are_told_at_once_up_to_a_dozen() -> None:
    with pytest.raises(InputError) as error:
        checked(Outer, {f"x{n}": n for n in range(30)}, "c.toml", "see the reference")
    assert "and 19 more faults" in str(error.value)


def test_arrays_become_tuples() -> None:
    read = checked(Outer, {"title": "T", "inner": {"price": "1.00", "names": ["a"]}}, "c", "r")
    assert read.inner is not None
    assert read.inner.names == ("a",)


def test_the_schema_of_a_form_is_its_pattern() -> None:
    assert Inner.model_json_schema()["properties"]["price"]["pattern"] == r"^[0-9]+\.[0-9]{2}$"
