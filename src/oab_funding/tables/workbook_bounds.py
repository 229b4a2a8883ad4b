"""Looking into a workbook's zip before anything unpacks it: sizes, far cells, counts that lie, error cells.

A reader of workbooks lays out a grid up to the farthest cell and believes the counts it is told; one stray
cell in the last corner would ask for more memory than there is. So the XML is surveyed first, as bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

from oab_funding.errors import InputError, Place

CELLS: Final = 10_000_000
"""Most cells of a sheet, from A1 to its last row and column."""
_BYTES: Final = 200_000_000
_ENTRIES: Final = 2_000
_TEXT: Final = 150_000
_TEXTS: Final = 500_000_000
_REMEDY: Final = "copy the table alone to a new workbook"

_TAG = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^>]*)>")
_REFERENCE = re.compile(rb"(?:^|\s)r\s*=\s*[\"']([A-Za-z]{0,9})([0-9]{0,20})[\"']")
_ERROR = re.compile(rb"(?:^|\s)t\s*=\s*[\"']e[\"']")
_SHARED = re.compile(
    rb"<(?:\w+:)?c\s[^>]*?t\s*=\s*[\"']s[\"'][^>]*>\s*(?:<(?:\w+:)?f[^>]*?(?:/>|>[^<]*</[^>]*>)\s*)?"
    rb"<(?:\w+:)?v[^>]*>\s*([0-9]{1,9})\s*<"
)
_ITEM = re.compile(rb"<(?:\w+:)?si[\s/>]")
_UNIQUE = re.compile(rb"<(?:\w+:)?sst\s[^>]*?uniqueCount\s*=\s*[\"']([0-9]{1,30})[\"']")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a sheet reaches: its last row and column, counted from 1, and its first error cell, if any."""

    rows: int
    columns: int
    error: str | None


def survey(data: bytes, name: str) -> dict[str, Extent]:
    """Survey a workbook that is a zip (.xlsx, .xlsm, .ods) and refuse what would need unbounded memory.

    Parameters
    ----------
    data
        Bytes of the workbook.
    name
        Name of the file for messages.

    Returns
    -------
    dict[str, Extent]
        By sheet name; sheets of .ods carry no error cells.

    Raises
    ------
    InputError
        It is no whole zip, or a sheet or count is beyond all bounds.

    Examples
    --------
    >>> survey(b"no zip", "scores.xlsx")
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: scores.xlsx: is not a whole workbook; save it as .xlsx again
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            _check_sizes(book, name)
            if "content.xml" in book.namelist():
                return _ods_extents(book.read("content.xml"), name)
            return _extents(book, name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
        ElementTree.ParseError,
    ) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("is not a whole workbook", Place(name), "save it as .xlsx again") from error


def address(row: int, column: int) -> str:
    """Name a cell as a spreadsheet does, from its row and column counted from 1.

    Examples
    --------
    >>> address(1, 1), address(1048576, 16384)
    ('A1', 'XFD1048576')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def _check_sizes(book: zipfile.ZipFile, name: str) -> None:
    entries = book.infolist()
    if len(entries) > _ENTRIES:
        raise InputError(f"holds {len(entries):,d} parts", Place(name), _REMEDY)
    if len({entry.filename for entry in entries}) < len(entries):
        raise InputError("holds two parts of one name", Place(name), "save it as .xlsx again")
    if (size := sum(entry.file_size for entry in entries)) > _BYTES:
        raise InputError(f"is {size:,d} bytes when unpacked, above {_BYTES:,d}", Place(name), _REMEDY)


def _extents(book: zipfile.ZipFile, name: str) -> dict[str, Extent]:
    titles = _sheet_names(book)
    parts = [part for part in book.namelist() if not part.endswith("/")]
    shared = next((part for part in parts if part.casefold().endswith("sharedstrings.xml")), None)
    lengths = [] if shared is None else _text_lengths(book.read(shared), name)
    found: dict[str, Extent] = {}
    for part in parts:
        data = book.read(part)  # every part, so that none is longer than it says
        title = titles.get(part)
        extent = _extent(data)
        _check_extent(extent, name, title or part)
        _check_texts(data, lengths, name, title or part)
        if title is not None:
            found[title] = extent
    return found


def _sheet_names(book: zipfile.ZipFile) -> dict[str, str]:
    """Give the sheets' names by the parts that hold them."""
    workbook = ElementTree.fromstring(book.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    targets = {
        relation.get("Id"): relation.get("Target", "").lstrip("/").removeprefix("xl/")
        for relation in relations
    }
    sheets = [element for element in workbook.iter() if element.tag.rpartition("}")[2] == "sheet"]
    return {f"xl/{targets.get(sheet.get(_RELATION))}": sheet.get("name", "") for sheet in sheets}


def _extent(data: bytes) -> Extent:
    """Follow rows and cells as a reader does: those without a reference stand next to the one before."""
    row = column = rows = columns = 0
    error = None
    for tag in _TAG.finditer(data):
        place = _REFERENCE.search(tag[2])
        if tag[1] == b"row":
            row = int(place[2] or 0) if place else row + 1
            column = 0
            continue
        column = _number(place[1]) if place and place[1] else column + 1
        at = int(place[2]) if place and place[2] else max(row, 1)
        rows, columns = max(rows, at), max(columns, column)
        if error is None and _ERROR.search(tag[2]):
            error = address(at, column)
    return Extent(rows, columns, error)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _check_extent(extent: Extent, name: str, sheet: str) -> None:
    if extent.rows * extent.columns > CELLS or extent.rows > 2**20 or extent.columns > 2**14:
        far = address(extent.rows, extent.columns)
        raise InputError(
            f"reaches to cell {far}",
            Place(name, sheet),
            f"delete the rows and columns beyond the table, or {_REMEDY}",
        )


def _text_lengths(data: bytes, name: str) -> list[int]:
    starts = [item.start() for item in _ITEM.finditer(data)]
    unique = _UNIQUE.search(data)
    if unique and int(unique[1]) > len(starts):
        problem = f"announces {int(unique[1]):,d} texts and holds {len(starts):,d}"
        raise InputError(problem, Place(name), "save it as .xlsx again")
    return [end - start for start, end in zip(starts, [*starts[1:], len(data)], strict=True)]


def _check_texts(data: bytes, lengths: list[int], name: str, sheet: str) -> None:
    if max(lengths, default=0) <= _TEXT and len(data) < _TEXTS // max(max(lengths, default=1), 1):
        return
    total = 0
    for cell in _SHARED.finditer(data):
        index = int(cell[1])
        length = lengths[index] if index < len(lengths) else 0
        total += length
        if length > 40 * _TEXT or total > _TEXTS:
            raise InputError("holds too much text", Place(name, sheet), _REMEDY)


def _ods_extents(data: bytes, name: str) -> dict[str, Extent]:
    """Count rows and columns with their repeats; what is empty at the end of a row or sheet takes no room."""
    found: dict[str, Extent] = {}
    for _, table in ElementTree.iterparse(io.BytesIO(data)):
        if _local(table.tag) != "table":
            continue
        row = rows = columns = 0
        for line in table.iter():
            if _local(line.tag) != "table-row":
                continue
            width = _filled_width(line)
            row += _repeats(line, "number-rows-repeated")
            columns = max(columns, width)
            rows = row if width else rows
        title = next((value for key, value in table.attrib.items() if _local(key) == "name"), "")
        _check_extent(Extent(max(rows, row if row > 2**20 else rows), columns, None), name, title)
        found[title] = Extent(rows, columns, None)
        table.clear()
    return found


def _filled_width(row: ElementTree.Element) -> int:
    column = width = 0
    for cell in row:
        column += _repeats(cell, "number-columns-repeated")
        if len(cell) or any(_local(key) in ("value-type", "formula") for key in cell.attrib):
            width = column
    return width


def _repeats(element: ElementTree.Element, word: str) -> int:
    return next((int(value) for key, value in element.attrib.items() if _local(key) == word), 1)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
