"""CSV as columns of text: what the parser leaves alone, and the row of what is wrong."""

import pytest

from oab_funding.errors import InputError
from oab_funding.tables.files import read_csv
from oab_funding.tables.source import SourceFile

ROWS = [{"a": "1", "b": "x"}, {"a": "", "b": "NA"}]


def parse(data: bytes) -> list[dict[str, str]]:
    return list(read_csv(SourceFile("t.csv", data)).to_pylist())


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\n1,x\n,NA\n",
        b"a,b\n1,x\n,NA",
        b"a,b\r\n1,x\r\n,NA\r\n",
        b"a,b\r1,x\r,NA\r",
        b"a,b\n1,x\n,NA\n\n\r\n\n",
        b"\xef\xbb\xbfa,b\n1,x\n,NA\n",
        b'"a","b"\n"1","x"\n"","NA"\n',
    ],
)
def test_line_ends_marks_and_quotes(data: bytes) -> None:
    assert parse(data) == ROWS


def test_nothing_is_guessed() -> None:
    text = parse(b"a,b\n007,true\n1e5,2019-10-01\nnull,nan\n")
    assert [row["a"] for row in text] == ["007", "1e5", "null"]
    assert [row["b"] for row in text] == ["true", "2019-10-01", "nan"]


def test_commas_and_doubled_quotes_inside_quotes() -> None:
    assert parse(b'a,b\n"x, y","say ""no"""\n') == [{"a": "x, y", "b": 'say "no"'}]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"a,b\n1\n", "row 2: has 1 values, not 2"),
        (b"a,b\n1,2\n3,4,5\n", "row 3: has 3 values, not 2"),
        (b"a,b\r\n1,2\r\n\r\n3,4\r\n", "row 3: is an empty line"),
        (b"\na,b\n1,2\n", "row 1: is an empty line"),
        (b"a,b\r1,2\r\r3,4", "row 3: is an empty line"),
        (b"a,b,\xff\n", "row 1: is not UTF-8 (byte 4)"),
        (b"a,b\n1,\xff\n", "row 2: is not UTF-8 (byte 6)"),
        (b"a,b\n1,2\n\x00,4\n", "row 3: holds a zero byte"),
        (b"a,b,a\n", "column a, row 1: the column occurs twice"),
        (b",\n", "column (no name), row 1: the column occurs twice"),
    ],
)
def test_refused(data: bytes, says: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(data)
    assert says in str(caught.value)


def test_the_row_is_named_far_into_a_long_file() -> None:
    rows = b"12345678,12345678\n" * 200_000
    with pytest.raises(InputError, match="row 200002: has 3 values, not 2"):
        parse(b"a,b\n" + rows + b"1,2,3\n" + rows)


@pytest.mark.parametrize(
    "data",
    [
        b"a;b\n1,50;x\n2;y\n",
        b"\xef\xbb\xbfsep=;\r\na;b\r\n1,50;x\r\n2;y\r\n;\r\n",
        b"a\tb\n1,50\tx\n2\ty\n",
    ],
)
def test_the_dialect_of_dutch_excel(data: bytes) -> None:
    assert parse(data) == [{"a": "1.50", "b": "x"}, {"a": "2", "b": "y"}]


def test_letters_of_windows_in_semicolons_only() -> None:
    assert parse("a;b\n1;Fryslân\n".encode("cp1252")) == [{"a": "1", "b": "Fryslân"}]
    for data in (b"a,b\n1,Frysl\xe2n\n", b"a;b\n1;Frysl\x89n\n"):
        with pytest.raises(InputError, match="is not UTF-8"):
            parse(data)


def test_line_breaks_inside_quotes() -> None:
    assert parse(b'a,b\n"1\n\n2",x\n\n') == [{"a": "1\n\n2", "b": "x"}]
    with pytest.raises(InputError, match="row 3: has 1 values"):
        parse(b'a,b\n"1\n2",x\n3\n')


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"a;b\n1,5;x\n1.5;y\n", "column a, row 3, value '1.5': has a decimal point in a column of decimal"),
        (
            b"a;b\n1.234,50;x\n600.000;y\n",
            "row 3, value '600.000': has a decimal point in a column of decimal",
        ),
        (b"a;b\n600,000;x\n", "row 2, value '600,000': may be in thousands"),
        (b",".join(b"c%d" % i for i in range(200_000)) + b"\n", "has 200,000 columns"),
        (b"x" * 140_000 + b",b\n1,2\n", "row 1: cannot be parsed (field larger"),
    ],
)
def test_refused_in_notation_and_size(data: bytes, says: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(data)
    assert says in str(caught.value)


def test_points_may_group_thousands_where_a_comma_follows() -> None:
    data = b"sep=;\na;b\n1,5;x\n1.234,5;y\n-12.345.678,90;z\n7;u\n"
    assert read_csv(SourceFile("f.csv", data))["a"].to_pylist() == ["1.5", "1234.5", "-12345678.90", "7"]
