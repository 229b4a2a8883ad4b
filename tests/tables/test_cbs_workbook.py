"""The workbook of CBS: harmless variations read alike, and the published file gives the known figures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from oab_funding.errors import InputError
from oab_funding.tables.cbs_sheet import TableSheet
from oab_funding.tables.cbs_workbook import (
    PublishedScores,
    choose,
    combine,
    read_cbs_workbook,
    reference_date,
)
from oab_funding.tables.conform import conform
from oab_funding.tables.files import read_source
from oab_funding.tables.score_tables import SITE_SCORES
from oab_funding.tables.source import SourceFile

from .workbooks import SHEETS, Sheets, book_bytes, cell, sheets, write_book

D = Decimal


def read(content: Sheets) -> PublishedScores:
    return read_cbs_workbook(SourceFile("scores.xlsx", book_bytes(content)))


def test_a_small_workbook(tmp_path: Path) -> None:
    path = write_book(tmp_path / "scores.xlsx")
    scores = read_cbs_workbook(path)
    assert scores.file == "scores.xlsx"
    assert scores.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert scores.title == "Achterstandsscore per basisschoolvestiging, 1 oktober 2019"
    assert scores.reference_date == date(2019, 10, 1)
    assert (scores.issued, scores.c, scores.g) == ("Februari 2020", D("535.26"), D("529.46"))
    assert scores.notes == (
        "Bron: CBS",
        "a Te weinig leerlingen.",
        "b Te weinig leerlingen in de onderbouw.",
    )
    assert scores.label is None
    assert conform(scores.table, SITE_SCORES) == scores.table
    assert scores.table.column("flags").to_pylist() == ["b", "", "a, b, c"]
    assert scores == read_cbs_workbook(str(path)) == read_cbs_workbook(read_source(path))


def test_to_frame_keeps_scores_exact() -> None:
    frame = read(sheets()).to_frame()
    assert list(frame.columns) == [
        "site_id",
        "pupils",
        *(f"score_raw{part}" for part in ("", "_lower", "_upper")),
        "score",
        "flags",
    ]
    assert frame["score"].sum() == D("51.34")
    assert list(frame["pupils"]) == [100, 142, 5]


def rename(content: Sheets, names: dict[str, str]) -> None:
    renamed = {names.get(name, name): rows for name, rows in content.items()}
    content.clear()
    content.update(renamed)


def reorder(content: Sheets) -> None:
    tables = {name: content.pop(name) for name in ("Tabel 2", "Tabel 1")}
    content.update(tables)


HARMLESS: dict[str, Callable[[Sheets], Any]] = {
    "sheets named by year": lambda b: rename(b, {"Tabel 1": "Tabel 1 2019", "Tabel 2": "2019"}),
    "sheets in another case": lambda b: rename(b, {"Tabel 1": "TABEL1 ", "Tabel 2": "tabel  2"}),
    "tables in another order": reorder,
    "an empty sheet": lambda b: b.update({"Leeg": []}),
    "rows above": lambda b: b["Tabel 1"].insert(0, []),
    "rows below": lambda b: b["Tabel 2"].extend([[], [" "]]),
    "a column before": lambda b: b.update({"Tabel 1": [["", *row] for row in b["Tabel 1"]]}),
    "a score as text": cell("Tabel 1", 6, 2, "33,02"),
    "a score as text with a point": cell("Tabel 1", 6, 2, " 33.02 "),
    "pupils as text": cell("Tabel 1", 6, 1, " 100 "),
    "a site with blanks": cell("Tabel 1", 6, 0, " 00AP00\xa0"),
    "another wording": cell("Tabel 1", 4, 2, "Achterstandsscore met\ndrempel"),
    "sites in another order": lambda b: b["Tabel 2"].insert(5, b["Tabel 2"].pop(7)),
    "flags in Tabel 1 missing": cell("Tabel 1", 8, 3, ""),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_variations_read_alike(name: str) -> None:
    content = sheets()
    HARMLESS[name](content)
    varied, plain = read(content), read(sheets())
    assert varied.table == plain.table
    assert (varied.reference_date, varied.c, varied.g) == (plain.reference_date, plain.c, plain.g)
    assert varied.issued == plain.issued


def test_only_tabel_1() -> None:
    content = sheets()
    del content["Tabel 2"]
    assert read(content).table.column_names == ["site_id", "pupils", "score", "flags"]


def test_nothing_but_the_tables() -> None:
    content = {name: rows for name, rows in SHEETS.items() if name.startswith("Tabel")}
    scores = read(content)
    assert (scores.issued, scores.c, scores.g) == (None, None, None)


def test_constants_that_are_not_unique_are_none() -> None:
    content = sheets()
    content["Toelichting"].append(["In 2018 was de waarde van C 535,10."])
    assert (read(content).c, read(content).g) == (None, D("529.46"))


def test_a_file_that_is_no_workbook_names_itself() -> None:
    with pytest.raises(InputError, match=r"^scores\.xlsx: is not a whole workbook"):
        read_cbs_workbook(SourceFile("scores.xlsx", b"PK\x03\x04"))


# --- CBS, "Achterstandsscores basisscholen, 2019", February 2020


@pytest.fixture(scope="module")
def published(published_data: Path) -> PublishedScores:
    return read_cbs_workbook(published_data / "cbs" / "achterstandsscores-scholen-2019.xlsx")


@pytest.fixture(scope="module")
def frame(published: PublishedScores) -> pd.DataFrame:
    return published.to_frame()


@pytest.mark.published
def test_published_explanation(published: PublishedScores) -> None:
    assert published.reference_date == date(2019, 10, 1)
    assert (published.issued, published.c, published.g) == ("Februari 2020", D("535.26"), D("529.46"))
    assert published.title == "Achterstandsscore per basisschoolvestiging, 1 oktober 2019"
    assert [note[:2] for note in published.notes] == ["Br", "a ", "b ", "c "]


@pytest.mark.published
def test_published_totals(frame: pd.DataFrame) -> None:
    assert (len(frame), frame["site_id"].str[:4].nunique(), frame["pupils"].sum()) == (6295, 6173, 1396457)
    assert frame["score_raw"].sum() == D("1215004.40")
    assert frame["score_raw_lower"].sum() == D("580771.25")
    assert frame["score_raw_upper"].sum() == D("634233.03")
    assert frame["score"].sum() == D("561736.12")
    assert ((frame["score"] > 0).sum(), (frame["score_raw"] > 0).sum()) == (2555, 6150)
    assert frame.groupby(frame["site_id"].str[:4])["score"].sum().gt(0).sum() == 2510


@pytest.mark.published
@pytest.mark.parametrize(
    "row",
    [
        "00AP00 100 102.62 26.17 76.45 33.02",
        "00AR00 142 19.46 10.33 9.14 0.00",
        "00AZ00 92 121.75 42.23 79.52 57.71",
        "00BB00 72 58.70 35.18 23.52 8.59",
        "00CD00 160 152.56 84.94 67.62 41.20",
        "13EK00 792 3446.23 1439.85 2006.39 2894.96",
        "23GV00 970 3355.35 1611.24 1744.11 2680.19",
        "31MX00 5 21.80 5.46 16.34 18.32",
    ],
)
def test_published_rows(row: str, frame: pd.DataFrame) -> None:
    found = frame.set_index("site_id", drop=False).loc[row[:6]]
    columns = ["site_id", "pupils", "score_raw", "score_raw_lower", "score_raw_upper", "score"]
    assert " ".join(str(found[name]) for name in columns) == row
    assert ("a" in found["flags"]) is (row[:6] == "31MX00")


@pytest.mark.published
def test_published_flags(frame: pd.DataFrame) -> None:
    assert [int(frame["flags"].str.contains(flag).sum()) for flag in "abc"] == [120, 867, 706]
    assert set(frame["flags"]) == {"", "b", "c", "b, c", "a, b, c"}


@pytest.mark.published
def test_published_largest_scores(frame: pd.DataFrame) -> None:
    largest = frame.sort_values("score", ascending=False).head(3)
    assert list(zip(largest["site_id"], largest["score"], strict=True)) == [
        ("13EK00", D("2894.96")),
        ("23GV00", D("2680.19")),
        ("15VU00", D("2658.91")),
    ]


@pytest.mark.published
def test_published_distribution_of_scores(frame: pd.DataFrame) -> None:
    ordered = frame["score"].sort_values(ascending=False)
    positive = ordered[ordered > 0]
    assert round(positive.sum() / len(positive), 2) == D("219.86")
    assert positive.iloc[len(positive) // 2] == D("111.77")
    shares = [ordered.head(len(frame) * percent // 100).sum() / ordered.sum() for percent in (1, 5, 10, 20)]
    assert [round(100 * share, 1) for share in shares] == [D("14.1"), D("44.8"), D("67.6"), D("89.8")]


@pytest.mark.published
def test_published_distribution_of_sizes(frame: pd.DataFrame) -> None:
    size = frame["pupils"].to_numpy()
    assert (round(size.mean(), 1), np.median(size), round(size.std(), 1), size.max()) == (
        221.8,
        196,
        139.4,
        1815,
    )
    assert list(np.quantile(size, [0.05, 0.95], method="inverted_cdf")) == [55, 477]


@pytest.mark.published
def test_published_distribution_of_scores_per_pupil(frame: pd.DataFrame) -> None:
    """The figures fit the inverse of the distribution function; numpy's default interpolation does not."""
    size = frame["pupils"].to_numpy()
    per_pupil = frame["score_raw"].astype(float).to_numpy() / size
    levels = [0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99, 1]
    expected = [0.064, 0.120, 0.272, 0.550, 1.128, 2.436, 3.280, 4.216, 5.310]
    assert [round(q, 3) for q in np.quantile(per_pupil, levels, method="inverted_cdf")] == expected
    assert [round(q, 3) for q in np.quantile(per_pupil, levels)] != expected
    mean = np.average(per_pupil, weights=size)
    assert round(mean, 3) == 0.870
    assert round(np.sqrt(np.average((per_pupil - mean) ** 2, weights=size)), 3) == 0.951


DAY = date(2019, 10, 1)
SCORES = TableSheet(
    "Tabel 1",
    "scores",
    DAY,
    (6, 7),
    {"site_id": ["00AP00", "00AR00"], "pupils": [100, 142], "score": [3302, 0], "flags": [{"a"}, set()]},
    (),
)
RAW = TableSheet(
    "Tabel 2",
    "raw",
    DAY,
    (6, 7),
    {
        "site_id": ["00AR00", "00AP00"],
        "score_raw": [1946, 10262],
        "score_raw_lower": [1033, 2617],
        "score_raw_upper": [914, 7645],
        "flags": [{"c", "b"}, {"b"}],
    },
    (),
)


def test_choosing_goes_by_columns_not_by_order() -> None:
    assert choose("f.xlsx", [RAW, SCORES]) == (SCORES, RAW)
    assert choose("f.xlsx", [SCORES]) == (SCORES, None)


def test_joining_goes_by_site_in_the_order_of_the_first() -> None:
    assert combine("f.xlsx", SCORES, RAW).to_pylist() == [
        {
            "site_id": "00AP00",
            "pupils": 100,
            "score_raw": Decimal("102.62"),
            "score_raw_lower": Decimal("26.17"),
            "score_raw_upper": Decimal("76.45"),
            "score": Decimal("33.02"),
            "flags": "a, b",
        },
        {
            "site_id": "00AR00",
            "pupils": 142,
            "score_raw": Decimal("19.46"),
            "score_raw_lower": Decimal("10.33"),
            "score_raw_upper": Decimal("9.14"),
            "score": Decimal("0.00"),
            "flags": "b, c",
        },
    ]


def test_without_raw_scores_their_columns_are_absent() -> None:
    table = combine("f.xlsx", SCORES, None)
    assert table.column_names == ["site_id", "pupils", "score", "flags"]
    assert table.column("flags").to_pylist() == ["a", ""]


def test_both_titles_must_name_one_date() -> None:
    assert reference_date("f.xlsx", SCORES, RAW) == DAY
    other = TableSheet("Tabel 2", "raw", date(2018, 10, 1), RAW.rows, RAW.columns, ())
    with pytest.raises(InputError, match="give two tables of one date"):
        reference_date("f.xlsx", SCORES, other)


def test_nothing_to_choose_from() -> None:
    with pytest.raises(InputError, match="no table of site scores"):
        choose("f.xlsx", [])
