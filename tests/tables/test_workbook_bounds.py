"""No workbook takes the process down: each is read or refused in a process of its own, within bounds."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from oab_funding.tables.workbook_bounds import survey

from .workbooks import book_bytes

MEMORY = 2 * 2**30
READ = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
from oab_funding.errors import InputError
from oab_funding.tables.grant_tables import SCHOOL_DECISIONS
from oab_funding.tables.files import read_table
try:
    print("read", read_table(sys.argv[1], SCHOOL_DECISIONS).num_rows)
except InputError as error:
    print("refused", error)
"""
SOUND = book_bytes({"A": [["school_id", "amount"], ["00AP", 1.5]]})
SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def answer(data: bytes, path: Path) -> str:
    path.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[-500:]
    return done.stdout


def changed(part: str, change: Callable[[bytes], bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SOUND)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return stream.getvalue()


def cells(*written: str) -> bytes:
    return changed(
        SHEET, lambda xml: xml.replace(b"</sheetData>", "".join(written).encode() + b"</sheetData>")
    )


def ods(rows: str) -> bytes:
    names = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    names += ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    names += ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    content = (
        f'<?xml version="1.0"?><office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="A">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", content)
        book.writestr("META-INF/manifest.xml", MANIFEST)
    return stream.getvalue()


def line(*texts: str, rows: int = 1, columns: int = 1) -> str:
    filled = "".join(
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{columns}">'
        f"<text:p>{text}</text:p></table:table-cell>"
        for text in texts
    )
    return f'<table:table-row table:number-rows-repeated="{rows}">{filled}</table:table-row>'


MANIFEST = (
    '<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    "</m:manifest>"
)
HEAD = line("school_id", "amount") + line("00AP", "1.50")
MOST = 2**20
EMPTY_END = f'<table:table-row table:number-rows-repeated="{MOST - 2}"><table:table-cell/></table:table-row>'


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (SOUND, "read 1"),
        (cells('<row r="1048576"><c r="XFD1048576" s="1"/></row>'), "reaches to cell XFD1048576"),
        (cells('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "reaches to cell XFD1048576"),
        (cells('<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'), "reaches to cell"),
        (cells('<row r="3"><c r="ZZZZZZ3"><v>1</v></c></row>'), "reaches to cell ZZZZZZ3"),
        (
            changed(TEXTS, lambda xml: xml.replace(b'uniqueCount="3"', b'uniqueCount="99999999999999"')),
            "announces 99,999,999,999,999 texts",
        ),
        (
            changed(TEXTS, lambda xml: xml.replace(b"<t>00AP</t>", b"<t>" + b"x" * 150_000_000 + b"</t>")),
            "holds too much text",
        ),
        (
            changed(SHEET, lambda xml: xml.replace(b"<v>1.5</v>", b"<v>" + b"1" * 50_000_000 + b"</v>")),
            "refused",
        ),
    ],
    ids=["sound", "blank far", "far", "no such row", "no such column", "count", "huge text", "huge number"],
)
def test_workbooks(data: bytes, says: str, tmp_path: Path) -> None:
    assert says in answer(data, tmp_path / "d.xlsx")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (HEAD, "read 1"),
        (HEAD + EMPTY_END, "read 1"),
        (HEAD + line("00AR", "1.00", rows=MOST, columns=16384), "reaches to cell"),
        (HEAD + line("00AR", "1.00", rows=4_000_000_000), "reaches to cell"),
        (HEAD + line("00AR", "1.00", columns=4_000_000_000), "reaches to cell"),
        (HEAD + line("00AR", "1.00", rows=99_999_999_999_999_999_999_999), "reaches to cell"),
    ],
    ids=["sound", "empty end", "whole sheet", "rows", "columns", "more rows than a number holds"],
)
def test_repeats_of_open_document(rows: str, says: str, tmp_path: Path) -> None:
    assert says in answer(ods(rows), tmp_path / "d.ods")


def test_what_a_survey_tells() -> None:
    extent = survey(SOUND, "d.xlsx")["A"]
    assert (extent.rows, extent.columns, extent.error) == (2, 2, None)
