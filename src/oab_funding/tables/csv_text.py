"""Parsing CSV into columns of text, nothing guessed, with the row of everything that is wrong.

Two dialects are read: UTF-8 with commas and a decimal point, and what Dutch Excel writes: semicolons or tabs
and a decimal comma, perhaps below a line "sep=;".
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.errors import InputError, Place

if TYPE_CHECKING:
    from oab_funding.tables.source import SourceFile

_WHOLE: Final = r"([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)"
"""A whole number, perhaps with points that group thousands."""
_COLUMNS: Final = 1_000
_NAME: Final = 1_000
_BLANKS: Final = b";\t \r\n"
# Letters, the euro sign and quotation marks: what Windows' own code page is used for in Dutch text.
_NOT_WINDOWS: Final = re.compile(rb"[\x81-\x90\x95-\x9f\xa0-\xbf]")


@dataclass(frozen=True, slots=True)
class CsvText:
    """Columns of text, and the number a person gives the first row below the header."""

    table: pa.Table
    first_row: int


def read_csv(file: SourceFile) -> pa.Table:
    r"""Parse CSV into columns of text; see `parse_csv`.

    Examples
    --------
    >>> from oab_funding.tables.source import SourceFile
    >>> read_csv(SourceFile("scores.csv", b"site_id,score\n00AP00,33.02\n")).to_pylist()
    [{'site_id': '00AP00', 'score': '33.02'}]
    >>> read_csv(SourceFile("scores.csv", b"sep=;\r\nsite_id;score\r\n00AP00;33,02\r\n")).to_pylist()
    [{'site_id': '00AP00', 'score': '33.02'}]
    """
    return parse_csv(file).table


def parse_csv(file: SourceFile) -> CsvText:
    """Parse CSV with commas, or with semicolons or tabs and decimal commas, into columns of text.

    Raises
    ------
    InputError
        No known encoding, an empty line, rows of unequal length, or a column in two notations.
    """
    data, separator, row = _first_line(file, _utf8(file))
    quoted = any(line.count(b'"') % 2 for line in data.splitlines()) if b'"' in data else False
    read = _records if quoted else _lines
    table = read(file, data, separator, row)
    return CsvText(table if separator == "," else _decimal_points(table, file.name, row + 1), row + 1)


def _utf8(file: SourceFile) -> bytes:
    """Give the text as UTF-8 without a byte order mark; Windows' code page only in Excel's own dialect."""
    data = file.data.removeprefix(b"\xef\xbb\xbf")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if b";" in data.split(b"\n", 1)[0] and b"\x00" not in data and not _NOT_WINDOWS.search(data):
            return data.decode("cp1252").encode("utf-8")
        start = error.start + len(file.data) - len(data)
        row = file.data.count(b"\n", 0, start) + 1
        raise InputError(
            f"is not UTF-8 (byte {start})", Place(file.name, row=row), "save it as CSV UTF-8"
        ) from error
    if b"\x00" in data:
        row = data.count(b"\n", 0, data.index(b"\x00")) + 1
        raise InputError("holds a zero byte and is no CSV", Place(file.name, row=row), "save it as CSV UTF-8")
    return data


def _first_line(file: SourceFile, data: bytes) -> tuple[bytes, str, int]:
    """Give the text from its header on, its separator, and the number of the header's row."""
    if told := re.match(rb"sep=([,;\t])(?:\r\n|\n|\r)", data, re.IGNORECASE):
        data, separator, row = data[told.end() :], told[1].decode(), 2
    else:
        header = re.sub(rb'"[^"\r\n]*"', b"", re.split(rb"[\r\n]", data, maxsplit=1)[0])
        separator = max(",;\t", key=lambda sign: header.count(sign.encode()))
        row = 1
    if not data.strip(_BLANKS):
        raise InputError("holds nothing but line ends", Place(file.name), "give a file with content")
    return data, separator, row


def _lines(file: SourceFile, data: bytes, separator: str, row: int) -> pa.Table:
    """Parse where every row is one line."""
    import pyarrow.csv

    data = _without_end(file, data, row)
    header = re.split(rb"[\r\n]", data, maxsplit=1)[0].decode("utf-8")
    names = _names(file, next(_reader(file, header, separator)), row)
    options = pyarrow.csv.ConvertOptions(
        column_types={name: pa.string() for name in names}, strings_can_be_null=False
    )
    parsing = pyarrow.csv.ParseOptions(delimiter=separator)

    def parse(threads: bool) -> pa.Table:
        reading = pyarrow.csv.ReadOptions(use_threads=threads)
        return pyarrow.csv.read_csv(io.BytesIO(data), reading, parsing, options)

    try:
        return parse(threads=True)
    except pa.ArrowException:
        pass
    try:
        return parse(threads=False)  # slower, but its message names the row
    except pa.ArrowException as error:
        raise _ragged(file, error, row) from error


def _records(file: SourceFile, data: bytes, separator: str, row: int) -> pa.Table:
    """Parse where quoted values hold line breaks; rows are counted as a spreadsheet shows them."""
    rows = list(_reader(file, data.decode("utf-8"), separator))
    while rows and not any(map(str.strip, rows[-1])):
        rows.pop()
    names = _names(file, rows[0] if rows else [], row)
    for number, cells in enumerate(rows, row):
        if not cells:
            raise InputError("is an empty line", Place(file.name, row=number), "delete the line")
        if len(cells) != len(names):
            raise _unequal(file, len(cells), len(names), number)
    columns = [[cells[index] for cells in rows[1:]] for index in range(len(names))]
    return pa.Table.from_arrays([pa.array(column, pa.string()) for column in columns], names=names)


def _reader(file: SourceFile, text: str, separator: str) -> Any:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        place = Place(file.name, row=max(reader.line_num, 1))
        raise InputError(f"cannot be parsed ({error})", place, "mend that row") from error


def _names(file: SourceFile, names: Sequence[str], row: int) -> list[str]:
    if len(names) > _COLUMNS or max(map(len, names), default=0) > _NAME:
        problem = f"has {len(names):,d} columns" if len(names) > _COLUMNS else "has a name beyond all length"
        raise InputError(problem, Place(file.name, row=row), "is it a table with a header?")
    if doubled := sorted(name for name, times in Counter(names).items() if times > 1):
        place = Place(file.name, column=doubled[0] or "(no name)", row=row)
        raise InputError("the column occurs twice", place, "keep one of the two")
    return list(names)


def _without_end(file: SourceFile, data: bytes, row: int) -> bytes:
    """Cut empty rows at the end, as spreadsheets leave; refuse those before: they upset the count."""
    end = re.compile(rb"[\r\n]").search(data, len(data.rstrip(_BLANKS)))
    data = data[: end.start()] if end else data
    if any(pair in data for pair in (b"\n\n", b"\n\r", b"\r\r")) or data[:1] in (b"\n", b"\r"):
        lines = re.split(rb"\r\n|\n|\r", data)
        raise InputError("is an empty line", Place(file.name, row=lines.index(b"") + row), "delete the line")
    return data + b"\n"


def _ragged(file: SourceFile, error: Exception, row: int) -> InputError:
    message = " ".join(str(error).split())
    found = re.search(r"Row #([0-9]+): ", message)
    number = int(found[1]) + row - 1 if found else None
    if counts := re.search(r"Expected ([0-9]+) columns, got ([0-9]+)", message):
        return _unequal(file, int(counts[2]), int(counts[1]), number)
    return InputError(
        f"is not a table with rows of equal length ({message[:160]})",
        Place(file.name, row=number),
        "mend that row",
    )


def _unequal(file: SourceFile, found: int, wanted: int, row: int | None) -> InputError:
    return InputError(
        f"has {found} values, not {wanted}", Place(file.name, row=row), "give every row one value a column"
    )


def _decimal_points(table: pa.Table, file: str, first_row: int) -> pa.Table:
    """Write decimal commas as points, in columns that hold numbers in that one notation."""
    for index, name in enumerate(table.column_names):
        values = table.column(index)
        comma = pc.match_substring_regex(values, rf"^\s*-?{_WHOLE},[0-9]+\s*$")
        if not pc.any(comma, min_count=0).as_py():
            continue
        _check_notation(values, comma, Place(file, column=name), first_row)
        number = pc.match_substring_regex(values, rf"^\s*(-?{_WHOLE}(,[0-9]+)?)?\s*$")
        if pc.all(number, min_count=0).as_py():
            ungrouped = pc.replace_substring(values, ".", "")
            table = table.set_column(index, name, pc.replace_substring(ungrouped, ",", "."))
    return table


def _check_notation(values: Any, comma: Any, place: Place, first_row: int) -> None:
    for wrong, problem, remedy in (
        (
            pc.match_substring_regex(values, r"^\s*-?[0-9]+\.[0-9]+\s*$"),
            "has a decimal point in a column of decimal commas",
            "write the whole column in one notation",
        ),
        (
            comma
            if pc.all(
                pc.or_(pc.invert(comma), pc.match_substring_regex(values, r",[0-9]{3}\s*$")), min_count=0
            ).as_py()
            else pa.array([], pa.bool_()),
            "may be in thousands or have three decimals",
            "write two or four decimals, or thousands without a sign between them",
        ),
    ):
        found = pc.indices_nonzero(wrong)
        if len(found):
            row = found[0].as_py()
            where = Place(place.file, column=place.column, row=row + first_row, value=values[row].as_py())
            raise InputError(problem, where, remedy)
