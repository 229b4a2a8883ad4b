"""Writing the layout of CBS: what is written reads back the same, and the bytes are always the same."""

from __future__ import annotations

import time
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from oab_funding.errors import InputError
from oab_funding.tables.cbs_workbook import PublishedScores, read_cbs_workbook
from oab_funding.tables.cbs_workbook_writer import write_cbs_workbook
from oab_funding.tables.conform import conform
from oab_funding.tables.score_tables import SITE_SCORES

from .workbooks import SHEETS, book_bytes, write_book

D = Decimal
DAY = date(2019, 10, 1)
HEAD: dict[str, Any] = {"reference_date": DAY, "c": D("535.26"), "g": D("529.46"), "issued": "Februari 2020"}
SCORES = pa.table(
    {
        "site_id": ["00AP00", "31MX00"],
        "pupils": [100, 5],
        "score_raw": ["102.62", "21.80"],
        "score_raw_lower": ["26.17", "5.46"],
        "score_raw_upper": ["76.45", "16.34"],
        "score": ["33.02", "18.32"],
        "flags": ["b", "a, b, c"],
    }
)

hundredths = st.integers(0, 10**9).map(lambda units: D(units).scaleb(-2))
rows = st.fixed_dictionaries(
    {
        "pupils": st.integers(0, 10_000),
        "score_raw": hundredths,
        "score_raw_lower": hundredths,
        "score_raw_upper": hundredths,
        "score": hundredths,
        "flags": st.sets(st.sampled_from("abc")).map(lambda letters: ", ".join(sorted(letters))),
    }
)
sites = st.from_regex(r"[0-9]{2}[A-Z0-9]{2}[0-9]{2}", fullmatch=True, alphabet=st.characters(codec="ascii"))
tables = st.dictionaries(sites, rows, min_size=1, max_size=8)


def written(table: Any, **changes: Any) -> PublishedScores:
    with TemporaryDirectory() as folder:
        path = Path(folder, "scores.xlsx")
        write_cbs_workbook(table, path, **(HEAD | changes))
        return read_cbs_workbook(path)


@given(content=tables, day=st.dates(date(1990, 1, 1), date(2090, 1, 1)), raw=st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_is_written_reads_back_the_same(content: dict[str, Any], day: date, raw: bool) -> None:
    table = conform(
        pa.Table.from_pylist([{"site_id": site, **row} for site, row in content.items()]), SITE_SCORES
    )
    if not raw:
        table = table.drop(["score_raw", "score_raw_lower", "score_raw_upper"])
    back = written(table, reference_date=day, issued=None)
    assert back.table == table
    assert (back.reference_date, back.issued, back.c, back.g) == (day, None, D("535.26"), D("529.46"))


def test_constants_cover_and_label_read_back() -> None:
    back = written(SCORES, label="verzonnen gegevens")
    assert (back.c, back.g, back.issued) == (D("535.26"), D("529.46"), "Februari 2020")
    assert back.label == "verzonnen gegevens"
    assert back.title == "Achterstandsscore per basisschoolvestiging, 1 oktober 2019"
    plain = written(SCORES, c=None, g=None, issued=None)
    assert (plain.c, plain.g, plain.issued, plain.label) == (None, None, None, None)


def test_a_label_stands_on_the_cover_in_the_explanation_and_below_the_tables(tmp_path: Path) -> None:
    write_cbs_workbook(SCORES, tmp_path / "s.xlsx", **HEAD, label="demo")
    book = CalamineWorkbook.from_path(str(tmp_path / "s.xlsx"))
    assert book.sheet_names == ["Voorblad", "Inhoud", "Toelichting", "Bronbestanden", "Tabel 1", "Tabel 2"]
    for name in ("Voorblad", "Toelichting", "Tabel 1", "Tabel 2"):
        assert ["Let op: demo"] in [row[:1] for row in book.get_sheet_by_name(name).to_python()]


def test_the_layout_is_that_of_cbs(tmp_path: Path) -> None:
    write_cbs_workbook(SCORES, tmp_path / "s.xlsx", **HEAD)
    book = CalamineWorkbook.from_path(str(tmp_path / "s.xlsx"))
    for name in ("Tabel 1", "Tabel 2"):
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        assert rows[0][0] == name
        assert rows[1][0] == SHEETS[name][1][0]
        assert [cell for cell in rows[3] if cell] == [cell for cell in SHEETS[name][3] if cell]
        assert not any(rows[2] + rows[4])
        assert rows[5][0] == "00AP00"
        assert rows[8][0].startswith("Bron: ")
    assert [row[3] for row in book.get_sheet_by_name("Tabel 1").to_python()][-3:] == ["", "", ""]
    assert book.get_sheet_by_name("Tabel 1").to_python(skip_empty_area=False)[6][3] == "a"
    assert book.get_sheet_by_name("Tabel 2").to_python(skip_empty_area=False)[6][4] == "a, b, c"


def test_a_workbook_read_and_written_gives_the_same_scores(tmp_path: Path) -> None:
    first = read_cbs_workbook(write_book(tmp_path / "cbs.xlsx"))
    second = written(first.table, issued=first.issued)
    assert second.table == first.table


def test_the_same_scores_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_cbs_workbook(SCORES, tmp_path / "one.xlsx", **HEAD)
    monkeypatch.setattr(time, "time", lambda: 2e9)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2e9))
    write_cbs_workbook(SCORES, tmp_path / "two.xlsx", **HEAD)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.xlsx") as archive:
        assert b"2019-10-01T00:00:00Z" in archive.read("docProps/core.xml")
        assert {member.date_time[0] for member in archive.infolist()} == {1980}


@pytest.mark.parametrize(
    ("table", "changes", "says"),
    [
        (SCORES.drop(["pupils"]), {}, "column pupils is missing"),
        (SCORES.drop(["score_raw_upper"]), {}, "column score_raw_upper is missing"),
        (SCORES.drop(["score"]), {}, "column score is missing"),
        (SCORES, {"g": None}, "only one of C and G"),
        (SCORES, {"issued": "vorige week"}, "is not a month and a year"),
        (
            SCORES.set_column(2, "score_raw", pa.array(["102.62", "-0.01"])),
            {},
            "column score_raw, value Decimal('-0.01'): is below 0",
        ),
    ],
)
def test_refused(table: pa.Table, changes: dict[str, Any], says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_cbs_workbook(table, tmp_path / "s.xlsx", **(HEAD | changes))
    assert says in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_an_existing_file_is_kept_without_overwrite(tmp_path: Path) -> None:
    path = tmp_path / "s.xlsx"
    path.write_bytes(b"precious")
    with pytest.raises(InputError, match="already exists"):
        write_cbs_workbook(SCORES, path, **HEAD)
    assert path.read_bytes() == b"precious"
    write_cbs_workbook(SCORES, path, **HEAD, overwrite=True)
    assert read_cbs_workbook(path).table == conform(SCORES, SITE_SCORES)


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, data: bytes) -> int:
        self.open("wb").close()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_cbs_workbook(SCORES, tmp_path / "s.xlsx", **HEAD)
    assert not list(tmp_path.iterdir())


def test_a_text_that_looks_like_a_formula_stays_text() -> None:
    assert written(SCORES, label='=HYPERLINK("x")').label == '=HYPERLINK("x")'


def test_workbooks_of_the_tests_are_read_by_the_same_reader() -> None:
    assert book_bytes(SHEETS)[:2] == b"PK"


@pytest.mark.published
def test_the_published_scores_survive_the_way_there_and_back(published_data: Path) -> None:
    first = read_cbs_workbook(published_data / "cbs" / "achterstandsscores-scholen-2019.xlsx")
    second = written(first.table, c=first.c, g=first.g, issued=first.issued)
    assert second.table == first.table
    assert (second.title, second.reference_date, second.c, second.g, second.issued) == (
        first.title,
        first.reference_date,
        first.c,
        first.g,
        first.issued,
    )
