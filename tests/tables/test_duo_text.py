"""Text files of DUO: encodings and rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.tables.duo_text import decode, header_of, parse
from oab_funding.tables.source import SourceFile

TEXT = "NAAM;PLAATS\nSkoalle Fryslân;Mariëndael\nHet Reliëf, Noardeast-FryslÔn;É\n"


def source(data: bytes) -> SourceFile:
    return SourceFile("duo.csv", data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1"])
def test_both_encodings_read_alike(encoding: str) -> None:
    assert decode(source(TEXT.encode(encoding))) == TEXT


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (
            TEXT.encode().decode("iso-8859-1").encode(),
            "row 2",
        ),
        (TEXT.encode().decode("cp1252").encode(), "row 2"),
        (TEXT.replace("â", "\ufffd").encode(), "row 2"),
        (TEXT.encode("cp850"), "row 2"),
        ("NAAM\nDe ‘Brug’\n".encode("cp1252"), "row 2"),
        (TEXT.encode("utf-16"), "row 1"),
        (b"NAAM\n\x00\n", "row 2"),
    ],
)
def test_garbled_text_is_refused_with_its_row(data: bytes, says: str) -> None:
    with pytest.raises(InputError) as caught:
        decode(source(data))
    assert says in str(caught.value)
    assert "download the file again" in str(caught.value)


@given(st.text(st.sampled_from("aeéèëêïîôûüÉËÔç -'")))
def test_dutch_and_frisian_names_pass_in_either_encoding(name: str) -> None:
    for encoding in ("utf-8", "iso-8859-1"):
        assert decode(source(name.encode(encoding))) == name


def test_header() -> None:
    assert header_of("Brin_Nummer;  SOORT_PO \n") == ["BRIN NUMMER", "SOORT PO"]
    assert header_of("") == []


def test_rows_carry_the_number_of_their_line() -> None:
    lines = parse(source(b'A;B\n1;"x\ny"\n 2 ;z\n\n'), ("B", "A"))
    assert lines.columns == {"A": ["1", "2"], "B": ["x\ny", "z"]}
    assert lines.numbers == [3, 4]
    assert str(lines.place("A", 1)) == "duo.csv, column A, row 4, value '2'"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"A;B\n1;2\n3\n", "row 3: has 1 values, not 2"),
        (b"A;B\n1;2\n\n3;4\n", "row 3: has 0 values, not 2"),
        (b"A;A\n1;2\n", "column A, row 1: the column occurs twice"),
        (b"B\n1\n", "row 1: the column A is missing (found: B)"),
        (b"A\n", "holds no rows"),
        (b"\n\n", "found: no columns at all"),
        (b'A\n"1\n', "cannot be parsed"),
    ],
)
def test_refused(data: bytes, says: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(source(data), ("A",))
    assert says in str(caught.value)
