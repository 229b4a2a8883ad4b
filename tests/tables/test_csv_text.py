"""CSV as columns of text: what the parser leaves alone, and the row of what is wrong."""

import pytest

from oab_funding.errors import InputError
from oab_funding.tables.files import SourceFile, read_csv

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
        (b"a;b\n1;2\n", "row 1: is separated by semicolons"),
        (b"a\tb\n", "row 1: is separated by tabs"),
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
