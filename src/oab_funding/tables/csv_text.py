"""Parsing CSV into columns of text, nothing guessed, with the row of everything that is wrong."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pyarrow as pa

from oab_funding.errors import InputError, Place

if TYPE_CHECKING:
    from oab_funding.tables.files import SourceFile


def read_csv(file: SourceFile) -> pa.Table:
    r"""Parse CSV (UTF-8, comma, decimal point, header) into columns of text, nothing guessed.

    Raises
    ------
    InputError
        Not UTF-8, another separator, an empty line, or rows of unequal length.

    Examples
    --------
    >>> from oab_funding.tables.files import SourceFile
    >>> read_csv(SourceFile("scores.csv", b"site_id,score\n00AP00,33.02\n")).to_pylist()
    [{'site_id': '00AP00', 'score': '33.02'}]
    """
    import pyarrow.csv

    _check_utf8(file)
    _check_separator(file)
    data = _without_last_line_ends(file)
    options = pyarrow.csv.ConvertOptions(
        column_types={name: pa.string() for name in _header(file)}, strings_can_be_null=False
    )

    def parse(threads: bool) -> pa.Table:
        reading = pyarrow.csv.ReadOptions(use_threads=threads)
        return pyarrow.csv.read_csv(io.BytesIO(data), read_options=reading, convert_options=options)

    try:
        return parse(threads=True)
    except pa.ArrowException:
        pass
    try:
        return parse(threads=False)  # slower, but its message names the row
    except pa.ArrowException as error:
        raise _ragged(file, error) from error


def _ragged(file: SourceFile, error: Exception) -> InputError:
    message = " ".join(str(error).split())
    row = re.search(r"Row #([0-9]+): ", message)
    counts = re.search(r"Expected ([0-9]+) columns, got ([0-9]+)", message)
    place = Place(file.name, row=int(row[1]) if row else None)
    if counts:
        return InputError(
            f"has {counts[2]} values, not {counts[1]}", place, "give every row one value a column"
        )
    return InputError(f"is not a table with rows of equal length ({message[:160]})", place, "mend that row")


def _without_last_line_ends(file: SourceFile) -> bytes:
    """Refuse empty lines before the end: the parser would skip them and count the rows after them wrongly."""
    data = file.data.rstrip(b"\r\n")
    if any(pair in data for pair in (b"\n\n", b"\n\r", b"\r\r")) or data[:1] in (b"\n", b"\r"):
        lines = re.split(rb"\r\n|\n|\r", data)
        raise InputError("is an empty line", Place(file.name, row=lines.index(b"") + 1), "delete the line")
    if not data:
        raise InputError("holds nothing but line ends", Place(file.name), "give a file with content")
    return data + b"\n"


def _header(file: SourceFile) -> list[str]:
    line = re.split(rb"[\r\n]", file.data, maxsplit=1)[0].decode("utf-8-sig")
    names = next(csv.reader([line]), [])
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        place = Place(file.name, column=doubled[0] or "(no name)", row=1)
        raise InputError("the column occurs twice", place, "keep one of the two")
    return names


def _check_utf8(file: SourceFile) -> None:
    try:
        file.data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = file.data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"is not UTF-8 (byte {error.start})", Place(file.name, row=row), "save it as CSV UTF-8"
        ) from error
    if b"\x00" in file.data:
        row = file.data.count(b"\n", 0, file.data.index(b"\x00")) + 1
        raise InputError("holds a zero byte and is no CSV", Place(file.name, row=row), "save it as CSV UTF-8")


def _check_separator(file: SourceFile) -> None:
    header = file.data.split(b"\n", 1)[0]
    if b";" in header and b"," not in header:
        raise InputError(
            "is separated by semicolons", Place(file.name, row=1), "save it with commas and decimal points"
        )
    if b"\t" in header and b"," not in header:
        raise InputError(
            "is separated by tabs", Place(file.name, row=1), "save it with commas and decimal points"
        )
